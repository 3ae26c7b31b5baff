"""How far a target is: actual, 完成率, 序时进度, gap, forecast, and whether the comparator holds."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from core import clock
from enterprises.models import District, Enterprise, Pilot

from .forecast import forecast
from .measures import measure, scope_of, shares
from .models import Comparator, HandFigure, Metric, Target

__all__ = [
    "Progress",
    "context_targets",
    "goals",
    "pace_of",
    "progress",
    "progress_of_year",
    "scope_of",
    "shares_of_year",
    "years",
]


@dataclass(frozen=True)
class Progress:
    """One target as it stands. ``actual`` None: no data. ``share`` is 完成率 (None for caps), ``pace`` 序时进度; both 0..1, share
    may exceed 1."""

    target: Target
    actual: float | int | None
    needed: int
    share: float | None
    pace: float
    reached: bool
    short: tuple = ()
    """Names of the districts (or 区·产业链) that do not meet a target each must meet."""
    figure: HandFigure | None = None
    """The figure by hand that ``actual`` is, when the platform does not measure it."""
    day: date | None = None
    """Of the pace and the forecast."""
    one_place: bool = False
    """Of a target each district must meet: how it stands in one of them."""
    by_district: dict = field(default_factory=dict)
    """{district code: its figure} of a target each district must meet."""

    @cached_property
    def forecast(self):
        """The Forecast of a floor that is not met yet, or None. Asked of the ledger when it is looked at: up to three queries."""
        is_floor = Comparator(self.target.comparator).is_floor and not self.counts_places
        if not is_floor or self.reached or self.actual is None or self.day is None:
            return None
        return forecast(self.target, self.actual, day=self.day)

    @property
    def counts_places(self):
        """Whether ``actual`` and ``needed`` are places that meet the target, not its figure."""
        return (self.target.per_district or self.target.per_industry) and not self.one_place

    @property
    def actual_words(self):
        """The actual as it is read: thousands set apart, — for no data, 15／16 for places."""
        if self.actual is None:
            return "—"
        if self.counts_places:
            return f"{self.actual}／{self.needed}"
        return f"{self.actual:,}"

    @property
    def gap(self):
        """How many are still missing until the comparator holds (> 1,000 needs 1,001); 0 for a cap. Per district: districts."""
        if self.actual is None:
            return 0
        if self.counts_places:
            return self.needed - self.actual
        if self.target.comparator in (Comparator.AT_MOST, Comparator.LESS_THAN):
            return 0
        least = self.needed + 1 if self.target.comparator == Comparator.MORE_THAN else self.needed
        if self.target.comparator == Comparator.ABOUT:
            least = -(-self.needed * 95 // 100)
        return max(least - self.actual, 0)

    @property
    def state(self):
        """(code, words): reached, ahead or behind; a cap is kept or broken. 完成率 and pace are compared only for floors."""
        if self.actual is None:
            return "unknown", _("还没有数据")
        if self.target.is_context:
            return "context", _("全国数，只作参考")
        if self.target.comparator in (Comparator.EQUAL, Comparator.BETWEEN):
            return self._exact()
        if not Comparator(self.target.comparator).is_floor:
            return ("reached", _("守住上限")) if self.reached else ("behind", _("超过上限"))
        if self.reached:
            return "reached", _("已达成")
        if self.pace >= 1:
            return "behind", _("期满未达成")
        return ("ahead", _("快于序时")) if (self.share or 0) >= self.pace else ("behind", _("慢于序时"))

    def _exact(self):
        if self.reached:
            return "reached", _("正好达成") if self.target.comparator == Comparator.EQUAL else _("在范围里")
        most = self.target.upper if self.target.comparator == Comparator.BETWEEN else self.needed
        return "behind", _("超出目标") if self.actual > most and not self.counts_places else _("还没达到")


def pace_of(start, end, day):
    """序时进度: elapsed days ÷ days of the period, 0..1."""
    if day < start:
        return 0.0
    return min((day - start).days + 1, (end - start).days + 1) / ((end - start).days + 1)


def progress(target, *, as_of=None, day=None):
    """The Progress of a target, as of a posting (default: now) and a day for the pace (default: today in Shanghai)."""
    day = day or clock.today()
    found = measure(target, as_of=as_of)
    if target.per_district or target.per_industry:
        return _by_place(target, found, Comparator(target.comparator), day)
    return replace(_standing(target, found.value, day), figure=found.figure)


def _standing(target, actual, day):
    pace = pace_of(target.starts_on, target.ends_on, day)
    comparator = Comparator(target.comparator)
    if actual is None:
        return Progress(target, None, target.value, None, pace, False, day=day)
    share = actual / target.value if comparator.is_floor and target.value else None
    reached = comparator.holds(actual, target.value, target.upper)
    return Progress(target, actual, target.value, share, pace, reached, day=day)


def _by_place(target, found, comparator, day):
    pace = pace_of(target.starts_on, target.ends_on, day)
    places = _industries() if target.per_industry else [(row.pk, row.name) for row in District.objects.all()]
    short = tuple(
        name for key, name in places if not comparator.holds(found.by_district.get(key, 0), target.value, target.upper)
    )
    met, needed = len(places) - len(short), len(places)
    share = met / needed if needed and comparator.is_floor else None
    mine = {} if target.per_industry else found.by_district
    return Progress(target, met, needed, share, pace, not short, short, found.figure, by_district=mine, day=day)


def _industries():
    """[((district, chain), words)]: every chain with enterprises in a district, in official order."""
    names = dict(Pilot.objects.values_list("pk", "name"))
    there = set(
        Enterprise.objects.listed().exclude(pilots=None).order_by().values_list("district", "pilots").distinct()
    )
    return [
        ((district, pilot), f"{name}·{names[pilot]}")
        for district, name in District.objects.values_list("pk", "name")
        for pilot in names
        if (district, pilot) in there
    ]


def progress_of_year(year, *, each_district=False, as_of=None, day=None):
    """[Progress] of every target of the city whose period begins in ``year``, in their order; what is only context, and what is
    the share of one district, is not among them. ``each_district``: only what each district must meet."""
    targets = Target.objects.filter(starts_on__year=year, is_context=False, district=None).select_related("pilot")
    if each_district:
        targets = targets.filter(per_district=True)
    return [progress(target, as_of=as_of, day=day) for target in targets]


def shares_of_year(year, *, district=None, as_of=None, day=None):
    """[Progress] of the shares of districts (分解到区) of a year, of one district when named. A query for each way of counting."""
    rows = Target.objects.filter(starts_on__year=year, is_context=False).exclude(district=None)
    rows = list((rows.filter(district=district) if district else rows).select_related("pilot", "district"))
    day = day or clock.today()
    counted = shares([row for row in rows if row.is_of_ledger], as_of)
    return [
        _standing(row, counted[row.pk], day) if row.pk in counted else progress(row, as_of=as_of, day=day)
        for row in rows
    ]


def goals(district, progresses):
    """[Progress] of one district among those of a year: its own shares, and what each district must meet, as it stands there.
    Floors first, 人次 before the others."""
    found = []
    for one in progresses:
        target = one.target
        if target.district_id == district:
            found.append(one)
        elif target.per_district:
            # What is counted here and is not there is none; what is given by hand and was not is not known.
            none = 0 if target.is_of_ledger or target.metric == Metric.CASES else None
            actual = one.by_district.get(district, none)
            found.append(replace(_standing(target, actual, one.day), one_place=True))
    return sorted(
        found, key=lambda one: (one.share is None, not one.target.district_id, one.target.metric != "person_times")
    )


def context_targets(year):
    """The nation's targets whose period has something of ``year``: shown beside the city's own, never judged."""
    rows = Target.objects.filter(is_context=True, starts_on__year__lte=year, ends_on__year__gte=year)
    return rows.select_related("pilot")


def years():
    """Years that have targets, newest first."""
    return [day.year for day in Target.objects.filter(is_context=False).dates("starts_on", "year", order="DESC")] or [
        clock.today().year
    ]
