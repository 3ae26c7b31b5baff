"""The door: rotating codes, tickets, signing in, marks by hand.

The room's QR is an https URL that changes every 30 seconds. Opening it is a GET that only signs a ticket "this browser was at
the door at 09:02"; recording is a POST, after signing in to the site, however long that took.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.text import normalise

from .models import Attendance, Registration, Round, Scan, Session
from .scheduling import move

OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(minutes=15)
"""The window of sign-in around a session's start (programme custom: −30/+15 minutes)."""

SALT = "training.check-in"

_SNAPSHOT = [name.removesuffix("_id") for name in Registration.FIELDS]

ACCEPTED = Scan.ACCEPTED
REPEATED = "repeated"

NOT_STARTED = {Round.State.PLANNED, Round.State.OPEN, Round.State.FULL}


def refusals():
    """Each reason a try is refused: code -> (number printed on the screen, title, what to do)."""
    return {
        "check_in.expired": (
            "QD-01",
            _("这张码过期了"),
            _("大屏上的码每半分钟换一次，请重新扫大屏，或输入大屏上的 6 位数。"),
        ),
        "check_in.code": ("QD-02", _("这 6 位数不对"), _("请看大屏上现在的 6 位数，再输一次。")),
        "check_in.ticket_used": (
            "QD-03",
            _("这次扫码已经给别人用过了"),
            _("一次扫码只签一个人，请用您自己的手机扫大屏。"),
        ),
        "check_in.not_registered": (
            "QD-04",
            _("这个班的名单里没有您"),
            _("请找讲师或前台现场补报，补报后照样算到课时间。"),
        ),
        "check_in.too_early": ("QD-05", _("还没到签到时间"), _("上课前 30 分钟开始签到，请稍后再扫大屏。")),
        "check_in.too_late": ("QD-06", _("过了签到时间"), _("课可以照听；要不要算学时，请课间找讲师说明原因。")),
        "check_in.cancelled": ("QD-07", _("您的报名已取消"), _("还想上这个班，请找讲师或前台重新报名。")),
        "check_in.waiting": (
            "QD-08",
            _("您的报名还没定下来"),
            _("还在候补，或等着审核、确认。请问讲师或前台今天有没有空位，定下来再签到。"),
        ),
        "check_in.closed": ("QD-09", _("这个班已经结束，不能再签到"), _("确实来过而没签上，请联系讲师补签。")),
        "check_in.no_person": ("QD-10", _("还不知道您是谁"), _("请先到“我的”里填写姓名和单位，再扫一次大屏。")),
    }


def _refusal(code):
    _number, title, mend = refusals()[code]
    return DomainError(code, f"{title}。{mend}")


# Codes -----------------------------------------------------------------------------------------------------------------


def _step(moment):
    return int(moment.timestamp()) // settings.CHECK_IN_ROTATION_SECONDS


def _digest(session, step, what):
    return hmac.new(session.secret.encode(), f"{what}:{session.pk}:{step}".encode(), hashlib.sha256)


@dataclass(frozen=True)
class DoorCode:
    """What the big screen shows now: the URL in the QR, the six digits, and for how many seconds still."""

    url: str
    digits: str
    seconds_left: int


def door_code(session):
    """The DoorCode of a session at this moment."""
    now = clock.now()
    step = _step(now)
    token = _digest(session, step, "url").hexdigest()[:20]
    number = int.from_bytes(_digest(session, step, "digits").digest()[:4]) % 1_000_000
    left = settings.CHECK_IN_ROTATION_SECONDS - int(now.timestamp()) % settings.CHECK_IN_ROTATION_SECONDS
    return DoorCode(
        url=f"{settings.SITE_URL}/s/{session.pk}/{step}-{token}/", digits=f"{number:06d}", seconds_left=left
    )


def _is_recent(step):
    """This step or the one before: a phone that read the code in its last second still gets in."""
    return 0 <= _step(clock.now()) - step <= 1


def ticket_for_url(session, code):
    """A signed ticket for who opened the QR's URL; valid settings.CHECK_IN_TICKET_MINUTES from now.

    Writes nothing. Raises DomainError ``check_in.expired`` for an old, foreign or invented URL.
    """
    step, _dash, token = code.partition("-")
    plausible = code.isascii() and step.isdecimal() and len(step) < 12
    good = plausible and hmac.compare_digest(_digest(session, int(step), "url").hexdigest()[:20], token)
    if not good or not _is_recent(int(step)):
        raise _refusal("check_in.expired")
    return _ticket(session, Attendance.Method.QR)


