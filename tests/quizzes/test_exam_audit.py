"""audit: a score that does not follow from its paper is found."""

from decimal import Decimal

import pytest

from core import clock, registry
from quizzes import checks, services
from quizzes.models import Answer, Attempt


@pytest.fixture
def marked(attempt, save, at, learner):
    with at(minutes=1):
        save(attempt, 1)
        return services.finish(attempt, learner)


def found(at, **later):
    with at(**(later or {"minutes": 2})):
        return [finding.check for finding in checks.audit()]


def test_it_is_registered_and_finds_nothing_in_order(marked, at):
    assert checks.audit in registry.audit
    assert services.export_person in registry.export_person
    assert services.merge_persons in [part.move for part in registry.merge_persons]
    assert found(at) == []


@pytest.mark.parametrize("change", [{"score": Decimal(90)}, {"passed": True}])
def test_a_score_written_by_hand(marked, at, change):
    Attempt.objects.update(**change)
    assert found(at) == ["quizzes.score"]


def test_an_answer_changed_afterwards(marked, at, wrong):
    Answer.objects.update(response=wrong(marked, 1))
    assert found(at) == ["quizzes.score"]


def test_an_answer_slipped_in_after_the_end(marked, at, right):
    with at(minutes=3):
        Answer.objects.create(
            attempt=marked, position=2, response=[], saved_at=clock.now(), receipt="AAAA", nonce="late"
        )
    assert found(at) == ["quizzes.late_answer"]


def test_a_paper_left_lying(attempt, at, learner):
    assert found(at, minutes=30) == []
    assert found(at, hours=2) == ["quizzes.waiting"]
    with at(minutes=1):
        services.submit(attempt, learner)
    assert found(at, hours=2) == ["quizzes.waiting"]


def test_queries_do_not_grow_with_attempts(quiz, make_person, django_assert_num_queries):
    def sit(name):
        person = make_person(name)
        services.finish(services.start_attempt(quiz, person, "registration:1"), person)

    sit("甲")
    with django_assert_num_queries(5):
        list(checks.audit())
    sit("乙")
    sit("丙")
    with django_assert_num_queries(5):
        list(checks.audit())
