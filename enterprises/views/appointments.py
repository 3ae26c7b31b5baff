"""工作台: who may act for whom, and the organisers they act for."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for

from .. import appointing
from ..forms.appointments import ExtendForm, GrantForm, OrganiserForm
from ..models import Appointment, District, Organiser, Role
from ..policies import rights_of
from ..policies.giving import givable
from .staff import StaffView

PER_PAGE = 50


class AppointmentsView(StaffView):
    """Screens of appointments are for who may give any, and for who reads the whole city."""

    def is_welcome(self, user):
        return rights_of(user).city or bool(givable(user))


class AppointmentListView(AppointmentsView):
    """授权: who holds what until when; by role, district and state."""

    def get(self, request):
        chosen = {name: request.GET.get(name, "") for name in ("role", "district", "state")}
        rows = appointing.appointments_matching(policy_for(Appointment).visible(request.user), **chosen)
        rows = rows.select_related("user__person", "district", "organiser", "enterprise").order_by("role", "-pk")
        context = {
            "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            "chosen": chosen,
            "roles": Role,
            "districts": District.objects.all(),
            "states": [
                ("", _("在用的")),
                ("soon", _("30 天内到期")),
                ("waiting", _("等本人登录")),
                ("over", _("已过期、收回")),
            ],
            "may_give": bool(givable(request.user)),
        }
        return render(request, "enterprises/desk_appointments.html", context)


class GrantView(AppointmentsView):
    """Give a role: first which, then to whom and where. Only what one may give is offered, and nothing else is accepted."""

    def get(self, request):
        return self.answer(request, *self.chosen(request))

    def post(self, request):
        givings, giving = self.chosen(request)
        if giving.role != request.GET.get("role"):
            raise Http404
        form = GrantForm(request.POST, giving=giving, latest=self.latest())
        if not form.is_valid():
            return self.answer(request, givings, giving, form)
        data = form.cleaned_data
        try:
            row = appointing.grant(
                request.user,
                role=giving.role,
                scope=form.scope,
                phone=data["phone"],
                name=data["name"],
                expires_on=data["expires_on"],
            )
        except DomainError as refused:
            field = {"phone": "phone", "appointment.expiry": "expires_on", "appointment.self": "phone"}
            form.add_error(field.get(refused.code, field.get(refused.code.split(".")[0])), refused.sentence)
            return self.answer(request, givings, giving, form)
        said = _("授权好了：%(who)s。") if row.user_id else _("已记下：%(who)s 第一次登录时生效。")
        messages.success(request, said % {"who": row.holder})
        return redirect("desk:appointments")

    def chosen(self, request):
        givings = givable(request.user)
        if not givings:
            raise PermissionDenied
        role = request.GET.get("role")
        return givings, next((giving for giving in givings if giving.role == role), givings[-1])

    def latest(self):
        return clock.today() + appointing.LONGEST

    def answer(self, request, givings, giving, form=None):
        form = form or GrantForm(giving=giving, latest=self.latest())
        context = {"form": form, "giving": giving, "givings": givings}
        return render(request, "enterprises/desk_grant.html", context, status=422 if form.is_bound else 200)


class AppointmentView(AppointmentsView):
    """One appointment: extend it or take it back."""

    def get(self, request, pk):
        policy = policy_for(Appointment)
        row = policy.get(request.user, pk=pk)
        context = {
            "row": row,
            "form": ExtendForm(initial={"expires_on": row.expires_on}),
            "may_change": row.withdrawn_at is None and policy.may(request.user, "change", row),
        }
        return render(request, "enterprises/desk_appointment.html", context)


class AppointmentAct(AppointmentsView):
    """One act on an appointment the user may manage: does it, says so, and returns to it."""

    done = ""

    def get(self, request, pk):
        # Signed out while the form was open: after signing in the browser comes back here by GET.
        return redirect("desk:appointment", pk)

    def post(self, request, pk):
        policy_for(Appointment).get(request.user, "change", pk=pk)
        try:
            self.act(request, pk)
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, self.done)
        return redirect("desk:appointment", pk)


class ExtendView(AppointmentAct):
    done = _("有效期改好了。")

    def act(self, request, pk):
        form = ExtendForm(request.POST)
        if not form.is_valid():
            raise DomainError("appointment.expiry", _("日期没看懂，请照 2026-12-31 的样子填。"))
        appointing.extend(request.user, pk, expires_on=form.cleaned_data["expires_on"])


class WithdrawView(AppointmentAct):
    done = _("授权已收回，从现在起不能再用。")

    def act(self, request, pk):
        appointing.withdraw(request.user, pk, reason=request.POST.get("reason", ""))


class OrganisersView(StaffView):
    """主办（承办）单位: kept by the city's administrators, read by the city's staff."""

    def is_welcome(self, user):
        return rights_of(user).city

    def get(self, request):
        context = {
            "rows": policy_for(Organiser).visible(request.user).select_related("district").order_by("kind", "name"),
            "may_change": Role.CITY_ADMIN in rights_of(request.user).roles,
        }
        return render(request, "enterprises/desk_organisers.html", context)


class OrganiserEditView(OrganisersView):
    """A new organiser (without ``pk``) or one to change."""

    def get(self, request, pk=None):
        return self.answer(request, OrganiserForm(instance=self.row(request, pk)))

    def post(self, request, pk=None):
        row = self.row(request, pk)
        before = {name: str(getattr(row, name)) for name in ("name", "kind", "district_id")} if row else {}
        form = OrganiserForm(request.POST, instance=row)
        if not form.is_valid():
            return self.answer(request, form)
        row = form.save()
        changes = {name: [before.get(name, ""), str(getattr(row, name))] for name in ("name", "kind", "district_id")}
        record(request.user, "organiser.change" if pk else "organiser.add", row, changes=changes)
        messages.success(request, _("已保存：%(name)s") % {"name": row.name})
        return redirect("desk:organisers")

    def row(self, request, pk):
        if pk:
            return policy_for(Organiser).get(request.user, "change", pk=pk)
        if Role.CITY_ADMIN not in rights_of(request.user).roles:
            raise PermissionDenied
        return None

    def answer(self, request, form):
        return render(request, "enterprises/desk_organiser.html", {"form": form}, status=422 if form.is_bound else 200)
