"""Rounds come to be: by hand, from a template, as a copy; and what they are is changed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock, workdays
from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.models import Organiser
from enterprises.policies import rights_of
from enterprises.services import person_of

from ... import editing, plans, scheduling
from ...forms.rounds import CopyForm, FromTemplateForm, RoundForm
from ...forms.sessions import SessionFormSet, confirmed_in
from ...models import Round
from .access import DeskView, RoundAct


class MakingView(DeskView):
    """For who may make rounds in somebody's name; others who see the desk get 403."""

    def organisers(self, request):
        organisers = scheduling.organisers_for(rights_of(request.user))
        if not organisers:
            raise PermissionDenied
        return organisers


class RoundCreateView(MakingView):
    """New round with its sessions; the owner is one of the organisers the user acts for, whatever the form says."""

    def get(self, request):
        organisers = self.organisers(request)
        return self.answer(RoundForm(organisers=organisers), SessionFormSet(prefix="s"), organisers)

    def post(self, request):
        organisers = self.organisers(request)
        form = RoundForm(request.POST, organisers=organisers)
        sessions = SessionFormSet(request.POST, prefix="s")
        if form.is_valid() and sessions.is_valid():
            planned = [one.as_session for one in sessions if one.as_session]
            values = form.values
            person = person_of(request.user)
            values["trainers"] = list(values["trainers"]) or ([person] if person else [])
            try:
                round_ = scheduling.create_round(
                    actor=request.user, sessions=planned, confirmed=confirmed_in(request.POST), **values
                )
            except DomainError as refused:
                form.add_error(None, refused.sentence)
                self.may_confirm = refused.params.get("confirm", [])
            else:
                messages.success(request, _("班建好了，核对无误后点“发布报名”。"))
                return redirect("desk:round", round_.pk)
        return self.answer(form, sessions, organisers)

    may_confirm = ()

    def answer(self, form, sessions, organisers):
        context = {
            "form": form,
            "sessions": sessions,
            "may_confirm": self.may_confirm,
            "from_form": FromTemplateForm(organisers=organisers, prefix="t"),
        }
        return render(self.request, "training/desk_round_form.html", context)


class FromTemplateView(MakingView):
    """A round with all its sessions in one step."""

    def get(self, request):
        return self.answer(FromTemplateForm(organisers=self.organisers(request), prefix="t"))

    def post(self, request):
        form = FromTemplateForm(request.POST, organisers=self.organisers(request), prefix="t")
        if form.is_valid():
            data = form.cleaned_data
            person = person_of(request.user)
            try:
                round_ = plans.make_from_template(
                    data["template"],
                    owner=data["owner"],
                    first=data["first"],
                    title=data["title"],
                    venue=data["venue"],
                    skip_days_off=data["skip_days_off"],
                    trainers=[person] if person else [],
                    confirmed=confirmed_in(data),
                    actor=request.user,
                )
            except DomainError as refused:
                form.add_error(None, refused.sentence)
            else:
                say_if_unpublished(request, round_)
                messages.success(request, _("班和课次都建好了，核对无误后点“发布报名”。"))
                return redirect("desk:round", round_.pk)
        return self.answer(form, 422)

    def answer(self, form, status=200):
        known = workdays.is_published(clock.today().year + 1)
        context = {"form": form, "next_year": clock.today().year + 1, "next_year_known": known}
        return render(self.request, "training/desk_round_from.html", context, status=status)


def say_if_unpublished(request, round_):
    """A year whose holidays are not published is said, not refused."""
    if not workdays.is_published(round_.ends_on.year):
        messages.warning(
            request,
            _("%(year)s 年的假期还没公布，只按周末排的；公布以后请再看一遍日期。") % {"year": round_.ends_on.year},
        )


class RoundChangeView(DeskView):
    """What the round is: all its fields but who owns it and when it is."""

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        return self.answer(round_, self.form(round_))

    def form(self, round_, data=None):
        return RoundForm(data, instance=round_, organisers=Organiser.objects.filter(pk=round_.owner_id))

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        form = self.form(Round.objects.get(pk=pk), request.POST)
        if form.is_valid():
            values = form.values
            try:
                editing.change_round(
                    pk,
                    actor=request.user,
                    trainers=list(values.pop("trainers")),
                    co_organisers=list(values.pop("co_organisers")),
                    **values,
                )
            except DomainError as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _("改好了。"))
                return redirect("desk:round", pk)
        return self.answer(round_, form, 422)

    def answer(self, round_, form, status=200):
        return render(self.request, "training/desk_round_change.html", {"round": round_, "form": form}, status=status)


class CopyView(RoundAct):
    """再办一个: leads to the new round."""

    done = lazy("照样子建好了，名单是空的；核对无误后点“发布报名”。")
    made = None

    def act(self, request):
        form = CopyForm(request.POST)
        if not form.is_valid():
            raise DomainError("copy.first", _("请选新班的第一天。"))
        data = form.cleaned_data
        self.made = plans.copy_round(
            self.round.pk,
            first=data["first"],
            title=data["title"],
            skip_days_off=data["skip_days_off"],
            confirmed=confirmed_in(data),
            actor=request.user,
        )
        say_if_unpublished(request, self.made)

    def post(self, request, pk):
        answer = super().post(request, pk)
        return redirect("desk:round", self.made.pk) if self.made else answer


class KeepAsTemplateView(RoundAct):
    done = lazy("存成班型了，下次“从班型建”里选得到。")

    def act(self, request):
        plans.save_as_template(self.round.pk, request.POST.get("name", ""), actor=request.user)
