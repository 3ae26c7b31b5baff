"""What is counted: a period and filters, as of a posting. Every figure, drill-down and export asks with one of these."""

from dataclasses import dataclass, replace
from datetime import date

from .models import Activity, Entry, Kind

WITHOUT = "-"
"""As a filter: rows that have none. Of a district: 市级 (activities) or 没有单位的人 (entries)."""


def named(names, scope):
    """{lookup: value} for what a scope names: one value, several (a tuple), or WITHOUT."""
    wanted = {}
    for lookup, name in names.items():
        value = getattr(scope, name)
        if value is None:
            continue
        if value == WITHOUT:
            wanted[f"{lookup}__isnull"] = True
        elif isinstance(value, tuple):
            wanted[f"{lookup}__in"] = value
        else:
            wanted[lookup] = value
    return wanted


@dataclass(frozen=True)
class Scope:
    """What is counted: a period by the day of rule A1 (both ends included), and filters; None means all.

    A filter is one value, a tuple of values of which any will do, or WITHOUT. ``as_of`` is the number of a posting: the answer
    is what it was when that posting was the last one.
    """

    start: date | None = None
    end: date | None = None
    district: str | tuple | None = None
    pilot: str | tuple | None = None
    layer: str | tuple | None = None
    kind: str | tuple | None = None
    organiser: int | tuple | None = None
    enterprise: int | tuple | None = None
    as_of: int | None = None
    mode: str | tuple | None = None
    fee_nature: str | tuple | None = None
    size_class: str | tuple | None = None

    OF_ENTRIES = {
        "district": "district",
        "pilot": "pilot",
        "layer": "layer",
        "kind": "kind",
        "owner": "organiser",
        "enterprise": "enterprise",
        "mode": "mode",
        "fee_nature": "fee_nature",
        "size_class": "size_class",
    }
    """Column of the entry: field of the scope."""
    OF_ACTIVITIES = {
        "district": "district",
        "pilot": "pilot",
        "kind": "kind",
        "owner": "organiser",
        "mode": "mode",
        "fee_nature": "fee_nature",
    }
    OF_PEOPLE = {"layer": "layer", "enterprise": "enterprise", "size_class": "size_class"}
    """What only an entry has: an activity is in scope when one of its entries is."""

    def of(self, **changes):
        """The same scope with some filters changed."""
        return replace(self, **changes)

    @property
    def names_people(self):
        """Whether a filter asks for who took part, not only for what was held."""
        return any(getattr(self, name) is not None for name in self.OF_PEOPLE.values())

    def entries(self):
        """The entries in scope. District is the enterprise's (rule A2), pilot the activity's (A4); 宣传活动 stay apart (A13)."""
        rows = Entry.objects.as_of(self.as_of).filter(**named(self.OF_ENTRIES, self))
        if self.start:
            rows = rows.filter(occurred_on__gte=self.start)
        if self.end:
            rows = rows.filter(occurred_on__lte=self.end)
        return rows if self.kind else rows.exclude(kind=Kind.PROMOTION)

    def activities(self):
        """The activities in scope. District is the owner organiser's; its end is the day (rule A14)."""
        rows = Activity.objects.as_of(self.as_of).filter(**named(self.OF_ACTIVITIES, self))
        if self.start:
            rows = rows.filter(ended_on__gte=self.start)
        if self.end:
            rows = rows.filter(ended_on__lte=self.end)
        if self.names_people:
            people = Entry.objects.as_of(self.as_of).filter(**named(self.OF_PEOPLE, self))
            rows = rows.filter(pk__in=people.values("activity"))
        return rows if self.kind else rows.exclude(kind=Kind.PROMOTION)
