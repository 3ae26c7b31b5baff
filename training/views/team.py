"""The contact of an enterprise fills the places of a round with its own people."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from core.exceptions import DomainError
from core.paging import keyset_page
from core.policies import policy_for
from enterprises.models import Enterprise, Membership
from enterprises.views.portal import OF_FEW

from .. import registration
from ..models import Registration, Round
from .desk.access import number

STAFF_A_PAGE = 50


class TeamView(LoginRequiredMixin, View):
    """Who of the enterprise is on the list, and who of its staff could be. 404 for the outsider, 403 for who may not keep the list."""

    def dispatch(self, request, *args, pk, enterprise, **kwargs):
        if request.user.is_authenticated:
            self.enterprise = policy_for(Enterprise).get(request.user, "staff", pk=enterprise)
            self.round = get_object_or_404(Round.objects.published().with_seats_taken(), pk=pk)
        return super().dispatch(request, *args, pk=pk, enterprise=enterprise, **kwargs)

    def listed(self):
        """The enterprise's rows on the list of the round that were not cancelled."""
        rows = Registration.objects.live().filter(round=self.round, enterprise=self.enterprise)
        return rows.select_related("person").order_by("sequence")

    def staff(self):
        rows = Membership.objects.open().filter(enterprise=self.enterprise).exclude(confirmed_at=None)
        return rows.select_related("person", "enterprise")

    def get(self, request, pk, enterprise):
        return self.page(request)

    def page(self, request, refused=(), status=200):
        listed = list(self.listed())
        mine = {row.person_id for row in listed}
        q = request.GET.get("q", "").strip()[:60]
        free = self.staff().exclude(person__in=mine)
        page = keyset_page(free.of_people(q) if q else free, "order", request.GET, STAFF_A_PAGE, by=OF_FEW)
        quota = self.round.quota_per_enterprise
        context = {
            "round": self.round,
            "enterprise": self.enterprise,
            "listed": listed,
            "page": page,
            "q": q,
            "quota_left": None if quota is None else max(quota - len(listed), 0),
            "colleagues": list(free.order_by("person__name_key")[:200]),
            "refused": refused,
            "may_register": self.round.state == Round.State.OPEN,
        }
        return render(request, "training/team.html", context, status=status)

    def post(self, request, pk, enterprise):
        keys = [number(text) for text in request.POST.getlist("membership")]
        members = list(self.staff().filter(pk__in=keys).order_by("person__name_key"))
        try:
            if not members:
                raise DomainError("team.nobody", _("请先勾选要报名的人。"))
            rows = registration.register_many(pk, members, actor=request.user, clash_ok="clash_ok" in request.POST)
        except DomainError as problem:
            messages.error(request, problem.sentence)
            return redirect("rounds:team", pk, enterprise)
        refused = [(member, row) for member, row in zip(members, rows, strict=True) if isinstance(row, DomainError)]
        good = [row for row in rows if not isinstance(row, DomainError)]
        if good:
            waiting = sum(row.state == Registration.State.WAITING for row in good)
            said = _("报了 %(n)s 位。") if not waiting else _("报了 %(n)s 位，其中 %(w)s 位候补。")
            messages.success(request, said % {"n": len(good), "w": waiting})
        if refused:
            return self.page(request, refused, status=422)
        return redirect("rounds:team", pk, enterprise)


class TeamAct(TeamView):
    """One act on one of the enterprise's rows: ``act`` names the method below."""

    act = ""

    def get(self, request, pk, enterprise):
        return redirect("rounds:team", pk, enterprise)

    def post(self, request, pk, enterprise):
        row = get_object_or_404(self.listed(), pk=number(request.POST.get("registration")))
        try:
            messages.success(request, getattr(self, self.act)(request, row))
        except DomainError as problem:
            messages.error(request, problem.sentence)
        return redirect("rounds:team", pk, enterprise)

    def cancel(self, request, row):
        registration.cancel(row.pk, actor=request.user, reason=request.POST.get("reason", ""))
        return _("%(name)s 的报名已取消。") % {"name": row.person.name}

    def confirm(self, request, row):
        registration.confirm(row.pk, actor=request.user)
        return _("已替 %(name)s 确认。") % {"name": row.person.name}

    def substitute(self, request, row):
        member = self.staff().filter(pk=number(request.POST.get("membership"))).first()
        if member is None:
            raise DomainError("substitute.who", _("请选一位本企业名单上的同事来顶替。"))
        registration.substitute(row.pk, member, actor=request.user, clash_ok="clash_ok" in request.POST)
        return _("换成了 %(name)s。") % {"name": member.person.name}
