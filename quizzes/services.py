"""The verbs of exams, by topic: ``bank`` fills the bank, ``starting`` and ``sitting`` are one person's paper, ``marking`` gives the score.
Here is what other apps ask and what they are told."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext as _

from . import appeals
from .bank import copy_quiz, ensure_quiz, load_papers, load_questions
from .marking import finish, finish_overdue, grade
from .models import Allowance, Attempt, Practice
from .sitting import flag, left_page, save_answer, submit, take_over
from .starting import start_attempt

__all__ = [
    "best_attempts",
    "copy_quiz",
    "ensure_quiz",
    "finish",
    "finish_overdue",
    "flag",
    "grade",
    "left_page",
    "load_papers",
    "load_questions",
    "move_context",
    "passed_attempt",
    "sat_by_many",
    "save_answer",
    "start_attempt",
    "submit",
    "take_over",
]

# Asking -------------------------------------------------------------------------------------------------------------


def passed_attempt(person, quiz, context):
    """The first attempt passed for this context, or None. Once there it never changes."""
    passed = Attempt.objects.of(person).passed().filter(quiz=quiz, context=context)
    return passed.defer("paper", "key").order_by("submitted_at", "pk").first()


@dataclass(frozen=True)
class Sat:
    """How often somebody has sat a quiz for a context: papers finished, one running, one not marked yet, tries given by allowance."""

    finished: int
    running: bool
    marking: bool
    extra_attempts: int


def sat_by_many(quiz, pairs):
    """{(person key, context): Sat} of who has sat a quiz, or was given tries, among these pairs. Two queries, however many."""
    people, contexts = {person for person, _context in pairs}, {context for _person, context in pairs}
    finished, running, marking = Counter(), set(), set()
    rows = Attempt.objects.filter(quiz=quiz, context__in=contexts, person__in=people)
    for person, context, state in rows.values_list("person", "context", "state"):
        if state == Attempt.State.IN_PROGRESS:
            running.add((person, context))
            continue
        finished[person, context] += 1
        if state in (Attempt.State.SUBMITTED, Attempt.State.MARKING):
            marking.add((person, context))
    extra = Counter()
    given = Allowance.objects.filter(quiz=quiz, person__in=people, context__in=["", *contexts])
    for person, context, tries in given.values_list("person", "context", "extra_attempts"):
        extra[person, context] += tries
    return {
        pair: Sat(finished[pair], pair in running, pair in marking, extra[pair] + extra[pair[0], ""])
        for pair in pairs
        if finished[pair] or pair in running or extra[pair] or extra[pair[0], ""]
    }


def best_attempts(*, contexts, person=None, quiz=None):
    """{(person_id, quiz_id, context): the graded attempt with the most points, the earliest of equals}. One query."""
    attempts = Attempt.objects.graded().filter(context__in=contexts)
    if person:
        attempts = attempts.of(person)
    if quiz:
        attempts = attempts.filter(quiz=quiz)
    rows = attempts.defer("paper", "key").order_by("score", "-submitted_at", "-pk")
    return {(row.person_id, row.quiz_id, row.context): row for row in rows}


# What other apps ask for through core.registry ----------------------------------------------------------------------


def merge_persons(merging):
    """The loser's attempts belong to the winner from now on, numbered after the winner's own.

    Of two papers open for the same thing the loser's is handed in as it is (and stays so when the merge is undone): nobody
    writes two at once.
    """
    attempts = Attempt.objects.of(merging.loser).select_for_update(of=("self",)).select_related("quiz")
    for attempt in attempts.order_by("number"):
        _after_own(merging, attempt, attempt.context)
    merging.moves.point(Allowance, "person", merging)
    known = list(Practice.objects.filter(person=merging.winner).values_list("question", flat=True))
    merging.moves.point(Practice, "person", merging, Practice.objects.exclude(question__in=known))


def move_context(merging, old, new):
    """What one of the two sat for ``old`` was sat for ``new``: both rows of one round are one now. The same printed paper handed
    in for both stays where it is."""
    attempts = Attempt.objects.filter(context=old, person__in=[merging.winner, merging.loser])
    for attempt in attempts.select_for_update(of=("self",)).select_related("quiz").order_by("number"):
        _after_own(merging, attempt, new)
    for allowance in Allowance.objects.filter(context=old, person__in=[merging.winner, merging.loser]).order_by("pk"):
        merging.moves.set(allowance, context=new)


def _after_own(merging, attempt, context):
    """The attempt is one of the winner's for ``context``, numbered after those there are."""
    own = Attempt.objects.of(merging.winner).filter(quiz=attempt.quiz_id, context=context).exclude(pk=attempt.pk)
    if attempt.printed_id and own.filter(printed=attempt.printed_id).exists():
        return
    if attempt.state == Attempt.State.IN_PROGRESS and own.filter(state=Attempt.State.IN_PROGRESS).exists():
        attempt = submit(attempt, attempt.person)
    last = own.aggregate(last=Max("number"))["last"] or 0
    merging.moves.set(attempt, person=merging.winner, context=context, number=last + 1)


def export_person(person):
    """What the exams hold about a person, for the privacy export."""
    rows = Attempt.objects.of(person).select_related("quiz").defer("paper", "key").order_by("started_at")
    return _("考试"), [
        {
            _("试卷"): row.quiz.title,
            _("第几次"): row.number,
            _("开始"): row.started_at,
            _("交卷"): row.submitted_at,
            _("得分"): row.score,
            _("满分"): row.max_score,
            _("通过"): row.passed,
        }
        for row in rows
    ] + appeals.told(person)


def erase_refusals(person):
    """A paper that is being answered."""
    going = Attempt.objects.of(person).filter(state=Attempt.State.IN_PROGRESS)
    for title in going.values_list("quiz__title", flat=True):
        yield _("“%(title)s”还没交卷，请先交卷再注销。") % {"title": title}
