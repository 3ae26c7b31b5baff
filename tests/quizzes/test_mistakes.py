"""错题本: what went wrong in released papers, practised until it sits."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from core import registry
from quizzes import mistakes, services
from quizzes.models import Attempt, Practice

CONTEXT = "lesson:5:v3:2026"
SECRET = "只有放行以后才看得到的解析"


@pytest.fixture
def browser(learner):
    client = Client()
    client.force_login(learner.user)
    return client


@pytest.fixture
def sat(quiz, learner, save, right, wrong, at):
    """``sat(wrong_positions, minutes)``: one paper handed in, everything right but these."""

    def sit(badly, minutes):
        with at(minutes=minutes):
            attempt = services.start_attempt(quiz, learner, CONTEXT)
            for position in range(1, 11):
                save(attempt, position, (wrong if position in badly else right)(attempt, position))
            return services.finish(attempt, learner)

    return sit


def keys(person):
    return {row.item["stem"] for row in mistakes.book(person)}


def test_the_book_holds_what_is_wrong_in_released_papers(sat, learner, other, quiz, at, django_assert_num_queries):
    attempt = sat({2, 5}, 1)
    with django_assert_num_queries(4):
        assert keys(learner) == {attempt.paper[n - 1]["stem"] for n in (2, 5)}
    sat({3, 4, 7}, 10)
    with django_assert_num_queries(4):
        assert mistakes.book(learner)[0].question.clause == "8.6"
    assert keys(other) == set()
    for review in ("never", "after_close"):
        quiz.review = review
        quiz.save()
        assert keys(learner) == set()
    quiz.review, quiz.review_shows = "after_submit", "marks"
    quiz.save()
    assert keys(learner) == set()


def test_two_right_answers_in_a_row_and_it_is_gone_until_it_goes_wrong_again(sat, learner, at):
    sat({2}, 1)
    (mistake,) = mistakes.book(learner)
    right, wrong = mistake.key["answer"], [n for n in range(4) if n not in mistake.key["answer"]][:1]
    if mistake.kind == "true_false":
        wrong = [1 - right[0]]
    with at(minutes=30):
        assert mistakes.practise(learner, mistake, right, "a") == (True, 1)
        assert mistakes.practise(learner, mistake, right, "a") == (True, 1)  # the same page sent again
        assert mistakes.practise(learner, mistake, wrong, "b") == (False, 0)
        assert mistakes.practise(learner, mistake, right, "c") == (True, 1)
        assert mistakes.practise(learner, mistake, right, "d") == (True, 2)
    assert mistakes.book(learner) == []
    assert Attempt.objects.count() == 1
    stem = mistake.item["stem"]
    with at(minutes=40):
        again = sat(set(range(1, 11)), 40)
    assert stem in {item["stem"] for item in again.paper}
    assert stem in keys(learner)


def test_practising_by_the_pages(sat, browser, learner, at):
    sat({2, 5}, 1)
    book = browser.get(reverse("quizzes:mistakes")).content.decode()
    assert SECRET in book
    assert "/guide/8.6/" in book
    page = browser.get(reverse("quizzes:practice")).content.decode()
    assert SECRET not in page  # the answer comes after the answer
    pk = int(re.search(r"/my/mistakes/practice/(\d+)/", page)[1])
    mistake = next(row for row in mistakes.book(learner) if row.question.pk == pk)
    for nonce in ("one", "two"):
        told = browser.post(
            reverse("quizzes:practice-answer", args=[pk]), {"response": mistake.key["answer"], "nonce": nonce}
        ).content.decode()
        assert "答对了" in told
        assert SECRET in told
    assert "从错题本里出去了" in told
    assert browser.post(reverse("quizzes:practice-answer", args=[pk]), {"response": 0}).status_code == 404
    refused = browser.post(
        reverse("quizzes:practice-answer", args=[mistakes.book(learner)[0].question.pk]), {"response": 9}
    )
    assert (refused.status_code, "没有这个选项" in refused.content.decode()) == (400, True)
    assert (
        f"?after={mistakes.book(learner)[0].question.pk}"
        in browser.get(reverse("quizzes:practice"), {"after": pk}).content.decode()
    )


def test_nothing_yet(browser):
    assert "还没有错题" in browser.get(reverse("quizzes:mistakes")).content.decode()
    assert "错题都练完了" in browser.get(reverse("quizzes:practice")).content.decode()


def test_practice_is_exported_and_forgotten(sat, learner):
    sat({2}, 1)
    (mistake,) = mistakes.book(learner)
    mistakes.practise(learner, mistake, [0], "a")
    assert mistakes.export_person(learner)[1][0]["题号"] == mistake.question.key
    assert mistakes.export_person in registry.export_person
    assert mistakes.forget in registry.erase_person
    mistakes.forget(learner)
    assert not Practice.objects.exists()
