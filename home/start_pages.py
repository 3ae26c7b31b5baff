"""我的: what a signed-in person does next, in one tap."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import render
from django.views.generic import View

from core import clock
from courses.services import courses_of
from enterprises.models import Enterprise
from enterprises.policies import rights_of
from enterprises.services import current_membership, person_of
from ledger.models import Entry
from training.models import Registration

_LISTED = [
    f"round__{name}" for name in ("title", "kind", "year", "number", "state", "starts_on", "venue", "owner__name")
]
_LISTED += ["certificate__number"]
"""What the list of one's rounds shows. This page is drawn very often, and its rows are wide."""


class MyView(LoginRequiredMixin, View):
    """Continue, my courses, my rounds, my certificates, this year's class hours. Constant queries, however much there is."""

    def get(self, request):
        person = person_of(request.user)
        context = {"person": person, "membership": current_membership(person), "mine": self.mine(request.user)}
        if person:
            context |= self.learning(person)
        return render(request, "home/my.html", context)

    def mine(self, user):
        """The enterprises whose list the user keeps. No query for who is nobody's contact."""
        keys = rights_of(user).enterprises
        return list(Enterprise.objects.filter(pk__in=keys).order_by("name")) if keys else []

    def learning(self, person):
        studies = courses_of(person)
        ahead = next((study for study in studies if study[0].completed_at is None), None)
        year = clock.today().year
        entries = list(
            Entry.objects.as_of()
            .filter(person=person, occurred_on__year=year)
            .select_related("activity")
            .only("person", "occurred_on", "class_hours", "activity__title", "activity__mode")
            .order_by("occurred_on", "pk")
        )
        return {
            "studies": studies,
            "go_on": ahead,
            "go_on_row": ahead and _row_of(ahead),
            "registrations": Registration.objects.filter(person=person)
            .exclude(state=Registration.State.CANCELLED)
            .select_related("round__owner", "certificate")
            .only("person", "state", *_LISTED)
            .order_by("-round__starts_on")[:10],
            "certificates": person.certificates.filter(replaced_by=None)
            .only("holder", "number", "words", "issued_on")
            .order_by("-issued_on", "-pk")[:12],
            "entries": entries,
            "hours": sum((entry.class_hours for entry in entries), start=0),
            "year": year,
        }


def _row_of(study):
    """How far the next lesson of a study has been read (a LessonProgress), or None. No query: courses_of brings the rows."""
    enrolment, _read, _total, lesson = study
    return next((row for row in enrolment.progress.all() if lesson and row.lesson_id == lesson.pk), None)
