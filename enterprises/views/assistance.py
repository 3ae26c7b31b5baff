"""工作台: the 帮扶台账; and, read only, an enterprise's own row in its portal."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for
from core.spreadsheets import CONTENT_TYPE

from .. import assisting, workbooks
from ..forms.assistance import EnterForm, HelpForm, NeedForm, PaperForm, StepForm
from ..models import (
    Assistance,
    AssistanceNeed,
    AssistancePaper,
    AssistanceStep,
    District,
    Enterprise,
    Expert,
    Organiser,
    Role,
)
from ..policies import rights_of
from .portal import EnterpriseView
from .staff import StaffView

PER_PAGE = 30
COLUMNS = [kind for kind in AssistanceStep.Kind if kind not in ("documents", "follow_up")]
_SAID = {True: "yes", False: "no", None: ""}


class AssistanceView(StaffView):
    """For who counts, and for the administrators of an organiser that helps."""

    def is_welcome(self, user):
        rights = rights_of(user)
        return rights.counts or bool(rights.led_organisers)


def may_enter(user):
    """Whether a user may put any enterprise into the ledger."""
    rights = rights_of(user)
    return Role.CITY_ADMIN in rights.roles or bool(rights.districts)


def _number(text):
    return int(text) if text and text.isdecimal() and len(text) < 12 else None


def chosen_rows(user, query):
    """(rows, what was chosen) of the list screen and its export; unknown words are no filter."""
    chosen = {
        "year": _number(query.get("year")) or clock.today().year,
        "district": query.get("district", ""),
        "organiser": _number(query.get("organiser")),
        "lacking": query.get("lacking", ""),
    }
    rows = policy_for(Assistance).visible(user).standing()
    rows = rows.in_scope(year=chosen["year"], district=chosen["district"], organiser=chosen["organiser"])
    if chosen["lacking"] in AssistanceStep.Kind.values:
        rows = rows.lacking(chosen["lacking"])
    return rows, chosen


class AssistanceListView(AssistanceView):
    """帮扶台账 of a year: how far each enterprise is, and what is missing."""

    def get(self, request):
        rows, chosen = chosen_rows(request.user, request.GET)
        page = Paginator(rows.order_by("enterprise__district__order", "entered_on", "pk"), PER_PAGE)
        page = page.get_page(request.GET.get("page"))
        page.object_list = list(page.object_list.for_rows())
        for row in page.object_list:
            first = {}
            for step in row.steps.all():
                first.setdefault(step.kind, step)
            row.dates = [(kind.label, first.get(kind)) for kind in COLUMNS]
            row.open_needs = sum(1 for need in row.needs.all() if not need.solved_on)
            row.faults = assisting.warnings_of(row)
            row.next = assisting.next_step(row)
        context = {
            "page_obj": page,
            "chosen": chosen,
            "columns": [kind.label for kind in COLUMNS],
            "kinds": AssistanceStep.Kind,
            "districts": District.objects.all(),
            "organisers": Organiser.objects.order_by("name"),
            "may_enter": may_enter(request.user),
        }
        return render(request, "enterprises/desk_assistances.html", context)


class AssistanceExportView(AssistanceView):
    """The chosen rows as a workbook; asked for by POST, because the export is written into the audit trail."""

    def get(self, request):
        return redirect("desk:assistances")

    def post(self, request):
        rows, chosen = chosen_rows(request.user, request.POST)
        title = _("%(year)s年帮扶台账") % {"year": chosen["year"]}
        content = workbooks.ledger_workbook(rows.order_by("enterprise__district__order", "entered_on", "pk"), title)
        record(request.user, "assistance.export", request.user, changes={"what": ["", str(chosen)]})
        return workbook(content, f"{title}_{clock.today():%Y%m%d}.xlsx")


def workbook(content, name):
    """A workbook as an answer to download."""
    answer = HttpResponse(content, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


class EnterView(AssistanceView):
    """Put an enterprise into the ledger."""

    def get(self, request):
        return self.answer(request, EnterForm(within=self.within(request)))

    def post(self, request):
        form = EnterForm(request.POST, within=self.within(request))
        if form.is_valid():
            data = dict(form.cleaned_data)
            try:
                row = assisting.enter(request.user, data.pop("enterprise"), **data)
            except DomainError as refused:
                form.add_error("enterprise", refused.sentence)
            else:
                messages.success(request, _("已列入 %(year)s 年帮扶台账。") % {"year": row.year})
                return redirect("desk:assistance", row.pk)
        return self.answer(request, form)

    def within(self, request):
        if not may_enter(request.user):
            raise PermissionDenied
        return policy_for(Enterprise).at_desk(request.user)

    def answer(self, request, form):
        return render(request, "enterprises/desk_enter.html", {"form": form}, status=422 if form.is_bound else 200)


class AssistanceDetailView(AssistanceView):
    """One enterprise's row: needs, steps with papers, expert and conflicts."""

    def get(self, request, pk, **more):
        policy = policy_for(Assistance)
        policy.get(request.user, pk=pk)
        row = Assistance.objects.for_rows().get(pk=pk)
        keeps = row.withdrawn_on is None and policy.may(request.user, "keep", row)
        help_ = {"organiser": row.organiser, "certified_before": _SAID[row.certified_before], "note": row.note}
        context = {
            **described(row),
            "may_change": row.withdrawn_on is None and policy.may(request.user, "change", row),
            "may_keep": keeps,
            "experts": Expert.objects.filter(active=True, assists=True).select_related("person", "organiser")
            if keeps
            else [],
            "help_form": HelpForm(initial=help_),
            "need_form": NeedForm(),
            "step_form": StepForm(),
            "paper_form": PaperForm(),
        }
        return render(request, "enterprises/desk_assistance.html", context | more, status=422 if more else 200)


