"""The desk at the door: by list, by a learner's own code, walk-ins by phone number, and what was written down without a network.

A desk sends records. Each has a nonce of its own, so that sending it again, or the whole batch again, changes nothing.
"""

import re
import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.text import normalise, normalise_phone
from enterprises.credit_code import normalise_code
from enterprises.models import Enterprise, Person
from enterprises.services import current_membership, list_person

from . import check_in, elsewhere, registration, tickets
from .models import Attendance, Registration, Scan, Session
from .refusals import refusal, refusals
from .window import closes_at, opens_at

MOST = 500
"""Records of one upload."""

KEPT_OFFLINE = timedelta(days=7)
"""A desk without a network for longer than that has a paper list."""

_NONCE = re.compile(r"^[\w-]{8,48}$", re.ASCII)


def take(session_id, records, *, actor, sent_at=None):
    """Record what a desk sends, each by itself; returns one answer for each: ``nonce``, ``outcome``, ``sentence``, and, when the
    person is known, ``registration``, ``name``, ``at`` (the moment that counts) and ``state``.

    A record is a dict: ``nonce``; ``registration`` (tapped in the list) or ``code`` (scanned, typed); ``leaving``; ``offline`` with
    ``at`` in milliseconds by the desk's clock, which ``sent_at`` sets right. Raises DomainError ``desk.records``.
    """
    good = isinstance(records, list) and len(records) <= MOST and all(_is_sound(one) for one in records)
    if not good:
        raise DomainError("desk.records", _("这批记录读不出来，请刷新签到页再传；一次最多 500 条。"))
    session = Session.objects.select_related("round").get(pk=session_id)
    known = {f"d:{one['nonce']}" for one in records}
    done = {}
    for scan in Scan.objects.filter(session=session, nonce__in=known).select_related("person"):
        done.setdefault(scan.nonce, scan)
    slow = _slow(sent_at)
    return [_take(session, one, actor, slow, done.get(f"d:{one['nonce']}")) for one in records]


def _is_sound(one):
    return isinstance(one, dict) and isinstance(one.get("nonce"), str) and bool(_NONCE.match(one["nonce"]))


def _slow(sent_at):
    """How far the desk's clock is behind ours."""
    try:
        return clock.now() - datetime.fromtimestamp(float(sent_at) / 1000, clock.SHANGHAI)
    except (TypeError, ValueError, OverflowError, OSError):
        return timedelta(0)


def _take(session, one, actor, slow, earlier):
    nonce = f"d:{one['nonce']}"
    offline = bool(one.get("offline"))
    method = Attendance.Method.CARD if one.get("code") else Attendance.Method.DESK
    if earlier is not None:
        return _answer(one, session, earlier.outcome, earlier.person)
    at = clock.now()
    try:
        if offline:
            at = _moment(one.get("at"), slow)
        person = _person(session, one, at)
    except DomainError as refused:
        check_in.refuse(session, refused.code, method=method, at=at, nonce=nonce, offline=offline)
        return _answer(one, session, refused.code, None)
    leaving = bool(one.get("leaving"))
    ticket = tickets.Ticket(session.pk, at, method, nonce, leaving=leaving, by=actor, offline=offline)
    try:
        row = check_in.sign_in(ticket, person)
    except DomainError as refused:
        return _answer(one, session, refused.code, person)
    return _answer(one, session, row.outcome, person, row)


def _moment(text, slow):
    try:
        at = datetime.fromtimestamp(float(text) / 1000, clock.SHANGHAI) + slow
    except (TypeError, ValueError, OverflowError, OSError):
        raise refusal("check_in.clock") from None
    if not clock.now() - KEPT_OFFLINE <= at <= clock.now() + timedelta(seconds=30):
        raise refusal("check_in.clock")
    return at


def _person(session, one, at):
    if one.get("code"):
        person = Person.objects.filter(pk=tickets.read_card(session, str(one["code"])[:60], at)).first()
        return person and person.itself
    key = str(one.get("registration", ""))
    rows = Registration.objects.filter(round=session.round_id).select_related("person")
    row = rows.filter(pk=int(key) if key.isdecimal() and len(key) < 12 else 0).first()
    if row is None:
        raise refusal("check_in.card")
    return row.person


