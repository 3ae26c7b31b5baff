"""The verbs of study: enrol; and what a person studies."""

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.prepared import Prepared
from enterprises.services import current_membership

from .assigning import finished_by
from .models import CoursePage, Enrolment, LessonPage


@transaction.atomic
def enrol(person, course, *, membership=None):
    """The enrolment of a person in this version of a course this year; asking twice returns the same row.

    The organisation is frozen from ``membership`` (default: the person's newest open one). Raises DomainError
    ``course.prerequisite`` when the course that must be finished before it is not.
    """
    year = clock.today().year
    row = Enrolment.objects.filter(person=person, course=course, version=course.version, year=year).first()
    if row:
        return row
    if course.prerequisite_id and not has_finished(person, course.prerequisite_id):
        raise DomainError(
            "course.prerequisite",
            _("学这门课之前，请先学完“%(course)s”。") % {"course": course.prerequisite.title},
            course=course.prerequisite_id,
        )
    membership = membership or current_membership(person)
    row = Enrolment(
        person=person, course=course, version=course.version, year=year, membership=membership, enrolled_at=clock.now()
    )
    row.take_organisation(membership)
    Enrolment.objects.bulk_create([row], ignore_conflicts=True)
    return Enrolment.objects.get(person=person, course=course, version=course.version, year=year)


def go_on(person, course):
    """The enrolment a learner goes on with: the one the pages show (``EnrolmentQuerySet.current``), else a new one of ``enrol``.

    Who began in December goes on with that one in January, until it is finished. Raises what ``enrol`` raises.
    """
    return Enrolment.objects.current(course, person) or enrol(person, course)


def has_finished(person, course_id):
    """Whether a person has finished a course in any version and year, or what they studied elsewhere stands for it."""
    return bool(finished_by([person.pk], [course_id]))


_LISTED = ("course__title", "course__slug", "course__url_path", "course__path", "course__depth", "certificate__number")
"""Of the hundred columns of course and certificate those that lists show: a start page is drawn very often."""


@Prepared
def _studies(person):
    rows = Enrolment.objects.filter(person=person).select_related("course", "certificate")
    return rows.only("version", "year", "enrolled_at", "completed_at", "person", *_LISTED)


def courses_of(person, limit=20):
    """[(Enrolment, lessons read, lessons, next LessonPage or None)] of a person, newest first, in three queries.

    Only required lessons count; optional ones are never the next.
    """
    rows = _studies(person.pk)[:limit]
    prefetch_related_objects(rows, "progress")
    lessons = {}
    for lesson in (
        LessonPage.objects.live()
        .filter(course__in=[row.course_id for row in rows], required=True)
        .order_by("path")
        .only("pk", "title", "key", "minutes", "course_id", "url_path", "path", "depth", "slug")
    ):
        lessons.setdefault(lesson.course_id, []).append(lesson)
    answer = []
    for row in rows:
        read = {p.lesson_id for p in row.progress.all() if p.completed_at}
        of_course = lessons.get(row.course_id, [])
        ahead = [lesson for lesson in of_course if lesson.pk not in read]
        answer.append((row, len(of_course) - len(ahead), len(of_course), ahead[0] if ahead else None))
    return answer


def live_courses():
    """Live courses in the order of the tree, for choosing."""
    return CoursePage.objects.live().order_by("path")
