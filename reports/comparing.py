"""同比: the same days a year before, counted anew by the same function. No data then is no comparison, never 0 %."""

from datetime import date, timedelta

from ledger import counts

HEADS = ("sessions", "rounds", "person_times", "persons", "enterprises", "class_hours")


def a_year_before(scope, day):
    """The Scope of the same days last year: up to the day counted to, where the period is not over."""
    return scope.of(start=_a_year_earlier(scope.start), end=_a_year_earlier(min(scope.end, day)))


def _a_year_earlier(day):
    """The last day of a month goes to the last day of that month: 28 February 2025 to the 29th of 2024."""
    if (day + timedelta(days=1)).day == 1:
        return date(day.year - 1 + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)
    return day.replace(year=day.year - 1)


def growth(now, before):
    """同比 as a part of the year before (0.15 is 15 % more); None where there was nothing to compare with."""
    return float((now - before) / before) if before else None


def compared(scope, day, totals):
    """({figure: 同比 or None} of the whole, {district code or None: 同比 of 人次}). Three queries."""
    before = a_year_before(scope, day)
    then = counts.figures(before)
    heads = {name: growth(getattr(totals, name), getattr(then, name)) for name in HEADS}
    places = counts.grouped(before, "district", want=counts.TIMES)
    return heads, {district: people.person_times for (district,), people in places.items()}
