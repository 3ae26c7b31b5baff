"""submit, grade, finish_overdue and what is asked afterwards."""

import pytest
from django.db import transaction

from core.exceptions import DomainError
from core.merging import Merging
from quizzes import grading, services
from quizzes.models import Attempt
from quizzes.tasks import finish_overdue

CONTEXT = "lesson:5:v3:2026"


def answer_all(attempt, save, right_ones, wrong):
    for position in range(1, 11):
        save(attempt, position, None if position <= right_ones else wrong(attempt, position))


@pytest.mark.parametrize(("right_ones", "passed"), [(10, True), (8, True), (7, False), (0, False)])
def test_a_whole_sitting(attempt, save, wrong, at, learner, right_ones, passed):
    with at(minutes=5):
        answer_all(attempt, save, right_ones, wrong)
        done = services.finish(attempt, learner)
    assert (done.state, done.score, done.max_score, done.passed) == ("graded", right_ones * 10, 100, passed)


def test_handing_in_twice_is_handing_in_once(attempt, save, at, learner):
    with at(minutes=5):
        save(attempt, 1)
        first = services.finish(attempt, learner)
    with at(minutes=9):
        again = services.finish(attempt, learner)
    assert (again.submitted_at, again.graded_at, again.score) == (first.submitted_at, first.graded_at, 10)


def test_a_fault_in_grading_keeps_the_paper_and_the_next_look_marks_it(attempt, save, at, learner, monkeypatch):
    with at(minutes=5):
        save(attempt, 1)
        with monkeypatch.context() as broken:
            broken.setattr(grading, "grade_paper", lambda *_: 1 / 0)
            done = services.finish(attempt, learner)
            assert (done.state, done.score) == ("submitted", None)
            assert services.finish_overdue() == {"taken": 0, "marked": 0}
    stored = Attempt.objects.get()
    assert (stored.state, stored.submitted_at, list(stored.sheet)) == ("submitted", done.submitted_at, [1])
    with at(minutes=6):
        assert services.finish(attempt, learner).score == 10


def test_beat_takes_in_what_is_overdue_once(quiz, learner, other, at, save):
    with at():
        late, early = (services.start_attempt(quiz, person, CONTEXT) for person in (learner, other))
        save(late, 1)
        save(late, 2)
    with at(minutes=20):
        assert services.finish_overdue() == {"taken": 0, "marked": 0}
        services.submit(early, other)
    with at(minutes=21):
        assert finish_overdue() == {"taken": 1, "marked": 2}
        assert finish_overdue() == {"taken": 0, "marked": 0}
    late.refresh_from_db()
    assert (late.state, late.score, late.submitted_at, late.cut_off) == ("graded", 20, late.due_at, True)
    early.refresh_from_db()
    assert (early.state, early.score) == ("graded", 0)


def test_handing_in_late_counts_as_handed_in_at_the_deadline(attempt, save, at, learner):
    with at(minutes=1):
        save(attempt, 1)
    with at(hours=5):
        done = services.finish(attempt, learner, writer="another")
    assert (done.submitted_at, done.score) == (done.due_at, 10)


def test_a_quiz_may_abandon_what_is_late(quiz, learner, at, save):
    quiz.late_policy = "abandon"
    quiz.save()
    with at():
        attempt = services.start_attempt(quiz, learner, CONTEXT)
        save(attempt, 1)
    with at(minutes=21):
        services.finish_overdue()
        done = services.finish(attempt, learner)
    assert (done.state, done.score, done.passed) == ("expired", None, None)
    assert services.passed_attempt(learner, quiz, CONTEXT) is None


def test_without_a_limit_nothing_is_ever_late(quiz, learner, at, save):
    quiz.minutes = None
    with at():
        attempt = services.start_attempt(quiz, learner, CONTEXT)
    with at(days=300):
        save(attempt, 1)
        assert services.finish_overdue() == {"taken": 0, "marked": 0}
        assert services.start_attempt(quiz, learner, CONTEXT).pk == attempt.pk


def test_nobody_hands_in_for_another(attempt, other):
    with pytest.raises(Attempt.DoesNotExist):
        services.submit(attempt, other)


def test_the_first_pass_stays_the_pass_and_holds_nowhere_else(quiz, learner, other, at, save, wrong):
    passes = []
    for hour, right_ones in enumerate((3, 8, 10)):
        with at(hours=hour):
            attempt = services.start_attempt(quiz, learner, CONTEXT)
            answer_all(attempt, save, right_ones, wrong)
            passes.append(services.finish(attempt, learner))
            found = services.passed_attempt(learner, quiz, CONTEXT)
            assert (found and found.number) == (None, 2, 2)[hour]
    assert services.passed_attempt(learner, quiz, "lesson:5:v3:2027") is None
    assert services.passed_attempt(other, quiz, CONTEXT) is None
    best = services.best_attempts(contexts=[CONTEXT, "lesson:6:v1:2026"], person=learner)
    assert {key: attempt.number for key, attempt in best.items()} == {(learner.pk, quiz.pk, CONTEXT): 3}
    assert services.best_attempts(contexts=[CONTEXT], quiz=quiz, person=other) == {}


def test_of_equal_scores_the_first_is_best(quiz, learner, django_assert_num_queries):
    for _try in range(3):
        services.finish(services.start_attempt(quiz, learner, CONTEXT), learner)
    with django_assert_num_queries(1):
        best = services.best_attempts(contexts=[CONTEXT])
    assert [attempt.number for attempt in best.values()] == [1]


def test_merging_two_persons_keeps_every_attempt(quiz, learner, other, at, save, wrong):
    with at():
        lost = services.start_attempt(quiz, other, CONTEXT)
        answer_all(lost, save, 9, wrong)
        services.finish(lost, other)
        services.start_attempt(quiz, other, "registration:7")
        begun = services.start_attempt(quiz, other, CONTEXT)
        save(begun, 1)
        kept = services.start_attempt(quiz, learner, CONTEXT)
    with at(minutes=1), transaction.atomic():
        services.merge_persons(Merging(learner, other))
    assert not Attempt.objects.of(other).exists()
    rows = Attempt.objects.of(learner).order_by("context", "number")
    assert [(row.context, row.number, row.state) for row in rows] == [
        (CONTEXT, 1, "in_progress"),
        (CONTEXT, 2, "graded"),
        (CONTEXT, 3, "submitted"),
        ("registration:7", 1, "in_progress"),
    ]
    with at(minutes=2):
        assert services.start_attempt(quiz, learner, CONTEXT).pk == kept.pk
        assert services.passed_attempt(learner, quiz, CONTEXT).pk == lost.pk


def test_the_privacy_export_names_every_attempt(attempt, learner, other):
    heading, rows = services.export_person(learner)
    assert (heading, len(rows), rows[0]["试卷"]) == ("考试", 1, "首件检验")
    assert services.export_person(other)[1] == []


def test_a_context_is_needed(quiz, learner):
    with pytest.raises(ValueError):
        services.start_attempt(quiz, learner, "")


def test_refusals_say_how_to_go_on(attempt, at, learner, save):
    with at(minutes=1):
        services.submit(attempt, learner)
        with pytest.raises(DomainError) as refused:
            save(attempt, 1)
    assert "成绩页" in refused.value.sentence
