"""What people are told about rounds, and when. Written into the outbox inside the transaction of what happened."""

from datetime import timedelta

from django.urls import reverse

from core import clock
from core.text import mask_name
from notices.services import notify

from .models import Interest, Registration, Round, Session

State = Registration.State


def _words(round_, **more):
    start = Session.objects.filter(round=round_).order_by("starts_at").values_list("starts_at", flat=True).first()
    words = {
        "round": round_.title,
        "when": clock.words(start) if start else "",
        "venue": round_.venue or round_.get_mode_display(),
    }
    return words | more


def subject_of(round_id):
    """What messages about a round are filed under."""
    return f"round:{round_id}"


def tell(people, kind, round_, *, event, revision=0, desk=False, to="", **more):
    """Tell people (keys) of something about a round; ``more`` are words of the kind beside those every round has, ``to`` the address
    the message leads to instead of the round's own."""
    notify(
        people,
        kind,
        event=event,
        revision=revision,
        words=_words(round_, **more),
        subject=subject_of(round_.pk),
        url=to or reverse("desk:round" if desk else "rounds:detail", args=[round_.pk]),
    )


def registration_changed(row, change, before):
    """A registration was given another state. Who did it themselves hears of it here only; others by text message too."""
    round_ = row.round
    own = change.actor_id is not None and change.actor_id == row.person.user_id
    if round_.state == Round.State.PLANNED:
        return  # nobody is told of what is only being planned
    more = {}
    if change.state == State.REGISTERED:
        if before == State.OFFERED:
            return
        kind = (
            "round.promoted"
            if before in (State.WAITING, State.PENDING)
            else "round.registered"
            if own
            else "round.listed"
        )
    elif change.state == State.OFFERED:
        kind, more = "round.offered", {"until": clock.words(row.held_until)}
    elif change.state == State.CANCELLED:
        if own:
            return
        kind, more = "round.unlisted", {"reason": change.reason}
    else:
        kind = "round.waiting" if change.state == State.WAITING else "round.pending"
    tell([row.person_id], kind, round_, event=f"registration:{row.pk}", revision=change.pk, **more)


def _everybody(round_):
    return list(Registration.objects.live().filter(round=round_).order_by().values_list("person", flat=True))


def _teachers(round_):
    return list(round_.trainers.values_list("pk", flat=True))


def round_cancelled(round_, reason):
    """Everybody on the list, in the queue, and who teaches."""
    if round_.number is not None:
        tell(
            _everybody(round_) + _teachers(round_),
            "round.cancelled",
            round_,
            event=f"round:{round_.pk}:cancelled",
            reason=reason,
        )


def round_opened(round_):
    """Who wished for a round of this kind, and who was put on its list while it was being planned."""
    wished = Interest.objects.filter(kind=round_.kind, ended_at=None).order_by()
    if round_.pilot_id:
        wished = wished.filter(pilot__in=[round_.pilot_id]) | wished.filter(pilot=None)
    people = list(wished.values_list("person", flat=True))
    if people:
        tell(people, "round.opened", round_, event=f"round:{round_.pk}:opened")
    listed = Registration.objects.on_the_list().filter(round=round_).order_by().values_list("person", flat=True)
    tell(list(listed), "round.listed", round_, event=f"round:{round_.pk}:listed")


def _lesson(session):
    return f"第 {session.number} 课 {session.title}"


def session_moved(session, round_, old_start, reason):
    """Everybody on the list and who teaches: the new time, the old one, why."""
    if round_.number is None:
        return
    words = {"old": clock.words(old_start), "reason": reason} | _of(session, round_)
    event = f"session:{session.pk}:moved"
    tell(
        _everybody(round_) + _teachers(round_), "session.moved", round_, event=event, revision=session.revision, **words
    )


