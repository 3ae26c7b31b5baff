"""The one clock. Every rule asks here for the time, so that the demo year and the tests can happen in 2025."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

SHANGHAI = ZoneInfo("Asia/Shanghai")

_moved = ContextVar("core.clock", default=None)


def now():
    """The present moment, aware, in UTC."""
    return _moved.get() or timezone.now()


def today():
    """Today's date in Asia/Shanghai: the day a person in Tianjin would write on a form."""
    return local_date(now())


def local_date(moment):
    """The Asia/Shanghai date of an aware moment (a class ending at 23:00 on 31 December belongs to the old year)."""
    return moment.astimezone(SHANGHAI).date()


def at(day, hour=0, minute=0):
    """The aware moment of a wall-clock time in Asia/Shanghai on ``day``."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def day_words(day):
    """A date as a sentence names it: "3月2日"; with the year when it is another one than today's."""
    said = _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}
    return said if day.year == today().year else _("%(year)s年") % {"year": day.year} + said


def words(moment):
    """A moment as a sentence names it, on the wall clock of Tianjin: "3月2日 09:05"; with the year as ``day_words``."""
    there = moment.astimezone(SHANGHAI)
    return f"{day_words(there)} {there:%H:%M}"


@contextmanager
def moved_to(moment):
    """Inside the block ``now()`` answers ``moment``. For load_demo and tests only."""
    token = _moved.set(moment)
    try:
        yield
    finally:
        _moved.reset(token)
