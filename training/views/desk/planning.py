"""The list of rounds, one round, publishing and cancelling it."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy

from core import clock
from core.paging import keyset_page
from core.policies import policy_for
from enterprises.policies import rights_of

from ... import closing, exams, scheduling, surveys
from ...forms.marks import EvidenceForm, MarkForm
from ...forms.people import ListPersonForm
from ...forms.rounds import CopyForm
from ...models import Attendance, Correction, Evidence, Registration, Round, Session
from ...standing import standings
from .access import DeskView, RoundAct

STEPS = [state for state in scheduling.ORDER if state != Round.State.FULL]


class RoundListView(DeskView):
    """期次: what is mine, by state or by a part of the name. A page costs the same wherever it is in the list."""

    def get(self, request):
        rounds = policy_for(Round).visible(request.user).select_related("owner__district", "pilot").with_seats_taken()
        state, q = request.GET.get("state"), request.GET.get("q", "").strip()[:60]
        if state in Round.State.values:
            rounds = rounds.filter(state=state)
        if q:
            rounds = rounds.called(q)
        context = {
            "page": keyset_page(rounds, "starts_on", request.GET, newest_first=True),
            "state": state,
            "q": q,
            "states": Round.State,
            "may_create": scheduling.organisers_for(rights_of(request.user)).exists(),
        }
        return render(request, "training/desk_rounds.html", context)


class RoundView(DeskView):
    """One round: steps, sessions, attendance, seats, and what closing still needs."""

    def get(self, request, pk, **forms):
        policy = policy_for(Round)
        round_ = policy.get(request.user, pk=pk)
        seen = set(policy_for(Registration).visible(request.user).filter(round=round_).values_list("pk", flat=True))
        people = standings(round_)
        checks = closing.checklist(round_, people)
        sessions = list(round_.sessions.prefetch_related("trainers"))
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
        everything = list(
            Evidence.everything.filter(round=round_).select_related("withdrawn_by__person", "uploaded_by")
        )
        evidence = [one for one in everything if not one.withdrawn_at]
        closed = round_.state in (Round.State.CLOSED, Round.State.ARCHIVED)
        corrections = list(policy_for(Correction).visible(request.user).filter(registration__round=round_))
        context = {
            "round": round_,
            "steps": [(state, state.label) for state in STEPS],
            "sessions": sessions,
            "grid": grid,
            "people": people,
            "counted": sum(1 for person in people if person.counts),
            "passing": sum(1 for person in people if person.passes),
            "checks": checks,
            "corrections": corrections,
            "asked": {one.registration_id for one in corrections if one.state == Correction.State.ASKED},
            "survey": surveys.results(round_),
            "missing": [check for check in checks if not check.is_done],
            "waiting": queued["waiting"],
            "pending": queued["pending"],
            "offered": queued["offered"],
            "today": clock.today(),
            "better": exams.better_marks(round_, [person.registration for person in people]) if closed else [],
            "evidence": evidence,
            "issued": closing.issued(round_) if closed else None,
            "withdrawn": [one for one in everything if one.withdrawn_at],
            "may_change": policy.may(request.user, "change", round_),
            "called_off": Session.everything.filter(round=round_).exclude(cancelled_at=None),
            "copy_form": CopyForm(),
            "list_form": ListPersonForm(),
            "evidence_form": EvidenceForm(),
            "mark_form": MarkForm(),
            "attendance_states": Attendance.State,
        }
        return render(request, "training/desk_round.html", context | forms, status=422 if forms else 200)


class PublishView(RoundAct):
    done = lazy("已发布，可以报名了。")

    def act(self, request):
        scheduling.publish(self.round.pk, actor=request.user)


class CancelRoundView(RoundAct):
    done = lazy("这个班已取消。")

    def act(self, request):
        scheduling.cancel_round(self.round.pk, actor=request.user, reason=request.POST.get("reason", ""))