def _answer(one, session, outcome, person, row=None):
    said = refusals().get(outcome)
    answer = {"nonce": one["nonce"], "outcome": outcome, "sentence": f"{said[1]}。{said[2]}" if said else ""}
    if person is None:
        return answer
    if row is None:
        rows = Attendance.objects.filter(registration__round=session.round_id, registration__person=person)
        row = rows.filter(session=session).select_related("registration").first()
    answer["name"] = person.name
    if outcome == "check_in.not_registered":
        other = elsewhere.of(person, session)
        where = _("报的是“%(title)s”，") % {"title": other.title} if other else ""
        answer["sentence"] = _("名单里没有%(name)s，%(where)s请按手机号补报。") % {"name": person.name, "where": where}
    if row is not None:
        answer |= {"registration": row.registration_id, "state": row.state, "label": _label(row)}
        if outcome == check_in.REPEATED and row.arrived_at:
            answer["sentence"] = _("%(at)s 已签到，一人一课只计一次。") % {"at": _clock(row.arrived_at)}
    return answer


def _clock(moment):
    return f"{moment.astimezone(clock.SHANGHAI):%H:%M}"


def _label(row):
    """What stands behind a name in the list: 09:02 扫码, 09:20 迟, 11:30 签退; 假 or 缺 without a time."""
    if row.state not in Attendance.COUNTED:
        return row.get_state_display()
    if row.left_at:
        return _("%(at)s 签退") % {"at": _clock(row.left_at)}
    how = row.get_method_display() if row.state == Attendance.State.PRESENT else row.get_state_display()
    return f"{_clock(row.arrived_at)} {how}" if row.arrived_at else how


def labels(session):
    """{registration key: (label, counts as here)} of everybody the register says something of. One query."""
    return {
        row.registration_id: (_label(row), row.state in Attendance.COUNTED)
        for row in Attendance.objects.filter(session=session)
    }


def walk_in(session_id, phone, *, actor, name="", firm="", layer=""):
    """Somebody who is not on the list stands at the desk: put on the list and signed in by their phone number; returns the
    Attendance.

    Who is known with an enterprise needs no more than the number. Raises DomainError ``phone.*``, ``walk_in.unknown`` (then name,
    enterprise and layer are asked for), ``walk_in.firm``, ``walk_in.full`` (queued instead), those of ``registration.register`` and
    the codes of ``refusals``.
    """
    session = Session.objects.select_related("round").get(pk=session_id)
    now = clock.now()
    if now < opens_at(session):
        raise refusal("check_in.too_early")
    if now > closes_at(session):
        raise refusal("check_in.too_late")
    number = normalise_phone(phone)
    person = Person.objects.select_related("merged_into").filter(phone=number).first()
    person = person and person.itself
    member = current_membership(person)
    if member is None:
        if not firm.strip() or not (name.strip() or person):
            raise DomainError("walk_in.unknown", _("这个手机号还没登记过单位，请补上姓名、企业和层级，一起提交。"))
        listed = {"enterprise": _firm(firm), "layer": layer or "other"}
        member = list_person(name=name or person.name, phone=number, membership=listed, actor=actor)
    row = registration.register(session.round_id, member.person, member, actor=actor, by_staff=True, clash_ok=True)
    if row.state == Registration.State.WAITING:
        raise DomainError(
            "walk_in.full", _("座位满了，%(name)s 已排进候补；要让他上课，请先加座位。") % {"name": row.person.name}
        )
    ticket = tickets.Ticket(session.pk, now, Attendance.Method.DESK, f"w:{secrets.token_hex(8)}", by=actor)
    return check_in.sign_in(ticket, row.person)


def _firm(text):
    """An enterprise by its code or by a name only one has."""
    found = Enterprise.objects.by_code(normalise_code(text))
    if found is not None:
        return found
    rows = Enterprise.objects.filter(merged_into=None)
    name = normalise(text)
    near = list(rows.filter(name=name)[:2]) or list(rows.filter(name__contains=name)[:6])
    if len(near) == 1:
        return near[0]
    if near:
        names = "、".join(one.name for one in near[:5])
        raise DomainError("walk_in.firm", _("叫这个的企业不止一家，请写全名或信用代码：%(names)s") % {"names": names})
    raise DomainError("walk_in.firm", _("没有登记过这家企业，请核对名称或信用代码，或先请企业在“我的”里报到。"))
