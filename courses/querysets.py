"""Questions about many enrolments."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from wagtail.models import ReferenceIndex

from core import clock


def lessons_about(page):
    """Lessons that name the clause of a guide page, or have chosen the page, as rows for it (registered in ``guide.related.lessons``).

    One query.
    """
    from .models import LessonPage

    number = getattr(page, "number_2015", "")
    chosen = ReferenceIndex.get_references_to(page).filter(content_type=ContentType.objects.get_for_model(LessonPage))
    about = Q(key_in_index__in=chosen.values("object_id"))
    if number:
        # Between blanks, so that 8.5 does not find 8.5.1.
        about |= Q(spaced__contains=f" {number} ")
    rows = LessonPage.objects.live().alias(
        key_in_index=Cast("pk", models.CharField()), spaced=Concat(Value(" "), "clauses", Value(" "))
    )
    return [
        {"title": f"{lesson.key} {lesson.title}", "url": lesson.url, "meta": _("%(n)s 分钟") % {"n": lesson.minutes}}
        for lesson in rows.filter(about).defer_streamfields().order_by("path")
    ]


def counting_now(enrolments, course):
    """Of all a person's enrolments in a course, newest first, the one of ``EnrolmentQuerySet.current``."""
    rows = list(enrolments)
    year = clock.today().year
    for row in rows:
        if row.version == course.version and row.year == year:
            return row
    return next((row for row in rows if row.completed_at is None), None)


class EnrolmentQuerySet(models.QuerySet):
    def current(self, course, person):
        """The enrolment that counts now: this version, this year (Asia/Shanghai); else the newest unfinished one; else None."""
        return counting_now(self.filter(course=course, person=person).order_by("-year", "-version"), course)


class AssignedQuerySet(models.QuerySet):
    def standing(self):
        """On the list of an assignment that has not been stopped."""
        return self.filter(removed_at=None, assignment__ended_at=None)
