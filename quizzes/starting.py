"""Starting an attempt: may this person begin now, and the paper that is frozen then."""

import random
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q, Sum
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from enterprises.models import Person

from . import drawing
from .marking import finish
from .models import Allowance, Attempt, QuestionRevision

_State = Attempt.State


def start_attempt(quiz, person, context, *, return_url="", granted=0):
    """The person's open attempt at the quiz for this context: the running one if there is, else a new frozen paper.

    ``context`` is made by the calling app (``registration:17``), never read from a request. ``return_url`` is a path
    of this site, shown as the way back on the result page; ``granted`` are tries the calling app gives beyond the quiz's own
    number (resits). Two tabs starting at once get the same attempt. Raises
    DomainError ``attempt.not_open_yet``, ``attempt.closed_for_all``, ``attempt.wait`` (the pause between two tries),
    ``attempt.none_left`` when the tries are used up and ``quiz.not_enough_questions`` when the bank cannot fill the
    blueprint.
    """
    if not context:
        raise ValueError("an attempt needs a context")
    attempts = Attempt.objects.of(person).filter(quiz=quiz, context=context)
    for late in attempts.overdue(clock.now()):
        finish(late, person)
    with transaction.atomic():
        # The person's row is the queue: there may be no attempt yet to lock, and locking the quiz would queue the
        # whole class.
        Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
        running = attempts.select_related("quiz").filter(state=_State.IN_PROGRESS).first()
        if running:
            return running
        earlier = attempts.aggregate(last=Max("number"), submitted=Max("submitted_at"))
        extra = extra_for(quiz, person, context)
        extra["attempts"] += granted
        _refuse_start(quiz, earlier, extra)
        return _new_attempt(quiz, person, context, (earlier["last"] or 0) + 1, extra["minutes"], return_url)


def extra_for(quiz, person, context):
    """{minutes, attempts} a person gets beyond the quiz for this context: all allowances added up."""
    allowances = Allowance.objects.filter(Q(context="") | Q(context=context), quiz=quiz, person=person)
    sums = allowances.aggregate(minutes=Sum("extra_minutes"), attempts=Sum("extra_attempts"))
    return {name: value or 0 for name, value in sums.items()}


def _refuse_start(quiz, earlier, extra):
    now = clock.now()
    if quiz.opens_at and now < quiz.opens_at:
        raise DomainError(
            "attempt.not_open_yet", _("这场考试 %(at)s 才开始，到时再来。") % {"at": clock.words(quiz.opens_at)}
        )
    if quiz.closes_at and now >= quiz.closes_at:
        raise DomainError(
            "attempt.closed_for_all",
            _("这场考试 %(at)s 已经关闭。要补考请联系培训老师。") % {"at": clock.words(quiz.closes_at)},
        )
    allowed = quiz.attempts_allowed and quiz.attempts_allowed + extra["attempts"]
    if allowed and (earlier["last"] or 0) >= allowed:
        raise DomainError(
            "attempt.none_left",
            _("这套题最多考 %(n)s 次，次数已经用完。要再考请联系培训老师。") % {"n": allowed},
            allowed=allowed,
        )
    if quiz.wait_minutes and earlier["submitted"]:
        again = earlier["submitted"] + timedelta(minutes=quiz.wait_minutes)
        if now < again:
            raise DomainError(
                "attempt.wait",
                _("两次考试之间要隔一段时间，%(at)s 以后可以再考，先回去看看错题。") % {"at": clock.words(again)},
            )


def _new_attempt(quiz, person, context, number, extra_minutes, return_url):
    seed = secrets.randbits(48)
    rng = random.Random(seed)  # noqa: S311 - chance for a draw that must be repeatable, not a secret
    paper, key = frozen_paper(quiz, rng)
    now = clock.now()
    due_at = _due_at(quiz, now, extra_minutes)
    local = url_has_allowed_host_and_scheme(return_url, allowed_hosts=None) and return_url.startswith("/")
    return Attempt.objects.create(
        quiz=quiz,
        person=person,
        context=context,
        number=number,
        seed=seed,
        paper=paper,
        key=key,
        pass_percent=quiz.pass_percent,
        floors=quiz.floors,
        started_at=now,
        due_at=due_at,
        ends_at=due_at and due_at + timedelta(minutes=quiz.grace),
        max_score=drawing.total(key),
        return_url=return_url if local else "",
    )


def frozen_paper(quiz, rng):
    """(paper, key) of the quiz as chance deals it. Raises DomainError ``quiz.not_enough_questions``."""
    return drawing.freeze(
        _draw(quiz, rng),
        rng,
        shuffle_questions=quiz.shuffle_questions,
        shuffle_options=quiz.shuffle_options,
        part_marks=quiz.part_marks,
    )


def _due_at(quiz, now, extra_minutes):
    """The time limit or the closing of the exam, whichever comes first; extra minutes move both."""
    limits = [now + timedelta(minutes=quiz.minutes)] if quiz.minutes else []
    if quiz.closes_at:
        limits.append(quiz.closes_at)
    return min(limits) + timedelta(minutes=extra_minutes) if limits else None


def _draw(quiz, rng):
    """[(revision, points), …] as the blueprint asks, in its order; DomainError ``quiz.not_enough_questions``."""
    rows = []
    for row in quiz.blueprint:
        words = {word: value for word, value in row.items() if word not in ("draw", "points")}
        matching = QuestionRevision.objects.approved().matching(**words).order_by("question__key")
        candidates = list(matching.values_list("pk", "question__key"))
        if "keys" in row:  # a fixed paper keeps the order it was written in
            candidates.sort(key=lambda candidate: row["keys"].index(candidate[1]))
        rows.append(([pk for pk, _key in candidates], row["draw"]))
    drawn = drawing.draw(rows, rng)
    have, need = sum(len(taken) for taken in drawn), sum(count for _candidates, count in rows)
    if have < need:
        raise DomainError(
            "quiz.not_enough_questions",
            _("这套卷子要 %(need)s 道题，题库里合适的只有 %(have)s 道。请告诉培训老师，补好题再来考。")
            % {"need": need, "have": have},
            need=need,
            have=have,
        )
    revisions = QuestionRevision.objects.select_related("picture").in_bulk([pk for taken in drawn for pk in taken])
    for row, taken in zip(quiz.blueprint, drawn, strict=True):
        for pk in taken:
            yield revisions[pk], row["points"]
