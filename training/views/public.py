"""培训班: the public list, one round, registering oneself."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.exceptions import DomainError
from enterprises.models import District
from enterprises.services import current_membership, person_of

from .. import registration
from ..models import Registration, Round


def public_rounds():
    """Published rounds with seats taken, what the list and the page of a round need."""
    return Round.objects.published().select_related("owner__district", "pilot").with_seats_taken()


class RoundListView(View):
    """Rounds to come first; the past below."""

    def get(self, request):
        rounds = public_rounds()
        district = request.GET.get("district")
        if district:
            rounds = rounds.filter(owner__district=district)
        past = request.GET.get("past") == "1"
        today = clock.today()
        if past:
            rounds = rounds.filter(ends_on__lt=today).order_by("-starts_on", "-pk")
        else:
            rounds = rounds.filter(ends_on__gte=today).order_by("starts_on", "pk")
        page = Paginator(rounds, 20).get_page(request.GET.get("page"))
        context = {"page_obj": page, "past": past, "district": district, "districts": District.objects.all()}
        return render(request, "training/round_list.html", context)


class RoundView(View):
    """One round: when, where, how many seats, and the one button."""

    def get(self, request, pk):
        round_ = get_object_or_404(public_rounds().prefetch_related("sessions", "trainers", "co_organisers"), pk=pk)
        person = person_of(request.user)
        mine = Registration.objects.filter(round=round_, person=person).first() if person else None
        if mine and mine.state == Registration.State.CANCELLED:
            mine = None
        ahead = 0
        if mine and mine.state == Registration.State.WAITING:
            queue = Registration.objects.filter(round=round_, state=Registration.State.WAITING)
            ahead = queue.filter(sequence__lt=mine.sequence).count()
        context = {"round": round_, "mine": mine, "ahead": ahead, "left": max(round_.seats - round_.taken, 0)}
        return render(request, "training/round_public.html", context)


class RoundAct(LoginRequiredMixin, View):
    """An act on one round. Who had to sign in first comes back by GET, to the round's page and its button."""

    def get(self, request, pk):
        return redirect("rounds:detail", pk)


class RegisterView(RoundAct):
    """报名."""

    def post(self, request, pk):
        round_ = get_object_or_404(Round.objects.published(), pk=pk)
        here = reverse("rounds:detail", args=[pk])
        person = person_of(request.user)
        membership = current_membership(person)
        if membership is None:
            return redirect(f"{reverse('enterprises:join')}?{urlencode({'next': here})}")
        try:
            row = registration.register(round_.pk, person, membership, actor=request.user)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect(here)
        if row.state == Registration.State.WAITING:
            messages.warning(request, _("座位满了，已排进候补；有人取消会按先后转正。"))
        else:
            messages.success(request, _("报上了，到时候来教室扫大屏签到。"))
        return redirect(here)


class CancelView(RoundAct):
    """取消报名."""

    def post(self, request, pk):
        row = get_object_or_404(Registration, round=pk, person=person_of(request.user))
        try:
            registration.cancel(row.pk, actor=request.user, reason=_("本人取消"))
            messages.success(request, _("已取消报名，座位让给了后面的人。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("rounds:detail", pk)
