"""What the sign-in board shows of a session now. The same few statements whether forty people are on the list or five hundred."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery

from core import clock
from core.prepared import Prepared
from core.querysets import count_of

from . import elsewhere
from .models import Attendance, Registration, Scan, Session
from .tickets import door_code
from .window import closes_at, is_leaving

LAST = 6
ABSENT_SHOWN = 20
"""Who is missing, by name; of a big class the rest is at the desk's list, where one can search."""
REFUSED_SHOWN = 5


def _counted():
    return Attendance.objects.filter(state__in=Attendance.COUNTED)


def _on_the_list(session):
    rounds = Session.everything.filter(pk=session).values("round")
    return Registration.objects.on_the_list().filter(round=Subquery(rounds))


@Prepared
def _figures(session):
    """The session with ``listed``, ``came`` (of those), ``gone`` (signed out), ``tries`` and ``newest``, when the last mark was made."""
    rows = Attendance.objects.filter(session=OuterRef("pk"))
    return (
        Session.everything.filter(pk=session)
        .annotate(
            listed=count_of(Registration.objects.on_the_list(), to="round__sessions"),
            came=count_of(_counted().filter(registration__state=Registration.State.REGISTERED), to="session"),
            gone=count_of(Attendance.objects.exclude(left_at=None), to="session"),
            tries=count_of(Scan.objects.all(), to="session"),
            newest=Subquery(rows.order_by("-recorded_at").values("recorded_at")[:1]),
        )
        .only("round")
        .order_by()
    )


@Prepared
def _last(session):
    rows = _counted().filter(session=session, registration__state=Registration.State.REGISTERED)
    return (
        rows.select_related("registration__person", "registration__enterprise")
        .only(
            *("state", "method", "reason", "recorded_at", "offline"),
            *("registration__person__name", "registration__enterprise__name", "registration__walked_in"),
        )
        .order_by("-recorded_at", "-pk")[:LAST]
    )


@Prepared
def _absent(session):
    """Who is on the list and not here, with ``state_now`` and ``reason_now`` of a mark by hand (on leave, absent)."""
    marked = Attendance.objects.filter(session=session, registration=OuterRef("pk"))
    return (
        _on_the_list(session)
        .exclude(Exists(marked.filter(state__in=Attendance.COUNTED)))
        .annotate(state_now=Subquery(marked.values("state")), reason_now=Subquery(marked.values("reason")))
        .select_related("person", "enterprise")
        .only("round", "person__name", "enterprise__name")
        .order_by("sequence")[:ABSENT_SHOWN]
    )


@Prepared
def _failed(session):
    """The last tries that failed, of people who have not come in since."""
    inside = _counted().filter(session=session, registration__person=OuterRef("person"))
    return (
        Scan.objects.filter(session=session, outcome__startswith="check_in.")
        .exclude(Exists(inside))
        .select_related("person")
        .only("recorded_at", "outcome", "offline", "person__name")[: 4 * REFUSED_SHOWN]
    )


@dataclass(frozen=True)
class Glance:
    """How a session is now: ``figures`` (the Session with its counts), ``leaving``: whether the door is for signing out."""

    session: Session
    figures: Session
    leaving: bool

    @property
    def version(self):
        """A short text that changes when anything on the board would look different."""
        one = self.figures
        step = int(clock.now().timestamp()) // settings.CHECK_IN_ROTATION_SECONDS
        said = [one.listed, one.came, one.gone, one.tries, one.newest, step, self.leaving]
        said += [closes_at(self.session), self.session.round.state]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def glance(session, *, leaving=None):
    """The Glance at a session; ``leaving``: what the trainer chose, else by the clock. One statement."""
    return Glance(session, _figures.first(session.pk), is_leaving(session) if leaving is None else leaving)


def show(seen):
    """The context of the board after a Glance: the door's code, figures, the last who came, who is missing, who was refused and why.

    The version is that of the Glance: what comes between is shown next time.
    """
    session, figures = seen.session, seen.figures
    absent = _absent(session.pk)
    for row in absent:
        row.today = Attendance(state=row.state_now, reason=row.reason_now) if row.state_now else None
    return {
        "session": session,
        "round": session.round,
        "leaving": seen.leaving,
        "door": door_code(session, leaving=seen.leaving),
        "seconds_total": settings.CHECK_IN_ROTATION_SECONDS,
        "now": clock.now(),
        "listed": figures.listed,
        "came": figures.came,
        "missing": figures.listed - figures.came,
        "left": figures.gone,
        "last": _last(session.pk),
        "absent": absent,
        "refused": _refused(session),
        "shared": _shared(session) if session.round.one_device else [],
        "version": seen.version,
    }


def _refused(session):
    """Of the last tries that failed each person's newest; who is expected elsewhere is said."""
    shown, seen = [], set()
    for scan in _failed(session.pk):
        if scan.person_id is None or scan.person_id not in seen:
            seen.add(scan.person_id)
            shown.append(scan)
    shown = shown[:REFUSED_SHOWN]
    strangers = [scan.person_id for scan in shown if scan.outcome == "check_in.not_registered"]
    rounds = elsewhere.among(strangers, session) if strangers else {}
    for scan in shown:
        scan.listed_in = rounds.get(scan.person_id)
    return shown


def _shared(session):
    """[names] for each phone that signed in more than one person: told to the trainer, nobody is kept out."""
    rows = (
        Scan.objects.filter(session=session, outcome=Scan.ACCEPTED)
        .exclude(device="")
        .order_by("pk")
        .values_list("device", "person__name")
    )
    phones = {}
    for device, name in rows:
        phones.setdefault(device, []).append(name)
    return [names for names in phones.values() if len(names) > 1]
