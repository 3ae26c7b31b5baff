"""How far a target is: actual, 完成率, 序时进度, gap, and whether the comparator holds."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from core import clock
from enterprises.models import District
from ledger import counts
from ledger.models import Kind

from .models import Comparator, Metric, Target


@dataclass(frozen=True)
class Progress:
    """One target as it stands. ``share`` is 完成率 (None for caps), ``pace`` 序时进度; both 0..1, share may exceed 1."""

    target: Target
    actual: int
    needed: int
    share: float | None
    pace: float
    reached: bool
    short: tuple = ()
    """Names of the districts that do not meet a per-district target."""

    @property
    def gap(self):
        """How many are still missing until the comparator holds (> 1,000 needs 1,001); 0 for a cap. Per district: districts."""
        if self.target.per_district:
            return self.needed - self.actual
        if self.target.comparator in (Comparator.AT_MOST, Comparator.LESS_THAN):
            return 0
        least = self.needed + 1 if self.target.comparator == Comparator.MORE_THAN else self.needed
        return max(least - self.actual, 0)

    @property
    def state(self):
        """(code, words): reached, ahead or behind; a cap is kept or broken. 完成率 and pace are compared only for floors."""
        if self.target.comparator == Comparator.EQUAL:
            if self.reached:
                return "reached", _("正好达成")
            return "behind", _("超出目标") if self.actual > self.needed else _("还没达到")
        if not Comparator(self.target.comparator).is_floor:
            return ("reached", _("守住上限")) if self.reached else ("behind", _("超过上限"))
        if self.reached:
            return "reached", _("已达成")
        if self.pace >= 1:
            return "behind", _("期满未达成")
        return ("ahead", _("快于序时")) if (self.share or 0) >= self.pace else ("behind", _("慢于序时"))


def pace_of(start, end, day):
    """序时进度: elapsed days ÷ days of the period, 0..1."""
    if day < start:
        return 0.0
    return min((day - start).days + 1, (end - start).days + 1) / ((end - start).days + 1)


def scope_of(target, as_of=None):
    """The ledger scope a target counts in."""
    return counts.Scope(
        start=target.starts_on, end=target.ends_on, pilot=target.pilot_id, kind=target.kind or None, as_of=as_of
    )


def progress(target, *, as_of=None, day=None):
    """The Progress of a target, as of a posting (default: now) and a day for the pace (default: today in Shanghai)."""
    scope = scope_of(target, as_of)
    pace = pace_of(target.starts_on, target.ends_on, day or clock.today())
    comparator = Comparator(target.comparator)
    if target.per_district:
        return _per_district(target, scope, comparator, pace)
    actual = getattr(counts.figures(scope), target.metric)
    share = actual / target.value if comparator.is_floor and target.value else None
    return Progress(target, actual, target.value, share, pace, comparator.holds(actual, target.value))


def _per_district(target, scope, comparator, pace):
    districts = list(District.objects.all())
    have = _by_district(scope, target.metric)
    short = tuple(d.name for d in districts if not comparator.holds(have.get(d.pk, 0), target.value))
    met = len(districts) - len(short)
    return Progress(target, met, len(districts), met / len(districts), pace, not short, short)


def _by_district(scope, metric):
    """{district code: figure}, as ``counts.figures`` counts it. One query."""
    if metric in (Metric.SESSIONS, Metric.ROUNDS):
        figure, rows = Count("pk"), scope.activities().filter(held=True)
        if metric == Metric.ROUNDS:
            rows = rows.filter(kind=Kind.INTERNAL_AUDITOR)
    else:
        rows = scope.entries()
        figure = {
            Metric.PERSON_TIMES: Count("pk"),
            Metric.PERSONS: Count("person", distinct=True),
            Metric.ENTERPRISES: Count("enterprise", distinct=True),
        }[metric]
    return dict(rows.values_list("district").annotate(n=figure).order_by())


def progress_of_year(year, *, as_of=None, day=None):
    """[Progress] of every target whose period begins in ``year``, in their order."""
    targets = Target.objects.filter(starts_on__year=year).select_related("pilot")
    return [progress(target, as_of=as_of, day=day) for target in targets]


def years():
    """Years that have targets, newest first."""
    return [day.year for day in Target.objects.dates("starts_on", "year", order="DESC")] or [clock.today().year]
