"""Marking by hand: who may, who holds which answer, and the points given for it. Whose turn it is says ``marking.settle``.

A marker never learns whose answer it is: screens show ``code_of`` and the answer, nothing else.
"""

import logging
import random
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.db import transaction
from django.db.models import Count
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import audit_trail, clock
from core.exceptions import DomainError
from enterprises.policies import rights_of

from . import marking
from .grading import CENT
from .kinds import KINDS
from .models import Attempt, Claim, Mark, Quiz
from .policies import markable

logger = logging.getLogger(__name__)

CLAIM_MINUTES = 15
"""How long an answer is held for one marker."""

BATCH = 50
"""Papers looked through at a time for one this marker may take."""

_State = Attempt.State


# The queue -----------------------------------------------------------------------------------------------------------


def quizzes_of(user):
    """Quizzes with a paper this user may mark."""
    return Quiz.objects.filter(pk__in=markable(user).order_by().values("quiz"))


def waiting(user):
    """Quizzes with ``papers``: how many papers wait for a marker, as far as this user may mark them (the city's staff: all);
    the fullest first."""
    attempts = Attempt.objects.all() if rights_of(user).city else markable(user)
    attempts = attempts.filter(state=_State.MARKING)
    counted = attempts.order_by().values("quiz").annotate(n=Count("pk")).values_list("quiz", "n")
    papers = dict(counted)
    quizzes = list(Quiz.objects.filter(pk__in=papers).defer("blueprint"))
    for quiz in quizzes:
        quiz.papers = papers[quiz.pk]
    return sorted(quizzes, key=lambda quiz: (-quiz.papers, quiz.title))


def code_of(attempt_id, position):
    """What an answer is called among markers: says nothing about its author and not which answers are of one author."""
    return salted_hmac("quizzes.marking", f"{attempt_id}:{position}").hexdigest()[:6].upper()


# Taking an answer ---------------------------------------------------------------------------------------------------


