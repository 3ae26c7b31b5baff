"""How long a sign-in lasts, and what is written down about it.

Customary figures of GB/T 22239-2019 level two (the standard asks for a limit and names none): 30 minutes without a request, 15
for staff; 12 hours in all. A learner who ticks 记住我 stays seven days; staff never do.
"""

import re
from datetime import timedelta

from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.utils.translation import gettext as _

from core import clock, registry
from core.audit_trail import record
from core.limits import address

from .models import SignIn, User

IDLE = timedelta(minutes=30)
IDLE_STAFF = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
REMEMBERED = timedelta(days=7)
KEPT_DAYS = 3 * 365
"""The sign-in log; the law asks for six months, the database refuses to delete what is younger than this."""
NOTED_EVERY = 60
"""Seconds between two notes of 'still there': a session is not written at each request."""

_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS|OpenHarmony"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh"),
    ("Linux", "Linux"),
)
_PROGRAMS = (
    ("企业微信", "wxwork"),
    ("微信", "MicroMessenger"),
    ("钉钉", "DingTalk"),
    ("Edge", "Edg"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_words(agent):
    """Short words for a User-Agent header: “微信 · Android”; the header itself is not kept."""

    def first(table):
        return next((word for word, pattern in table if re.search(pattern, agent or "")), "")

    return " · ".join(filter(None, (first(_PROGRAMS), first(_SYSTEMS)))) or _("未识别的设备")


def begin(sender, request, user, **_kwargs):
    """Receiver of ``user_logged_in``: the clock of this session starts."""
    now = clock.now().timestamp()
    request.session["began_at"] = now
    request.session["seen_at"] = now


def ended(session, user):
    """Why a session is over now: ``idle``, ``limit``, or None while it holds."""
    now = clock.now().timestamp()
    began, seen = session.get("began_at"), session.get("seen_at")
    if began is None or seen is None:
        return "limit"
    idle, age = timedelta(seconds=now - seen), timedelta(seconds=now - began)
    if idle <= IDLE_STAFF and age <= ABSOLUTE:
        return None
    if registry.is_staff(user):
        return "limit" if age > ABSOLUTE else "idle"
    if session.get("remember"):
        return "limit" if age > REMEMBERED else None
    if age > ABSOLUTE:
        return "limit"
    return "idle" if idle > IDLE else None


def note(session):
    """Remember that the user is still there: any request counts, a player's or an exam's in the background too."""
    now = clock.now().timestamp()
    if now - session.get("seen_at", 0) > NOTED_EVERY:
        session["seen_at"] = now


def log_sign_in(request, user, way, *, succeeded=True):
    """Write one row of the sign-in log of a known account."""
    return SignIn.objects.create(
        user=user,
        at=clock.now(),
        way=way,
        ip=address(request),
        device=device_words(request.headers.get("User-Agent", "")),
        succeeded=succeeded,
    )


def end_others(request):
    """End every session of the user but this one."""
    user = request.user
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended"])
    update_session_auth_hash(request, user)
    record(user, "account.end_sessions", user)


def forget(before):
    """Delete sign-ins older than ``before``; returns how many."""
    return SignIn.objects.filter(at__lt=before).delete()[0]