def ticket_for_digits(session, digits):
    """A signed ticket for who typed the six digits now on the screen, full width and with blanks if they like.

    Raises DomainError ``check_in.code``.
    """
    typed = normalise(digits).replace(" ", "").encode()
    step = _step(clock.now())
    for recent in (step, step - 1):
        number = int.from_bytes(_digest(session, recent, "digits").digest()[:4]) % 1_000_000
        if hmac.compare_digest(f"{number:06d}".encode(), typed):
            return _ticket(session, Attendance.Method.CODE)
    raise _refusal("check_in.code")


def _ticket(session, method):
    facts = {"s": session.pk, "t": int(clock.now().timestamp()), "m": method, "n": secrets.token_hex(8)}
    return signing.dumps(facts, salt=SALT, compress=True)


@dataclass(frozen=True)
class Ticket:
    """An opened ticket: which session, when its holder was at the door, how, and its nonce."""

    session_id: int
    at: datetime
    method: str
    nonce: str

    @property
    def valid_until(self):
        return self.at + timedelta(minutes=settings.CHECK_IN_TICKET_MINUTES)


def open_ticket(text):
    """The Ticket in a signed text. Raises DomainError ``check_in.expired`` when forged or older than its life."""
    try:
        facts = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        raise _refusal("check_in.expired") from None
    ticket = Ticket(facts["s"], datetime.fromtimestamp(facts["t"], UTC), facts["m"], facts["n"])
    if clock.now() > ticket.valid_until:
        raise _refusal("check_in.expired")
    return ticket


# Signing in ------------------------------------------------------------------------------------------------------------


def sign_in(ticket, person, *, session=None):
    """Record that ``person`` was at the door when the ticket was signed; returns the Attendance, registration and person on it.

    ``session`` with its round, when the caller has read it already. Asking again, by any way, is success and changes nothing.
    Every try is kept as a Scan. Raises DomainError with one of the codes of ``refusals()``.
    """
    with transaction.atomic():
        session = session or Session.objects.select_related("round").get(pk=ticket.session_id)
        outcome, attendance = _try(session, person, ticket)
        if outcome == ACCEPTED:
            _start(session.round)
        else:
            _keep_scan(session, person, ticket, outcome)
    if attendance is None:
        raise _refusal(outcome)
    return attendance


def _try(session, person, ticket):
    if person is None:
        return "check_in.no_person", None
    if session.round.state in NOT_STARTED:
        # Who may have to start the round takes its lock before a registration's, as lists and marks do: no deadlock.
        session.round = Round.objects.select_for_update().get(pk=session.round_id)
    # The lock queues twenty taps of one thumb; in a running round different people do not wait for each other.
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("membership__enterprise")
        .filter(round=session.round_id, person=person)
        .first()
    )
    # Read behind the lock: closing takes every registration's, so nobody slips in between counting and closing.
    session.round.refresh_from_db(fields=["state"])
    if session.round.is_settled:
        return "check_in.closed", None
    if registration is None:
        return "check_in.not_registered", None
    if registration.state == Registration.State.CANCELLED:
        return "check_in.cancelled", None
    if registration.state != Registration.State.REGISTERED:
        return "check_in.waiting", None
    registration.person = person
    present = Attendance.objects.filter(registration=registration, session=session).first()
    if present and present.state in Attendance.COUNTED:
        present.registration = registration
        return REPEATED, present
    if ticket.at < session.starts_at - OPENS_BEFORE:
        return "check_in.too_early", None
    if ticket.at > session.starts_at + CLOSES_AFTER:
        return "check_in.too_late", None
    # Written first, then read: of two phones with one ticket the database keeps one accepted scan.
    _keep_scan(session, person, ticket, ACCEPTED)
    if Scan.objects.filter(session=session, nonce=ticket.nonce, outcome=ACCEPTED).exclude(person=person).exists():
        return "check_in.ticket_used", None
    freeze(registration)
    attendance = Attendance(
        registration=registration,
        session=session,
        state=Attendance.State.PRESENT,
        arrived_at=ticket.at,
        method=ticket.method,
        recorded_at=clock.now(),
    )
    # One statement, whether there was a row (absent, on leave) or none.
    Attendance.objects.bulk_create(
        [attendance],
        update_conflicts=True,
        unique_fields=["registration", "session"],
        update_fields=["state", "arrived_at", "method", "recorded_at", "reason", "recorded_by"],
    )
    return ACCEPTED, attendance


