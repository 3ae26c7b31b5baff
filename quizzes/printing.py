"""Papers for print: drawn once, frozen, scored as printed. What came back on paper is graded like any other attempt."""

import random
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit_trail, clock
from core.exceptions import DomainError
from enterprises.models import Person

from . import drawing, on_paper
from .kinds import KINDS
from .marking import grade
from .models import Answer, Attempt, Kind, Mark, PrintedPaper
from .starting import frozen_paper

_ORDER = {kind: place for place, kind in enumerate(Kind.values)}


def draw(quiz, user, *, context="", heading=""):
    """A new PrintedPaper of the quiz, its questions grouped by kind as paper is printed. Several make versions A, B, C.

    ``context`` is made by the calling app (``round:17``), ``heading`` stands under the title. Raises
    DomainError ``quiz.not_enough_questions``.
    """
    seed = secrets.randbits(48)
    paper, key = frozen_paper(quiz, random.Random(seed))  # noqa: S311 - chance that must be repeatable, not a secret
    together = sorted(zip(paper, key, strict=True), key=lambda both: _ORDER[both[0]["kind"]])
    with transaction.atomic():
        row = PrintedPaper.objects.create(
            quiz=quiz,
            context=context,
            heading=heading[:120],
            seed=seed,
            paper=[item for item, _key in together],
            key=[item for _paper, item in together],
            pass_percent=quiz.pass_percent,
            floors=quiz.floors,
            minutes=quiz.minutes,
            max_score=drawing.total(key),
            made_by=user,
            made_at=clock.now(),
        )
        audit_trail.record(user, "paper.print", row, changes={"code": ["", row.code], "quiz": ["", quiz.title]})
    return row


def hand_in(printed, person, context, given, *, actor, resit=False):
    """What a person wrote on a printed paper becomes a graded attempt; returns (attempt, whether it is new).

    ``given`` is {position: text of a cell} as ``on_paper.read`` understands it; for what a person marks it is the points. The
    same once more returns the first attempt. Raises DomainError ``answer.*`` and ``paper.points`` with ``position`` for a cell
    that cannot be read, ``paper.other_answers`` when this paper was taken in before with other answers, ``paper.writing``
    while the person writes online and ``paper.sat_already`` when there is another result already and this is no ``resit``.
    """
    responses, points = on_paper.responses(printed.paper, given)
    with transaction.atomic():
        # The person's row is the queue, as for starting online.
        Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
        earlier = list(
            Attempt.objects.of(person).filter(quiz=printed.quiz_id, context=context).order_by("number").defer("paper")
        )
        for row in earlier:
            if row.printed_id == printed.pk:
                _refuse_other_answers(row, responses, points)
                return row, False
        _refuse_another_result(earlier, resit)
        now = clock.now()
        attempt = Attempt.objects.create(
            quiz=printed.quiz,
            person=person,
            context=context,
            number=(earlier[-1].number if earlier else 0) + 1,
            seed=printed.seed,
            paper=printed.paper,
            key=printed.key,
            pass_percent=printed.pass_percent,
            floors=printed.floors,
            max_score=printed.max_score,
            printed=printed,
            state=Attempt.State.SUBMITTED,
            started_at=now,
            submitted_at=now,
        )
        Answer.objects.bulk_create(
            Answer(attempt=attempt, position=position, response=response, saved_at=now, receipt="", nonce="paper")
            for position, response in responses.items()
        )
        Mark.objects.bulk_create(
            Mark(attempt=attempt, position=position, role=Mark.Role.FIRST, marker=actor, points=earned)
            for position, earned in points.items()
        )
        attempt = grade(attempt)
        score = [None, f"{attempt.score.normalize():f}"]
        audit_trail.record(actor, "attempt.from_paper", attempt, changes={"score": score, "paper": ["", printed.code]})
    return attempt, True


def _refuse_other_answers(attempt, responses, points):
    """The same paper of the same person once more: harmless when it says the same."""
    kept = {position: answer.response for position, answer in attempt.sheet.items()}
    marked = {mark.position: mark.points for mark in attempt.hand_marks.filter(role=Mark.Role.FIRST)}
    differing = sorted(
        position
        for position in kept.keys() | responses.keys()
        if kept.get(position) != responses.get(position) or marked.get(position) != points.get(position)
    )
    if differing:
        raise DomainError(
            "paper.other_answers",
            _("这份纸卷登记过了，第 %(numbers)s 题和上次不一样，没有动。登错了请走复核单，由两位老师改分。")
            % {"numbers": "、".join(map(str, differing[:10]))},
            position=differing[0],
        )


def _refuse_another_result(earlier, resit):
    for row in earlier:
        if row.is_open:
            raise DomainError("paper.writing", _("这个人正在网上作答，交了卷再登记纸卷。"))
    finished = [row for row in earlier if row.state != Attempt.State.EXPIRED]
    if finished and not resit:
        last = finished[-1]
        how = _("纸卷") if last.printed_id else _("网上考试")
        score = "—" if last.score is None else f"{last.score.normalize():f}"
        raise DomainError(
            "paper.sat_already",
            _("已经有%(how)s的成绩 %(score)s 分，没有覆盖。确是补考，请勾上“这是补考”再传。")
            % {"how": how, "score": score},
        )


def is_by_hand(item):
    """Whether a person marks it: on a score sheet its cell holds points."""
    return KINDS[item["kind"]].is_manual
