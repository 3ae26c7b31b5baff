"""工作台: 专家库 and the register of conflicts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for

from .. import assisting, workbooks
from ..forms.assistance import ConflictForm, ExpertForm
from ..models import Conflict, Enterprise, Expert, Person, Role
from ..policies import rights_of
from .assistance import AssistanceView, may_enter, workbook

PER_PAGE = 30


class ExpertListView(AssistanceView):
    """专家库: who helps and who teaches, how many enterprises each has this year."""

    def get(self, request):
        busy = Count("assistances", filter=Q(assistances__year=clock.today().year, assistances__withdrawn_on=None))
        rows = policy_for(Expert).visible(request.user).select_related("person", "organiser")
        rows = rows.prefetch_related("districts").annotate(busy=busy).order_by("-active", "person__name_key", "pk")
        context = {
            "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "most": assisting.MOST_ENTERPRISES,
            "may_change": Role.CITY_ADMIN in rights_of(request.user).roles,
        }
        return render(request, "enterprises/desk_experts.html", context)


class ExpertEditView(AssistanceView):
    """A new expert (without ``pk``) or one to change."""

    def get(self, request, pk=None):
        return self.answer(request, ExpertForm(instance=self.row(request, pk)))

    def post(self, request, pk=None):
        form = ExpertForm(request.POST, instance=self.row(request, pk))
        if not form.is_valid():
            return self.answer(request, form)
        with transaction.atomic():
            if pk is None:
                data = form.cleaned_data
                form.instance.person = form.person or Person.objects.create(
                    name=data["name"], phone=data["phone"], created_at=clock.now()
                )
            row = form.save()
            record(
                request.user, "expert.change" if pk else "expert.add", row, changes={"fields": ["", form.changed_data]}
            )
        messages.success(request, _("已保存：%(name)s") % {"name": row.person.name})
        return redirect("desk:expert", row.pk)

    def row(self, request, pk):
        if pk:
            return policy_for(Expert).get(request.user, "change", pk=pk)
        if Role.CITY_ADMIN not in rights_of(request.user).roles:
            raise PermissionDenied
        return None

    def answer(self, request, form):
        return render(
            request, "enterprises/desk_expert_form.html", {"form": form}, status=422 if form.is_bound else 200
        )


class ExpertView(AssistanceView):
    """One expert: whom they help, and where they keep out."""

    def get(self, request, pk, form=None):
        row = policy_for(Expert).get(request.user, pk=pk)
        conflicts = policy_for(Conflict).visible(request.user).filter(expert=row).select_related("enterprise__district")
        keeps = may_enter(request.user)
        if keeps and form is None:
            form = ConflictForm(within=policy_for(Enterprise).at_desk(request.user))
        context = {
            "row": row,
            "conflicts": conflicts,
            "form": form,
            "may_change": Role.CITY_ADMIN in rights_of(request.user).roles,
        }
        return render(
            request, "enterprises/desk_expert.html", context, status=422 if form is not None and form.is_bound else 200
        )

    def post(self, request, pk):
        row = policy_for(Expert).get(request.user, pk=pk)
        if not may_enter(request.user):
            raise PermissionDenied
        form = ConflictForm(request.POST, within=policy_for(Enterprise).at_desk(request.user))
        if form.is_valid():
            data = dict(form.cleaned_data)
            try:
                assisting.record_conflict(request.user, row, data.pop("enterprise"), **data)
            except DomainError as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _("已登记。"))
                return redirect("desk:expert", pk)
        return self.get(request, pk, form)


class ConflictListView(AssistanceView):
    """利益冲突登记: who must keep out of whose audit, until when; by expert's or enterprise's name."""

    def get(self, request):
        rows, words = self.rows(request.GET, request.user)
        rows = rows.select_related("expert__person", "expert__organiser", "enterprise__district")
        context = {"page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")), "words": words}
        context["everything"] = bool(request.GET.get("all"))
        return render(request, "enterprises/desk_conflicts.html", context)

    def post(self, request):
        rows, _words = self.rows(request.POST, request.user)
        record(request.user, "conflict.export", request.user)
        name = _("专家利益冲突登记表")
        return workbook(workbooks.conflict_workbook(rows), f"{name}_{clock.today():%Y%m%d}.xlsx")

    def rows(self, query, user):
        rows = policy_for(Conflict).visible(user)
        words = query.get("q", "").strip()[:60]
        if words:
            rows = rows.filter(Q(expert__person__name__contains=words) | Q(enterprise__name__contains=words))
        return (rows if query.get("all") else rows.in_force()), words