def described(row):
    """What the screens of one Assistance (of ``for_rows``) show. One query."""
    needs = {value: [] for value in AssistanceNeed.Dimension.values}
    for need in row.needs.all():
        needs[need.dimension].append(need)
    conflicts = row.enterprise.conflicts.select_related("expert__person", "expert__organiser")
    return {
        "row": row,
        "needs": [(AssistanceNeed.Dimension(value).label, found) for value, found in needs.items()],
        "steps": row.steps.all(),
        "warnings": assisting.warnings_of(row),
        "next": assisting.next_step(row),
        "conflicts": conflicts,
    }


class AssistanceAct(AssistanceView):
    """One act on a row: ``act`` names it. Does it, says so, and returns to the row; a wrong form is shown again."""

    act = ""

    def get(self, request, pk):
        # Signed out while the form was open: after signing in the browser comes back here by GET.
        return redirect("desk:assistance", pk)

    def post(self, request, pk):
        action = "change" if self.act in ("need", "solve", "step", "paper") else "keep"
        row = policy_for(Assistance).get(request.user, action, pk=pk)
        try:
            again = getattr(self, self.act)(request, row)
        except DomainError as refused:
            if refused.code == "assign.confirm":
                again = {"against": refused.params["against"], "candidate": _number(request.POST.get("expert"))}
            else:
                messages.error(request, refused.sentence)
                again = None
        if again:
            return AssistanceDetailView.as_view()(_as_get(request), pk=pk, **again)
        return redirect("desk:assistance", pk)

    def need(self, request, row):
        form = NeedForm(request.POST)
        if not form.is_valid():
            return {"need_form": form}
        assisting.add_need(request.user, row, **form.cleaned_data)
        messages.success(request, _("需求记下了。"))
        return None

    def solve(self, request, row):
        assisting.solve_need(request.user, get_object_or_404(row.needs, pk=_number(request.POST.get("need"))))
        messages.success(request, _("已记为解决。"))

    def step(self, request, row):
        form = StepForm(request.POST, request.FILES)
        if not form.is_valid():
            return {"step_form": form}
        try:
            step = assisting.record_step(request.user, row, **form.values)
        except DomainError as refused:
            field = {"step.future": "started_on", "step.dates": "ended_on", "step.number": "number"}
            form.add_error(field.get(refused.code), refused.sentence)
            return {"step_form": form}
        messages.success(request, _("%(what)s记下了。") % {"what": step.get_kind_display()})
        return None

    def paper(self, request, row):
        form = PaperForm(request.POST, request.FILES)
        step = get_object_or_404(row.steps, pk=_number(request.POST.get("step")))
        if not form.is_valid():
            raise DomainError("evidence.missing", _("请选种类并挑一个文件。"))
        assisting.add_paper(request.user, step, **form.cleaned_data)
        messages.success(request, _("材料收好了。"))

    def describe(self, request, row):
        form = HelpForm(request.POST)
        if not form.is_valid():
            return {"help_form": form}
        assisting.describe(request.user, row, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return None

    def assign(self, request, row):
        rows = Expert.objects.select_related("person").filter(pk=_number(request.POST.get("expert")))
        expert = get_object_or_404(rows)
        assisting.assign_expert(request.user, row, expert, confirmed=bool(request.POST.get("confirmed")))
        messages.success(request, _("已指派，并登记了利益冲突：这位专家不参加这家企业的审核和认证决定。"))

    def withdraw(self, request, row):
        assisting.withdraw(request.user, row, reason=request.POST.get("reason", ""))
        messages.success(request, _("已退出帮扶，记录都留着。"))


def _as_get(request):
    request.method = "GET"
    return request


class PaperView(LoginRequiredMixin, View):
    """A paper of a step, for who may see the assistance it belongs to."""

    def get(self, request, pk):
        row = policy_for(AssistancePaper).get(request.user, pk=pk)
        return FileResponse(row.file.open(), as_attachment=True, filename=row.name)


class OwnAssistanceView(EnterpriseView):
    """我的企业 · 帮扶: what stands in the ledger about one's own enterprise, to read."""

    def get(self, request, pk):
        rows = policy_for(Assistance).visible(request.user).filter(enterprise=self.enterprise)
        rows = [described(row) for row in rows.for_rows().order_by("-year")[:5]]
        return render(request, "enterprises/own_assistance.html", {"enterprise": self.enterprise, "rows": rows})
