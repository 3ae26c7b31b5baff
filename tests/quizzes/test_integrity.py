"""An exam keeps what it received whatever is sent, edited or broken around it."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from quizzes import services
from quizzes.models import Answer, Attempt, Question

TEN_MEGABYTES = 10 * 1024 * 1024


@pytest.fixture
def browser(learner):
    client = Client()
    client.force_login(learner.user)
    return client


def url(name, attempt):
    return reverse(f"quizzes:{name}", args=[attempt.pk])


def test_an_older_answer_that_was_long_on_its_way_does_not_undo_the_newer(attempt, save, at, right, wrong, learner):
    with at(minutes=1):
        save(attempt, 1, wrong(attempt, 1), "first")
        newer = save(attempt, 1, right(attempt, 1), "second")
        overtaken = save(attempt, 1, wrong(attempt, 1), "first")
        assert overtaken.receipt == newer.receipt
        assert Answer.objects.get().response == right(attempt, 1)
        save(attempt, 1, wrong(attempt, 1), "third")  # changed one's mind: a new request
        assert Answer.objects.get().response == wrong(attempt, 1)
    with at(minutes=30):
        save(attempt, 1, right(attempt, 1), "second")  # replayed after the end
    assert services.finish(attempt, learner).score == 0


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_ten_megabytes_are_refused(browser, attempt, at, kind):
    big = "x" * TEN_MEGABYTES
    body = (
        json.dumps({"position": 1, "response": [big], "nonce": "n"})
        if "json" in kind
        else f"position=1&nonce=n&response={big}"
    )
    with at(minutes=1):
        refused = browser.post(url("save", attempt), body, content_type=kind)
    assert refused.status_code in (400, 413)
    assert not Answer.objects.exists()


def test_a_question_edited_and_retired_during_the_attempt(browser, attempt, make_question, save, at, learner):
    with at(minutes=1):
        before = browser.get(url("paper", attempt)).content
        edited = [
            make_question(item["key"], stem="完全另一个题", answer=(3,))
            for item in [{"key": f"s{n}"} for n in range(6)]
        ]
        services.load_questions(edited)
        Question.objects.update(status="retired")
        assert browser.get(url("paper", attempt)).content == before
        for position in range(1, 11):
            save(attempt, position, writer="")
        assert services.finish(attempt, learner).score == 100


def test_without_a_worker_the_next_look_takes_the_paper_in(browser, attempt, save, at):
    with at(minutes=1):
        save(attempt, 1, writer="")
    with at(hours=5):
        assert browser.get(url("attempt", attempt), follow=True).status_code == 200
        done = browser.post(url("submit", attempt), follow=True).content.decode()
    assert "时间到了，卷子已自动交上" in done
    assert Attempt.objects.get().score == 10


def test_the_exam_goes_on_without_its_cache(browser, attempt, right, at, settings):
    """Sessions are kept in the database as well: no Redis, no problem."""
    settings.CACHES = {"default": {"BACKEND": "core.cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    with at(minutes=1):
        assert browser.get(url("attempt", attempt)).status_code == 200
        assert browser.get(url("paper", attempt)).status_code == 200
        saved = browser.post(url("save", attempt), {"position": 1, "response": right(attempt, 1), "nonce": "n"})
        assert saved.json()["receipt"] == Answer.objects.get().receipt
        done = browser.post(url("submit", attempt), follow=True)
    assert done.status_code == 200
    assert Attempt.objects.get().score == 10


def test_ids_of_others_and_of_nobody(browser, attempt, other, quiz, at):
    with at(minutes=1):
        theirs = services.start_attempt(quiz, other, "lesson:5:v3:2026")
        fields = {"position": 1, "response": 0, "nonce": "n"}
        for pk in (theirs.pk, 10**9):
            for name in ("attempt", "paper", "standing", "result"):
                assert browser.get(reverse(f"quizzes:{name}", args=[pk])).status_code == 404
            for name in ("save", "note", "submit", "take_over"):
                assert browser.post(reverse(f"quizzes:{name}", args=[pk]), fields).status_code == 404
    assert not Answer.objects.exists()
