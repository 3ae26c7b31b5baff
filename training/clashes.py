"""What stands in the way of a time: a room, a trainer, a trainee, a public holiday. Whoever schedules is told all of it at once.

The rule: a room is refused, a trainer is refused, trainees and holidays may be confirmed by who knows why.
"""

from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _

from core import clock, workdays
from core.exceptions import DomainError
from core.text import normalise
from enterprises.models import Person

from .models import Registration, Round, Session

ROOM, TRAINER, TRAINEE, HOLIDAY = "room", "trainer", "trainee", "holiday"
MAY_CONFIRM = frozenset({TRAINEE, HOLIDAY})
"""What a person at the desk may confirm. Who enters what was held long ago may pass TRAINER too; nobody may pass ROOM."""

SHOWN = 5
LOCK = 4_770_319
"""Number of the advisory lock under which one act of scheduling at a time looks and writes."""


def one_at_a_time():
    """Wait for another who is scheduling, so that what was free when looked at is free when written. SQLite has one writer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@dataclass(frozen=True)
class Slot:
    """A time that is wanted: ``trainers`` are person keys."""

    starts_at: object
    ends_at: object
    room: str = ""
    trainers: frozenset = field(default=frozenset())


@dataclass(frozen=True)
class Clash:
    kind: str
    sentence: str


def room_key(venue, room):
    """Two sessions with the same key need the same room; None for a session without one."""
    room = normalise(room).replace(" ", "").casefold()
    return (normalise(venue).replace(" ", "").casefold(), room) if room else None


def slot_of(session, round_trainers):
    """The Slot of a planned session; who is named for it teaches it, else the trainers of the round."""
    own = frozenset(person.pk for person in session.trainers.all())
    return Slot(session.starts_at, session.ends_at, session.room, own or frozenset(round_trainers))


def find(slots, *, venue="", round_=None):
    """The Clashes of ``slots`` with what other rounds have planned, and with holidays. A constant number of queries."""
    if not slots:
        return []
    found = _holidays(slots)
    others = (
        Session.objects.overlapping(min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots))
        .exclude(round__state=Round.State.CANCELLED)
        .exclude(round=round_ and round_.pk)
        .select_related("round")
        .prefetch_related("trainers", "round__trainers")
        .order_by("starts_at", "pk")
    )
    for other in others:
        names = {person.pk: person.name for person in other.trainers.all() or other.round.trainers.all()}
        place = room_key(other.round.venue, other.room)
        for slot in slots:
            if not (slot.starts_at < other.ends_at and slot.ends_at > other.starts_at):
                continue
            said = {"title": other.round.title, "when": clock.words(other.starts_at)}
            if place and place == room_key(venue, slot.room):
                room = _("教室“%(room)s” %(when)s 已排给“%(title)s”") % (said | {"room": other.room})
                found.append(Clash(ROOM, room))
            for key in sorted(slot.trainers & names.keys()):
                found.append(Clash(TRAINER, _("讲师%(name)s %(when)s 要上“%(title)s”") % (said | {"name": names[key]})))
    if round_ is not None:
        found += _trainees(round_)
    return list(dict.fromkeys(found))


def _holidays(slots):
    found = []
    for day in sorted({clock.local_date(slot.starts_at) for slot in slots}):
        note = workdays.day_of(day)
        if note.kind == workdays.DayKind.HOLIDAY:
            found.append(Clash(HOLIDAY, f"{clock.day_words(day)}{note.note}"))
    return found


def _trainees(round_):
    """People on the list of this round who hold a seat elsewhere at the times it has now."""
    people = dict(Registration.objects.holding().filter(round=round_).order_by().values_list("person", "person__name"))
    lock_people(list(people))
    busy = clashes_of(round_, list(people))
    return [
        Clash(
            TRAINEE,
            _("学员%(name)s %(when)s 报了“%(title)s”")
            % {"name": people[key], "when": clock.words(start), "title": title},
        )
        for key, (title, start) in busy.items()
    ]


def check(slots, *, venue="", round_=None, confirmed=()):
    """Refuse what clashes and was not confirmed.

    Raises DomainError ``schedule.clash``; its params: ``kinds``, and ``confirm``, those of them a yes would settle (empty
    when something else stands in the way too).
    """
    left = [clash for clash in find(slots, venue=venue, round_=round_) if clash.kind not in set(confirmed) - {ROOM}]
    if not left:
        return
    kinds = sorted({clash.kind for clash in left})
    said = "；".join(clash.sentence for clash in left[:SHOWN])
    if len(left) > SHOWN:
        said += _("；还有 %(n)s 处") % {"n": len(left) - SHOWN}
    softer = set(kinds) <= MAY_CONFIRM
    mend = _("请换个时间，或勾选确认后再存。") if softer else _("请换个时间、教室或讲师。")
    raise DomainError("schedule.clash", f"{said}。{mend}", kinds=kinds, confirm=kinds if softer else [])


def clashes_of(round_, people):
    """{person key: (title, starts_at) of another round's session at the same time} of those who hold a seat there."""
    sessions = list(Session.objects.filter(round=round_).values_list("starts_at", "ends_at"))
    if not sessions or not people:
        return {}
    others = (
        Session.objects.overlapping(min(one[0] for one in sessions), max(one[1] for one in sessions))
        .exclude(round=round_)
        .exclude(round__state=Round.State.CANCELLED)
        .filter(round__registrations__person__in=people, round__registrations__state__in=Registration.HOLDING)
        .values_list("round__registrations__person", "round__title", "starts_at", "ends_at")
        .order_by("starts_at")
    )
    found = {}
    for person, title, start, end in others:
        if any(start < b and end > a for a, b in sessions):
            found.setdefault(person, (title, start))
    return found


def lock_people(people):
    """Two rounds of one person at the same hour are settled one after the other. The round's lock comes before."""
    # Weaker than a lock for deletion: rows which only point at the person do not wait.
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))


def clash_sentence(person, title, start):
    """What a person is told who has a seat elsewhere at that time."""
    return _("%(name)s 在 %(when)s 已经报了“%(title)s”，时间冲突。请先取消那个班，或确认两个都要报。") % {
        "name": person.name,
        "when": clock.words(start),
        "title": title,
    }
