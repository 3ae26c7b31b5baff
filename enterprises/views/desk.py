"""工作台: the enterprises of the city or of one's district, and the acts on one of them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import DomainError
from core.paging import keyset_page
from core.policies import policy_for

from .. import identity, staff
from ..forms import (
    CodeForm,
    DistrictForm,
    EligibilityForm,
    EnterpriseFilterForm,
    NameOfEnterpriseForm,
    StatusForm,
)
from ..models import EligibilityCheck, Enterprise, FormerIdentity, Membership, SizeClass
from ..policies import rights_of
from ..size_class import size_of
from .access import RegistryView
from .portal import OF_FEW, FactsView

SHOWN = 50
"""People of an enterprise shown on its page; all of them are in its staff list."""


class EnterpriseListView(RegistryView):
    """企业: searched and filtered; never counted, so that a million rows cost what a hundred do."""

    def get(self, request):
        rights = rights_of(request.user)
        form = EnterpriseFilterForm(request.GET)
        if not rights.city:
            form.fields["district"].queryset = form.fields["district"].queryset.filter(pk__in=rights.districts)
        form.is_valid()
        wanted = form.cleaned_data
        rows = policy_for(Enterprise).at_desk(request.user).listed()
        if wanted.get("q"):
            rows = rows.search(wanted["q"])
        if wanted.get("district"):
            rows = rows.filter(district=wanted["district"])
        if wanted.get("pilot"):
            rows = rows.filter(pilots=wanted["pilot"])
        for name, column in (("size", "size_class"), ("status", "status"), ("iso", "iso")):
            if wanted.get(name):
                rows = rows.filter(**{column: wanted[name]})
        if wanted.get("kind") == "92":
            rows = rows.individual_businesses()
        elif wanted.get("kind"):
            rows = rows.exclude(code__startswith="92")
        rows = rows.select_related("district").prefetch_related("pilots")
        page = keyset_page(rows, "name", request.GET)
        sizes, isos, states = (dict(choices.choices) for choices in (SizeClass, Enterprise.Iso, Enterprise.Status))
        for row in page:
            # get_…_display builds its dictionary anew for every cell: a fifth of the page's time.
            row.size_word, row.iso_word, row.status_word = sizes[row.size_class], isos[row.iso], states[row.status]
        context = {
            "form": form,
            "page": page,
            "filtered": any(wanted.values()),
            "scope": _("全市") if rights.city else "",
        }
        return render(request, "enterprises/desk_enterprises.html", context)


FORMS = {
    "rename": NameOfEnterpriseForm,
    "code": CodeForm,
    "status": StatusForm,
    "eligibility": EligibilityForm,
    "district": DistrictForm,
}
"""The forms on an enterprise's page, by the act they belong to; also their prefix."""


class EnterpriseDetailView(RegistryView):
    """One enterprise: facts, former names and codes, checks, people, contacts, and the acts this user may do."""

    def get(self, request, pk):
        return self.page(self.enterprise(pk))

    def enterprise(self, pk):
        rows = policy_for(Enterprise).at_desk(self.request.user)
        return get_object_or_404(rows.select_related("district", "merged_into"), pk=pk)

    def page(self, row, bound=None, status=200):
        policy, user = policy_for(Enterprise), self.request.user
        people = Membership.objects.open().filter(enterprise=row).select_related("person")
        people = list(people.order_by(OF_FEW, "pk")[: SHOWN + 1])
        current = {"district": row.district_id, "status": row.status, "name": row.name}
        unbound = {name: form(prefix=name, initial=current) for name, form in FORMS.items()}
        context = {
            "enterprise": row,
            "pilots": list(row.pilots.all()),
            "former": list(FormerIdentity.objects.filter(enterprise=row).select_related("changed_by__person")),
            "checks": list(EligibilityCheck.objects.filter(enterprise=row).select_related("checked_by__person")),
            "people": people[:SHOWN],
            "more_people": len(people) > SHOWN,
            "contacts": list(staff.contacts_of(row)),
            "size_sentence": "" if row.size_declared else self.size_sentence(row),
            "may": {act: policy.may(user, act, row) for act in ("change", "staff", "identify", "override")},
            "forms": unbound | (bound or {}),
        }
        return render(self.request, "enterprises/desk_enterprise.html", context, status=status)

    def size_sentence(self, row):
        return size_of(row.industry_code, row.employees, row.revenue_band).sentence


class EnterpriseAct(EnterpriseDetailView):
    """One act on an enterprise; ``form`` is the key of its form, ``done`` what is said afterwards."""

    action = "identify"
    form = ""
    done = ""

    def get(self, request, pk):
        # Signed out while the form was open: after signing in the browser comes back here by GET.
        return redirect("desk:enterprise", pk)

    def post(self, request, pk):
        row = self.enterprise(pk)
        if not policy_for(Enterprise).may(request.user, self.action, row):
            raise PermissionDenied
        form = FORMS[self.form](request.POST, prefix=self.form)
        if form.is_valid():
            try:
                self.act(row, form.cleaned_data)
            except DomainError as refused:
                field = self.field_of(refused.code)
                form.add_error(field if field in form.fields else None, refused.sentence)
            else:
                messages.success(request, self.done)
                return redirect("desk:enterprise", pk)
        return self.page(row, {self.form: form}, status=422)

    def field_of(self, code):
        start = code.partition(".")[0]
        return {"enterprise_name": "name", "check": "source"}.get(start, start)


class RenameView(EnterpriseAct):
    form, done = "rename", gettext_lazy("名称改好了，曾用名称留着可查。")

    def act(self, row, data):
        identity.rename(row.pk, data["name"], actor=self.request.user, reason=data["reason"])


class CodeView(EnterpriseAct):
    form, done = "code", gettext_lazy("代码改好了，用旧代码也还能查到。")

    def act(self, row, data):
        identity.change_code(row.pk, data["code"], actor=self.request.user, reason=data["reason"])


class AcceptCodeView(EnterpriseAct):
    """The same form, for a code that fails its check: the city's administrators only."""

    action, form, done = "override", "code", gettext_lazy("已按您写的理由收下这个代码。")

    def act(self, row, data):
        identity.accept_code(row.pk, data["code"], actor=self.request.user, reason=data["reason"])


class StatusView(EnterpriseAct):
    form, done = "status", gettext_lazy("状态改好了。")

    def act(self, row, data):
        identity.set_status(row.pk, data["status"], actor=self.request.user, reason=data["reason"])


class EligibilityView(EnterpriseAct):
    form, done = "eligibility", gettext_lazy("核查结果记下了。")

    def act(self, row, data):
        identity.record_eligibility(row.pk, actor=self.request.user, **data)


class DistrictView(EnterpriseAct):
    action, form, done = "override", "district", gettext_lazy("所在区改好了，以前计过的数还算原来的区。")

    def act(self, row, data):
        identity.move_district(row.pk, data["district"], actor=self.request.user, reason=data["reason"])


class DeskFactsView(RegistryView, FactsView):
    """The facts, edited at the 工作台."""

    template = "enterprises/desk_facts.html"

    def back(self, pk):
        return redirect("desk:enterprise", pk)
