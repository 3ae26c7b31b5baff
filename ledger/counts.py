"""Every headcount there is, in one place: a question to the ledger, exact, as of any posting. Rules: docs/counting.md."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from enterprises.models import District, Layer, SizeClass

from .models import Activity, ActivityFact, Entry, Kind

SMALL = (SizeClass.SMALL, SizeClass.MICRO)


@dataclass(frozen=True)
class Scope:
    """What is counted: a period by the day of rule A1 (both ends included), and filters; None means all.

    ``as_of`` is the number of a posting: the answer is what it was when that posting was the last one.
    """

    start: date | None = None
    end: date | None = None
    district: str | None = None
    pilot: str | None = None
    layer: str | None = None
    kind: str | None = None
    organiser: int | None = None
    enterprise: int | None = None
    as_of: int | None = None

    def of(self, **changes):
        """The same scope with some filters changed."""
        return replace(self, **changes)

    def entries(self):
        """The entries in scope. District is the enterprise's (rule A2), pilot the activity's (A4); 宣传活动 stay apart (A13)."""
        rows = Entry.objects.as_of(self.as_of)
        wanted = {
            "occurred_on__gte": self.start,
            "occurred_on__lte": self.end,
            "district": self.district,
            "pilot": self.pilot,
            "layer": self.layer,
            "kind": self.kind,
            "activity__owner": self.organiser,
            "enterprise": self.enterprise,
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
        return rows if self.kind else rows.exclude(kind=Kind.PROMOTION)

    def activities(self):
        """The activities in scope. District is the owner organiser's; its end is the day (rule A14)."""
        rows = Activity.objects.as_of(self.as_of)
        wanted = {
            "ended_on__gte": self.start,
            "ended_on__lte": self.end,
            "district": self.district,
            "pilot": self.pilot,
            "kind": self.kind,
            "owner": self.organiser,
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
        if self.layer or self.enterprise:
            own = {name: value for name, value in (("layer", self.layer), ("enterprise", self.enterprise)) if value}
            rows = rows.filter(pk__in=Entry.objects.as_of(self.as_of).filter(**own).values("activity"))
        return rows if self.kind else rows.exclude(kind=Kind.PROMOTION)


@dataclass(frozen=True)
class Figures:
    """The counts of one scope. ``sessions`` 场次, ``rounds`` 轮次, ``person_times`` 人次, ``persons`` 人数, ``enterprises`` 家数,
    ``small`` 其中小微企业, ``class_hours`` 学时 (person × hours of 45 minutes)."""

    sessions: int
    rounds: int
    person_times: int
    persons: int
    enterprises: int
    small: int
    class_hours: Decimal


def _entry_figures(rows):
    return rows.aggregate(
        person_times=Count("pk"),
        persons=Count("person", distinct=True),
        enterprises=Count("enterprise", distinct=True),
        small=Count("enterprise", filter=Q(size_class__in=SMALL), distinct=True),
        class_hours=Sum("class_hours"),
    )


def _activity_figures(rows):
    return rows.aggregate(
        sessions=Count("pk", filter=Q(held=True)), rounds=Count("pk", filter=Q(kind=Kind.INTERNAL_AUDITOR, held=True))
    )


def figures(scope):
    """The Figures of a scope, distinct ones recomputed in it. Two queries."""
    people = _entry_figures(scope.entries())
    people["class_hours"] = people["class_hours"] or Decimal(0)
    return Figures(**people, **_activity_figures(scope.activities()))


@dataclass(frozen=True)
class DistrictRow:
    """One line of the district table. ``district`` None = 市级 (for 场次) or 无单位人员 (for 人次)."""

    district: District | None
    sessions: int
    by_layer: dict
    person_times: int
    enterprises: int


def by_district(scope):
    """[DistrictRow] in official order, then one with district None. Three queries.

    家数 of districts do not add up to the city's: one enterprise that moved is in two. The total is ``figures(scope)``.
    """
    layers = defaultdict(lambda: defaultdict(int))
    for district, layer, n in scope.entries().values_list("district", "layer").annotate(n=Count("pk")).order_by():
        layers[district][layer] += n
    firms = dict(scope.entries().values_list("district").annotate(n=Count("enterprise", distinct=True)).order_by())
    held = dict(scope.activities().filter(held=True).values_list("district").annotate(n=Count("pk")).order_by())
    rows = []
    for district in [*District.objects.all(), None]:
        code = district.pk if district else None
        by_layer = {layer: layers[code].get(layer, 0) for layer in Layer.values}
        rows.append(DistrictRow(district, held.get(code, 0), by_layer, sum(by_layer.values()), firms.get(code, 0)))
    return rows


def by_month(scope):
    """{(month as its first day, layer): 人次} of a scope. One query."""
    rows = scope.entries().annotate(month=TruncMonth("occurred_on")).values_list("month", "layer")
    return {(month, layer): n for month, layer, n in rows.annotate(n=Count("pk")).order_by()}


def auditors_by_month(scope):
    """{month: 人次 of 其中：内审员}. One query."""
    rows = scope.entries().filter(is_auditor=True).annotate(month=TruncMonth("occurred_on")).values_list("month")
    return dict(rows.annotate(n=Count("pk")).order_by())


def exam_figures(scope):
    """{ActivityFact.Name: sum} over the newest value of each fact, for 合格率 = 合格 / 实考. One query.

    District is the enterprise's, as for 人次 (rule A2): people of a district learn in rounds of other districts too.
    """
    rows = ActivityFact.objects.filter(activity__in=scope.of(district=None).activities())
    if scope.as_of is not None:
        rows = rows.filter(posting__lte=scope.as_of)
    if scope.district:
        rows = rows.filter(district=scope.district)
    newest = {}
    for activity, district, name, value in rows.order_by("posting").values_list(
        "activity", "district", "name", "value"
    ):
        newest[activity, district, name] = value
    sums = defaultdict(int)
    for (_activity, _district, name), value in newest.items():
        sums[name] += value
    return dict(sums)
