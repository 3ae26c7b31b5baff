"""Two tabs at once, on real connections and locks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.exceptions import DomainError
from quizzes import printing, services
from quizzes.models import Answer, Attempt

CONTEXT = "lesson:5:v3:2026"


def at_once(jobs):
    """Run the jobs from as many threads at the same moment; their results, or the exceptions they died with."""
    gate = Barrier(len(jobs))

    def run(job):
        try:
            gate.wait(10)
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_two_tabs_starting_get_one_attempt(quiz, learner):
    results = at_once([lambda: services.start_attempt(quiz, learner, CONTEXT)] * 8)
    assert {getattr(result, "pk", result) for result in results} == {Attempt.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_the_last_try_is_given_once(quiz, learner):
    quiz.attempts_allowed = 1
    results = at_once([lambda: services.start_attempt(quiz, learner, CONTEXT)] * 8)
    assert {result.number for result in results} == {1}
    attempt = Attempt.objects.get()
    services.finish(attempt, learner)
    codes = {error.code for error in at_once([lambda: services.start_attempt(quiz, learner, CONTEXT)] * 4)}
    assert codes == {"attempt.none_left"}


@pytest.mark.django_db(transaction=True)
def test_one_question_saved_from_many_tabs_is_one_answer(quiz, learner, right):
    attempt = services.start_attempt(quiz, learner, CONTEXT)
    jobs = [
        lambda nonce=nonce: services.save_answer(attempt.pk, learner, 1, right(attempt, 1), f"n{nonce}", "phone")
        for nonce in range(8)
    ]
    assert all(isinstance(result, Answer) for result in at_once(jobs))
    assert Answer.objects.count() == 1
    assert services.finish(attempt, learner).score == 10


@pytest.mark.django_db(transaction=True)
def test_what_is_receipted_is_marked(quiz, learner, right):
    """Saving races handing in: whoever holds a receipt finds the answer in the score."""
    attempt = services.start_attempt(quiz, learner, CONTEXT)
    jobs = [
        lambda p=p: services.save_answer(attempt.pk, learner, p, right(attempt, p), f"n{p}", "phone")
        for p in range(1, 9)
    ]
    *saved, done = at_once([*jobs, lambda: services.finish(attempt, learner)])
    receipts = [answer for answer in saved if isinstance(answer, Answer)]
    assert {error.code for error in saved if not isinstance(error, Answer)} <= {"attempt.closed"}
    assert done.score == 10 * len(receipts) == 10 * Answer.objects.count()


@pytest.mark.django_db(transaction=True)
def test_two_devices_cannot_both_hold_the_pen(quiz, learner):
    attempt = services.start_attempt(quiz, learner, CONTEXT)
    jobs = [
        lambda d=device: services.save_answer(attempt.pk, learner, 1, [0], f"n-{d}", d) for device in ("phone", "desk")
    ]
    results = at_once(jobs)
    assert sorted(type(result).__name__ for result in results) == ["Answer", "DomainError"]


@pytest.mark.django_db(transaction=True)
def test_a_paper_taken_in_and_a_start_online_leave_one_attempt(quiz, learner, markers):
    """One try: either the paper counts and nothing begins, or the person writes online and the paper waits."""
    quiz.attempts_allowed = 1
    quiz.save()
    paper = printing.draw(quiz, markers[0], context="round:1")
    jobs = [
        lambda: services.start_attempt(quiz, learner, CONTEXT),
        lambda: printing.hand_in(paper, learner, CONTEXT, {1: "A"}, actor=markers[0])[0],
    ] * 2
    results = at_once(jobs)
    row = Attempt.objects.get()
    refused = {result.code for result in results if isinstance(result, DomainError)}
    assert {result for result in results if not isinstance(result, DomainError)} == {row}
    assert refused == ({"attempt.none_left"} if row.printed_id else {"paper.writing"})
