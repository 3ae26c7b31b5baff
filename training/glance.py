"""What the screens of the registry say of a person's rounds (``core.registry.person_glance``, ``person_history``)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.policies import policy_for

from .models import Registration


def _rows(user):
    return policy_for(Registration).visible(user).exclude(state=Registration.State.CANCELLED).order_by()


def person_glance(user, people):
    """How many rounds each of ``people`` (ids) is registered for."""
    counted = {}
    for person in _rows(user).filter(person__in=people).values_list("person", flat=True):
        counted[person] = counted.get(person, 0) + 1
    return {person: [(_("培训班"), _("%(n)s 个") % {"n": count}, "")] for person, count in counted.items()}


def person_history(user, person):
    """A person's rounds, newest first."""
    rows = _rows(user).filter(person=person).select_related("round").order_by("-round__starts_on", "-pk")
    return _("培训班"), [
        (row.round.starts_on, row.round.title, row.get_state_display(), reverse("rounds:detail", args=[row.round_id]))
        for row in rows[:50]
    ]
