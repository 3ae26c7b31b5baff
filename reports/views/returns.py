"""月报: the list of months, one return with its steps, what changed row by row, and 更正单."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.generic import View

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.models import District
from enterprises.policies import rights_of
from ledger.services import last_number

from .. import amending, diff, returning, rules, summary
from ..completeness import completeness
from ..models import CITY, Amendment, Return


def desk_scope_of(user):
    """What the head of the desk says this person sees."""
    rights = rights_of(user)
    if rights.city:
        return _("全市 16 区")
    return "、".join(District.objects.filter(pk__in=rights.districts).values_list("name", flat=True))


class CountingView(LoginRequiredMixin, View):
    """A view for who counts: city and district staff; nobody else is told that it exists."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not rights_of(request.user).counts:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def page(self, template, context, status=200):
        return render(
            self.request, template, {"desk_scope": desk_scope_of(self.request.user), **context}, status=status
        )


class ReturnsView(CountingView):
    """The months of a year: the city's return (or one's district's) and how far the districts are."""

    def get(self, request):
        rights = rights_of(request.user)
        visible = policy_for(Return).visible(request.user)
        years = [day.year for day in visible.dates("month", "year", order="DESC")]
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and int(asked) in years else (years[0] if years else clock.today().year)
        rows = visible.filter(month__year=year).newest().select_related("district", "freeze").order_by("-month")
        months = {}
        for row in rows:
            months.setdefault(row.month, []).append(row)
        context = {
            "year": year,
            "years": years,
            "months": [(month, *_one_month(found)) for month, found in months.items()],
            "may_prepare": policy_for(Return).may_prepare(request.user),
            "next_month": returning.last_month(),
            "city": rights.city,
        }
        return self.page("reports/returns.html", context)


def _one_month(rows):
    """(the city's return or None, the districts' in official order, how many of them are approved or frozen)."""
    city = next((row for row in rows if row.scope == CITY), None)
    districts = sorted((row for row in rows if row.scope != CITY), key=lambda row: row.district.order)
    done = sum(row.state in (Return.State.APPROVED, Return.State.FROZEN) for row in districts)
    return city, districts, done


class PrepareView(CountingView):
    """生成月报 of a month."""

    http_method_names = ["post"]

    def post(self, request):
        if not policy_for(Return).may_prepare(request.user):
            raise PermissionDenied
        try:
            month = date.fromisoformat(f"{request.POST.get('month', '')[:7]}-01")
            made = returning.prepare(month, actor=request.user)
        except ValueError:
            messages.error(request, _("请选要生成哪个月的月报。"))
            return redirect("desk:returns")
        except DomainError as refusal:
            messages.error(request, refusal.sentence)
            return redirect("desk:returns")
        if made:
            messages.success(request, _("生成了 %(n)s 份草稿。") % {"n": made})
        else:
            messages.info(request, _("这个月的月报早就生成了。"))
        return redirect(f"{reverse('desk:returns')}?year={month.year}")


FIGURES = [
    # (name of the figure, label, unit, is inside the one above, is recounted rather than added up)
    ("sessions", lazy("场次"), lazy("场"), False, False),
    ("rounds", lazy("轮次（内审员）"), lazy("轮次"), False, False),
    ("person_times", lazy("人次"), lazy("人次"), False, False),
    ("top", lazy("最高管理者"), lazy("人次"), True, False),
    ("middle", lazy("中层管理人员"), lazy("人次"), True, False),
    ("frontline", lazy("一线员工"), lazy("人次"), True, False),
    ("other", lazy("其他人员"), lazy("人次"), True, False),
    ("persons", lazy("人数"), lazy("人"), False, True),
    ("enterprises", lazy("家数"), lazy("家"), False, True),
    ("small", lazy("其中：小微企业"), lazy("家"), True, True),
    ("class_hours", lazy("学时（认定）"), lazy("学时"), False, False),
]
"""The rows of a return, as people read them."""

LAYERS = ("top", "middle", "frontline", "other")


def rows_of(report, frozen, now, moved, before):
    """The rows of the figures' table: frozen, 调增, 调减, present value, the month before, and its words."""
    rows = []
    for name, label, unit, inner, recounted in FIGURES:
        kept = getattr(frozen, name) if frozen else None
        was = getattr(before, name) if before else None
        base = kept if frozen else getattr(now, name)
        up, down = moved.get(name, (None, None))
        rows.append(
            {
                "name": name,
                "label": label,
                "unit": unit,
                "inner": inner,
                "recounted": recounted,
                "frozen": kept,
                "up": up,
                "down": down,
                "now": getattr(now, name),
                "was": was,
                "delta": None if was is None else base - was,
                "rate": None if not was else float((base - was) / was),
                "note": report.notes.get(name, ""),
                "layer": name if name in LAYERS else "",
                "is_activity": name in ("sessions", "rounds"),
                "may_note": name in returning.EXPLAINED,
            }
        )
    return rows


