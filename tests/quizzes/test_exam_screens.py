"""The exam screens: the journey without JavaScript, saving by script, and what never leaves the server."""

import json
import re
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.consents import current_policies
from quizzes import grading, services
from quizzes.models import Answer, Attempt

pytestmark = pytest.mark.one_engine

SECRET = "只有放行以后才看得到的解析"
CONTEXT = "lesson:5:v3:2026"


@pytest.fixture
def browser(learner):
    client = Client()
    client.force_login(learner.user)
    return client


@pytest.fixture
def second(learner):
    """The same person on another device."""
    client = Client()
    client.force_login(learner.user)
    return client


def url(name, attempt):
    return reverse(f"quizzes:{name}", args=[attempt.pk])


def post(client, attempt, position, response, go="next", nonce=None):
    """What the form of a question sends without JavaScript."""
    data = {"position": position, "response": response, "nonce": nonce or f"n{position}", "go": go}
    return client.post(url("attempt", attempt), data)


def by_script(client, attempt, position, response, nonce="js1"):
    return client.post(url("save", attempt), {"position": position, "response": response, "nonce": nonce})


def text(response):
    return response.content.decode()


def shown(response):
    """Which question the page asks."""
    found = re.search(r'data-position="(\d+)"', text(response))
    return int(found[1]) if found else None


@contextmanager
def queries(expected):
    """Exactly so many statements, not counting BEGIN, SAVEPOINT and their ends."""
    with CaptureQueriesContext(connection) as captured:
        yield
    frames = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "ROLLBACK TO")
    statements = [q["sql"] for q in captured if not q["sql"].startswith(frames)]
    assert len(statements) == expected, "\n".join(statements)


# The journey -----------------------------------------------------------------------------------------------------


def test_the_whole_sitting_by_its_forms(browser, attempt, right, at):
    with at(minutes=5):
        page = browser.get(url("attempt", attempt))
        for position in range(1, 11):
            assert shown(page) == position
            page = post(browser, attempt, position, right(attempt, position))
            assert page.status_code == 200
        assert "10 题都答了" in text(page)
        done = browser.post(url("submit", attempt), follow=True)
    assert done.redirect_chain == [(url("result", attempt), 302)]
    assert "通过了" in text(done)
    assert (Attempt.objects.get().score, Answer.objects.count()) == (100, 10)


def test_back_on_and_straight_to_the_end(browser, attempt, right, at):
    with at(minutes=1):
        assert shown(post(browser, attempt, 4, right(attempt, 4), "prev")) == 3
        assert shown(post(browser, attempt, 1, right(attempt, 1), "prev")) == 1
        page = post(browser, attempt, 5, right(attempt, 5), "end")
        assert shown(page) is None
        assert "还有 7 题没答" in text(page)
        assert shown(browser.get(url("attempt", attempt))) == 2
        assert shown(browser.get(url("attempt", attempt), {"q": 9})) == 9
        assert shown(browser.get(url("attempt", attempt), {"q": "99"})) == 2
        assert shown(browser.get(url("attempt", attempt), {"q": "x"})) == 2
        assert "交卷前看一眼" in text(browser.get(url("attempt", attempt), {"q": "end"}))


def test_an_unanswered_question_is_only_turned_over(browser, attempt, at):
    with at(minutes=1):
        page = browser.post(url("attempt", attempt), {"position": 1, "nonce": "n", "go": "next"})
    assert shown(page) == 2
    assert not Answer.objects.exists()


def test_unticking_everything_takes_the_answer_back(browser, attempt, at):
    position = next(n for n, item in enumerate(attempt.paper, 1) if item["kind"] == "multiple")
    with at(minutes=1):
        post(browser, attempt, position, [0, 1])
        browser.post(url("attempt", attempt), {"position": position, "nonce": "m", "answered": "1", "go": "next"})
    assert Answer.objects.get().response == []


def test_a_saved_answer_is_there_on_return_with_its_receipt(browser, attempt, at):
    with at(minutes=1, seconds=5):
        post(browser, attempt, 3, [1])
        page = text(browser.get(url("attempt", attempt), {"q": 3}))
    assert re.search(r'value="1" checked', page)
    assert Answer.objects.get().receipt in page
    assert "09:01:05" in page
    assert "答题卡：做了 1 题，还有 9 题" in page


