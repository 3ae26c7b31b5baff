"""The door: signing in and out with a ticket, marks by hand, whole registers.

Codes and tickets are made in ``tickets``, why a try is refused stands in ``refusals``.
"""

import secrets
from datetime import UTC, datetime

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.prepared import Prepared, PreparedInsert, PreparedSave, write_together
from core.querysets import CountedUpTo, Joined
from enterprises.models import Enterprise

from .models import Attendance, Registration, Round, Scan, Session
from .refusals import REPEATED, refusal
from .scheduling import move
from .tickets import Ticket
from .window import SIGN_OUT_UNTIL, closes_at, opens_at, signs_out_from, tolerance

_SNAPSHOT = [name.removesuffix("_id") for name in Registration.FIELDS]

ACCEPTED, LEFT = Scan.ACCEPTED, Scan.LEFT
NOT_REFUSED = (ACCEPTED, LEFT, REPEATED)

PLACES = 100
"""So many are told which place they have; to find the others' would cost more than the sign-in."""

NOT_STARTED = {Round.State.PLANNED, Round.State.OPEN, Round.State.FULL}

_keep_new, _keep_once = PreparedInsert(Scan), PreparedInsert(Scan, ignore_conflicts=True)
"""Of a try: the second leaves what is there as it is, the first raises IntegrityError when the ticket was used before."""

_write_frozen_at = PreparedSave(Registration, "frozen_at")
_write_organisation = PreparedSave(Registration, *_SNAPSHOT, "frozen_at")
_write_attendance = PreparedInsert(
    # One statement, whether there was a row (absent, on leave) or none.
    Attendance,
    update_conflicts=True,
    unique_fields=["registration", "session"],
    update_fields=["state", "arrived_at", "method", "recorded_at", "reason", "recorded_by", "offline"],
)


@Prepared
def _locked_registration(session, person):
    """With ``pilots``: the slugs of its enterprise's pilots as they are now, with commas between; None without."""
    rows = Registration.objects.select_for_update(of=("self",)).select_related("membership__enterprise")
    pilots = Enterprise.pilots.through.objects.filter(enterprise=OuterRef("membership__enterprise"))
    return (
        rows.filter(round=Subquery(Session.objects.filter(pk=session).order_by().values("round")), person=person)
        .annotate(pilots=Subquery(pilots.values("enterprise").annotate(_n=Joined("pilot")).values("_n")))
        .only(
            *(field.attname for field in Registration._meta.concrete_fields),
            "membership__layer",
            "membership__tags",
            "membership__enterprise__district",
            "membership__enterprise__size_class",
        )
    )


@Prepared
def _as_it_is(session, registration):
    """The session and its round with, for this registration, ``present``: the state of its attendance, or None; ``came``: how many
    have come, of who came already those not later; ``next_at``: when the round's next session begins, or None."""
    came = Attendance.objects.filter(session=session, arrived_at__isnull=False)
    own = Attendance.objects.filter(session=session, registration=registration)
    until = Coalesce(Subquery(own.values("arrived_at")), datetime.max.replace(tzinfo=UTC))
    later = Session.objects.filter(round=OuterRef("round"), starts_at__gt=OuterRef("starts_at")).order_by("starts_at")
    return (
        Session.objects.select_related("round")
        .filter(pk=session)
        .annotate(
            present=Subquery(own.values("state")),
            came=CountedUpTo(came.filter(arrived_at__lte=until), PLACES),
            next_at=Subquery(later.values("starts_at")[:1]),
        )
        .only(
            *("number", "title", "starts_at", "ends_at", "room", "sign_in_until", "round__title", "round__venue"),
            *("round__state", "round__sign_out", "round__tolerance_minutes", "round__one_device"),
        )
        .order_by()
    )


class _NotStarted(Exception):
    """The sign-in would be the round's first."""


# Signing in ------------------------------------------------------------------------------------------------------------


