"""What a target's figure is: counted in the ledger, in the 帮扶台账 or among the cases, or given by hand."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from core import clock
from enterprises.models import Assistance
from guide.models import CasePage
from ledger import counts
from ledger.models import Kind, Posting

from .models import OF_THE_LEDGER, HandFigure, Metric


@dataclass(frozen=True)
class Measure:
    """A target's ``value`` (None = no data, which is not 0), by district where it is asked of each; ``figure`` when by hand."""

    value: float | int | None
    by_district: dict
    figure: HandFigure | None = None


def scope_of(target, as_of=None):
    """The ledger scope a target counts in."""
    kind = target.kind or None
    if target.with_promotion and kind is None:
        kind = tuple(Kind.values)
    return counts.Scope(
        start=target.starts_on,
        end=target.ends_on,
        district=target.district_id,
        pilot=target.pilot_id,
        kind=kind,
        fee_nature=target.fee_nature or None,
        as_of=as_of,
    )


def moment_of(as_of):
    """When a posting was made; now for None. Figures by hand hold as agreed then."""
    if as_of is None:
        return clock.now()
    return Posting.objects.filter(number=as_of).values_list("posted_at", flat=True).first() or clock.at(
        clock.today().replace(year=2000)
    )


def measure(target, *, as_of=None):
    """The Measure of a target. What the platform has no data on is taken from the newest figure by hand, if one was agreed."""
    found = _MEASURED[target.metric](target, as_of) if target.metric in _MEASURED else Measure(None, {})
    return found if found.value is not None else by_hand(target, as_of)


def by_hand(target, as_of=None):
    """The Measure of the figures by hand agreed by the moment of a posting: the newest of the target, and of each district."""
    moment = moment_of(as_of)
    rows = HandFigure.objects.filter(target=target, decided_at__lte=moment, state=HandFigure.State.AGREED)
    newest = {}
    for row in rows.order_by("on_day", "decided_at", "pk"):
        newest[row.district_id] = row
    whole = newest.pop(None, None)
    places = {district: plain(row.value) for district, row in newest.items()}
    if whole is None:
        return Measure(sum(places.values()) if places else None, places, next(iter(newest.values()), None))
    return Measure(plain(whole.value), places, whole)


def plain(value):
    """A Decimal as a whole number where it is one."""
    return int(value) if value == int(value) else float(value)


def _of_ledger(target, as_of):
    scope = scope_of(target, as_of)
    metric = target.metric
    if not (target.per_district or target.per_industry):
        return Measure(getattr(counts.figures(scope), metric), {})
    axes = ("district", "pilot") if target.per_industry else ("district",)
    found = _by_axes(scope, metric, axes)
    if not target.per_industry:
        found = {district: n for (district,), n in found.items()}
    return Measure(sum(found.values()), found)


def _by_axes(scope, metric, axes):
    """{values of the axes: the metric}."""
    if metric in (Metric.SESSIONS, Metric.ROUNDS):
        place = 0 if metric == Metric.SESSIONS else 1
        return {key: held[place] for key, held in counts.held_by(scope, *axes).items()}
    return {key: getattr(one, metric) for key, one in counts.grouped(scope, *axes, want=(metric,)).items()}


def _percent(rate):
    return None if rate.share is None else round(rate.share * 100, 2)


def _passed(target, as_of):
    return Measure(_percent(counts.rates(scope_of(target, as_of)).passed), {})


def _satisfied(target, as_of):
    return Measure(_percent(counts.rates(scope_of(target, as_of)).satisfied), {})


def assisted(target):
    """The standing rows of the 帮扶台账 in a target's years and chain: those entered by the end of its period."""
    rows = Assistance.objects.standing().filter(
        year__gte=target.starts_on.year, year__lte=target.ends_on.year, entered_on__lte=target.ends_on
    )
    if target.district_id:
        rows = rows.filter(enterprise__district=target.district_id)
    return rows.filter(enterprise__pilots=target.pilot_id) if target.pilot_id else rows


def _enterprises(target, rows):
    """Distinct enterprises of 帮扶台账 rows, and by district. They are as the registry has them today, not as of a posting."""
    places = rows.order_by().values_list("enterprise__district").annotate(n=Count("enterprise", distinct=True))
    whole = rows.aggregate(n=Count("enterprise", distinct=True))["n"]
    return Measure(whole, dict(places) if target.per_district else {})


def _assisted(target, as_of):
    return _of_assisted(target, lambda rows, period: rows)


def _diagnosed(target, as_of):
    return _of_assisted(target, lambda rows, period: rows.with_step("diagnosis", period))


def _certified(target, as_of):
    return _of_assisted(target, lambda rows, period: rows.newly_certified(period))


def _of_assisted(target, chosen):
    """Those of the 帮扶台账 that are ``chosen``; no data while nobody is in it."""
    rows = assisted(target)
    if not rows.exists():
        return Measure(None, {})
    return _enterprises(target, chosen(rows, (target.starts_on, target.ends_on)))


def _covered(target, as_of):
    """Enterprises of the 帮扶台账 with somebody trained, of all of them, in percent."""
    rows = assisted(target)
    entries = scope_of(target, as_of).of(pilot=None).entries()
    reached = Exists(entries.filter(enterprise=OuterRef("enterprise")))
    found = rows.aggregate(
        n=Count("enterprise", distinct=True), reached=Count("enterprise", distinct=True, filter=Q(reached))
    )
    return Measure(_percent(counts.Rate(found["reached"], found["n"])), {})


def _cases(target, as_of):
    """Published cases of the target's year, by district."""
    rows = CasePage.objects.of_year(None, target.starts_on.year).values_list("district", flat=True)
    places = {}
    for district in rows:
        places[district] = places.get(district, 0) + 1
    return Measure(places.get(target.district_id, 0) if target.district_id else sum(places.values()), places)


def shares(targets, as_of=None):
    """{key of the target: its figure} of targets of one district each, those of the ledger: a question for each way of counting,
    not for each district."""
    ways = {}
    for target in targets:
        ways.setdefault((target.metric, scope_of(target, as_of).of(district=None)), []).append(target)
    found = {}
    for (metric, scope), alike in ways.items():
        by_district = _by_axes(scope, metric, ("district",))
        found |= {target.pk: by_district.get((target.district_id,), 0) for target in alike}
    return found


_MEASURED = dict.fromkeys(OF_THE_LEDGER, _of_ledger) | {
    Metric.PASS_RATE: _passed,
    Metric.SATISFACTION: _satisfied,
    Metric.ASSISTED: _assisted,
    Metric.DIAGNOSED: _diagnosed,
    Metric.CERTIFIED: _certified,
    Metric.COVERAGE: _covered,
    Metric.CASES: _cases,
}

__all__ = ["Measure", "assisted", "by_hand", "measure", "moment_of", "plain", "scope_of", "shares"]
