"""From a submitted paper to a score. Repeatable: a paper that could not be graded stays submitted and is tried again."""

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, registry
from core.exceptions import DomainError

from . import announcing, grading
from .kinds import KINDS
from .models import Attempt, Mark
from .sitting import close, submit

logger = logging.getLogger(__name__)

_State = Attempt.State
_Role = Mark.Role


def grade(attempt):
    """Mark a submitted paper from its frozen key; returns the attempt. Other states are left alone.

    With every position marked it has its score; while somebody still has to mark some it waits in state ``marking``, and
    asking again after they have brings the score. Who waits for the result (``core.registry.attempt_graded``) is told in
    the same transaction.
    """
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt.pk)
        if attempt.state not in (_State.SUBMITTED, _State.MARKING):
            return attempt
        result = result_of(attempt)
        if result.waiting:
            if attempt.state != _State.MARKING:
                attempt.state = _State.MARKING
                attempt.save(update_fields=["state"])
            return attempt
        attempt.marks = [str(mark.points) for mark in result.marks]
        attempt.score = result.score
        attempt.passed = is_pass(attempt, result)
        attempt.state, attempt.graded_at = _State.GRADED, clock.now()
        attempt.save(update_fields=["marks", "score", "passed", "state", "graded_at"])
        for follow in registry.attempt_graded:
            follow(attempt)
        if any(KINDS[item["kind"]].is_manual for item in attempt.key) and attempt.hand_marks.exists():
            announcing.marked(attempt)
    return attempt


def rescore(attempt):
    """A graded paper is marked once more after its key or its marks were put right: marks, score and pass follow, and who
    waits for results is told, all in the caller's transaction, which has locked the row. Returns whether anything changed.

    Raises DomainError ``attempt.keeps_pass`` when a pass would be lost.
    """
    result = result_of(attempt)
    refuse_taking_the_pass(attempt, result)
    marks, passed = [str(mark.points) for mark in result.marks], is_pass(attempt, result)
    if (marks, result.score, passed) == (attempt.marks, attempt.score, attempt.passed):
        return False
    attempt.marks, attempt.score, attempt.passed = marks, result.score, passed
    attempt.save(update_fields=["marks", "score", "passed"])
    for follow in registry.attempt_graded:
        follow(attempt)
    return True


def refuse_taking_the_pass(attempt, result):
    """A pass that was given is never taken away by the way: certificate and headcount may hang on it."""
    if attempt.passed and not is_pass(attempt, result):
        raise DomainError(
            "attempt.keeps_pass",
            _(
                "这样改，这份卷子就不及格了，可是“通过”已经发出，不能这样收回。请给到仍然通过的分数，或维持原分；"
                "确要收回的，请先由主办机构撤销证明并更正。"
            ),
        )


def result_of(attempt):
    """The paper marked once more: by the machine from its key, by hand from what its markers settled."""
    by_hand = {}
    if any(KINDS[item["kind"]].is_manual or item.get("by_hand") for item in attempt.key):
        by_hand = settled_marks(attempt)
    return grading.grade_paper(attempt.key, {p: answer.response for p, answer in attempt.sheet.items()}, by_hand)


def settled_marks(attempt):
    """{position: points} of the positions whose markers have come to an end."""
    by_position = {}
    for mark in sorted(attempt.hand_marks.all(), key=lambda mark: mark.pk):
        by_position.setdefault(mark.position, []).append(mark)
    settled = {position: settle(marks)[0] for position, marks in by_position.items()}
    return {position: points for position, points in settled.items() if points is not None}


def settle(marks):
    """(points or None, whose turn it is or None) from the Marks of one position, the oldest first.

    A changed mark after an appeal stands over all others, then the third marker's. Two markers who are no further apart than
    the first mark's ``gap`` are averaged; further apart a third decides. One marker is enough unless a second was wanted.
    """
    by_role = {mark.role: mark for mark in marks}
    last = by_role.get(_Role.APPEAL) or by_role.get(_Role.FINAL)
    if last:
        return last.points, None
    first, second = by_role.get(_Role.FIRST), by_role.get(_Role.SECOND)
    if not first:
        return None, _Role.FIRST
    if second:
        if abs(first.points - second.points) > first.gap:
            return None, _Role.FINAL
        return (first.points + second.points) / 2, None
    return (None, _Role.SECOND) if first.second_wanted else (first.points, None)


def is_pass(attempt, result):
    """The pass mark and every floor are reached, as frozen at the start."""
    reached = grading.has_passed(result.score, result.max_score, attempt.pass_percent)
    return reached and not grading.floors_missed(attempt.key, result, attempt.floors)


def finish(attempt, person, *, writer=None):
    """Submit, then grade. When grading fails the paper stays submitted, the fault is logged; asking again retries."""
    return grade_quietly(submit(attempt, person, writer=writer))


def finish_overdue():
    """Take in every overdue paper and mark every submitted one; returns how many of each. Run by beat; idempotent."""
    taken = marked = 0
    for pk in list(Attempt.objects.overdue(clock.now()).values_list("pk", flat=True)):
        with transaction.atomic():
            attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=pk)
            if attempt.is_overdue:
                close(attempt)
                taken += 1
    for attempt in Attempt.objects.filter(state=_State.SUBMITTED).only("pk"):
        marked += grade_quietly(attempt).state == _State.GRADED
    return {"taken": taken, "marked": marked}


def grade_quietly(attempt):
    """``grade``, whose fault is logged and loses nothing; returns the attempt as it is then."""
    try:
        return grade(attempt)
    except Exception:  # the paper is safe in state submitted; whoever looks next, or beat, tries again
        logger.exception("grading attempt %s failed", attempt.pk)
        return attempt
