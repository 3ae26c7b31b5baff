"""The verbs of the timetable of a round that exists: move a session, call it off, add one."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from . import announcing, clashes
from .models import Attendance, Round, Session
from .scheduling import check_times, take_over_dates


def _behind_locks(session_id):
    clashes.one_at_a_time()
    round_id = Session.objects.values_list("round", flat=True).get(pk=session_id)
    round_ = _open_round(round_id)
    session = Session.objects.select_for_update(of=("self",)).get(pk=session_id)
    session.round = round_
    if not may_move(session):
        raise DomainError("session.taken", _("这一课已经有人签到，不能再改时间或取消；没上成请在考勤里写明。"))
    return session, round_


def may_move(session):
    """Whether a session can still be moved or called off: nobody signed in, nothing submitted."""
    return not (session.submitted_at or session.attendances.filter(state__in=Attendance.COUNTED).exists())


def _open_round(round_id):
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班或取消，课次不能再改。"))
    return round_


def _needs_reason(round_, reason):
    if round_.number is not None and not reason.strip():
        raise DomainError("reason.missing", _("已经发布的班，改课要写明原因，报了名的人会看到。"))


@transaction.atomic
def move_session(session_id, *, starts_at, ends_at, room=None, actor, reason="", confirmed=()):
    """Give a session another time or room; returns the Session. The same time and room again is success and changes nothing.

    Raises DomainError ``round.closed``, ``session.taken`` (somebody signed in), ``reason.missing`` once it is published,
    ``session.times`` (ends before it starts, or meets another of the round) and ``schedule.clash``.
    """
    session, round_ = _behind_locks(session_id)
    room = session.room if room is None else room.strip()
    if (session.starts_at, session.ends_at, session.room) == (starts_at, ends_at, room):
        return session
    _needs_reason(round_, reason)
    others = round_.sessions.exclude(pk=session.pk).values("starts_at", "ends_at")
    check_times(sorted([*others, {"starts_at": starts_at, "ends_at": ends_at}], key=lambda one: one["starts_at"]))
    before, old_start = _said(session), session.starts_at
    session.starts_at, session.ends_at, session.room = starts_at, ends_at, room
    session.revision += 1
    session.save(update_fields=["starts_at", "ends_at", "room", "revision"])
    slot = clashes.slot_of(session, round_.trainers.values_list("pk", flat=True))
    clashes.check([slot], venue=round_.venue, round_=round_, confirmed=confirmed)
    take_over_dates(round_)
    record(actor, "session.move", session, changes={"time": [before, _said(session)]}, reason=reason)
    announcing.session_moved(session, round_, old_start, reason)
    return session


def _said(session):
    return f"{session.starts_at.isoformat()}/{session.ends_at.isoformat()} {session.room}".strip()


@transaction.atomic
def change_teaching(session_id, *, trainers, online_url, actor, confirmed=()):
    """Say who teaches one session (Persons of the round's trainers; nobody: all of them) and where it is heard; returns the Session.

    Also while it runs, and after: somebody else came to teach. The same again is success, tells nobody and logs nothing. Raises
    DomainError ``round.closed``, ``session.trainer`` (not a trainer of the round) and ``schedule.clash``.
    """
    clashes.one_at_a_time()
    round_ = _open_round(Session.objects.values_list("round", flat=True).get(pk=session_id))
    session = Session.objects.select_for_update(of=("self",)).get(pk=session_id)
    session.round = round_
    everybody = {person.pk: person for person in round_.trainers.all()}
    wanted = {person.pk for person in trainers}
    if wanted - everybody.keys():
        raise DomainError("session.trainer", _("先把这位加为这个班的讲师，再指定他讲哪一课。"))
    before = {person.pk for person in session.trainers.all()}
    link, online_url = session.online_url, online_url.strip()
    if (wanted, online_url) == (before, link):
        return session
    session.trainers.set(wanted)
    session.online_url = online_url
    session.revision += 1
    session.save(update_fields=["online_url", "revision"])
    if wanted != before:
        slot = clashes.slot_of(session, everybody)
        # When it is has not changed: only who teaches can be in two places now.
        clashes.check([slot], venue=round_.venue, round_=round_, confirmed={*confirmed, *clashes.MAY_CONFIRM})
    changes = {"trainers": [sorted(before), sorted(wanted)]} if wanted != before else {}
    changes |= {"online_url": [link, online_url]} if online_url != link else {}
    record(actor, "session.teaching", session, changes=changes)
    taught, teach = before or everybody.keys(), wanted or everybody.keys()
    announcing.teaching_changed(session, round_, gained=teach - taught, lost=taught - teach)
    if online_url != link:
        announcing.link_changed(session, round_)
    return session


@transaction.atomic
def cancel_session(session_id, *, actor, reason):
    """Call a session off; its class hours no longer belong to the round. Asking twice is success.

    Raises DomainError ``reason.missing``, ``round.closed``, ``session.taken`` and ``session.last`` (then the round is what
    must be cancelled).
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("取消一课要写明原因，报了名的人会看到。"))
    known = Session.everything.get(pk=session_id)
    if known.cancelled_at:
        return known
    session, round_ = _behind_locks(session_id)
    if not round_.sessions.exclude(pk=session.pk).exists():
        raise DomainError("session.last", _("这是最后一课，取消它等于取消整个班；请用“这个班不办了”。"))
    session.cancelled_at = clock.now()
    session.cancel_reason = reason[:300]
    session.revision += 1
    session.save(update_fields=["cancelled_at", "cancel_reason", "revision"])
    take_over_dates(round_)
    record(actor, "session.cancel", session, changes={"time": [_said(session), None]}, reason=reason)
    announcing.session_cancelled(session, round_, reason)
    return session


@transaction.atomic
def add_session(round_id, *, actor, confirmed=(), **fields):
    """One more session (title, starts_at, ends_at, class_hours, compulsory, unit, room, online_url); returns it.

    Raises DomainError ``round.closed``, ``session.times`` and ``schedule.clash``.
    """
    clashes.one_at_a_time()
    round_ = _open_round(round_id)
    others = list(round_.sessions.values("starts_at", "ends_at"))
    check_times(sorted([*others, fields], key=lambda one: one["starts_at"]))
    last = Session.everything.filter(round=round_).aggregate(n=Max("number"))["n"] or 0
    session = Session.objects.create(round=round_, number=last + 1, **fields)
    slot = clashes.slot_of(session, round_.trainers.values_list("pk", flat=True))
    clashes.check([slot], venue=round_.venue, round_=round_, confirmed=confirmed)
    take_over_dates(round_)
    record(actor, "session.add", session, changes={"time": [None, _said(session)]})
    return session
