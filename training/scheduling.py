"""The verbs of planning: make a round with its sessions, publish it, move it along."""

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from enterprises.models import Organiser, Role

from . import announcing, clashes
from .models import DistrictQuota, Round, RoundChange, RoundSeries, Session

ORDER = [
    Round.State.PLANNED,
    Round.State.OPEN,
    Round.State.FULL,
    Round.State.RUNNING,
    Round.State.EXAM,
    Round.State.TO_CLOSE,
    Round.State.CLOSED,
    Round.State.ARCHIVED,
]
"""The life of a round. CANCELLED leaves it from any state before CLOSED."""


def move(round_, state, *, actor, reason=""):
    """Set the state and write the change. The caller holds the round's row lock; the rules are the caller's too."""
    RoundChange.objects.create(
        round=round_, before=round_.state, after=state, actor=actor, reason=reason, at=clock.now()
    )
    round_.state = state
    round_.save(update_fields=["state"])


@transaction.atomic
def create_round(*, actor, owner, sessions, trainers=(), co_organisers=(), quotas=None, confirmed=(), **fields):
    """A planned round with its sessions in one step; returns the Round.

    ``sessions`` is a list of dicts (title, starts_at, ends_at, class_hours, compulsory, unit, room, online_url, trainers);
    ``quotas`` maps district keys to seats; ``confirmed`` holds the kinds of clash (``clashes``) that were confirmed. Raises
    DomainError ``round.no_sessions`` when the list is empty, ``session.times`` when a session ends before it starts or two
    overlap, and ``schedule.clash``.
    """
    if not sessions:
        raise DomainError("round.no_sessions", _("至少排一个课次，才知道哪天来上课。"))
    ordered = sorted(sessions, key=lambda session: session["starts_at"])
    check_times(ordered)
    clashes.one_at_a_time()
    everybody = frozenset(person.pk for person in trainers)
    slots = [
        clashes.Slot(
            one["starts_at"],
            one["ends_at"],
            one.get("room", ""),
            frozenset(person.pk for person in one.get("trainers", ())) or everybody,
        )
        for one in ordered
    ]
    clashes.check(slots, venue=fields.get("venue", ""), confirmed=confirmed)
    fields.setdefault("year", clock.local_date(ordered[-1]["ends_at"]).year)
    round_ = Round.objects.create(owner=owner, created_at=clock.now(), **fields)
    round_.trainers.set([*trainers, *(person for one in ordered for person in one.get("trainers", ()))])
    round_.co_organisers.set(co_organisers)
    for number, one in enumerate(ordered, start=1):
        taught = one.get("trainers", ())
        values = {name: value for name, value in one.items() if name != "trainers"}
        session = Session.objects.create(round=round_, number=number, **values)
        if taught:
            session.trainers.set(taught)
    DistrictQuota.objects.bulk_create(
        DistrictQuota(round=round_, district_id=key, seats=seats)
        for key, seats in (quotas or {}).items()
        if seats is not None
    )
    take_over_dates(round_)
    RoundChange.objects.create(round=round_, after=round_.state, actor=actor, at=clock.now())
    return round_


def check_times(ordered):
    """Sessions (dicts, in the order of time) end after they start and do not overlap. Raises DomainError ``session.times``."""
    for index, session in enumerate(ordered, start=1):
        if session["ends_at"] <= session["starts_at"]:
            raise DomainError(
                "session.times", _("第 %(n)s 个课次的结束时间要晚于开始时间。") % {"n": index}, number=index
            )
    for index, (one, two) in enumerate(zip(ordered, ordered[1:], strict=False), start=1):
        if two["starts_at"] < one["ends_at"]:
            raise DomainError(
                "session.times",
                _("第 %(a)s 和第 %(b)s 个课次时间重叠了，请错开。") % {"a": index, "b": index + 1},
                number=index,
            )


def take_over_dates(round_):
    """The first and last day, kept on the round because the public list of all rounds is sorted and filtered by them.

    The year is that of the last day, until the round has its number of that year.
    """
    span = round_.sessions.aggregate(first=Min("starts_at"), last=Max("ends_at"))
    round_.starts_on = clock.local_date(span["first"])
    round_.ends_on = clock.local_date(span["last"])
    if round_.number is None:
        round_.year = round_.ends_on.year
    round_.save(update_fields=["starts_on", "ends_on", "year"])


@transaction.atomic
def publish(round_id, *, actor):
    """Give the round its number (per kind and year, city-wide, without a gap) and open registration. Asking twice is success.

    Raises DomainError ``round.state`` when the round is cancelled.
    """
    round_ = Round.objects.select_for_update().get(pk=round_id)
    if round_.state == Round.State.CANCELLED:
        raise DomainError("round.state", _("这个班已经取消，不能再发布；请另建一个班。"))
    if round_.number is None:
        RoundSeries.objects.get_or_create(kind=round_.kind, year=round_.year)
        series = RoundSeries.objects.select_for_update().get(kind=round_.kind, year=round_.year)
        series.last_number += 1
        series.save(update_fields=["last_number"])
        round_.number = series.last_number
        round_.save(update_fields=["number"])
    if round_.state == Round.State.PLANNED:
        move(round_, Round.State.OPEN, actor=actor)
        announcing.round_opened(round_)
    return round_


@transaction.atomic
def cancel_round(round_id, *, actor, reason):
    """Cancel a round that is not closed yet; it then counts nothing (docs/counting.md, rule A15).

    Raises DomainError ``round.closed`` after closing (then only a correction helps) and ``reason.missing``.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("取消要写明原因，报了名的人会看到。"))
    round_ = Round.objects.select_for_update().get(pk=round_id)
    if round_.state in (Round.State.CLOSED, Round.State.ARCHIVED):
        raise DomainError("round.closed", _("已经结班记账，不能取消；数字有错请开更正单。"))
    if round_.state != Round.State.CANCELLED:
        move(round_, Round.State.CANCELLED, actor=actor, reason=reason)
        announcing.round_cancelled(round_, reason)
    return round_


def organisers_for(rights):
    """The organisers in whose name a user may make rounds."""
    if Role.CITY_ADMIN in rights.roles:
        return Organiser.objects.all()
    return Organiser.objects.filter(pk__in=rights.organisers)
