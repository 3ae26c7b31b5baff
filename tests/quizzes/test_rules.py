"""The rules under which a paper is sat: opening hours, pauses, allowances, grace, papers a person marks, flags."""

from datetime import timedelta

import pytest

from quizzes import checks, services
from quizzes.models import Allowance, Attempt, Mark, Quiz

from .conftest import CASE, CONTEXT, NINE, refused


@pytest.fixture
def rules(quiz):
    """Change rules of the quiz."""

    def change(**fields):
        Quiz.objects.filter(pk=quiz.pk).update(**fields)
        quiz.refresh_from_db()
        return quiz

    return change


def test_nobody_starts_before_it_opens_or_after_it_closes(rules, learner, at):
    quiz = rules(opens_at=NINE, closes_at=NINE + timedelta(hours=1), minutes=50)
    with at(minutes=-1), refused("attempt.not_open_yet"):
        services.start_attempt(quiz, learner, CONTEXT)
    with at(minutes=60), refused("attempt.closed_for_all"):
        services.start_attempt(quiz, learner, CONTEXT)
    with at(minutes=20):
        attempt = services.start_attempt(quiz, learner, CONTEXT)
    assert attempt.due_at == quiz.closes_at  # 50 minutes would reach beyond the closing


def test_a_pause_between_two_tries(rules, learner, at):
    quiz = rules(wait_minutes=30)
    with at():
        services.finish(services.start_attempt(quiz, learner, CONTEXT), learner)
    with at(minutes=29), refused("attempt.wait"):
        services.start_attempt(quiz, learner, CONTEXT)
    with at(minutes=30):
        assert services.start_attempt(quiz, learner, CONTEXT).number == 2


def test_an_allowance_gives_time_and_tries_to_one_person_only(rules, learner, other, at):
    quiz = rules(attempts_allowed=1)
    Allowance.objects.create(quiz=quiz, person=learner, extra_minutes=10, extra_attempts=1, reason="右手受伤")
    Allowance.objects.create(quiz=quiz, person=learner, context="registration:9", extra_minutes=60, reason="别的考试")
    with at():
        attempt = services.start_attempt(quiz, learner, CONTEXT)
        assert attempt.due_at == NINE + timedelta(minutes=30)
        services.finish(attempt, learner)
        assert services.start_attempt(quiz, learner, CONTEXT).number == 2
        mine = services.start_attempt(quiz, other, CONTEXT)
        assert mine.due_at == NINE + timedelta(minutes=20)
        services.finish(mine, other)
        with refused("attempt.none_left"):
            services.start_attempt(quiz, other, CONTEXT)


def test_grace_takes_answers_for_some_minutes_more_then_takes_the_paper_in(rules, learner, at, save):
    quiz = rules(late_policy="grace", grace_minutes=5)
    with at():
        attempt = services.start_attempt(quiz, learner, CONTEXT)
    with at(minutes=24):
        assert save(attempt, 1).attempt.in_grace
        assert services.finish_overdue() == {"taken": 0, "marked": 0}
    with at(minutes=25, seconds=1):
        with refused("attempt.late"):
            save(attempt, 2)
        assert services.finish_overdue() == {"taken": 1, "marked": 1}
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.score, attempt.cut_off) == (NINE + timedelta(minutes=25), 10, True)


def test_a_paper_with_a_case_waits_for_its_marker_and_its_floor_counts(rules, learner, at, save):
    services.load_questions([CASE])
    blueprint = [{"lesson": "F1", "draw": 7, "points": 10}, {"lesson": "U4", "draw": 1, "points": 30}]
    quiz = rules(blueprint=blueprint, floors={"case": 60}, shuffle_questions=False)
    with at():
        attempt = services.start_attempt(quiz, learner, CONTEXT)
        for position in range(1, 8):
            save(attempt, position)
        save(attempt, 8, ["是", ""])
        assert services.finish(attempt, learner).state == Attempt.State.MARKING
        assert services.grade(attempt).state == Attempt.State.MARKING  # asking again finds nothing new
        Mark.objects.create(attempt=attempt, position=8, role="first", marker=learner.user, points=15)
        graded = services.grade(attempt)
    assert (graded.score, graded.passed) == (85, False)  # 85 of 100, but the case is at 50 %
    assert graded.marks[-1] == "15.00"
    assert list(checks.audit()) == []


def test_flags_are_kept_by_the_server_and_leaving_the_page_is_only_counted(attempt, learner, other, at):
    with at(minutes=2):
        assert services.flag(attempt, learner, 3, True).flags == [3]
        assert services.flag(attempt, learner, 3, True).flags == [3]
        assert services.flag(attempt, learner, 3, False).flags == []
        with refused("answer.position"):
            services.flag(attempt, learner, 11, True)
        with pytest.raises(Attempt.DoesNotExist):
            services.flag(attempt, other, 1, True)
        services.left_page(attempt, learner, 30)
        row = services.left_page(attempt, learner, 10**9)  # a browser may claim anything
        assert (row.left_count, row.left_seconds, row.is_open) == (2, 120, True)
    with at(minutes=21), refused("attempt.late"):
        services.flag(attempt, learner, 1, True)
