"""登记意向: what people would come to, and where planners should hold it."""

from collections import Counter

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.text import normalise
from enterprises.models import Layer

from .models import Interest


@transaction.atomic
def wish(person, membership, *, kind, pilot=None, note=""):
    """A person would like a round of a kind; returns the Interest. Asking again changes the open one.

    Where they work is copied as it is now. Raises DomainError ``interest.person`` for who has not said who they are.
    """
    if person is None:
        raise DomainError("interest.person", _("请先填写姓名和单位，再登记意向。"))
    firm = membership.enterprise if membership else None
    values = {
        "pilot": pilot,
        "note": normalise(note)[:200],
        "layer": membership.layer if membership else Layer.OTHER,
        "enterprise": firm,
        "district_id": firm.district_id if firm else None,
    }
    row = Interest.objects.select_for_update().filter(person=person, kind=kind, ended_at=None).first()
    if row is None:
        try:
            with transaction.atomic():
                return Interest.objects.create(person=person, kind=kind, created_at=clock.now(), **values)
        except IntegrityError:
            row = Interest.objects.select_for_update().get(person=person, kind=kind, ended_at=None)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def withdraw(person, interest_id):
    """The person no longer wants it. Asking twice is success; somebody else's is not there (0 rows)."""
    return Interest.objects.filter(pk=interest_id, person=person, ended_at=None).update(ended_at=clock.now())


def wanted(districts=None):
    """{(district key or None, kind): people} of the open wishes, in the districts given (None: everywhere). One query."""
    rows = Interest.objects.filter(ended_at=None)
    if districts is not None:
        rows = rows.filter(district__in=districts)
    return Counter(rows.order_by().values_list("district", "kind"))


def forget(person):
    """Erasing a person: what they wrote goes, the count stays."""
    Interest.objects.filter(person=person).update(note="", ended_at=clock.now())
