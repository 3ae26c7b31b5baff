"""The verbs of an attempt: start, save an answer, take over, submit, grade, take in what is overdue.

Each takes the row lock it needs and is harmless when asked twice. Submitting and grading are two transactions, so
that a fault in grading cannot lose a paper.
"""

import json
import logging
import random
import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core import audit_trail, clock, registry
from core.exceptions import DomainError
from enterprises.models import Person

from . import drawing, grading
from .bank import ensure_quiz, load_questions
from .models import Answer, Attempt, QuestionRevision

__all__ = [
    "best_attempts",
    "ensure_quiz",
    "finish",
    "finish_overdue",
    "grade",
    "load_questions",
    "passed_attempt",
    "save_answer",
    "start_attempt",
    "submit",
    "take_over",
]

logger = logging.getLogger(__name__)

NONCE = re.compile(r"[\w-]{1,40}", re.ASCII)
MAX_RESPONSE = 20_000
"""Characters of one answer as JSON; nothing a person types is longer."""

RECEIPT_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 O 1 I: a receipt is read aloud over the telephone."""

_State = Attempt.State


# Starting -----------------------------------------------------------------------------------------------------------


def start_attempt(quiz, person, context, *, return_url=""):
    """The person's open attempt at the quiz for this context: the running one if there is, else a new frozen paper.

    ``context`` is made by the calling app (``registration:17``), never read from a request. ``return_url`` is a path
    of this site, shown as the way back on the result page. Two tabs starting at once get the same attempt. Raises
    DomainError ``attempt.none_left`` when the tries are used up and ``quiz.not_enough_questions`` when the bank
    cannot fill the blueprint.
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
        last = attempts.aggregate(last=Max("number"))["last"] or 0
        if quiz.attempts_allowed and last >= quiz.attempts_allowed:
            raise DomainError(
                "attempt.none_left",
                _("这套题最多考 %(n)s 次，次数已经用完。要再考请联系培训老师。") % {"n": quiz.attempts_allowed},
                allowed=quiz.attempts_allowed,
            )
        return _new_attempt(quiz, person, context, last + 1, return_url)


def _new_attempt(quiz, person, context, number, return_url):
    seed = secrets.randbits(48)
    rng = random.Random(seed)  # noqa: S311 - chance for a draw that must be repeatable, not a secret
    paper, key = drawing.freeze(
        _draw(quiz, rng), rng, shuffle_questions=quiz.shuffle_questions, shuffle_options=quiz.shuffle_options
    )
    now = clock.now()
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
        started_at=now,
        due_at=now + timedelta(minutes=quiz.minutes) if quiz.minutes else None,
        max_score=drawing.total(key),
        return_url=return_url if local else "",
    )


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
    revisions = QuestionRevision.objects.in_bulk([pk for taken in drawn for pk in taken])
    for row, taken in zip(quiz.blueprint, drawn, strict=True):
        for pk in taken:
            yield revisions[pk], row["points"]


# Answering ----------------------------------------------------------------------------------------------------------


def save_answer(attempt_id, person, position, response, nonce, writer):
    """Save one answer and return its Answer, receipt and moment on it; ``answer.attempt`` is ready for the screen.

    ``position`` counts from 1; ``response`` is a list of places on the paper (empty takes the answer back); the same
    ``nonce`` with the same response returns the first receipt, also after the deadline. ``writer`` names the device:
    the first that saves holds the attempt. Raises Attempt.DoesNotExist for somebody else's, DomainError ``answer.*``
    for what cannot be an answer, ``attempt.late``, ``attempt.closed`` and ``attempt.other_device``.
    """
    if not isinstance(nonce, str) or not NONCE.fullmatch(nonce):
        raise DomainError("answer.nonce", _("这次保存没有编号，请刷新页面再答。"))
    _refuse_oversized(response)
    with transaction.atomic():
        attempt = _locked(attempt_id, person)
        if type(position) is not int or not 1 <= position <= len(attempt.paper):
            raise DomainError("answer.position", _("卷子上没有这道题，请刷新页面再答。"))
        response = grading.clean_response(attempt.paper[position - 1], response)
        earlier = attempt.sheet.get(position)
        if earlier and earlier.nonce == nonce and earlier.response == response:
            return earlier
        _refuse_writing(attempt, writer)
        if not attempt.writer:
            attempt.writer = writer
            attempt.save(update_fields=["writer"])
        answer = Answer(
            attempt=attempt,
            position=position,
            response=response,
            saved_at=clock.now(),
            receipt="".join(secrets.choice(RECEIPT_LETTERS) for _letter in range(4)),
            nonce=nonce,
        )
        Answer.objects.bulk_create(
            [answer],
            update_conflicts=True,
            unique_fields=["attempt", "position"],
            update_fields=["response", "saved_at", "receipt", "nonce"],
        )
        attempt.sheet[position] = answer
    return answer


def take_over(attempt, person, writer):
    """Move the attempt to the device ``writer``; the former one is refused from now on. Returns the attempt.

    Raises DomainError ``attempt.closed`` or ``attempt.late`` when there is nothing left to write.
    """
    with transaction.atomic():
        attempt = _locked(attempt.pk, person)
        _refuse_closed(attempt)
        if attempt.writer != writer:
            audit_trail.record(person.user, "attempt.take_over", attempt)
            attempt.writer = writer
            attempt.save(update_fields=["writer"])
    return attempt


