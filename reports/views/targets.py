"""目标: how far, what is entered by hand, and how a gap can be closed."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.exceptions import DomainError
from core.paging import keyset_page
from core.policies import policy_for
from core.querysets import count_of
from core.text import mask_name, mask_phone
from enterprises.models import District, Membership, Role
from enterprises.policies import rights_of

from .. import targets
from ..models import HandFigure, Target
from ..planner import invitees, places_of, plan
from ..progress import context_targets, progress, progress_of_year, years
from ..target_forms import DecideForm, FigureForm, TargetForm


class TargetsDeskView(LoginRequiredMixin, View):
    """A screen of who counts; a stranger does not learn that it exists."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not rights_of(request.user).counts:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def keeps(self):
        """Whether this user writes targets down."""
        return Role.CITY_ADMIN in rights_of(self.request.user).roles


def _year_of(request):
    known = years()
    wanted = request.GET.get("year", "")
    return int(wanted) if wanted.isdecimal() and 2000 <= int(wanted) <= 2100 else known[0], known


class TargetsView(TargetsDeskView):
    """目标: those of a year, how far each is, and the nation's beside them. POST: carry the year's over to the next."""

    def get(self, request):
        year, known = _year_of(request)
        context = {
            "year": year,
            "years": known,
            "rows": progress_of_year(year),
            "nation": [progress(target) for target in context_targets(year)],
            "waiting": policy_for(HandFigure)
            .visible(request.user)
            .filter(state=HandFigure.State.WAITING)
            .select_related("target", "district", "entered_by__person")
            .order_by("entered_at")[:20],
            "keeps": self.keeps(),
            "today": clock.today(),
        }
        return render(request, "reports/targets.html", context)

    def post(self, request):
        if not self.keeps():
            raise PermissionDenied
        year, _known = _year_of(request)
        try:
            n = targets.carry_over(year, actor=request.user)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect(f"{request.path}?year={year}")
        messages.success(
            request, _("抄了 %(n)s 个目标到 %(year)s 年；请对着新通知逐条改数。") % {"n": n, "year": year + 1}
        )
        return redirect(f"{request.path}?year={year + 1}")


class TargetView(TargetsDeskView):
    """One target: how its figure is made, its forecast, the figures by hand. POST: give one."""

    def get(self, request, pk):
        target = policy_for(Target).get(request.user, pk=pk)
        return self.answer(request, target, self.form(request, target))

    def post(self, request, pk):
        target = policy_for(Target).get(request.user, "give", pk=pk)
        form = self.form(request, target, request.POST, request.FILES)
        if form.is_valid():
            try:
                targets.give_figure(target, actor=request.user, **form.cleaned_data)
            except DomainError as refused:
                field = {"figure.day": "on_day", "figure.value": "value"}.get(refused.code, "proof")
                form.add_error(field, refused.sentence)
            else:
                messages.success(request, _("报上去了，等另一位同事审核；审过才算数。"))
                return redirect("desk:target", target.pk)
        return self.answer(request, target, form)

    def form(self, request, target, *data):
        rights = rights_of(request.user)
        districts = None
        if target.per_district:
            districts = District.objects.all() if rights.city else District.objects.filter(pk__in=rights.districts)
        return FigureForm(*data, districts=districts)

    def answer(self, request, target, form):
        figures = policy_for(HandFigure).visible(request.user).filter(target=target)
        context = {
            "target": target,
            "progress": progress(target),
            "figures": figures.select_related("district", "entered_by__person", "decided_by__person")[:50],
            "form": form,
            "may_give": policy_for(Target).may(request.user, "give", target),
            "keeps": self.keeps(),
        }
        return render(request, "reports/target.html", context, status=422 if form.is_bound else 200)


class TargetEditView(TargetsDeskView):
    """A target's words and numbers; without ``pk`` a new one."""

    def target(self, request, pk):
        if pk is None:
            if not self.keeps():
                raise PermissionDenied
            return Target(starts_on=clock.today().replace(month=1, day=1))
        return policy_for(Target).get(request.user, "change", pk=pk)

    def get(self, request, pk=None):
        return self.answer(request, TargetForm(instance=self.target(request, pk)))

    def post(self, request, pk=None):
        form = TargetForm(request.POST, instance=self.target(request, pk))
        if form.is_valid():
            try:
                target = targets.save(form.instance, actor=request.user)
            except DomainError as refused:
                field = {"target.range": "upper", "target.twice": "key", "target.decided": "metric"}
                field["target.district"] = "district"
                form.add_error(field.get(refused.code, "ends_on"), refused.sentence)
            else:
                messages.success(request, _("目标存好了。"))
                return redirect("desk:target", target.pk)
        return self.answer(request, form)

    def answer(self, request, form):
        context = {"form": form, "target": form.instance if form.instance.pk else None}
        return render(request, "reports/target_form.html", context, status=422 if form.is_bound else 200)


class FigureView(TargetsDeskView):
    """One figure by hand, with its evidence. POST ``do``: agree or refuse."""

    def get(self, request, pk):
        return self.answer(request, policy_for(HandFigure).get(request.user, pk=pk), DecideForm())

    def post(self, request, pk):
        row = policy_for(HandFigure).get(request.user, "decide", pk=pk)
        form = DecideForm(request.POST)
        if form.is_valid():
            agree = request.POST.get("do") == "agree"
            try:
                targets.decide(row, agree=agree, actor=request.user, because=form.cleaned_data["because"])
            except DomainError as refused:
                form.add_error("because", refused.sentence)
            else:
                messages.success(request, _("审好了，算进目标进度了。") if agree else _("退回了，没算进去。"))
                return redirect("desk:target", row.target_id)
        return self.answer(request, row, form)

    def answer(self, request, row, form):
        waits = row.state == HandFigure.State.WAITING
        may = waits and policy_for(HandFigure).may(request.user, "decide", row) and row.entered_by_id != request.user.pk
        context = {"row": row, "form": form, "may_decide": may, "own": waits and row.entered_by_id == request.user.pk}
        return render(request, "reports/figure.html", context, status=422 if form.is_bound else 200)


class FigureProofView(TargetsDeskView):
    """The evidence of a figure by hand."""

    def get(self, request, pk):
        row = policy_for(HandFigure).get(request.user, pk=pk)
        name = content_disposition_header(True, row.proof_name)
        return FileResponse(row.proof.open("rb"), headers={"Content-Disposition": name})


class TargetPlanView(TargetsDeskView):
    """缺口怎么补: rounds still needed by district, and whom to invite."""

    def get(self, request, pk):
        target = policy_for(Target).get(request.user, pk=pk)
        rights = rights_of(request.user)
        districts = places_of(target) if rights.city else places_of(target).filter(pk__in=rights.districts)
        district = districts.filter(pk=request.GET.get("district", "")).first()
        found = plan(target)
        open_posts = Membership.objects.filter(ended_on=None, person__merged_into=None)
        rows = invitees(request.user, target, district).select_related("district")
        page = keyset_page(rows.annotate(staff=count_of(open_posts, "enterprise")), "name", request.GET, 30)
        calls = [(row, mask_name(row.contact_name), mask_phone(row.contact_phone)) for row in page]
        context = {
            "target": target,
            "progress": progress(target),
            "plan": found,
            "places": [place for place in found.places if rights.city or place.district.pk in rights.districts],
            "page": page,
            "calls": calls,
            "districts": districts,
            "district": district,
        }
        return render(request, "reports/target_plan.html", context)