def claim(user, quiz=None):
    """The next answer for this marker, held for CLAIM_MINUTES: the one already in hand, else of the oldest paper; None when
    there is none. Two markers never hold the same one; the second and the third marker of an answer are always others."""
    held = in_hand(user).filter(**({"attempt__quiz": quiz} if quiz else {})).first()
    if held:
        return held
    papers = markable(user).filter(state=_State.MARKING)
    if quiz:
        papers = papers.filter(quiz=quiz)
    keys = list(papers.order_by("submitted_at", "pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = Attempt.objects.filter(pk__in=keys[start : start + BATCH])
        rows = batch.prefetch_related("answers", "hand_marks", "claims").order_by("submitted_at", "pk")
        for seen in rows:
            if _open_turns(seen, user):
                taken = _take(seen.pk, user)
                if taken:
                    return taken
    return None


def in_hand(user):
    """Claims of this user that still hold, the oldest first."""
    since = clock.now() - timedelta(minutes=CLAIM_MINUTES)
    return Claim.objects.filter(marker=user, mark=None, claimed_at__gt=since, attempt__state=_State.MARKING)


def release(claim, user):
    """Give an answer back unmarked; it is free for the next one at once."""
    Claim.objects.filter(pk=claim.pk, marker=user, mark=None).delete()


def _open_turns(attempt, user):
    """[(position, role)] of an attempt's answers that wait for somebody and may be this user. Reads what was prefetched."""
    marks, held = {}, {}
    for mark in sorted(attempt.hand_marks.all(), key=lambda mark: mark.pk):
        marks.setdefault(mark.position, []).append(mark)
    since = clock.now() - timedelta(minutes=CLAIM_MINUTES)
    for one in attempt.claims.all():
        if one.mark_id is None and one.claimed_at > since and one.marker_id != user.pk:
            held[one.position] = one
    turns = []
    for position, item in enumerate(attempt.key, start=1):
        answer = attempt.sheet.get(position)
        if not KINDS[item["kind"]].is_manual or item.get("full") or not (answer and any(answer.response)):
            continue
        earlier = marks.get(position, [])
        _points, role = marking.settle(earlier)
        if role and position not in held and user.pk not in {mark.marker_id for mark in earlier}:
            turns.append((position, role))
    return turns


def _take(attempt_id, user):
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=attempt_id)
        turns = _open_turns(attempt, user) if attempt.state == _State.MARKING else []
        if not turns:
            return None
        position, role = turns[0]
        return Claim.objects.update_or_create(
            attempt=attempt,
            position=position,
            role=role,
            defaults={"marker": user, "claimed_at": clock.now()},
        )[0]


# Giving points ------------------------------------------------------------------------------------------------------


def rubric_of(attempt, position):
    """[(what to look for, most points)] of an answer, in order; the points add up to the question's."""
    item = attempt.key[position - 1]
    points, rows = Decimal(str(item["points"])), item["answer"]["rubric"]
    parts = attempt.paper[position - 1].get("parts") or [""] * len(rows)
    names = [row["text"] or (parts[n] if n < len(parts) else "") for n, row in enumerate(rows)]
    most = [(points * row["share"] / 100).quantize(CENT, ROUND_HALF_UP) for row in rows]
    return [(name or _("整题"), one) for name, one in zip(names, most, strict=True)]


def clean_shares(attempt, position, raw):
    """The points for each row of the rubric as Decimals. Raises DomainError ``mark.shares``."""
    rubric = rubric_of(attempt, position)
    shares = []
    for (name, most), text in zip(rubric, list(raw) + [""] * (len(rubric) - len(raw)), strict=False):
        try:
            share = Decimal(str(text).strip())
        except InvalidOperation:
            share = None
        if share is None or not share.is_finite() or not 0 <= share <= most:
            raise DomainError(
                "mark.shares", _("“%(name)s”要填 0 到 %(most)s 之间的分数。") % {"name": name, "most": f"{most:f}"}
            )
        shares.append(share.quantize(CENT, ROUND_HALF_UP))
    return shares


def give_mark(claim, user, shares, comment=""):
    """Give points for a claimed answer: ``shares`` one number per row of the rubric; returns the Mark.

    Points are their sum, never more than the question's. Asking again returns the same Mark. After the last one the paper is
    graded. Raises DomainError ``mark.not_held`` when the answer has gone to somebody else meanwhile, ``mark.shares`` and
    ``mark.own_paper``.
    """
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=claim.attempt_id)
        held = Claim.objects.select_related("mark").filter(pk=claim.pk, marker=user).first()
        if held and held.mark_id:
            return held.mark
        if attempt.person_id == rights_of(user).person_id:
            raise DomainError("mark.own_paper", _("这是您自己的卷子，请让别的老师来阅。"))
        if not held or attempt.state != _State.MARKING or (held.position, held.role) not in _open_turns(attempt, user):
            raise DomainError(
                "mark.not_held", _("这份答案超过 15 分钟没有交，已经给了别的老师。请回到阅卷页再领一份。")
            )
        out_of = Decimal(str(attempt.key[held.position - 1]["points"]))
        shares = clean_shares(attempt, held.position, shares)
        is_first = held.role == Mark.Role.FIRST
        mark = Mark.objects.create(
            attempt=attempt,
            position=held.position,
            role=held.role,
            marker=user,
            points=min(sum(shares, Decimal(0)), out_of),
            shares=[str(share) for share in shares],
            comment=comment.strip()[:500],
            second_wanted=is_first and wants_second(attempt.seed, attempt.quiz.second_percent),
            gap=(out_of * attempt.quiz.second_gap_percent / 100).quantize(CENT) if is_first else 0,
        )
        held.mark = mark
        held.save(update_fields=["mark"])
        audit_trail.record(
            user,
            "mark.give",
            attempt,
            changes={f"{held.position}/{held.role}": [None, str(mark.points)]},
        )
        _grade_or_leave(attempt)
    return mark


def wants_second(seed, percent):
    """Whether the paper of this seed is among the ``percent`` that two people mark: always the same answer for a paper."""
    return random.Random(f"second {seed}").random() * 100 < percent  # noqa: S311 - a sample anybody can check, no secret


def _grade_or_leave(attempt):
    """A fault in grading must not lose the mark: the paper goes back to ``submitted``, which beat tries again."""
    try:
        with transaction.atomic():
            marking.grade(attempt)
    except Exception:
        logger.exception("grading attempt %s after its last mark failed", attempt.pk)
        Attempt.objects.filter(pk=attempt.pk, state=_State.MARKING).update(state=_State.SUBMITTED)
