"""请假 and 补签: one person asks, another decides. Leave is asked for by the trainee, a make-up by who runs the round."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from . import announcing
from .check_in import set_attendance, start
from .models import Attendance, AttendanceRequest, Registration, Round, Session

Kind, State = AttendanceRequest.Kind, AttendanceRequest.State

WRITES = {Kind.LEAVE: Attendance.State.LEAVE, Kind.MAKE_UP: Attendance.State.MADE_UP}
"""What an approved request writes into the register."""


@transaction.atomic
def ask(registration, session, kind, *, actor, reason):
    """Ask for leave from a session, or for a make-up of one; returns the AttendanceRequest. Asking the same again is success.

    Raises DomainError ``reason.missing``, ``mark.foreign``, ``round.closed``, ``leave.late`` (the session is over: then it is a
    make-up), ``leave.not_listed``, ``leave.present`` and ``make_up.early`` (the session has not begun).
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("请写明原因，批的人要看，例如“出差，机票已订”“手机没电，签到表有签名”。"))
    if registration.round_id != session.round_id:
        raise DomainError("mark.foreign", _("这位学员不在这个班的名单里。"))
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=session.round_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，改考勤要开更正单。"))
    _check(registration, session, kind)
    row, fresh = AttendanceRequest.objects.get_or_create(
        registration=registration,
        session=session,
        state=State.ASKED,
        defaults={"kind": kind, "reason": reason.strip()[:300], "asked_by": actor, "asked_at": clock.now()},
    )
    if fresh:
        record(actor, f"attendance.ask_{kind}", row, reason=row.reason)
        announcing.attendance_asked(row, round_)
    return row


def _check(registration, session, kind):
    if Registration.objects.on_the_list().filter(pk=registration.pk).first() is None:
        raise DomainError("leave.not_listed", _("还没在名单上，不用请假；不来了请取消报名。"))
    if kind == Kind.LEAVE and session.ends_at <= clock.now():
        raise DomainError("leave.late", _("这一课已经上完了，来不及请假；有特殊情况请找讲师。"))
    if kind == Kind.MAKE_UP and session.starts_at > clock.now():
        raise DomainError("make_up.early", _("这一课还没上，不用补签；到时候签到就行。"))
    if Attendance.objects.filter(registration=registration, session=session, state__in=Attendance.COUNTED).exists():
        raise DomainError("leave.present", _("这一课已经签到了，不用请假或补签。"))


def approve(request_id, *, actor, answer=""):
    """Grant a request and write it into the register; returns the AttendanceRequest. Granting it again changes nothing.

    Raises DomainError ``request.own`` (who asked may not decide), ``request.decided`` (refused or withdrawn before) and
    ``round.closed``.
    """
    return _decide(request_id, State.APPROVED, actor, answer)


def refuse(request_id, *, actor, answer):
    """Decline a request; the answer says why. Raises DomainError as ``approve``, and ``reason.missing``."""
    if not answer.strip():
        raise DomainError("reason.missing", _("不批要写明为什么，提的人看得到。"))
    return _decide(request_id, State.REFUSED, actor, answer)


@transaction.atomic
def _decide(request_id, state, actor, answer):
    round_id = Session.everything.filter(attendance_requests=request_id).values_list("round", flat=True).get()
    # The round first, as everybody else does.
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    rows = AttendanceRequest.objects.select_for_update(of=("self",)).select_related("registration__person", "session")
    row = rows.get(pk=request_id)
    if row.state == state:
        return row
    if row.state != State.ASKED:
        raise DomainError(
            "request.decided", _("这一条已经是“%(state)s”，不能再改。") % {"state": row.get_state_display()}
        )
    if row.asked_by_id == actor.pk or row.registration.person.user_id == actor.pk:
        raise DomainError("request.own", _("自己提的不能自己批，请另一位讲师或主办单位的同事来批。"))
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，改考勤要开更正单。"))
    row.state, row.decided_by, row.decided_at, row.answer = state, actor, clock.now(), answer.strip()[:300]
    row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    if state == State.APPROVED:
        _write(row, round_, actor)
    record(actor, f"attendance.{state}", row, changes={"state": [State.ASKED, state]}, reason=row.answer)
    announcing.attendance_decided(row, round_)
    return row


def _write(row, round_, actor):
    now = Attendance.objects.filter(registration=row.registration, session=row.session).first()
    if now and now.state in Attendance.COUNTED:
        return  # signed in meanwhile: that is better than either
    how = {"reason": row.reason, "method": Attendance.Method.MANUAL}
    set_attendance(row.registration, row.session, WRITES[row.kind], actor=actor, **how)
    if row.kind == Kind.MAKE_UP:
        start(round_)


@transaction.atomic
def withdraw(request_id, *, actor):
    """Who asked takes it back before it is decided; done already is success. Raises DomainError ``request.decided``."""
    row = AttendanceRequest.objects.select_for_update().get(pk=request_id, asked_by=actor)
    if row.state == State.ASKED:
        row.state, row.decided_at = State.WITHDRAWN, clock.now()
        row.save(update_fields=["state", "decided_at"])
        record(actor, "attendance.withdraw", row)
    elif row.state != State.WITHDRAWN:
        raise DomainError("request.decided", _("已经有答复了，撤不回；来得了就照常签到。"))
    return row


def forget(person):
    """Erasing a person: why they were away goes, that they were stays."""
    AttendanceRequest.objects.filter(registration__person=person).update(reason="—", answer="")
