"""Sending returns to named people: a link on the day they chose, once a month, only to who may see it."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for
from notices import kinds
from notices.services import notify

from . import returning
from .models import CITY, Return, ReturnReader

KINDS = [
    kinds.Kind(
        "return.delivered",
        lazy("月报送达"),
        lazy("{month}月报：{scope}"),
        lazy("{name}，{scope} {month}的培训情况月报在这里看，现在是“{state}”。登录后打开，表可以自己导出。"),
        sample={"scope": "全市", "month": "2025年9月", "state": "已封账"},
    ),
]


@transaction.atomic
def add_reader(user, *, scope, day, actor):
    """Have the returns of a scope (``city`` or a district's code) sent to a user each month from ``day`` (1–28) on. Asking again
    changes the day.

    Raises DomainError ``reader.right`` when the user may not see that return, ``reader.day``, ``reader.nobody`` (nobody to send to).
    """
    if user is None or not hasattr(user, "person"):
        raise DomainError("reader.nobody", _("没有这个用户名，或者这个账号还没有对应的人员。"))
    if not 1 <= day <= 28:
        raise DomainError("reader.day", _("请填 1 到 28 号，每个月都有的日子。"))
    district = None if scope == CITY else scope
    if not may_read(user, scope):
        raise DomainError(
            "reader.right", _("这位没有看这份月报的授权，链接打不开。请先在“授权”里给他相应的角色，再来添加。")
        )
    row, _created = ReturnReader.objects.update_or_create(
        user=user, scope=scope, defaults={"district_id": district, "day": day, "added_by": actor}
    )
    record(actor, "return.reader", row, changes={"day": [None, day], "scope": [None, scope]})
    return row


@transaction.atomic
def remove_reader(reader_id, *, actor):
    """No longer send it. Removing again is success."""
    row = ReturnReader.objects.filter(pk=reader_id).first()
    if row:
        record(actor, "return.reader.removed", row, changes={"scope": [row.scope, None]})
        row.delete()


def may_read(user, scope):
    """Whether a user may see returns of a scope."""
    return policy_for(Return).may_read_scope(user, scope)


def deliver():
    """Tell every reader whose day has come about last month's return; returns how many were told. Running again tells nobody twice.

    Who may no longer see it is passed over, and so is a return that was not made yet.
    """
    month, today = returning.last_month(), clock.today()
    told = 0
    due = ReturnReader.objects.filter(day__lte=today.day).exclude(last_month__gte=month)
    for reader in due.select_related("user__person", "district"):
        told += _deliver(reader, month)
    return told


@transaction.atomic
def _deliver(reader, month):
    report = Return.objects.newest().filter(month=month, scope=reader.scope).select_related("district").first()
    if report is None or not may_read(reader.user, reader.scope):
        return 0
    taken = ReturnReader.objects.filter(pk=reader.pk).exclude(last_month__gte=month).update(last_month=month)
    if not taken:
        return 0
    words = {
        "scope": report.scope_name,
        "month": _("%(year)s年%(month)s月") % {"year": month.year, "month": month.month},
        "state": report.get_state_display(),
    }
    notify(
        [reader.user.person.pk],
        "return.delivered",
        event=f"return.delivered:{reader.scope}:{month:%Y-%m}",
        words=words,
        subject=f"reports.return:{report.pk}",
        url=reverse("desk:return", args=[report.pk]),
    )
    return 1