def sign_in(ticket, person):
    """Record that ``person`` was at the door when the ticket was signed, or left; returns the Attendance, registration, person and
    session on it, with ``outcome``: accepted, left or repeated, and ``place``: how many had come with this one, or None beyond PLACES.

    The session has what ``_as_it_is`` adds. Asking again, by any way, is success and changes nothing. Every try is kept as a Scan.
    Raises Session.DoesNotExist when it was called off, and DomainError with one of the codes of ``refusals.refusals()``.
    """
    found = set()
    while True:
        try:
            outcome, attendance = _recorded(ticket, person, IntegrityError in found, _NotStarted in found)
            break
        except (IntegrityError, _NotStarted) as new:
            # Once more, knowing it. The database keeps one accepted scan a ticket: it was used before, and now is seen by whom. The
            # round's first takes the round's lock before a registration's, as lists and marks do, so that none waits for the other.
            if type(new) in found:
                raise
            found.add(type(new))
    if attendance is None:
        raise refusal(outcome)
    attendance.outcome = outcome
    return attendance


@transaction.atomic
def _recorded(ticket, person, used, starting):
    if starting:
        Round.objects.select_for_update(of=("self",)).get(sessions=ticket.session_id)
    # The lock queues twenty taps of one thumb; in a running round different people do not wait for each other.
    registration = _locked_registration.first(ticket.session_id, person.pk) if person else None
    # Read behind the lock: closing takes every registration's, so nobody slips in between counting and closing.
    session = _as_it_is.first(ticket.session_id, registration.pk if registration else 0)
    if session is None:
        raise Session.DoesNotExist
    outcome, attendance = _try(session, person, registration, ticket, used, starting)
    if outcome == ACCEPTED:
        start(session.round)
    elif outcome != LEFT and not (outcome == REPEATED and _was_sent_before(session, person, ticket)):
        _keep_once(_new_scan(session, person, ticket, outcome))
    if attendance:
        attendance.registration, attendance.session = registration, session
        attendance.place = session.came + (outcome == ACCEPTED) if session.came < PLACES else None
    return outcome, attendance


def _was_sent_before(session, person, ticket):
    """A desk sends again what it did not hear the answer of: that is no second try."""
    return ticket.by is not None and Scan.objects.filter(session=session, nonce=ticket.nonce, person=person).exists()


def _try(session, person, registration, ticket, used, starting):
    if person is None:
        return "check_in.no_person", None
    if session.round.is_settled:
        return "check_in.closed", None
    if registration is None:
        return "check_in.not_registered", None
    if registration.state == Registration.State.CANCELLED:
        return "check_in.cancelled", None
    if registration.state != Registration.State.REGISTERED:
        return "check_in.waiting", None
    registration.person = person
    if ticket.leaving:
        return _leave(session, registration, _row(registration, session), ticket, used)
    if session.present in Attendance.COUNTED:
        return REPEATED, _row(registration, session)
    if ticket.at < opens_at(session):
        return "check_in.too_early", None
    if ticket.at > closes_at(session):
        return "check_in.too_late", None
    if used and was_used_by_another(session, person, ticket):
        return "check_in.ticket_used", None
    if session.round.state in NOT_STARTED and not starting:
        raise _NotStarted
    scan = (_keep_once if used else _keep_new), _new_scan(session, person, ticket, ACCEPTED)
    frozen = _to_freeze(registration, sorted(registration.pilots.split(",")) if registration.pilots else [])
    attendance = Attendance(
        registration=registration,
        session=session,
        state=_arrived(session, ticket.at),
        arrived_at=ticket.at,
        method=ticket.method,
        recorded_by=ticket.by,
        recorded_at=clock.now(),
        offline=ticket.offline,
    )
    write_together(scan, *frozen, (_write_attendance, attendance))
    return ACCEPTED, attendance


def was_used_by_another(session, person, ticket):
    """Whether somebody else has signed in or out with this ticket."""
    tries = Scan.objects.filter(session=session, nonce=ticket.nonce, outcome__in=(ACCEPTED, LEFT))
    return tries.exclude(person=person).exists()


def _row(registration, session):
    return Attendance.objects.filter(registration=registration, session=session).first()


def _arrived(session, at):
    """到, or 迟 for who came later than the round tolerates."""
    is_late = at > session.starts_at + tolerance(session)
    return Attendance.State.LATE if is_late else Attendance.State.PRESENT


def _leave(session, registration, row, ticket, used):
    if row is None or row.state not in Attendance.COUNTED:
        return "check_in.not_in", None
    if ticket.at > session.ends_at + SIGN_OUT_UNTIL:
        return "check_in.out_late", None
    if used and was_used_by_another(session, registration.person, ticket):
        return "check_in.ticket_used", None
    if used or (row.left_at and row.left_at >= ticket.at):
        return REPEATED, row
    _keep_new(_new_scan(session, registration.person, ticket, LEFT))
    row.left_at = ticket.at
    if row.method not in Attendance.BY_HAND:
        stayed = ticket.at >= signs_out_from(session)
        row.state = _arrived(session, row.arrived_at) if stayed else Attendance.State.EARLY
    row.save(update_fields=["left_at", "state"])
    return LEFT, row


