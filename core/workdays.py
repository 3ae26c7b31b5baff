"""Which days people work: public holidays and the working weekends that pay for them (调休), as published year by year.

A year whose calendar is not published yet is a state of the Day, not an error: weekends are known, the rest is not.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import chinese_calendar
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy


class DayKind(StrEnum):
    WORK = "work"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    """A Saturday or Sunday on which people work."""


HOLIDAYS = {
    "New Year's Day": lazy("元旦"),
    "Spring Festival": lazy("春节"),
    "Tomb-sweeping Day": lazy("清明"),
    "Labour Day": lazy("劳动节"),
    "Dragon Boat Festival": lazy("端午"),
    "Mid-autumn Festival": lazy("中秋"),
    "National Day": lazy("国庆"),
    "Anti-Fascist 70th Day": lazy("抗战胜利纪念日"),
}


@dataclass(frozen=True)
class Day:
    """What a date is. ``is_published``: the calendar of its year is known, so HOLIDAY and MAKE_UP are too."""

    kind: DayKind
    name: str
    is_published: bool

    @property
    def is_off(self):
        return self.kind in (DayKind.WEEKEND, DayKind.HOLIDAY)

    @property
    def note(self):
        """国庆放假, 调休上班, or '' for an ordinary day."""
        if self.kind == DayKind.HOLIDAY:
            return _("%(name)s放假") % {"name": self.name}
        return _("调休上班") if self.kind == DayKind.MAKE_UP else ""


def day_of(date):
    """The Day of a date."""
    weekend = date.weekday() >= 5
    try:
        on_holiday, name = chinese_calendar.get_holiday_detail(date)
    except NotImplementedError:
        return Day(DayKind.WEEKEND if weekend else DayKind.WORK, "", False)
    if on_holiday and name:
        return Day(DayKind.HOLIDAY, str(HOLIDAYS.get(name, name)), True)
    if weekend:
        return Day(DayKind.MAKE_UP if not on_holiday else DayKind.WEEKEND, "", True)
    return Day(DayKind.WORK, "", True)


def is_published(year):
    """Whether the calendar of a year is known."""
    from datetime import date

    return day_of(date(year, 1, 1)).is_published


def working_days(first, count):
    """The first ``count`` dates from ``first`` on which people work."""
    days, day = [], first
    while len(days) < count:
        if not day_of(day).is_off:
            days.append(day)
        day += timedelta(days=1)
    return days
