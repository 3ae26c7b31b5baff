"""What courses hold about a person."""

from django.utils.translation import gettext as _

from .models import Enrolment


def export_person(person):
    """Courses begun, lessons read, for how long."""
    rows = []
    for row in Enrolment.objects.filter(person=person).select_related("course").order_by("enrolled_at"):
        rows.append({_("课程"): row.course.title, _("开始"): row.enrolled_at, _("学完"): row.completed_at})
        rows += [
            {
                _("课程"): row.course.title,
                _("课时"): one.lesson.title,
                _("读到（%）"): one.percent,
                _("学习秒数"): int(one.seconds),
                _("最近学习"): one.updated_at,
                _("学完"): one.completed_at,
            }
            for one in row.progress.select_related("lesson").order_by("updated_at")
        ]
    return _("课程学习"), rows
