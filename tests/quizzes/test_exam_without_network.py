"""What the page fetches so that it can go on without a network, and the receipts it shows before handing in."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from quizzes import services
from quizzes.models import Answer, Quiz

pytestmark = pytest.mark.one_engine

CONTEXT = "lesson:5:v3:2026"


@pytest.fixture
def browser(learner):
    client = Client()
    client.force_login(learner.user)
    return client


def url(name, attempt):
    return reverse(f"quizzes:{name}", args=[attempt.pk])


def positions(response):
    return [int(n) for n in re.findall(r'data-position="(\d+)"', response.content.decode())]


def test_the_rest_of_the_paper_is_every_question_with_names_of_its_own(
    browser, attempt, at, save, django_assert_num_queries
):
    with at(minutes=1):
        browser.get(url("attempt", attempt))
        page = browser.get(url("paper", attempt))
        assert positions(page) == list(range(1, 11))
        assert {int(n) for n in re.findall(r'name="response-(\d+)"', page.content.decode())} == set(range(1, 11))
        assert "no-store" in page["Cache-Control"]
        assert "private" in page["Cache-Control"]
        with django_assert_num_queries(3):  # user, attempt, its answers
            browser.get(url("paper", attempt))


def test_there_is_nothing_to_fetch_when_nothing_can_be_answered_here(browser, attempt, at, save):
    with at(minutes=1):
        save(attempt, 1, writer="somewhere-else")
        assert browser.get(url("paper", attempt)).status_code == 204
        assert browser.get(url("standing", attempt)).json() == {"state": "elsewhere", "seconds_left": 19 * 60}
    with at(minutes=21):
        assert browser.get(url("paper", attempt)).status_code == 204
        assert browser.get(url("standing", attempt)).json() == {"state": "ended"}


def test_the_standing_is_the_servers_clock(browser, attempt, at):
    with at(minutes=2):
        assert browser.get(url("standing", attempt)).json() == {"state": "open", "seconds_left": 18 * 60}


def test_the_summary_lists_every_receipt(browser, attempt, at, save):
    with at(minutes=1, seconds=7):
        kept = [save(attempt, position, writer="").receipt for position in (2, 7)]
        page = browser.get(url("attempt", attempt), {"q": "end"}).content.decode()
    for receipt in kept:
        assert f"<code>{receipt}</code>" in page
    assert page.count("09:01:07") >= 2


@pytest.fixture
def whole_page(quiz, learner, at):
    quiz.layout = Quiz.Layout.ALL
    quiz.save()
    with at():
        return services.start_attempt(quiz, learner, CONTEXT)


def test_all_on_a_page_is_saved_with_one_press(browser, whole_page, at):
    with at(minutes=1):
        page = browser.get(url("attempt", whole_page))
        assert positions(page) == list(range(1, 11))
        assert 'href="#q7"' in page.content.decode()
        answers = {"question": range(1, 11), "nonce": "n1", "go": "end", "response-3": "1", "response-8": "0"}
        assert positions(browser.post(url("attempt", whole_page), answers)) == []
    assert sorted(Answer.objects.values_list("position", "response")) == [(3, [1]), (8, [0])]


def test_a_mark_on_one_of_many_comes_back_to_it(browser, whole_page, at):
    with at(minutes=1):
        answer = browser.post(url("attempt", whole_page), {"question": [1, 2], "nonce": "n1", "flag": "2"})
        assert answer.url.endswith("?q=2#q2")
        whole_page.refresh_from_db()
        assert whole_page.flags == [2]
