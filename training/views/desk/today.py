"""The first page of who teaches or organises: today's sessions, what waits to be closed, the rounds by their state."""

from django.db.models import Q
from django.shortcuts import render

from core import clock
from core.policies import policy_for
from enterprises.policies import rights_of

from ...closing import READY
from ...models import Round, Session
from .access import DeskView

ON_THE_BOARD = [
    Round.State.PLANNED,
    Round.State.OPEN,
    Round.State.FULL,
    Round.State.RUNNING,
    Round.State.EXAM,
    Round.State.TO_CLOSE,
]
SHOWN = 8
"""Rounds of one state on the board; the rest is one tap away."""


class TodayView(DeskView):
    """Only rounds one may run: those of one's organisers, and those one teaches."""

    def get(self, request):
        rights = rights_of(request.user)
        own = Q(owner__in=rights.organisers)
        if rights.person_id:
            taught = Round.trainers.through.objects.filter(person=rights.person_id)
            own |= Q(pk__in=list(taught.values_list("round", flat=True)))  # as keys, so that an index finds them
        mine = policy_for(Round).visible(request.user).filter(own)
        today, now = clock.today(), clock.now()
        live = Session.objects.filter(round__in=mine.exclude(state=Round.State.CANCELLED)).select_related("round")
        unsubmitted = Session.objects.filter(round__in=mine.filter(state__in=READY)).select_related("round")
        unsubmitted = unsubmitted.filter(ends_at__lt=now, submitted_at=None).order_by("starts_at")
        # The places are found first: seats are counted only for what is shown.
        shown = mine.filter(state__in=ON_THE_BOARD).order_by().first_of_each_state(SHOWN)
        counts = {row.pk: row.of_state for row in shown.only("pk")}
        found = {state: [] for state in ON_THE_BOARD}
        for row in Round.objects.filter(pk__in=counts).with_seats_taken().order_by("starts_on", "pk"):
            found[row.state].append(row)
        context = {
            "today": today,
            "sessions": list(live.on_days(today, today).order_by("starts_at", "pk")),
            "unsubmitted": list(unsubmitted[:50]),
            "closing": list(mine.filter(state__in=READY, ends_on__lt=today).order_by("ends_on")[:50]),
            "columns": [(state, state.label, rows, counts[rows[0].pk] if rows else 0) for state, rows in found.items()],
        }
        return render(request, "training/desk_today.html", context)
