"""The verbs of appointments: who may act for whom, given by the least right that does the work.

Who may give what is in ``policies.giving``. Staff roles end, at
most ``LONGEST`` after the day they are given; 企业联络员 may be open-ended.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.text import mask_name, mask_phone, normalise_name, normalise_phone

from .models import SCOPE_OF, Appointment, Enterprise, Membership, Role
from .policies.giving import SCOPE_MODELS, may_give, may_manage

LONGEST = timedelta(days=366)
"""The longest time a staff role is given for at once: one year, by the house's own policy."""
WAITS = timedelta(days=90)
"""How long an appointment waits for a phone to sign in. Numbers given up are handed out again after about three months."""


@transaction.atomic
def grant(actor, *, role, scope=None, phone, name="", expires_on=None):
    """Give a role to whoever has ``phone``; returns the Appointment, which waits when nobody signed in with it yet.

    Asking again changes nothing but the last day. Raises DomainError of ``normalise_phone``, ``appointment.scope`` (missing, or
    not of this role), ``appointment.not_yours``, ``appointment.self``, ``appointment.inactive``, ``appointment.expiry``.
    """
    role = Role(role)
    column = SCOPE_OF[role]
    if (column is None) != (scope is None) or (column and not isinstance(scope, SCOPE_MODELS[column])):
        raise DomainError("appointment.scope", _("请选清楚管哪儿：区、机构或企业，要和角色对得上。"))
    if isinstance(scope, Enterprise) and scope.merged_into_id:
        raise DomainError("appointment.scope", _("这家企业已并入另一家，请授权到留下的那家。"))
    if not may_give(actor, role, scope):
        raise DomainError("appointment.not_yours", _("这个角色或范围不归您授权，请找市级管理员。"))
    number = normalise_phone(phone)
    user = User.objects.select_for_update().filter(phone=number).first()
    if number == actor.phone or (user and user.pk == actor.pk):
        raise DomainError("appointment.self", _("不能给自己授权，请由另一位管理员来办。"))
    if user and not user.is_active:
        raise DomainError("appointment.inactive", _("这个账号已停用，请先请市级管理员恢复账号。"))
    check_expiry(role, expires_on)
    whose = {"user": user} if user else {"user": None, "waiting_phone": number}
    where = {column: scope} if column else {}
    row = Appointment.objects.standing().select_for_update(of=("self",)).filter(role=role, **whose, **where).first()
    if row:
        if row.expires_on != expires_on:
            _set_expiry(row, expires_on, actor, _("重新授权"))
        return row
    row = Appointment.objects.create(
        role=role,
        **whose,
        **where,
        waiting_name="" if user else normalise_name(name)[:50],
        expires_on=expires_on,
        granted_by=actor,
        granted_at=clock.now(),
    )
    who = mask_phone(number)
    record(
        actor, "appointment.grant", row, changes={"role": ["", role], "to": ["", who], "scope": ["", str(scope or "")]}
    )
    return row


def check_expiry(role, expires_on):
    """Raises DomainError ``appointment.expiry`` unless ``expires_on`` is a last day the role may have."""
    today = clock.today()
    if expires_on is None:
        if role != Role.CONTACT:
            raise DomainError("appointment.expiry", _("工作人员的授权要写有效期，最长一年，到期再续。"))
        return
    if expires_on < today:
        raise DomainError("appointment.expiry", _("有效期已经过了，请填今天以后的日期。"))
    if role != Role.CONTACT and expires_on > today + LONGEST:
        raise DomainError(
            "appointment.expiry", _("工作人员的授权最长一年，请填 %(day)s 以前的日期。") % {"day": today + LONGEST}
        )