def test_reloading_ten_times_changes_nothing(browser, attempt, right, at):
    with at(minutes=1):
        post(browser, attempt, 1, right(attempt, 1))
        before = Attempt.objects.values().get(), Answer.objects.values().get()
        for _again in range(10):
            browser.get(url("attempt", attempt), {"q": 1})
            post(browser, attempt, 1, right(attempt, 1))
    assert (Attempt.objects.values().get(), Answer.objects.values().get()) == before


def test_the_clock_on_the_page_is_the_servers(browser, attempt, at):
    with at(minutes=3, seconds=20):
        page = text(browser.get(url("attempt", attempt)))
    assert 'data-seconds-left="1000"' in page
    assert "16:40" in page


def test_no_limit_no_clock(browser, quiz, learner, at):
    quiz.minutes = None
    with at():
        attempt = services.start_attempt(quiz, learner, CONTEXT)
        page = text(browser.get(url("attempt", attempt)))
    assert "data-seconds-left" not in page
    assert "data-timer" not in page


def test_the_page_holds_what_the_script_needs(browser, attempt, at):
    with at(minutes=1):
        page = text(browser.get(url("attempt", attempt)))
    assert f'data-save-url="{url("save", attempt)}"' in page
    assert f'data-attempt="{attempt.pk}"' in page
    assert "style=" not in page
    assert "<script>" not in page


def test_a_wrong_post_says_so_on_the_page(browser, attempt, at):
    with at(minutes=1):
        page = post(browser, attempt, 2, [9])
    assert (page.status_code, shown(page)) == (400, 2)
    assert "没有这个选项" in text(page)
    assert not Answer.objects.exists()


# The end ---------------------------------------------------------------------------------------------------------


def test_time_is_up(browser, attempt, right, at):
    with at(minutes=1):
        post(browser, attempt, 1, right(attempt, 1))
    with at(minutes=21):
        assert post(browser, attempt, 2, right(attempt, 2)).url == url("result", attempt)
        assert browser.get(url("attempt", attempt)).url == url("result", attempt)
        waiting = browser.get(url("result", attempt))
        assert "时间到了" in text(waiting)
        assert Attempt.objects.get().state == "in_progress"  # a GET writes nothing
        done = browser.post(url("submit", attempt), follow=True)
    assert "时间到了，卷子已自动交上" in text(done)
    assert "收到 1 题" in text(done)
    assert Attempt.objects.get().score == 10


def test_handing_in_twice(browser, attempt, at):
    with at(minutes=1):
        browser.post(url("submit", attempt))
        before = Attempt.objects.values().get()
    with at(minutes=2):
        assert browser.post(url("submit", attempt)).url == url("result", attempt)
        assert browser.get(url("attempt", attempt)).url == url("result", attempt)
    assert Attempt.objects.values().get() == before


def test_a_fault_in_grading_shows_as_received_and_is_retried_by_the_button(browser, attempt, right, at, monkeypatch):
    with at(minutes=1):
        post(browser, attempt, 1, right(attempt, 1))
        with monkeypatch.context() as broken:
            broken.setattr(grading, "grade_paper", lambda *_: 1 / 0)
            page = browser.post(url("submit", attempt), follow=True)
        assert "卷子收到了" in text(page)
        assert Attempt.objects.get().state == "submitted"
        page = browser.post(url("submit", attempt), follow=True)
    assert "还差 70 分" in text(page)


def test_the_result_waits_for_the_end(browser, attempt, at):
    with at(minutes=1):
        assert browser.get(url("result", attempt)).url == url("attempt", attempt)


@pytest.mark.parametrize(
    ("review", "passing", "open_"),
    [
        ("after_submit", True, True),
        ("after_submit", False, True),
        ("after_pass", True, True),
        ("after_pass", False, False),
        ("never", True, False),
    ],
)
def test_answers_are_released_as_the_quiz_says(browser, attempt, right, at, quiz, review, passing, open_):
    quiz.review = review
    quiz.save()
    with at(minutes=1):
        for position in range(1, 11 if passing else 2):
            post(browser, attempt, position, right(attempt, position))
        page = text(browser.post(url("submit", attempt), follow=True))
    assert (SECRET in page) is open_
    assert ("正确答案" in page) is open_
    assert f'href="{attempt.return_url}"' in page


