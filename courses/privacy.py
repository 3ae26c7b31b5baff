"""What courses hold about a person."""

from django.utils.translation import gettext as _

from .models import Enrolment, LessonQuestion, PriorStudy


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
    for row in PriorStudy.objects.filter(person=person).order_by("asked_at"):
        rows.append(
            {
                _("校外学习"): row.title,
                _("学完"): row.finished_on,
                _("学时"): row.class_hours,
                _("状态"): row.get_state_display(),
            }
        )
    for row in LessonQuestion.objects.filter(person=person).order_by("asked_at"):
        rows.append({_("问讲师"): row.text, _("提问时间"): row.asked_at, _("回答"): row.answer})
    return _("课程学习"), rows


def erase_person(person):
    """What was asked in one's own words and the papers handed in go; hours, decisions and study stay without a name."""
    LessonQuestion.objects.filter(person=person).update(text=_("（已删除）"))
    for row in PriorStudy.objects.filter(person=person).exclude(proof=""):
        row.proof.delete(save=False)
        row.proof_name = ""
        row.save(update_fields=["proof", "proof_name"])
