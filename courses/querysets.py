"""Questions about many enrolments."""

from django.db import models
from django.utils.translation import gettext as _

from core import clock


def lessons_about(page):
    """Lessons that name the clause of a guide page, as rows for its 接着学 (registered in ``guide.related.lessons``). One query."""
    from .models import LessonPage

    number = getattr(page, "number_2015", "")
    if not number:
        return []
    rows = LessonPage.objects.live().filter(clauses__contains=number).defer_streamfields().order_by("path")
    return [
        {
            "title": f"{lesson.key} {lesson.title}",
            "url": lesson.url,
            "meta": _("%(n)s 分钟") % {"n": lesson.minutes},
        }
        for lesson in rows
        if number in lesson.clause_numbers
    ]


class EnrolmentQuerySet(models.QuerySet):
    def current(self, course, person):
        """The enrolment that counts now: this version, this year (Asia/Shanghai); else the newest unfinished one; else None."""
        rows = list(self.filter(course=course, person=person).order_by("-year", "-version"))
        year = clock.today().year
        for row in rows:
            if row.version == course.version and row.year == year:
                return row
        return next((row for row in rows if row.completed_at is None), None)
