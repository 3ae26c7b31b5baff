"""What the screens of the registry say of a person's courses (``core.registry.person_glance``, ``person_history``)."""

from django.utils.translation import gettext as _

from core.policies import policy_for

from .models import Enrolment


def person_glance(user, people):
    """How many courses each of ``people`` (ids) has begun and finished."""
    begun, done = {}, {}
    rows = policy_for(Enrolment).visible(user).filter(person__in=people).order_by()
    for person, completed_at in rows.values_list("person", "completed_at"):
        begun[person] = begun.get(person, 0) + 1
        done[person] = done.get(person, 0) + bool(completed_at)
    return {
        person: [(_("课程"), _("学完 %(done)s/%(all)s 门") % {"done": done[person], "all": count}, "")]
        for person, count in begun.items()
    }


def person_history(user, person):
    """A person's courses, newest first."""
    rows = policy_for(Enrolment).visible(user).filter(person=person).select_related("course")
    return _("课程"), [
        (row.enrolled_at, row.course.title, _("学完了") if row.completed_at else _("在学"), "") for row in rows[:50]
    ]