def _new_scan(session, person, ticket, outcome):
    return Scan(
        session=session,
        person=person,
        at=ticket.at,
        method=ticket.method,
        outcome=outcome,
        nonce=ticket.nonce,
        recorded_at=clock.now(),
        offline=ticket.offline,
        device=ticket.device if session.round.one_device else "",
    )


def refuse(session, code, *, person=None, method=Attendance.Method.QR, at=None, nonce="", offline=False):
    """Keep a try that failed before there was a ticket (an old QR, wrong digits, a card nobody has)."""
    ticket = Ticket(session.pk, at or clock.now(), method, nonce or secrets.token_hex(8), offline=offline)
    _keep_once(_new_scan(session, person, ticket, code))


def freeze(registration):
    """At the first sign-in the organisation columns become final (docs/counting.md, rules A2 and A3). Saves the row."""
    for write, row in _to_freeze(registration):
        write(row)


def _to_freeze(registration, pilots=None):
    """Puts the final values on the row and yields what writes them: (prepared write, row), or nothing when they stand already.

    ``pilots``: as ``take_organisation``.
    """
    if registration.frozen_at is not None:
        return
    before = registration.organisation
    registration.take_organisation(registration.membership, pilots)
    registration.frozen_at = clock.now()
    # Most belong where they did when they registered.
    yield (_write_frozen_at if registration.organisation == before else _write_organisation), registration


def start(round_):
    """The first sign-in starts the round; the caller has written it in the same transaction."""
    if round_.state in NOT_STARTED:
        locked = Round.objects.select_for_update().get(pk=round_.pk)
        if locked.state == round_.state:
            move(locked, Round.State.RUNNING, actor=None, reason=_("第一位学员签到"))


def mark(session, registration, state, *, actor, reason, method=Attendance.Method.MANUAL):
    """Set one person's attendance by hand (before closing); returns the Attendance.

    Raises DomainError ``reason.missing``, ``round.closed`` (then it is a correction: ``training.correcting.correct``),
    ``mark.foreign`` when the registration is not of the session's round, ``mark.second`` for 补签 and for hours given after the
    attendance was submitted: those somebody else approves (``training.absences``).
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("手工登记要写明原因，例如“手机没电，讲师核对身份”。"))
    needs_no_second(session, [state])
    if registration.round_id != session.round_id:
        raise DomainError("mark.foreign", _("这位学员不在这个班的名单里。"))
    with transaction.atomic():
        round_ = Round.objects.select_for_update().get(pk=session.round_id)
        if round_.is_settled:
            raise DomainError("round.closed", _("这个班已经结班，改考勤要开更正单。"))
        row = set_attendance(registration, session, state, actor=actor, reason=reason, method=method)
        record(actor, "attendance.mark", row, changes={"state": [None, state]}, reason=reason)
        if state in Attendance.COUNTED:
            start(round_)
        return row


def needs_no_second(session, states):
    """Raises DomainError ``mark.second`` for what one person alone may not write: 补签, and hours after the submission."""
    counted = Attendance.State.MADE_UP in states or (
        session.submitted_at and any(state in Attendance.COUNTED for state in states)
    )
    if counted:
        raise DomainError(
            "mark.second", _("补签要另一位同事批：请在“请假和补签”里提交，写明原因；考勤提交以后加学时也走补签。")
        )


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
    moved = []
    for registration in fresh:
        before = registration.organisation
        registration.take_organisation(registration.membership)
        if registration.organisation != before:
            moved.append(registration)
    # Most belong where they did when they registered: a row each is written only for the others.
    Registration.objects.bulk_update(moved, _SNAPSHOT, batch_size=200)
    Registration.objects.filter(pk__in=[registration.pk for registration in fresh]).update(frozen_at=now)
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
    start(round_)
    record(
        actor, "attendance.list", session, changes={"rows": [None, len(states)], "how": [None, method]}, reason=reason
    )


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
        record(actor, "session.submit", session)
    return session