def test_the_review_shows_what_was_chosen_and_what_is_right(browser, attempt, wrong, at):
    position = next(n for n, item in enumerate(attempt.paper, 1) if item["kind"] == "single")
    item = attempt.paper[position - 1]
    with at(minutes=1):
        post(browser, attempt, position, wrong(attempt, position))
        page = text(browser.post(url("submit", attempt), follow=True))
    for place in (wrong(attempt, position)[0], attempt.key[position - 1]["answer"][0]):
        assert f"{'ABCD'[place]} {item['options'][place][1]}" in page
    assert "没答" in page


# What never leaves the server ---------------------------------------------------------------------------------------


def test_no_answer_before_the_release_tells_which_option_is_right(browser, attempt, learner, at, monkeypatch):
    """Every response of a sitting is the same, byte for byte, whatever the key says."""
    monkeypatch.setattr("secrets.token_hex", lambda *_: "nonce")
    monkeypatch.setattr("secrets.choice", lambda letters: letters[0])

    def every_response():
        Answer.objects.all().delete()
        Attempt.objects.update(flags=[], left_count=0, left_seconds=0, writer="")
        with at(minutes=1):
            pages = [browser.get(url("attempt", attempt))]
            for position in range(1, 11):
                pages.append(browser.get(url("attempt", attempt), {"q": position}))
                pages.append(by_script(browser, attempt, position, [0]))
                pages.append(post(browser, attempt, position, [1]))
                pages.append(post(browser, attempt, position, [7]))
            pages += [browser.get(url("attempt", attempt), {"q": "end"})]
            pages += [browser.get(url(name, attempt)) for name in ("paper", "standing")]
            pages += [
                browser.post(url("note", attempt), data)
                for data in ({"position": 1, "flag": 1}, {"left": 3}, {"position": 99})
            ]
        with at(minutes=21):
            pages += [browser.get(url(name, attempt)) for name in ("result", "paper", "standing")]
        tokens = r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"'
        moving = {"Expires", "Content-Security-Policy"}  # the moment; the same directives in any order
        heads = [sorted((name, said) for name, said in page.headers.items() if name not in moving) for page in pages]
        return [re.sub(tokens, "", text(page)) for page in pages], heads

    first = every_response()
    turned = [item | {"answer": [1 - item["answer"][0]] if len(item["answer"]) == 1 else [0]} for item in attempt.key]
    Attempt.objects.update(key=turned)
    assert every_response() == first
    first = first[0] + [str(head) for head in first[1]]
    assert not any(SECRET in page for page in first)
    # An option is named by its place only: its number in the bank could betray the habits of whoever wrote the key.
    assert {int(n) for page in first for n in re.findall(r'name="response(?:-\d+)?" value="(\d+)"', page)} == {
        0,
        1,
        2,
        3,
    }


# Saving by script ------------------------------------------------------------------------------------------------


def test_saving_by_script(browser, attempt, at):
    with at(minutes=2):
        saved = by_script(browser, attempt, 2, [1]).json()
        again = by_script(browser, attempt, 2, [1]).json()
    assert saved == again
    assert saved | {"receipt": ""} == {
        "position": 2,
        "receipt": "",
        "saved_at": "2026-03-02T01:02:00+00:00",
        "seconds_left": 18 * 60,
    }


