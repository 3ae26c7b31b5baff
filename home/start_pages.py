"""我的: what a signed-in person does next, in one tap."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import render
from django.views.generic import View

from certificates.models import Certificate
from core import clock
from core.prepared import Prepared
from courses.assigning import paths_of
from courses.services import courses_of
from courses.statement import lines_of
from enterprises.models import Enterprise
from enterprises.policies import rights_of
from enterprises.services import current_membership, person_of
from training.models import Registration

_LISTED = [
    f"round__{name}" for name in ("title", "kind", "year", "number", "state", "starts_on", "venue", "owner__name")
]
_LISTED += ["certificate__number"]
"""What the list of one's rounds shows. This page is drawn very often, and its rows are wide."""


@Prepared
def _registrations(person):
    rows = Registration.objects.filter(person=person).exclude(state=Registration.State.CANCELLED)
    rows = rows.select_related("round__owner", "certificate").only("person", "state", *_LISTED)
    return rows.order_by("-round__starts_on")[:10]


@Prepared
def _certificates(person):
    rows = Certificate.objects.filter(holder=person, replaced_by=None).only("holder", "number", "words", "issued_on")
    return rows.order_by("-issued_on", "-pk")[:12]


class MyView(LoginRequiredMixin, View):
    """Continue, my paths and what is due, my courses, rounds, certificates, class hours. Constant queries, however much there is."""

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
        paths = paths_of(person)
        ahead = max((study for study in studies if study[0].completed_at is None), key=_last_touched, default=None)
        year = clock.today().year
        entries, elsewhere, hours, hours_elsewhere = lines_of(person, year)
        return {
            "studies": studies,
            "go_on": ahead,
            "go_on_row": ahead and _row_of(ahead),
            "registrations": _registrations(person.pk),
            "certificates": _certificates(person.pk),
            "paths": paths,
            "due": [path for path in paths if path.ahead and path.due_on],
            "entries": entries,
            "hours": hours,
            "elsewhere": elsewhere,
            "hours_elsewhere": hours_elsewhere,
            "year": year,
        }


def _last_touched(study):
    """When a study was last gone on with; begun and not yet opened counts from its beginning. No query."""
    enrolment = study[0]
    return max([enrolment.enrolled_at, *(row.updated_at for row in enrolment.progress.all())])


def _row_of(study):
    """How far the next lesson of a study has been read (a LessonProgress), or None. No query: courses_of brings the rows."""
    enrolment, _read, _total, lesson = study
    return next((row for row in enrolment.progress.all() if lesson and row.lesson_id == lesson.pk), None)