def _keep_scan(session, person, ticket, outcome):
    Scan.objects.bulk_create(
        [
            Scan(
                session=session,
                person=person,
                at=ticket.at,
                method=ticket.method,
                outcome=outcome,
                nonce=ticket.nonce,
                recorded_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


def refuse(session, code, *, person=None, method=Attendance.Method.QR):
    """Keep a try that failed before there was a ticket (an old QR, wrong digits)."""
    now = clock.now()
    ticket = Ticket(session.pk, now, method, secrets.token_hex(8))
    _keep_scan(session, person, ticket, code)


def freeze(registration):
    """At the first sign-in the organisation columns become final (docs/counting.md, rules A2 and A3). Saves the row."""
    if registration.frozen_at is None:
        registration.take_organisation(registration.membership)
        registration.frozen_at = clock.now()
        registration.save()


def _start(round_):
    """The first sign-in starts the round."""
    if round_.state in NOT_STARTED:
        locked = Round.objects.select_for_update().get(pk=round_.pk)
        if locked.state == round_.state:
            move(locked, Round.State.RUNNING, actor=None, reason=_("第一位学员签到"))


def mark(session, registration, state, *, actor, reason, method=Attendance.Method.MANUAL):
    """Set one person's attendance by hand (before closing); returns the Attendance.

    Raises DomainError ``reason.missing``, ``round.closed`` (then it is a correction: ``training.correcting.correct``) or
    ``mark.foreign`` when the registration is not of the session's round.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("手工登记要写明原因，例如“手机没电，讲师核对身份”。"))
    if registration.round_id != session.round_id:
        raise DomainError("mark.foreign", _("这位学员不在这个班的名单里。"))
    with transaction.atomic():
        round_ = Round.objects.select_for_update().get(pk=session.round_id)
        if round_.is_settled:
            raise DomainError("round.closed", _("这个班已经结班，改考勤要开更正单。"))
        row = set_attendance(registration, session, state, actor=actor, reason=reason, method=method)
        if state in Attendance.COUNTED:
            _start(round_)
        return row


def set_attendance(registration, session, state, *, actor, reason, method):
    """Write one attendance row and freeze the registration; the caller holds the round's lock and has checked the rules."""
    locked = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("membership__enterprise")
        .get(pk=registration.pk)
    )
    freeze(locked)
    row, _created = Attendance.objects.update_or_create(
        registration=locked,
        session=session,
        defaults={
            "state": state,
            "arrived_at": clock.now() if state in Attendance.COUNTED else None,
            "method": method,
            "reason": reason,
            "recorded_by": actor,
            "recorded_at": clock.now(),
        },
    )
    return row


@transaction.atomic
def enter_list(session, states, *, actor, reason, method=Attendance.Method.PAPER):
    """Write a whole register of a session at once: ``states`` maps registration id -> Attendance.State.

    Saving the same list again, or four trainers saving at once, leaves one row a person. Raises DomainError
    ``reason.missing``, ``round.closed`` or ``mark.foreign``; then nothing is written.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("补录名单要写明依据，例如“纸质签到表”。"))
    round_ = Round.objects.select_for_update().get(pk=session.round_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，改考勤要开更正单。"))
    # Locked in one order before anything is written: phones may be signing in at the same moment.
    registrations = (
        Registration.objects.select_for_update(of=("self",))
        .filter(round=round_, pk__in=states)
        .select_related("membership__enterprise")
        .prefetch_related("membership__enterprise__pilots")
        .order_by("pk")
    )
    if len(registrations) != len(states):
        raise DomainError("mark.foreign", _("名单里有人不在这个班，请先报名再补录。"))
    now = clock.now()
    fresh = [registration for registration in registrations if registration.frozen_at is None]
    for registration in fresh:
        registration.take_organisation(registration.membership)
        registration.frozen_at = now
    Registration.objects.bulk_update(fresh, [*_SNAPSHOT, "frozen_at"], batch_size=200)
    Attendance.objects.bulk_create(
        [
            Attendance(
                registration=registration,
                session=session,
                state=states[registration.pk],
                arrived_at=session.starts_at if states[registration.pk] in Attendance.COUNTED else None,
                method=method,
                reason=reason,
                recorded_by=actor,
                recorded_at=now,
            )
            for registration in registrations
        ],
        update_conflicts=True,
        unique_fields=["registration", "session"],
        update_fields=["state", "arrived_at", "method", "reason", "recorded_by", "recorded_at"],
    )
    _start(round_)


@transaction.atomic
def submit_session(session_id, *, actor):
    """The trainer has gone through the list of a session; who has no mark was absent. Asking twice keeps the first time.

    Raises DomainError ``session.not_over`` while it still runs.
    """
    session = Session.objects.select_for_update().get(pk=session_id)
    if session.submitted_at is None:
        if session.ends_at > clock.now():
            raise DomainError("session.not_over", _("这个课次还没下课，下课以后再提交考勤。"))
        session.submitted_at = clock.now()
        session.save(update_fields=["submitted_at"])
    return session