ACTS = [
    ("submit", lazy("提交"), ("draft", "sent_back")),
    ("approve", lazy("审核通过"), ("submitted",)),
    ("freeze", lazy("封账"), ("approved",)),
]
"""The step a return waits for: the one button of its page."""


@method_decorator(never_cache, name="dispatch")
class ReturnView(CountingView):
    """One return: its way, its figures, what changed since it was frozen, and the one next step."""

    def get(self, request, pk):
        policy = policy_for(Return)
        policy.get(request.user, pk=pk)
        report = Return.objects.select_related("district", "freeze__actor__person").get(pk=pk)
        return self.page("reports/return.html", self.context(request, report, policy))

    def context(self, request, report, policy):
        freeze = getattr(report, "freeze", None)
        before = returning.previous(report)
        old = summary.Line.from_dict(before.figures["total"]) if before else None
        scope = summary.month_scope(report.month, report.district_id)
        table = summary.table(scope)
        moved, acts = {}, []
        if freeze:
            moved = diff.adjustments(scope, freeze.posting)
            acts = diff.acts(scope, freeze.posting)
        frozen = summary.Line.from_dict(freeze.figures["total"]) if freeze else None
        late = []
        since = before.posting if before else None
        if before:
            until = freeze.posting if freeze else None
            late = diff.acts(returning.late_scope(report, until, before.report.month), since)
        siblings = list(
            Return.objects.filter(month=report.month, scope=report.scope).exclude(pk=report.pk).order_by("version")
        )
        step = next(((act, label) for act, label, states in ACTS if report.state in states), None)
        waits = step and {"act": step[0], "label": step[1], "missing": returning.missing(report, step[0], request.user)}
        return {
            "report": report,
            "freeze": freeze,
            "before": before,
            "rows": rows_of(report, frozen, table.total, moved, old),
            "shown": frozen or table.total,
            "table": table,
            "frozen_lines": freeze.figures["lines"] if freeze else None,
            "changes": list(report.changes.select_related("actor__person")),
            "ahead": _ahead(report),
            "acts": acts,
            "net": sum(act.net for act in acts),
            "late": late,
            "late_net": sum(act.net for act in late),
            "siblings": siblings,
            "newer": any(one.version > report.version for one in siblings),
            "step": waits,
            "may_send_back": not returning.missing(report, "send_back", request.user),
            "may_note": report.state in ("draft", "sent_back") and policy.may(request.user, "notes", report),
            "stands_in": policy.stands_in(request.user, report),
            "amend_missing": returning.missing(report, "amend", request.user) if freeze else None,
            "amendments": _amendments(report, request.user, policy),
            "styles": Amendment.Style.choices,
            "completeness": completeness(scope),
            "seen": last_number(),
            "verdict": returning.verify(freeze) if freeze and "verify" in request.GET else None,
            "districts": _districts(report),
            "rules": freeze.rules if freeze else rules.version(),
            "last_day": report.last_day,
            "query": _query(report),
        }


def _ahead(report):
    """Names of the states a return has yet to reach."""
    way = [Return.State.SUBMITTED, Return.State.APPROVED, Return.State.FROZEN]
    return [state.label for state in way[way.index(report.state) + 1 if report.state in way else 0 :]]


def _query(report):
    words = f"year={report.month.year}&month={report.month.month}"
    return f"{words}&district={report.district_id}" if report.district_id else words


def _amendments(report, user, policy):
    rows = report.amendments.select_related("asked_by__person", "decided_by__person", "opened")
    may = policy.may(user, "decide", report)
    labels = {name: (label, unit) for name, label, unit, _inner, _recounted in FIGURES}
    found = []
    for row in rows:
        row.report = report
        lines = [(*labels[line["figure"]], line["old"], line["new"]) for line in row.lines if line["figure"] in labels]
        decides = may and row.state == Amendment.State.ASKED and row.asked_by_id != user.pk
        found.append({"row": row, "lines": lines, "may_decide": decides})
    return found


def _districts(report):
    """For the city's return: where each district is, in official order."""
    if report.scope != CITY:
        return []
    rows = Return.objects.filter(month=report.month).exclude(scope=CITY).newest()
    return list(rows.select_related("district").order_by("district__order"))


