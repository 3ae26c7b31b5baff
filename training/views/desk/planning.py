"""The list of rounds, a new one, one round, publishing and cancelling it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.policies import rights_of
from enterprises.services import person_of

from ... import closing, scheduling
from ...forms import EvidenceForm, ListPersonForm, MarkForm, RoundForm, SessionFormSet
from ...models import Attendance, Registration, Round
from .access import DeskView, RoundAct

STEPS = [state for state in scheduling.ORDER if state != Round.State.FULL]


class RoundListView(DeskView):
    """期次: what is mine, by state."""

    def get(self, request):
        rounds = policy_for(Round).visible(request.user).select_related("owner__district", "pilot").with_seats_taken()
        state = request.GET.get("state")
        if state in Round.State.values:
            rounds = rounds.filter(state=state)
        page = Paginator(rounds.order_by("-starts_on", "-pk"), 30).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "state": state,
            "states": Round.State,
            "may_create": scheduling.organisers_for(rights_of(request.user)).exists(),
        }
        return render(request, "training/desk_rounds.html", context)


class RoundCreateView(DeskView):
    """New round with its sessions; the owner is one of the organisers the user acts for, whatever the form says."""

    def get(self, request):
        return self.answer(RoundForm(organisers=self.organisers(request)), SessionFormSet(prefix="s"))

    def post(self, request):
        form = RoundForm(request.POST, organisers=self.organisers(request))
        sessions = SessionFormSet(request.POST, prefix="s")
        if form.is_valid() and sessions.is_valid():
            planned = [one.as_session for one in sessions if one.as_session]
            person = person_of(request.user)
            try:
                round_ = scheduling.create_round(
                    actor=request.user,
                    sessions=planned,
                    trainers=[person] if person else [],
                    **form.cleaned_data,
                )
            except DomainError as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _("班建好了，核对无误后点“发布报名”。"))
                return redirect("desk:round", round_.pk)
        return self.answer(form, sessions)

    def organisers(self, request):
        organisers = scheduling.organisers_for(rights_of(request.user))
        if not organisers:
            raise PermissionDenied
        return organisers

    def answer(self, form, sessions):
        return render(self.request, "training/desk_round_form.html", {"form": form, "sessions": sessions})


class RoundView(DeskView):
    """One round: steps, sessions, attendance, seats, and what closing still needs."""

    def get(self, request, pk, **forms):
        policy = policy_for(Round)
        round_ = policy.get(request.user, pk=pk)
        seen = set(policy_for(Registration).visible(request.user).filter(round=round_).values_list("pk", flat=True))
        people = closing.standings(round_)
        checks = closing.checklist(round_, people)
        sessions = list(round_.sessions.all())
        rows = {}
        for row in Attendance.objects.filter(session__round=round_):
            rows.setdefault(row.registration_id, {})[row.session_id] = row
        grid = [
            (person, [rows.get(person.registration.pk, {}).get(session.pk) for session in sessions])
            for person in people
            if person.registration.pk in seen
        ]
        for session in sessions:
            session.present = sum(
                1 for marks in rows.values() if session.pk in marks and marks[session.pk].state in Attendance.COUNTED
            )
        queue = Registration.objects.filter(round=round_, pk__in=seen).select_related("person", "enterprise")
        queued = {state: [] for state in Registration.State}
        for row in queue.filter(state__in=["pending", "offered", "waiting"]).order_by("sequence"):
            queued[row.state].append(row)
        context = {
            "round": round_,
            "steps": [(state, state.label) for state in STEPS],
            "sessions": sessions,
            "grid": grid,
            "people": people,
            "counted": sum(1 for person in people if person.counts),
            "passing": sum(1 for person in people if person.passes),
            "checks": checks,
            "missing": [check for check in checks if not check.is_done],
            "waiting": queued["waiting"],
            "pending": queued["pending"],
            "offered": queued["offered"],
            "today": clock.today(),
            "evidence": round_.evidence.all(),
            "may_change": policy.may(request.user, "change", round_),
            "list_form": ListPersonForm(),
            "evidence_form": EvidenceForm(),
            "mark_form": MarkForm(),
            "attendance_states": Attendance.State,
        }
        return render(request, "training/desk_round.html", context | forms, status=422 if forms else 200)


class PublishView(RoundAct):
    done = _("已发布，可以报名了。")

    def act(self, request):
        scheduling.publish(self.round.pk, actor=request.user)


class CancelRoundView(RoundAct):
    done = _("这个班已取消。")

    def act(self, request):
        scheduling.cancel_round(self.round.pk, actor=request.user, reason=request.POST.get("reason", ""))