@transaction.atomic
def extend(actor, pk, *, expires_on):
    """Give an appointment another last day; returns it. The same day again changes nothing.

    Raises DomainError ``appointment.withdrawn``, ``appointment.not_yours``, ``appointment.self``, ``appointment.expiry``.
    """
    row = _locked(actor, pk)
    if row.withdrawn_at:
        raise DomainError("appointment.withdrawn", _("这份授权已经收回，要用请重新授权。"))
    check_expiry(row.role, expires_on)
    if row.expires_on != expires_on:
        _set_expiry(row, expires_on, actor, _("延期"))
    return row


@transaction.atomic
def withdraw(actor, pk, *, reason):
    """Take an appointment back from now on; returns it. Asking twice is success.

    Raises DomainError ``reason.missing``, ``appointment.not_yours``, ``appointment.self``.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("收回授权要写原因，例如“调离岗位”。"))
    row = _locked(actor, pk)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = clock.now(), actor, reason.strip()[:300]
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
        record(actor, "appointment.withdraw", row, changes={"role": [row.role, ""]}, reason=row.withdrawn_because)
    return row


def _locked(actor, pk):
    row = Appointment.objects.select_for_update().get(pk=pk)
    if row.user_id == actor.pk:
        raise DomainError("appointment.self", _("自己的授权自己不能动，请由另一位管理员来办。"))
    if not may_manage(actor, row):
        raise DomainError("appointment.not_yours", _("这份授权不归您管，请找市级管理员。"))
    return row


def _set_expiry(row, expires_on, actor, reason):
    before, row.expires_on = row.expires_on, expires_on
    row.save(update_fields=["expires_on"])
    days = [str(before or ""), str(expires_on or "")]
    record(actor, "appointment.extend", row, changes={"expires_on": days}, reason=reason)


@transaction.atomic
def link_waiting(user):
    """A user has proved a phone: what waits for it is theirs (in ``core.registry.phone_verified``)."""
    since = clock.now() - WAITS
    if not user.phone:
        return
    waiting = Appointment.objects.standing().filter(waiting_phone=user.phone, granted_at__gt=since)
    firms = [row.enterprise_id for row in waiting if row.takes_over_id]
    if firms:
        # The enterprise's row is the gate, and locked first, as in staff.hand_over.
        list(Enterprise.objects.select_for_update().filter(pk__in=firms).order_by("pk"))
    for row in waiting.select_for_update() if len(waiting) else ():
        if row.takes_over_id and not _hands_over(row):
            continue
        row.user, row.waiting_phone, row.waiting_name = user, "", ""
        row.save(update_fields=["user", "waiting_phone", "waiting_name"])
        record(user, "appointment.accept", row, changes={"role": ["", row.role]})


def _hands_over(row):
    """End what a contact hands over with ``row``; False, and ``row`` is withdrawn, when that no longer holds or the heir has left."""
    works = Membership.objects.open().filter(enterprise=row.enterprise_id, person__phone=row.waiting_phone)
    stays = works.exclude(confirmed_at=None).exists()
    giving = Appointment.objects.in_force().filter(pk=row.takes_over_id) if stays else Appointment.objects.none()
    because = _("移交给 %(name)s") % {"name": mask_name(row.waiting_name)}
    gone = giving.update(withdrawn_at=clock.now(), withdrawn_by=row.granted_by, withdrawn_because=because)
    if not gone:
        row.withdrawn_at, row.withdrawn_because = clock.now(), _("移交的人已不是联络员，或接手的人已离开")
        row.save(update_fields=["withdrawn_at", "withdrawn_because"])
    return bool(gone)


def appointments_matching(rows, *, role="", district="", state=""):
    """``rows`` filtered as the list screen asks; unknown words are no filter. ``district`` is where the scope lies."""
    if role in Role.values:
        rows = rows.filter(role=role)
    if district:
        rows = rows.filter(Q(district=district) | Q(organiser__district=district) | Q(enterprise__district=district))
    if state == "soon":
        return rows.ending_within(30)
    if state == "waiting":
        return rows.standing().filter(user=None)
    if state == "over":
        return rows.exclude(pk__in=rows.standing().values("pk"))
    return rows.standing()
