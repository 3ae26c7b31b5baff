"""From when until when one may sign in and out of a session: by the rule, or as the trainer moved it."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from .models import Session

OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(minutes=15)
"""The window of sign-in around a session's start (programme custom: −30/+15 minutes)."""

SIGN_OUT_UNTIL = timedelta(minutes=30)
"""So long after its end one may still sign out of a session."""


def tolerance(session):
    """How late one may come and how early leave and still have been there for the whole session."""
    return timedelta(minutes=session.round.tolerance_minutes)


def opens_at(session):
    """The moment from which one may sign in."""
    return session.starts_at - OPENS_BEFORE


def closes_at(session):
    """The moment until which one may sign in: by the rule, or as the trainer moved it."""
    return session.sign_in_until or session.starts_at + max(CLOSES_AFTER, tolerance(session))


def signs_out_from(session):
    """From here on who signs out was there to the end."""
    return session.ends_at - tolerance(session)


def is_leaving(session):
    """Whether the door is for signing out by now."""
    return session.round.sign_out and clock.now() >= signs_out_from(session)


@transaction.atomic
def set_window(session_id, until, *, actor):
    """Let people sign in until another moment (延长), or end it now (结束); returns the Session.

    Not beyond the end of the session. Raises DomainError ``round.closed`` and ``window.times``.
    """
    session = Session.objects.select_for_update(of=("self",)).select_related("round").get(pk=session_id)
    if session.round.is_settled or session.submitted_at:
        raise DomainError("round.closed", _("这一课的考勤已经提交或已结班，不能再改签到时间；漏签的请走补签。"))
    if not opens_at(session) <= until <= session.ends_at:
        raise DomainError("window.times", _("签到最早提前 30 分钟开始，最晚到下课为止；请换一个时间。"))
    before = closes_at(session)
    if until != before:
        session.sign_in_until = until
        session.save(update_fields=["sign_in_until"])
        record(actor, "session.window", session, changes={"until": [before.isoformat(), until.isoformat()]})
    return session
