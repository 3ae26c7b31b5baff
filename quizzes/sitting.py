"""One sitting: save an answer, flag it for later, take over, hand in.

Each verb takes the row lock it needs and is harmless when asked twice. Handing in and grading are two transactions, so that
a fault in grading cannot lose a paper.
"""

import json
import re
import secrets
import zlib

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit_trail, clock
from core.exceptions import DomainError
from core.prepared import Prepared, PreparedInsert

from . import grading
from .models import Answer, Attempt

NONCE = re.compile(r"[\w-]{1,40}", re.ASCII)
MAX_RESPONSE = 20_000
"""Characters of one answer as JSON; nothing a person types is longer."""

MOST_SPENT = 30
"""Earlier answers of one question that are remembered: more are not on their way at once."""

RECEIPT_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 O 1 I: a receipt is read aloud over the telephone."""

_State = Attempt.State

_write = PreparedInsert(
    Answer,
    update_conflicts=True,
    unique_fields=["attempt", "position"],
    update_fields=["response", "saved_at", "receipt", "nonce", "spent"],
)


# Answering ----------------------------------------------------------------------------------------------------------


def save_answer(attempt_id, person, position, response, nonce, writer):
    """Save one answer and return its Answer, receipt and moment on it; ``answer.attempt`` is ready for the screen.

    ``position`` counts from 1; ``response`` is a list of places on the paper (empty takes the answer back); the same
    ``nonce`` with the same response returns the first receipt, also after the deadline, and changes nothing when a newer answer
    has come meanwhile. ``writer`` names the device: the first that saves holds the attempt. Raises Attempt.DoesNotExist for
    somebody else's, DomainError ``answer.*`` for what cannot be an answer, ``attempt.late``, ``attempt.closed`` and
    ``attempt.other_device``.
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
        spent = [] if earlier is None else [*earlier.spent, _stamp(earlier.nonce, earlier.response)][-MOST_SPENT:]
        if _stamp(nonce, response) in spent:  # the same again, or overtaken on its way by a newer answer
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
            spent=spent,
        )
        _write(answer)
        attempt.sheet[position] = answer
    return answer


def _stamp(nonce, response):
    return f"{nonce}:{zlib.crc32(json.dumps(response).encode())}"


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


@Prepared
def _own(attempt, person):
    return Attempt.objects.of(person).for_screen().select_for_update(of=("self",)).filter(pk=attempt)


def _locked(attempt_id, person):
    """One's own attempt, its row locked; Attempt.DoesNotExist for anybody else's."""
    attempt = _own.first(attempt_id, person.pk if person else 0)
    if attempt is None:
        raise Attempt.DoesNotExist
    return attempt


def flag(attempt, person, position, wanted):
    """Put a mark on the question at ``position`` to come back to (``wanted``), or take it off. Returns the attempt.

    Allowed on any of one's devices: it changes no answer. Raises DomainError ``answer.position``, ``attempt.closed``,
    ``attempt.late``.
    """
    with transaction.atomic():
        attempt = _locked(attempt.pk, person)
        _refuse_closed(attempt)
        if type(position) is not int or not 1 <= position <= len(attempt.paper):
            raise DomainError("answer.position", _("卷子上没有这道题，请刷新页面再答。"))
        flags = set(attempt.flags) - {position} | ({position} if wanted else set())
        if sorted(flags) != attempt.flags:
            attempt.flags = sorted(flags)
            attempt.save(update_fields=["flags"])
    return attempt


def left_page(attempt, person, seconds):
    """The page was left for ``seconds`` and come back to: counted, shown to whoever marks, never a reason to fail by itself.

    Reported by the browser, so never more than the time since the start; a closed paper stays as it is.
    """
    with transaction.atomic():
        attempt = _locked(attempt.pk, person)
        if attempt.is_open and type(seconds) is int and seconds >= 0:
            since_start = int((clock.now() - attempt.started_at).total_seconds())
            attempt.left_count = min(attempt.left_count + 1, 9999)
            attempt.left_seconds = min(attempt.left_seconds + seconds, since_start)
            attempt.save(update_fields=["left_count", "left_seconds"])
    return attempt


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


# Handing in -------------------------------------------------------------------------------------------------------


def submit(attempt, person, *, writer=None):
    """Hand the paper in; returns the attempt. Asking again, or after the deadline, changes nothing.

    An overdue paper counts as handed in at its deadline. With ``writer`` another device is refused
    (DomainError ``attempt.other_device``) while the paper is open.
    """
    with transaction.atomic():
        attempt = _locked(attempt.pk, person)
        if attempt.is_overdue:
            close(attempt)
        elif attempt.state == _State.IN_PROGRESS:
            if writer is not None:
                _refuse_writing(attempt, writer)
            attempt.state, attempt.submitted_at = _State.SUBMITTED, clock.now()
            attempt.save(update_fields=["state", "submitted_at"])
    return attempt


def close(attempt):
    """What the quiz's late policy says about a paper whose time is over. The row is locked by the caller."""
    if attempt.quiz.late_policy == attempt.quiz.LatePolicy.ABANDON:
        attempt.state = _State.EXPIRED
    else:
        attempt.state = _State.SUBMITTED
    attempt.submitted_at = attempt.ends_at
    attempt.save(update_fields=["state", "submitted_at"])
