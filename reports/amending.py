"""更正单: asking to have a frozen return corrected, and a second person's answer. The frozen figures themselves never change."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for
from ledger.services import last_number

from . import returning
from .models import Amendment, Return, ReturnChange


@transaction.atomic
def ask(report_id, *, actor, style, reason, evidence=""):
    """Open a 更正单 of a frozen return; it lists every figure that is another now. Returns the Amendment.

    Raises DomainError ``return.missing`` (not frozen, not newest, one is open, not yours to ask), ``reason.missing``,
    ``amendment.nothing`` (no figure differs), ``amendment.style``.
    """
    report = returning._locked(report_id)
    returning._refuse(report, "amend", actor)
    if style not in Amendment.Style.values:
        raise DomainError("amendment.style", _("请选怎么改：记入下期，还是重开一版。"))
    if len(reason.strip()) < 4:
        raise DomainError("reason.missing", _("更正单要写明原因，例如“补交 9 月 20 日下午纸质签到表”。"))
    number = last_number()
    lines = changed(report.freeze, number)
    if not lines:
        raise DomainError(
            "amendment.nothing",
            _("封账以后台账没有变，没有可更正的数。先到那个班里更正考勤（或补记、合并），数变了再开更正单。"),
        )
    row = Amendment.objects.create(
        report=report,
        number=report.amendments.count() + 1,
        style=style,
        reason=reason.strip()[:300],
        evidence=evidence.strip()[:300],
        lines=lines,
        posting=number,
        asked_by=actor,
    )
    record(actor, "return.amend", report, changes={"style": [None, row.get_style_display()]}, reason=row.reason)
    return row


def changed(freeze, as_of):
    """[{figure, old, new}] of the month's total that are other numbers as of a posting than when it was frozen."""
    now = returning.recount(freeze.report, as_of, freeze.since, freeze.since_month)["total"]
    was = freeze.figures["total"]
    return [{"figure": name, "old": was[name], "new": now[name]} for name in now if was.get(name) != now[name]]


@transaction.atomic
def decide(amendment_id, *, actor, agree, answer=""):
    """A second person's answer. Agreed 重开 opens the next version as a draft, which goes the whole way again.

    Raises DomainError ``amendment.decided``, ``amendment.own`` (who asked cannot agree), ``amendment.right``,
    ``reason.missing`` (a refusal without a word).
    """
    row = Amendment.objects.select_for_update(of=("self",)).select_related("report__district").get(pk=amendment_id)
    report = returning._locked(row.report_id)
    if row.state != Amendment.State.ASKED:
        raise DomainError("amendment.decided", _("这张更正单已经批过了，请刷新页面看结果。"))
    if row.asked_by_id == actor.pk:
        raise DomainError("amendment.own", _("自己开的更正单不能自己批，请另一位来批。"))
    if not policy_for(Return).may(actor, "decide", report):
        raise DomainError("amendment.right", _("更正单由市级管理员或统计员审批。"))
    if not agree and len(answer.strip()) < 4:
        raise DomainError("reason.missing", _("不同意要写明原因。"))
    row.state = Amendment.State.AGREED if agree else Amendment.State.REFUSED
    row.decided_by, row.decided_at, row.answer = actor, clock.now(), answer.strip()[:300]
    if agree and row.style == Amendment.Style.REISSUE:
        row.opened = _open_next(report, row, actor)
    row.save()
    record(actor, f"return.amendment.{row.state}", report, reason=row.answer or row.reason)
    return row


def _open_next(report, amendment, actor):
    fresh = Return.objects.create(
        month=report.month, district=report.district, scope=report.scope, version=report.version + 1
    )
    reason = _("更正单 %(label)s 同意重开") % {"label": amendment.label}
    ReturnChange.objects.create(
        report=fresh, state=Return.State.DRAFT, actor=actor, reason=reason, posting=last_number()
    )
    return fresh
