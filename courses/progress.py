"""How long and how far a person has really studied: what pages report, bounded by the wall clock."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from enterprises.models import Person

from . import completion
from .intervals import intersection, overlap, total, union, without
from .models import Enrolment, LessonProgress, StudySpan

LONGEST_REPORT = timedelta(seconds=30)
"""A page reports every 15 seconds; what is said of longer ago needs a signed opening."""
GAP = timedelta(seconds=5)
"""Spans of one lesson that are no further apart are kept as one row. What lies between them is not credited, then or later."""
FASTEST = 2.0
"""Playback speed above which a player's claims are not believed."""
MOST_FILMS, MOST_STRETCHES = 20, 400
"""Of a lesson, and of one film, that are kept: no player makes more, and a forger must not fill the disk."""


@dataclass(frozen=True)
class Progress:
    """Where a person stands in a lesson: percent read, credited seconds, minutes left by the lesson's nominal length."""

    percent: int
    seconds: int
    minutes_left: int
    completed: bool


@dataclass(frozen=True)
class Watched:
    """What a player says: of the video ``key`` these stretches, [(from, to), …] in seconds of the film, at ``speed``; now at ``at``."""

    key: str
    stretches: list
    speed: float = 1.0
    at: float = 0.0


@transaction.atomic
def report_progress(enrolment, lesson, *, seconds=0, percent=0, opened_at=None, spans=None, watched=None):
    """A page says it was read for ``seconds`` more and down to ``percent``; returns the Progress now credited.

    A claim is a stretch of time on the server's clock: the last ``seconds``, or ``spans``, [(from, to), …] in seconds since
    ``opened_at``, the signed moment the page was served (spans need it). What lies further back than LONGEST_REPORT is believed
    only with ``opened_at``, and only until the lesson's own length is full: so reports a phone without network, and so the one
    report of a page without script. Of a claim only that part counts that lies in the past and that no other claim of the same
    person covers, in whatever lesson: one person, one item, one wall clock. Replays, parallel tabs, two phones, forged figures
    and clocks that run wrong add nothing. Of a film (a Watched) no more is taken than the credited time can have shown at its
    speed, FASTEST at most.

    A lesson is complete by ``completion.finish_lesson``. Raises DomainError ``progress.invalid`` for figures out of range and
    ``progress.foreign`` for another course's lesson.
    """
    spans = _checked(seconds, percent, spans)
    if lesson.course_id != enrolment.course_id:
        raise DomainError("progress.foreign", _("这一课不在您选的课程里。"))
    # The person is the queue: what is credited depends on everything credited to them before.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=enrolment.person_id)
    now = clock.now()
    row, created = LessonProgress.objects.select_for_update().get_or_create(
        enrolment=enrolment, lesson=lesson, defaults={"updated_at": now}
    )
    if created:
        Enrolment.objects.filter(pk=enrolment.pk, begun_at=None).update(begun_at=now)
    if spans is None:
        claims = [(now - timedelta(seconds=seconds), now)]
    else:
        claims = [(opened_at + timedelta(seconds=start), opened_at + timedelta(seconds=end)) for start, end in spans]
    claims = union(claims)
    lately = now - LONGEST_REPORT
    credited = _credit(enrolment, row, intersection(claims, (max(lately, opened_at or enrolment.enrolled_at), now)))
    if opened_at is not None:
        room = timedelta(minutes=lesson.minutes) - timedelta(seconds=row.seconds)
        credited += _credit(enrolment, row, intersection(claims, (opened_at, lately)), room)
    row.percent = max(row.percent, percent)
    if watched is not None:
        _take_film(row, watched, credited)
    row.updated_at = now
    if not completion.finish_lesson(enrolment, lesson, row):
        row.save()
    return progress_of(lesson, row)


def _checked(seconds, percent, spans):
    good = 0 <= percent <= 100 and seconds >= 0
    if spans is not None:
        spans = list(spans)
        good = good and len(spans) <= 200 and all(0 <= start <= end <= 86_400 for start, end in spans)
    if not good:
        raise DomainError("progress.invalid", _("学习进度的数字不对，请刷新页面再看。"))
    return spans


def _credit(enrolment, row, claims, room=None):
    """Credit what of ``claims`` (disjoint, in order) no earlier claim covers, ``room`` at most; returns how many seconds."""
    if not claims:
        return 0.0
    window = (claims[0][0] - GAP, claims[-1][1] + GAP)
    known = StudySpan.objects.filter(person=enrolment.person_id, started_at__lt=window[1], ended_at__gt=window[0])
    known = list(known.order_by("started_at"))
    fresh = without(claims, union((span.started_at, span.ended_at) for span in known))
    if room is not None:
        fresh = _up_to(fresh, room)
    for stretch in fresh:
        _keep(enrolment, row, known, stretch)
    seconds = total(fresh).total_seconds()
    row.seconds += seconds
    return seconds


def _up_to(stretches, budget):
    """The first of ``stretches`` that together are no longer than ``budget``."""
    answer = []
    for start, end in stretches:
        if budget <= timedelta(0):
            break
        answer.append((start, min(end, start + budget)))
        budget -= answer[-1][1] - start
    return answer


def _keep(enrolment, row, known, stretch):
    """Write down that a stretch is credited: a span of the same lesson just beside it grows, else a new one begins."""
    start, end = stretch
    for span in known:
        near = span.progress_id == row.pk and start - GAP <= span.ended_at <= start
        if near and not any(overlap((span.ended_at, end), (one.started_at, one.ended_at)) for one in known):
            span.ended_at = end
            span.save(update_fields=["ended_at"])
            return
    known.append(StudySpan.objects.create(person_id=enrolment.person_id, progress=row, started_at=start, ended_at=end))


def _take_film(row, watched, credited):
    """Add the stretches of a film as far as ``credited`` seconds can have shown them."""
    if watched.key not in row.watched and len(row.watched) >= MOST_FILMS:
        return
    seen = union(tuple(stretch) for stretch in row.watched.get(watched.key, []))
    fresh = without(union(watched.stretches), seen)
    fresh = _shown(fresh, credited * min(max(watched.speed, 0.0), FASTEST))
    both = union([*seen, *fresh])
    row.watched = row.watched | {watched.key: [list(one) for one in (both if len(both) <= MOST_STRETCHES else seen)]}
    row.position = row.position | {watched.key: round(watched.at, 1)}


def _shown(stretches, budget):
    answer = []
    for start, end in stretches:
        if budget <= 0:
            break
        answer.append((start, round(min(end, start + budget), 3)))
        budget -= answer[-1][1] - start
    return answer


def progress_of(lesson, row):
    """The Progress in a LessonProgress row (None = not opened yet)."""
    if row is None:
        return Progress(0, 0, lesson.minutes, False)
    completed = row.completed_at is not None
    left = 0 if completed else max(1, round(lesson.minutes * (100 - row.percent) / 100))
    return Progress(100 if completed else row.percent, int(row.seconds), left, completed)