def test_saving_a_json_body(browser, attempt, at):
    body = {"position": 2, "response": [0], "nonce": "j"}
    with at(minutes=2):
        saved = browser.post(url("save", attempt), json.dumps(body), content_type="application/json")
    assert saved.status_code == 200
    assert Answer.objects.get().response == [0]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("[]", 400, "answer.format"),
        ("{", 400, "answer.format"),
        ("[" * 100_000, 400, "answer.format"),
        ('{"position": 1, "response": [NaN], "nonce": "n"}', 400, "answer.format"),
        ('{"position": NaN, "response": [0], "nonce": "n"}', 400, "answer.position"),
        ('{"position": 1.0, "response": [0], "nonce": "n"}', 400, "answer.position"),
        ('{"position": 99, "response": [0], "nonce": "n"}', 400, "answer.position"),
        ('{"position": 1, "response": [99], "nonce": "n"}', 400, "answer.option"),
        ('{"position": 1, "response": [0], "nonce": 7}', 400, "answer.nonce"),
        ('{"position": 1, "response": ["%s"], "nonce": "n"}' % ("x" * 30_000), 413, "answer.too_large"),
    ],
)
def test_script_refusals_carry_code_and_sentence(browser, attempt, at, body, status, code):
    with at(minutes=2):
        refused = browser.post(url("save", attempt), body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.json()["message"]
    assert not Answer.objects.exists()


def test_script_saves_after_the_end_are_conflicts(browser, attempt, at):
    with at(minutes=21):
        late = by_script(browser, attempt, 1, [0])
        browser.post(url("submit", attempt))
        closed = by_script(browser, attempt, 1, [0])
    assert (late.status_code, late.json()["code"]) == (409, "attempt.late")
    assert (closed.status_code, closed.json()["code"]) == (409, "attempt.closed")


# Who -------------------------------------------------------------------------------------------------------------

SCREENS = [
    ("get", "attempt"),
    ("get", "paper"),
    ("get", "standing"),
    ("post", "attempt"),
    ("post", "save"),
    ("post", "take_over"),
    ("post", "submit"),
    ("get", "result"),
]


@pytest.mark.parametrize(("method", "name"), SCREENS)
def test_somebody_elses_attempt_is_not_found(attempt, other, method, name, at):
    client = Client()
    client.force_login(other.user)
    data = {"position": 1, "response": [0], "nonce": "n"}
    with at(minutes=1):
        assert getattr(client, method)(url(name, attempt), data).status_code == 404
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("method", "name"), SCREENS)
def test_a_login_without_a_person_finds_nothing(attempt, django_user_model, method, name, at):
    client = Client()
    client.force_login(django_user_model.objects.create_user(username="staff"))
    data = {"position": 1, "response": [0], "nonce": "n"}
    with at(minutes=1):
        assert getattr(client, method)(url(name, attempt), data).status_code == 404


@pytest.mark.parametrize(("method", "name"), SCREENS)
def test_signed_out(attempt, client, method, name):
    answer = getattr(client, method)(url(name, attempt))
    if name == "save":
        assert (answer.status_code, answer.json()["code"]) == (401, "login")
    else:
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")


def test_the_policy_shows_nobody_anything(attempt):
    from core.policies import policy_for

    assert not policy_for(Attempt).visible(AnonymousUser()).exists()


@pytest.mark.parametrize("name", ["save", "take_over", "submit"])
def test_only_posts_change_anything(browser, attempt, name):
    assert browser.get(url(name, attempt)).status_code == 405


# Two devices -----------------------------------------------------------------------------------------------------


def test_the_second_device_is_told_and_may_take_over(browser, second, attempt, at):
    with at(minutes=1):
        post(browser, attempt, 1, [0])
        told = second.get(url("attempt", attempt))
        assert "正在另一台设备上答" in text(told)
        assert shown(told) is None
        assert post(second, attempt, 2, [0]).status_code == 409
        assert by_script(second, attempt, 2, [0]).json()["code"] == "attempt.other_device"
        assert second.post(url("submit", attempt)).status_code == 409
        assert Attempt.objects.get().state == "in_progress"

        assert second.post(url("take_over", attempt)).url == url("attempt", attempt)
        assert shown(post(second, attempt, 2, [0])) == 3
        assert by_script(browser, attempt, 3, [0]).json()["code"] == "attempt.other_device"
        assert "正在另一台设备上答" in text(browser.get(url("attempt", attempt)))
    assert Answer.objects.count() == 2


def test_another_tab_of_the_same_device_is_no_other_device(browser, attempt, at):
    with at(minutes=1):
        post(browser, attempt, 1, [0])
        assert by_script(browser, attempt, 1, [1], nonce="tab2").status_code == 200


# Cost: literal numbers, session and user included ------------------------------------------------------------------


@pytest.fixture
def warm(browser, attempt, at):
    """A browser past its first save: session and policies are in the cache, the device holds the attempt."""
    with at(minutes=1):
        post(browser, attempt, 10, [0])
    current_policies()
    return browser


def test_saving_by_script_takes_four_statements(warm, attempt, at):
    with at(minutes=2), queries(4):  # user, attempt, its answers, the write
        by_script(warm, attempt, 1, [0])


def test_saving_and_the_next_question_take_four_statements(warm, attempt, at):
    with at(minutes=2), queries(4):
        assert shown(post(warm, attempt, 1, [0])) == 2


def test_a_question_page_takes_three_statements(warm, attempt, at):
    with at(minutes=2), queries(3):
        warm.get(url("attempt", attempt), {"q": 5})


def test_the_summary_takes_three_statements(warm, attempt, at):
    with at(minutes=2), queries(3):
        warm.get(url("attempt", attempt), {"q": "end"})
