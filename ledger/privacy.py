"""What the ledger holds about a person: entries, without name or phone. Erasure leaves them as they are: they count."""

from django.utils.translation import gettext as _

from .models import Entry


def export_person(person):
    """Every entry, reversed ones too."""
    rows = Entry.objects.filter(person=person).select_related("activity", "enterprise").order_by("occurred_on", "pk")
    return _("学时台账"), [
        {
            _("活动"): row.activity.title,
            _("归属日期"): row.occurred_on,
            _("认定学时"): row.class_hours,
            _("企业"): row.enterprise.name if row.enterprise else "",
            _("已冲销"): row.reversed_by_id is not None,
        }
        for row in rows
    ]