class ReturnActView(CountingView):
    """One step of a return, by POST: submit, approve, approve-districts, send-back, freeze, notes, amend."""

    http_method_names = ["post"]
    steps = ("submit", "approve", "approve-districts", "send-back", "freeze", "notes", "amend")

    def post(self, request, pk, act):
        policy = policy_for(Return)
        if act not in self.steps:
            raise Http404
        report = policy.get(request.user, pk=pk)
        if not policy.may(request.user, act.replace("-", "_").replace("approve_districts", "approve"), report):
            raise PermissionDenied
        try:
            done = getattr(self, act.replace("-", "_"))(request, report)
        except DomainError as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, done)
        return redirect("desk:return", pk)

    def _seen(self, request):
        text = request.POST.get("seen", "")
        return int(text) if text.isdecimal() else None

    def submit(self, request, report):
        returning.submit(report.pk, actor=request.user, reason=request.POST.get("reason", ""), seen=self._seen(request))
        return _("已提交，等市里审核。")

    def approve(self, request, report):
        returning.approve(report.pk, actor=request.user, seen=self._seen(request))
        return _("审核通过，等统计员封账。")

    def approve_districts(self, request, report):
        done = returning.approve_districts(report.month, actor=request.user)
        if not done:
            raise DomainError("return.none", _("没有等您审核的区报。没提交的，请先催区里提交。"))
        return _("%(n)s 个区审核通过。") % {"n": done}

    def send_back(self, request, report):
        returning.send_back(report.pk, actor=request.user, reason=request.POST.get("reason", ""))
        return _("已退回，改好可以再提交。")

    def freeze(self, request, report):
        freeze = returning.freeze(report.pk, actor=request.user, seen=self._seen(request))
        return _("已封账，截至 %(n)s 号记账。这些数从此不再变动。") % {"n": freeze.posting}

    def notes(self, request, report):
        names = (*returning.EXPLAINED, "open_rounds")
        returning.explain_swings(
            report.pk, {name: request.POST.get(f"note-{name}", "") for name in names}, actor=request.user
        )
        return _("说明存好了。")

    def amend(self, request, report):
        sheet = amending.ask(
            report.pk,
            actor=request.user,
            style=request.POST.get("style", ""),
            reason=request.POST.get("reason", ""),
            evidence=request.POST.get("evidence", ""),
        )
        return _("更正单 %(label)s 已开，等另一位审批。") % {"label": sheet.label}


class DecideView(CountingView):
    """A second person's answer to a 更正单."""

    http_method_names = ["post"]

    def post(self, request, pk):
        row = policy_for(Amendment).get(request.user, "decide", pk=pk)
        agree = request.POST.get("answer") == "agree"
        try:
            row = amending.decide(row.pk, actor=request.user, agree=agree, answer=request.POST.get("reason", ""))
        except DomainError as refusal:
            messages.error(request, refusal.sentence)
            return redirect("desk:return", row.report_id)
        if row.opened_id:
            messages.success(request, _("已同意，第 %(n)s 版的草稿开好了。") % {"n": row.opened.version})
            return redirect("desk:return", row.opened_id)
        messages.success(request, _("已同意，差额列进下一期。") if agree else _("已回复不同意。"))
        return redirect("desk:return", row.report_id)


class ChangesView(CountingView):
    """与上期的差异, row by row: the entries added and taken back since a return was frozen (or since the last one was)."""

    def get(self, request, pk):
        policy_for(Return).get(request.user, pk=pk)
        report = Return.objects.select_related("district", "freeze").get(pk=pk)
        freeze = getattr(report, "freeze", None)
        before = returning.previous(report)
        late = freeze is None or "late" in request.GET
        if late:
            since, month, until = (
                (before.posting, before.report.month, freeze.posting if freeze else None) if before else (None,) * 3
            )
            scope = returning.late_scope(report, until, month) if before else None
        else:
            since, until = freeze.posting, None
            scope = summary.month_scope(report.month, report.district_id)
        context = {"report": report, "freeze": freeze, "before": before, "since": since, "late": late}
        if scope is not None:
            which = "removed" if request.GET.get("which") == "removed" else "added"
            rows = diff.added(scope.entries(), since)
            if which == "removed":
                rows = diff.taken_back(scope.of(as_of=since).entries(), until)
            rows = rows.select_related(
                "person", "enterprise", "district", "activity", "posting__actor__person", "reversed_by__actor__person"
            ).order_by("occurred_on", "pk")
            context |= {
                "which": which,
                "page_obj": Paginator(rows, 50).get_page(request.GET.get("page")),
                "moved": diff.adjustments(scope, since),
            }
        return self.page("reports/return_changes.html", context)
