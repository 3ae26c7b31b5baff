"""What the screens of the registry say of a person's certificates (``core.registry.person_glance``, ``person_history``)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.policies import policy_for

from .models import Certificate


def _rows(user):
    return policy_for(Certificate).visible(user).filter(replaced_by=None)


def person_glance(user, people):
    """How many certificates each of ``people`` (ids) holds."""
    counted = {}
    for holder in _rows(user).filter(holder__in=people).order_by().values_list("holder", flat=True):
        counted[holder] = counted.get(holder, 0) + 1
    return {holder: [(_("合格证明"), _("%(n)s 张") % {"n": count}, "")] for holder, count in counted.items()}


def person_history(user, person):
    """A person's certificates, newest first."""
    rows = _rows(user).filter(holder=person).order_by("-issued_on", "-pk")
    return _("培训合格证明"), [
        (
            row.issued_on,
            row.words.get("course_title", ""),
            row.number,
            reverse("certificates:detail", args=[row.number]),
        )
        for row in rows[:50]
    ]
