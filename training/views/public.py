"""培训班: the public list, one round, registering oneself."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.exceptions import DomainError
from core.paging import keyset_page
from enterprises.models import District, Enterprise, Layer, Pilot
from enterprises.policies import rights_of
from enterprises.services import current_membership, person_of

from .. import eligibility, interests, nearby, practice, registration, surveys
from ..forms.people import InterestForm
from ..models import Registration, Round


def with_list_facts(rounds):
    """What the list and the page of a round show of it."""
    return rounds.select_related("owner__district", "pilot").with_seats_taken()


PAGE = 20


class RoundListView(View):
    """Rounds to come, the nearest first; those that were, the newest first. By districts (or the one's own and those beside it),
    layer (those for everybody too), pilot, and whether seats are left. A page costs the same wherever it is in the list."""

    def get(self, request):
        past, free, near = (request.GET.get(name) == "1" for name in ("past", "free", "near"))
        districts = list(District.objects.all())
        works_in = self.works_in(request.user)
        home = next((one for one in districts if one.pk == works_in), None)
        wanted = {one.pk for one in districts} & set(request.GET.getlist("district"))
        if near and home:
            wanted |= nearby.around(home.pk)
        layer, pilots = request.GET.get("layer"), list(Pilot.objects.all())
        pilot = next((one for one in pilots if one.pk == request.GET.get("pilot")), None)
        today = clock.today()
        rounds = Round.objects.published()
        rounds = rounds.over(today) if past else rounds.coming(today)
        if wanted:
            rounds = rounds.filter(owner__district__in=wanted)
        if layer in Layer.values:
            rounds = rounds.for_layer(layer)
        if pilot:
            rounds = rounds.filter(pilot=pilot)
        if free and not past:
            rounds = rounds.with_room()
        page = keyset_page(with_list_facts(rounds), "starts_on", request.GET, PAGE, newest_first=past)
        context = {
            "page": page,
            "past": past,
            "near": near and home is not None,
            "home": home,
            "wanted": [one for one in districts if one.pk in wanted],
            "layer": layer,
            "pilot": pilot,
            "free": free,
            "districts": districts,
            "layers": Layer.choices,
            "pilots": pilots,
            "filtered": bool(wanted or layer or pilot or free),
        }
        return render(request, "training/round_list.html", context)

    @staticmethod
    def works_in(user):
        """The district (key) of the enterprise a reader works in, or whose contact they are; None for a visitor."""
        membership = current_membership(person_of(user))
        if membership:
            return membership.enterprise.district_id
        kept = rights_of(user).enterprises
        return Enterprise.objects.filter(pk__in=kept).values_list("district", flat=True).first() if kept else None


class RoundView(View):
    """One round: when, where, how many seats, and the one button."""

    def get(self, request, pk):
        round_ = get_object_or_404(
            with_list_facts(Round.objects.published()).prefetch_related(
                "sessions__trainers", "trainers", "co_organisers"
            ),
            pk=pk,
        )
        person = person_of(request.user)
        mine = Registration.objects.filter(round=round_, person=person).first() if person else None
        if mine and mine.state == Registration.State.CANCELLED:
            mine = None
        ahead = registration.ahead_of(mine) if mine and mine.state == Registration.State.WAITING else 0
        keys = rights_of(request.user).enterprises
        found = None
        if mine and mine.state == Registration.State.REGISTERED:
            mine.round = round_
            found = eligibility.of_registration(mine)
        context = {
            "round": round_,
            "mine": mine,
            "found": found,
            "judged": practice.of_person(mine) if found and found.standing.units else [],
            "resits": list(mine.resits.all()) if found and round_.has_exam else [],
            "ahead": ahead,
            "may_join": bool(mine and mine.state == Registration.State.REGISTERED)
            or bool(person and person in round_.trainers.all()),
            "left": max(round_.seats - round_.taken, 0),
            "clash": request.GET.get("clash") == "1",
            "may_sit": bool(found and found.may)
            and round_.starts_on <= clock.today()
            and (not round_.is_settled or round_.state == Round.State.CLOSED),
            "survey_open": bool(mine) and surveys.refusal(mine) is None,
            "firms": list(Enterprise.objects.filter(pk__in=keys).order_by("name")) if keys else [],
        }
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
            row = registration.register(
                round_.pk, person, membership, actor=request.user, clash_ok="clash_ok" in request.POST
            )
        except DomainError as refused:
            messages.error(request, refused.sentence)
            if refused.code == "registration.clash":
                return redirect(f"{here}?clash=1")
            return redirect(here)
        if row.state == Registration.State.WAITING:
            messages.warning(request, _("座位满了，已排进候补；有人取消会按先后转正。"))
        elif row.state == Registration.State.PENDING:
            messages.info(request, _("报名已交，等主办单位审核；结果会发消息告诉您。"))
        else:
            messages.success(request, _("报上了，到时候来教室扫大屏签到。"))
        return redirect(here)


class CancelView(RoundAct):
    """取消报名."""

    def post(self, request, pk):
        row = get_object_or_404(Registration, round=pk, person=person_of(request.user))
        try:
            registration.cancel(row.pk, actor=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("已取消报名，座位让给了后面的人。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("rounds:detail", pk)


class ConfirmView(RoundAct):
    """The seat that was offered from the queue: I come."""

    def post(self, request, pk):
        row = get_object_or_404(Registration, round=pk, person=person_of(request.user))
        try:
            registration.confirm(row.pk, actor=request.user)
            messages.success(request, _("好的，座位是您的了。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("rounds:detail", pk)


class InterestView(LoginRequiredMixin, View):
    """登记意向: when no round fits."""

    def get(self, request):
        return self.page(request, InterestForm())

    def post(self, request):
        form = InterestForm(request.POST)
        if form.is_valid():
            person = person_of(request.user)
            if person is None:
                return redirect(f"{reverse('enterprises:join')}?{urlencode({'next': request.path})}")
            interests.wish(person, current_membership(person), **form.cleaned_data)
            messages.success(request, _("记下了。有合适的班开出来，会发消息告诉您。"))
            return redirect("rounds:interest")
        return self.page(request, form, status=422)

    def page(self, request, form, status=200):
        person = person_of(request.user)
        mine = person.interests.filter(ended_at=None).select_related("pilot") if person else []
        return render(request, "training/interest.html", {"form": form, "mine": mine}, status=status)


class WithdrawInterestView(LoginRequiredMixin, View):
    """不用了."""

    def get(self, request, pk):
        return redirect("rounds:interest")

    def post(self, request, pk):
        if not interests.withdraw(person_of(request.user), pk):
            raise Http404
        messages.success(request, _("这条意向已撤下。"))
        return redirect("rounds:interest")
