"""The list of a round: on, off, approved, replaced; a code to sign in with."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises import desk_codes
from enterprises.credit_code import check_code
from enterprises.models import Enterprise, Membership
from enterprises.services import list_person

from ... import registration
from ...forms.people import ListPersonForm
from ...models import Registration, Round
from .access import DeskView, RoundAct, number, request_as_get
from .planning import RoundView


class ListPersonView(DeskView):
    """Put a person on the list."""

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        form = ListPersonForm(request.POST)
        if form.is_valid():
            try:
                row = self.enter(request, round_, form.cleaned_data)
            except DomainError as refused:
                field = (
                    "phone" if refused.code.startswith("phone") else "code" if refused.code.startswith("code") else None
                )
                if refused.code == "registration.clash":
                    field = "clash_ok"
                form.add_error(field, refused.sentence)
            else:
                said = _("%(name)s 已上名单。") if row.state == "registered" else _("座位满了，%(name)s 排进候补。")
                messages.success(request, said % {"name": row.person.name})
                return redirect("desk:round", pk)
        return RoundView.as_view()(request_as_get(request), pk=pk, list_form=form)

    @transaction.atomic
    def enter(self, request, round_, data):
        code = check_code(data["code"])
        enterprise = Enterprise.objects.filter(code=code).first()
        if enterprise is None:
            raise DomainError("code.unknown", _("还没有登记过这家企业，请先请企业在“我的”里报到，或由管理员登记。"))
        membership = list_person(
            name=data["name"],
            phone=data["phone"],
            membership={"enterprise": enterprise, "layer": data["layer"], "post": data["post"]},
            actor=request.user,
        )
        return registration.register(
            round_.pk,
            membership.person,
            membership,
            actor=request.user,
            by_staff=True,
            clash_ok=data["clash_ok"],
        )


class DeskCodeView(DeskView):
    """A code to sign in with for somebody on the list, where no text message reaches them. Shown once."""

    http_method_names = ["post"]

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        rows = policy_for(Registration).visible(request.user).select_related("person")
        row = get_object_or_404(rows, pk=request.POST.get("registration") or 0, round=round_)
        try:
            code = desk_codes.issue(row.person, actor=request.user)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect("desk:round", pk)
        context = {"person": row.person, "code": code, "back": reverse("desk:round", args=[pk])}
        response = render(request, "enterprises/desk_code.html", context)
        response["Cache-Control"] = "no-store"
        return response


class RosterAct(RoundAct):
    """One act on one row of the list."""

    def row(self, request, action="cancel"):
        rows = policy_for(Registration)
        return rows.get(request.user, action, round=self.round, pk=number(request.POST.get("registration")))


class UnlistView(RosterAct):
    done = lazy("已从名单取消；后面的人按先后转正。")

    def act(self, request):
        registration.cancel(self.row(request).pk, actor=request.user, reason=request.POST.get("reason", ""))


class ApproveView(RosterAct):
    """通过 one, or everybody who waits for it."""

    done = lazy("已通过；座位不够的排进候补。")

    def act(self, request):
        pending = Registration.objects.filter(round=self.round, state=Registration.State.PENDING)
        keys = list(pending.values_list("pk", flat=True)) if "everybody" in request.POST else [self.row(request).pk]
        registration.approve(self.round.pk, keys, actor=request.user)


class RefuseView(RosterAct):
    done = lazy("没通过的原因，本人看得到。")

    def act(self, request):
        registration.refuse(self.row(request).pk, actor=request.user, reason=request.POST.get("reason", ""))


class ConfirmForView(RosterAct):
    """Who was offered a seat says on the phone that they come."""

    done = lazy("已替这位确认。")

    def act(self, request):
        registration.confirm(self.row(request).pk, actor=request.user)


class SubstituteView(RosterAct):
    """换人: a colleague comes instead."""

    done = lazy("换好了，座位和先后都归来的这位。")

    def act(self, request):
        row = self.row(request)
        wanted = Membership.objects.open().filter(enterprise=row.enterprise_id).select_related("person", "enterprise")
        member = wanted.exclude(confirmed_at=None).filter(pk=number(request.POST.get("membership"))).first()
        name = request.POST.get("name", "").strip()
        if member is None and name:
            same = list(wanted.filter(person__name=name)[:2])
            member = same[0] if len(same) == 1 else None
        if member is None:
            raise DomainError(
                "substitute.who", _("这家企业的名单里没有（或不止一位）这个姓名的人，请先加上名单，或请联络员来换。")
            )
        registration.substitute(row.pk, member, actor=request.user, clash_ok="clash_ok" in request.POST)