def session_cancelled(session, round_, reason):
    """Everybody on the list and who teaches."""
    if round_.number is None:
        return
    words = {"lesson": _lesson(session), "old": clock.words(session.starts_at), "reason": reason}
    tell(
        _everybody(round_) + _teachers(round_),
        "session.cancelled",
        round_,
        event=f"session:{session.pk}:cancelled",
        **words,
    )


def attendance_asked(row, round_):
    """Who may decide: those who teach the round, but not who asks."""
    people = [one.pk for one in round_.trainers.all() if one.user_id != row.asked_by_id]
    words = _asked_words(row) | {"reason": row.reason}
    event = f"attendance-request:{row.pk}"
    tell(people, "attendance.asked", round_, event=event, to=reverse("desk:requests"), **words)


def attendance_decided(row, round_):
    """Who asked, and who it is about."""
    people = {row.registration.person_id, getattr(getattr(row.asked_by, "person", None), "pk", None)} - {None}
    words = _asked_words(row) | {"answer": row.get_state_display(), "note": row.answer}
    tell(sorted(people), "attendance.decided", round_, event=f"attendance-request:{row.pk}:decided", **words)


def _asked_words(row):
    name = mask_name(row.registration.person.name)
    return {
        "who": name,
        "what": row.get_kind_display(),
        "lesson": _lesson(row.session),
        "old": clock.words(row.session.starts_at),
    }


def _of(session, round_):
    return {
        "lesson": _lesson(session),
        "when": clock.words(session.starts_at),
        "venue": session.room or round_.venue or round_.get_mode_display(),
    }


def teaching_changed(session, round_, *, gained, lost):
    """Who teaches a session now and did not (keys of people), and who did and does not."""
    if round_.number is None:
        return
    event = f"session:{session.pk}:teaching"
    for people, kind in ((gained, "session.teach"), (lost, "session.teach-not")):
        tell(people, kind, round_, event=event, revision=session.revision, desk=True, **_of(session, round_))


def link_changed(session, round_):
    """Who is on the list and who teaches: there is another link."""
    if round_.number is None:
        return
    listed = Registration.objects.on_the_list().filter(round=round_).order_by().values_list("person", flat=True)
    event = f"session:{session.pk}:link"
    people = [*listed, *_teachers(round_)]
    tell(people, "session.link", round_, event=event, revision=session.revision, **_of(session, round_))


def resit_opened(rows, round_):
    """Who may sit again, and until when."""
    event = f"round:{round_.pk}:resit:{min(row.pk for row in rows)}"
    people = [row.registration.person_id for row in rows]
    tell(people, "exam.resit", round_, event=event, until=clock.day_words(rows[0].until))


LIVE = [Round.State.OPEN, Round.State.FULL, Round.State.RUNNING]


def remind():
    """The day before a round: who is on its list. After a session: its trainers, while the attendance is not submitted.

    Run every morning; again on the same day it tells nobody anything new. Returns how many rounds and sessions it was about.
    """
    tomorrow = clock.today() + timedelta(days=1)
    rounds = list(Round.objects.filter(state__in=LIVE, starts_on=tomorrow))
    for round_ in rounds:
        people = Registration.objects.on_the_list().filter(round=round_).order_by().values_list("person", flat=True)
        tell(list(people), "round.reminder", round_, event=f"round:{round_.pk}:reminder:{tomorrow:%Y%m%d}")
    states = [*LIVE, Round.State.EXAM, Round.State.TO_CLOSE]
    over = Session.objects.filter(
        submitted_at=None,
        ends_at__lt=clock.now(),
        ends_at__gt=clock.now() - timedelta(days=14),
        round__state__in=states,
    )
    sessions = list(over.select_related("round"))
    for session in sessions:
        words = {"lesson": _lesson(session), "old": clock.words(session.starts_at), "reason": ""}
        event = f"session:{session.pk}:unsubmitted"
        tell(_teachers(session.round), "session.unsubmitted", session.round, event=event, desk=True, **words)
    return len(rounds) + len(sessions)
