"""What a target will stand at when its period ends, at the speed until now: a range, with the sum a person can check."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from ledger import counts
from ledger.models import Kind
from training.models import Round

from .measures import scope_of
from .models import Comparator, Metric

LEAST = 30
"""Days of a period that must be over before its speed says anything."""
RECENT = 90
"""Days that make the recent speed."""


@dataclass(frozen=True)
class Forecast:
    """``low`` and ``high``: the end of the period at the slower and the faster of two speeds, the whole period's and the last
    ninety days'. ``planned`` rounds are on the calendar until then. ``words`` says the sum."""

    low: int
    high: int
    planned: int | None
    words: str
    reaches: bool | None
    """Whether the target is met at both speeds (True), at neither (False), or only at the faster (None)."""


def forecast(target, actual, *, day):
    """The Forecast of a floor that is not met yet, or None: before the 30th day, after the end, or for what does not add up
    (人数, 家数 and rates: a person who comes again is no further person)."""
    days = (min(day, target.ends_on) - target.starts_on).days + 1
    left = (target.ends_on - day).days
    if days < LEAST or left <= 0 or target.metric not in (Metric.SESSIONS, Metric.ROUNDS, Metric.PERSON_TIMES):
        return None
    since = max(day - timedelta(days=RECENT - 1), target.starts_on)
    recent = getattr(counts.figures(scope_of(target).of(start=since, end=day)), target.metric)
    recent_days = (day - since).days + 1
    ends = sorted([actual + _grown(actual, days, left), actual + _grown(recent, recent_days, left)])
    words = _(
        "开头到现在 %(days)s 天有 %(actual)s %(unit)s；最近 %(recent_days)s 天有 %(recent)s %(unit)s。照这两种速度走完剩下的 "
        "%(left)s 天，到期是 %(low)s～%(high)s %(unit)s。"
    ) % {
        "days": days,
        "actual": f"{actual:,}",
        "unit": target.unit,
        "recent_days": recent_days,
        "recent": f"{recent:,}",
        "left": left,
        "low": f"{ends[0]:,}",
        "high": f"{ends[1]:,}",
    }
    planned = planned_rounds(target, day).count()
    words += _("日历上已经排了 %(n)s 个班。") % {"n": planned}
    met = [_holds(target, end) for end in ends]
    return Forecast(ends[0], ends[1], planned, words, met[0] if met[0] == met[1] else None)


def _grown(n, days, left):
    """What ``left`` more days add at the speed of ``n`` in ``days``, rounded down: a forecast promises nothing."""
    return n * left // days


def _holds(target, end):
    return Comparator(target.comparator).holds(end, target.value, target.upper)


def planned_rounds(target, day):
    """Rounds on the calendar, not cancelled and not closed, that would count for a target when they are held: they end after
    ``day`` and within its period; of the share of a district those its own organisers hold."""
    rows = Round.objects.exclude(state__in=[Round.State.CANCELLED, Round.State.CLOSED, Round.State.ARCHIVED])
    rows = rows.filter(ends_on__gt=max(day, target.starts_on - timedelta(days=1)), ends_on__lte=target.ends_on)
    if target.metric == Metric.ROUNDS:
        rows = rows.filter(kind=Kind.INTERNAL_AUDITOR)
    if target.kind:
        rows = rows.filter(kind=target.kind)
    elif not target.with_promotion:
        rows = rows.exclude(kind=Kind.PROMOTION)
    if target.district_id:
        rows = rows.filter(owner__district=target.district_id)
    if target.pilot_id:
        rows = rows.filter(pilot=target.pilot_id)
    if target.fee_nature:
        rows = rows.filter(fee_nature=target.fee_nature)
    return rows
