"""save_answer and take_over: receipts, repeats, and each refusal; a refused answer changes nothing."""

import re

import pytest

from core.exceptions import DomainError
from core.models import AuditRecord
from quizzes import services
from quizzes.models import Answer, Attempt


def code(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_an_answer_is_saved_by_itself_and_receipted(attempt, save, at, right):
    with at(minutes=1):
        answer = save(attempt, 3)
    stored = Answer.objects.get()
    assert (stored.position, stored.response, stored.receipt) == (3, right(attempt, 3), answer.receipt)
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}", answer.receipt)


def test_a_repeated_nonce_is_the_same_receipt(attempt, save, at):
    with at(minutes=1):
        first = save(attempt, 1, nonce="once")
    with at(minutes=2):
        again = save(attempt, 1, nonce="once")
    assert (again.receipt, again.saved_at) == (first.receipt, first.saved_at)
    assert Answer.objects.count() == 1


def test_a_repeat_is_harmless_even_after_the_end(attempt, save, at, learner):
    with at(minutes=1):
        first = save(attempt, 1, nonce="once")
    with at(minutes=30):
        assert save(attempt, 1, nonce="once").receipt == first.receipt
        services.finish(attempt, learner)
        assert save(attempt, 1, nonce="once").receipt == first.receipt


def test_a_page_sent_again_with_another_choice_is_a_new_answer(attempt, save, at, wrong):
    with at(minutes=1):
        save(attempt, 1, nonce="page")
        save(attempt, 1, wrong(attempt, 1), nonce="page")
    assert Answer.objects.get().response == wrong(attempt, 1)


def test_the_last_answer_counts_once(attempt, save, at, wrong, learner):
    with at(minutes=1):
        for nonce in range(5):
            save(attempt, 1, nonce=f"again{nonce}")
        save(attempt, 2, wrong(attempt, 2))
        save(attempt, 2, nonce="better")
        done = services.finish(attempt, learner)
    assert Answer.objects.count() == 2
    assert done.score == 20


def test_an_answer_can_be_taken_back(attempt, save, at, learner):
    with at(minutes=1):
        save(attempt, 1)
        save(attempt, 1, [], nonce="cleared")
        assert Attempt.objects.get().done == []
        assert services.finish(attempt, learner).score == 0


@pytest.mark.parametrize(
    ("position", "response", "nonce", "expected"),
    [
        (0, [0], "n", "answer.position"),
        (11, [0], "n", "answer.position"),
        (-1, [0], "n", "answer.position"),
        (None, [0], "n", "answer.position"),
        ("1", [0], "n", "answer.position"),
        (True, [0], "n", "answer.position"),
        (float("nan"), [0], "n", "answer.position"),
        (1, [9], "n", "answer.option"),
        (1, ["9"], "n", "answer.option"),
        (1, [float("nan")], "n", "answer.format"),
        (1, {"score": 100}, "n", "answer.format"),
        (1, "0", "n", "answer.format"),
        (1, [0, 0], "n", "answer.duplicate"),
        (1, ["x" * 30_000], "n", "answer.too_large"),
        (1, [0], "", "answer.nonce"),
        (1, [0], None, "answer.nonce"),
        (1, [0], "n" * 41, "answer.nonce"),
        (1, [0], "a b", "answer.nonce"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_and_changes_nothing(attempt, at, position, response, nonce, expected):
    with at(minutes=1):
        assert code(services.save_answer, attempt.pk, attempt.person, position, response, nonce, "phone") == expected
    assert not Answer.objects.exists()
    assert Attempt.objects.get().score is None


def test_late_by_the_servers_clock(attempt, save, at):
    with at(minutes=20):
        save(attempt, 1)
    with at(minutes=20, seconds=1):
        assert code(save, attempt, 2) == "attempt.late"
        assert code(save, attempt, 1, [0], nonce="changed") == "attempt.late"
    assert Answer.objects.count() == 1


def test_closed_after_handing_in(attempt, save, at, learner):
    with at(minutes=1):
        services.submit(attempt, learner)
        assert code(save, attempt, 1) == "attempt.closed"
        services.grade(attempt)
        assert code(save, attempt, 1) == "attempt.closed"


def test_somebody_elses_attempt_does_not_exist(attempt, save, other, at):
    with at(minutes=1), pytest.raises(Attempt.DoesNotExist):
        save(attempt, 1, person=other)
    with at(minutes=1), pytest.raises(Attempt.DoesNotExist):
        services.save_answer(attempt.pk, None, 1, [0], "n", "phone")


def test_one_device_writes_until_the_other_takes_over(attempt, save, at, learner):
    with at(minutes=1):
        save(attempt, 1, writer="phone")
        assert code(save, attempt, 2, writer="desk") == "attempt.other_device"
        assert code(services.submit, attempt, learner, writer="desk") == "attempt.other_device"
        services.take_over(attempt, learner, "desk")
        save(attempt, 2, writer="desk")
        assert code(save, attempt, 3, writer="phone") == "attempt.other_device"
        services.take_over(attempt, learner, "desk")
        done = services.finish(attempt, learner, writer="desk")
    assert done.score == 20
    assert AuditRecord.objects.filter(action="attempt.take_over").count() == 1


def test_nothing_is_taken_over_after_the_end(attempt, at, learner, other):
    with at(minutes=21):
        assert code(services.take_over, attempt, learner, "desk") == "attempt.late"
        services.finish(attempt, learner)
        assert code(services.take_over, attempt, learner, "desk") == "attempt.closed"
    with pytest.raises(Attempt.DoesNotExist):
        services.take_over(attempt, other, "desk")
