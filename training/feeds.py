"""Calendar feeds (RFC 5545): of everybody's rounds, of one's own classes, of those one teaches.

An event keeps its UID for ever; a move or a cancellation raises SEQUENCE, so that every calendar follows.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock
from enterprises.models import Person

from .models import Registration, Round, Session

BACK = timedelta(days=60)
"""So far back a feed reaches; forward it has no end."""

MOST = 2000
"""Events of one feed."""

LEARNER, TRAINER = "learner", "trainer"
KINDS = {LEARNER: lazy("我要上的课"), TRAINER: lazy("我要讲的课")}
SALT = "training.feeds"

CONTENT_TYPE = "text/calendar; charset=utf-8"


def public_sessions():
    """Sessions of rounds that were published, cancelled ones too."""
    return Session.everything.exclude(round__number=None)


def token_of(person, kind):
    """The secret part of the address of a person's feed (``learner`` or ``trainer``); None for who has no login.

    It is made from what ends the person's sessions: a new password, another phone or "sign out everywhere" makes it void.
    """
    if person is None or person.user is None:
        return None
    said = f"{person.pk}:{kind}:{person.user.get_session_auth_hash()}"
    return f"{person.pk}-{kind}-{salted_hmac(SALT, said, algorithm='sha256').hexdigest()[:32]}"


def person_of_token(token):
    """(Person, kind) of an address, or None when it is void or invented."""
    key, _dash, rest = token.partition("-")
    kind = rest.partition("-")[0]
    if not (key.isdecimal() and len(key) < 15 and kind in KINDS):
        return None
    person = Person.objects.select_related("user").filter(pk=int(key), erased_at=None).first()
    good = token_of(person, kind)
    return (person, kind) if good and constant_time_compare(good, token) else None


def sessions_of(person, kind):
    """Sessions a person has a seat in, or those they teach."""
    if kind == TRAINER:
        return Session.everything.filter(Q(trainers=person) | Q(trainers=None, round__trainers=person)).distinct()
    mine = Registration.objects.holding().filter(person=person)
    return Session.everything.filter(round__in=mine.values("round"))


def calendar_of(sessions, name, *, links=False):
    """The sessions (a queryset) as the bytes of a calendar; with ``links``, for who has a seat, those of the online classroom too.

    One query, however many.
    """
    from icalendar import Calendar  # 3 MB that a process may never need

    calendar = Calendar()
    calendar.add("prodid", "-//quality-academy//rounds//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    rows = sessions.filter(starts_at__gt=clock.now() - BACK).select_related("round").order_by("starts_at", "pk")
    for session in rows[:MOST]:
        calendar.add_component(_event(session, links))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(session, links):
    from icalendar import Event, vUri

    round_ = session.round
    gone = round_.state == Round.State.CANCELLED
    event = Event()
    event.add("uid", f"session-{session.pk}@{urlsplit(settings.SITE_URL).hostname}")
    # A cancelled round is one more change of each of its sessions.
    event.add("sequence", session.revision + gone)
    event.add("dtstamp", clock.now())
    event.add("dtstart", session.starts_at.astimezone(clock.SHANGHAI))
    event.add("dtend", session.ends_at.astimezone(clock.SHANGHAI))
    event.add("summary", f"{round_.title} · {session.title}")
    place = " ".join(filter(None, [round_.venue, session.room])) or str(round_.get_mode_display())
    event.add("location", place)
    event.add("status", "CANCELLED" if gone or session.cancelled_at else "CONFIRMED")
    said = [_("第 %(n)s 课，%(hours)s 学时") % {"n": session.number, "hours": f"{session.class_hours:g}"}]
    if session.cancelled_at:
        said.append(_("取消了：%(why)s") % {"why": session.cancel_reason})
    link = session.online_url or round_.online_url
    if links and link and not session.cancelled_at:
        said.append(_("线上听课：%(link)s") % {"link": link})
    event.add("description", "\n".join(said))
    event.add("url", vUri(settings.SITE_URL + reverse("rounds:detail", args=[round_.pk])))
    return event
