"""What the sign-in board shows of a session now. The same few statements whether forty people are on the list or five hundred."""

import hashlib

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q

from core import clock
from core.querysets import count_of

from . import elsewhere
from .models import Attendance, Registration, Scan, Session
from .tickets import door_code
from .window import closes_at, is_leaving

LAST = 6
ABSENT_SHOWN = 20
"""Who is missing, by name; of a big class the rest is at the desk's list, where one can search."""
REFUSED_SHOWN = 5


def version(session, *, leaving):
    """A short text that changes when anything on the board would look different. One statement."""
    came = Attendance.objects.filter(session=session)
    facts = came.aggregate(n=Count("pk", filter=_counted()), at=Max("recorded_at"), left=Count("left_at"))
    rows = Session.objects.filter(pk=session.pk).annotate(
        listed=count_of(Registration.objects.on_the_list(), to="round__sessions"),
        tries=count_of(Scan.objects.all(), to="session"),
    )
    step = int(clock.now().timestamp()) // settings.CHECK_IN_ROTATION_SECONDS
    said = [facts, list(rows.values_list("listed", "tries")), step, closes_at(session), leaving, session.round.state]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _counted():
    return Q(state__in=Attendance.COUNTED)


def show(session, *, leaving=None, now_at=""):
    """The context of the board: the door's code, figures, the last who came, who is missing, who was refused and why.

    ``now_at``: the ``version`` when it has just been asked for; read before the rest, so that what comes between is shown next time.
    """
    leaving = is_leaving(session) if leaving is None else leaving
    now_at = now_at or version(session, leaving=leaving)
    here = Attendance.objects.filter(session=session, registration=OuterRef("pk"), state__in=Attendance.COUNTED)
    listed = Registration.objects.on_the_list().filter(round=session.round_id).annotate(here=Exists(here))
    figures = listed.aggregate(all=Count("pk"), came=Count("pk", filter=Q(here=True)))
    last = (
        Attendance.objects.filter(_counted(), session=session, registration__state=Registration.State.REGISTERED)
        .select_related("registration__person", "registration__enterprise")
        .only(
            *("state", "method", "reason", "recorded_at", "offline"),
            *("registration__person__name", "registration__enterprise__name", "registration__walked_in"),
        )
        .order_by("-recorded_at", "-pk")[:LAST]
    )
    absent = list(listed.filter(here=False).select_related("person", "enterprise").order_by("sequence")[:ABSENT_SHOWN])
    said = Attendance.objects.filter(session=session, registration__in=[row.pk for row in absent])
    said = {row.registration_id: row for row in said}
    for row in absent:
        row.today = said.get(row.pk)
    context = {
        "session": session,
        "round": session.round,
        "leaving": leaving,
        "door": door_code(session, leaving=leaving),
        "seconds_total": settings.CHECK_IN_ROTATION_SECONDS,
        "now": clock.now(),
        "listed": figures["all"],
        "came": figures["came"],
        "missing": figures["all"] - figures["came"],
        "last": list(last),
        "absent": absent,
        "refused": _refused(session),
        "shared": _shared(session) if session.round.one_device else [],
        "version": now_at,
    }
    if session.round.sign_out:
        context["left"] = Attendance.objects.filter(session=session).exclude(left_at=None).count()
    return context


def _refused(session):
    """The last tries that failed, of people who have not come in since; who is expected elsewhere is said."""
    inside = Attendance.objects.filter(_counted(), session=session, registration__person=OuterRef("person"))
    scans = list(
        Scan.objects.filter(session=session, outcome__startswith="check_in.")
        .annotate(inside=Exists(inside))
        .filter(inside=False)
        .select_related("person")[: 4 * REFUSED_SHOWN]
    )
    shown, seen = [], set()
    for scan in scans:
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