def _locked(attempt_id, person):
    """One's own attempt, its row locked; Attempt.DoesNotExist for anybody else's."""
    return Attempt.objects.of(person).for_screen().select_for_update(of=("self",)).get(pk=attempt_id)


def _refuse_oversized(response):
    try:
        size = len(json.dumps(response, allow_nan=False))
    except (TypeError, ValueError):
        raise DomainError("answer.format", _("答案的格式不对，请刷新页面重新选。")) from None
    if size > MAX_RESPONSE:
        raise DomainError("answer.too_large", _("送来的答案太长了，请刷新页面重新选。"))


def _refuse_closed(attempt):
    if attempt.state != _State.IN_PROGRESS:
        raise DomainError("attempt.closed", _("卷子已经交了，不能再改。请到成绩页看结果。"))
    if attempt.is_overdue:
        raise DomainError("attempt.late", _("时间到了，这一下没有收进去；前面保存的都算数。请点“看成绩”。"))


def _refuse_writing(attempt, writer):
    _refuse_closed(attempt)
    if attempt.writer and attempt.writer != writer:
        raise DomainError(
            "attempt.other_device", _("这份卷子正在另一台设备上答。要在这里接着答，请刷新页面，点“换到这台设备”。")
        )


# Handing in and marking ---------------------------------------------------------------------------------------------


def submit(attempt, person, *, writer=None):
    """Hand the paper in; returns the attempt. Asking again, or after the deadline, changes nothing.

    An overdue paper counts as handed in at its deadline. With ``writer`` another device is refused
    (DomainError ``attempt.other_device``) while the paper is open.
    """
    with transaction.atomic():
        attempt = _locked(attempt.pk, person)
        if attempt.is_overdue:
            _close(attempt)
        elif attempt.state == _State.IN_PROGRESS:
            if writer is not None:
                _refuse_writing(attempt, writer)
            attempt.state, attempt.submitted_at = _State.SUBMITTED, clock.now()
            attempt.save(update_fields=["state", "submitted_at"])
    return attempt


def grade(attempt):
    """Mark a submitted paper from its frozen key; returns the attempt with its score. Other states are left alone.

    Who waits for the result (``core.registry.attempt_graded``) is told in the same transaction.
    """
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt.pk)
        if attempt.state != _State.SUBMITTED:
            return attempt
        result = grading.grade_paper(attempt.key, {p: answer.response for p, answer in attempt.sheet.items()})
        attempt.score = result.score
        attempt.passed = grading.has_passed(result.score, result.max_score, attempt.pass_percent)
        attempt.state, attempt.graded_at = _State.GRADED, clock.now()
        attempt.save(update_fields=["score", "passed", "state", "graded_at"])
        for follow in registry.attempt_graded:
            follow(attempt)
    return attempt


def finish(attempt, person, *, writer=None):
    """Submit, then grade. When grading fails the paper stays submitted, the fault is logged; asking again retries."""
    return _grade_quietly(submit(attempt, person, writer=writer))


def finish_overdue():
    """Take in every overdue paper and mark every submitted one; returns how many of each. Run by beat; idempotent."""
    taken = marked = 0
    for pk in list(Attempt.objects.overdue(clock.now()).values_list("pk", flat=True)):
        with transaction.atomic():
            attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=pk)
            if attempt.is_overdue:
                _close(attempt)
                taken += 1
    for attempt in Attempt.objects.filter(state=_State.SUBMITTED).only("pk"):
        marked += _grade_quietly(attempt).state == _State.GRADED
    return {"taken": taken, "marked": marked}


def _close(attempt):
    """What the quiz's late policy says about a paper whose time is over. The row is locked by the caller."""
    if attempt.quiz.late_policy == attempt.quiz.LatePolicy.ABANDON:
        attempt.state = _State.EXPIRED
    else:
        attempt.state = _State.SUBMITTED
    attempt.submitted_at = attempt.due_at
    attempt.save(update_fields=["state", "submitted_at"])


def _grade_quietly(attempt):
    try:
        return grade(attempt)
    except Exception:  # the paper is safe in state submitted; whoever looks next, or beat, tries again
        logger.exception("grading attempt %s failed", attempt.pk)
        return attempt


# Asking -------------------------------------------------------------------------------------------------------------


def passed_attempt(person, quiz, context):
    """The first attempt passed for this context, or None. Once there it never changes."""
    passed = Attempt.objects.of(person).passed().filter(quiz=quiz, context=context)
    return passed.defer("paper", "key").order_by("submitted_at", "pk").first()


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
    winner, loser = merging.winner, merging.loser
    for attempt in Attempt.objects.of(loser).select_for_update(of=("self",)).select_related("quiz").order_by("number"):
        own = Attempt.objects.of(winner).filter(quiz=attempt.quiz_id, context=attempt.context)
        if attempt.state == _State.IN_PROGRESS and own.filter(state=_State.IN_PROGRESS).exists():
            attempt = submit(attempt, loser)
        last = own.aggregate(last=Max("number"))["last"] or 0
        merging.moves.set(attempt, person=winner, number=last + 1)


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
    ]


def erase_refusals(person):
    """A paper that is being answered."""
    going = Attempt.objects.of(person).filter(state=Attempt.State.IN_PROGRESS)
    for title in going.values_list("quiz__title", flat=True):
        yield _("“%(title)s”还没交卷，请先交卷再注销。") % {"title": title}
