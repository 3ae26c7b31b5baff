"""The verbs of study: enrol, report progress, complete."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

import certificates.services
import ledger.services
import quizzes.services
from core import clock
from core.exceptions import DomainError
from enterprises.services import current_membership
from ledger.models import FeeNature, Kind, Mode, Posting

from .models import CoursePage, Enrolment, LessonPage, LessonProgress, StudyClock

LONGEST_REPORT = timedelta(seconds=30)
"""A page reports every 15 seconds; no single report is credited with more than this."""
END_REACHED = 90
"""Percent of a lesson that must have been on the screen."""


@transaction.atomic
def enrol(person, course, *, membership=None):
    """The enrolment of a person in this version of a course this year; asking twice returns the same row.

    The organisation is frozen from ``membership`` (default: the person's newest open one).
    """
    year = clock.today().year
    row = Enrolment.objects.filter(person=person, course=course, version=course.version, year=year).first()
    if row:
        return row
    membership = membership or current_membership(person)
    row = Enrolment(
        person=person, course=course, version=course.version, year=year, membership=membership, enrolled_at=clock.now()
    )
    row.take_organisation(membership)
    Enrolment.objects.bulk_create([row], ignore_conflicts=True)
    return Enrolment.objects.get(person=person, course=course, version=course.version, year=year)


@dataclass(frozen=True)
class Progress:
    """Where a person stands in a lesson: percent read, credited seconds, minutes left by the lesson's nominal length."""

    percent: int
    seconds: int
    minutes_left: int
    completed: bool


@transaction.atomic
def report_progress(enrolment, lesson, *, seconds, percent, opened_at=None):
    """A page says it was read for ``seconds`` more and down to ``percent``; returns the Progress now credited.

    Time is bounded by the wall clock since the last credited moment of the same person, whatever the page says, and by
    LONGEST_REPORT: replays, two tabs, two phones and forged figures add nothing. Without JavaScript there is one report, at the
    end: then ``opened_at`` is the signed moment the page was served, and the lesson's own length is the bound.
    A lesson is complete when its end was reached and settings.LESSON_READING_SHARE of its minutes credited; the first
    completion stays. Raises DomainError ``progress.invalid`` for figures out of range and ``progress.foreign`` for another course's lesson.
    """
    if not 0 <= percent <= 100 or seconds < 0:
        raise DomainError("progress.invalid", _("学习进度的数字不对，请刷新页面再看。"))
    if lesson.course_id != enrolment.course_id:
        raise DomainError("progress.foreign", _("这一课不在您选的课程里。"))
    now = clock.now()
    longest = timedelta(minutes=lesson.minutes) if opened_at else LONGEST_REPORT
    since = opened_at or now - LONGEST_REPORT / 2
    StudyClock.objects.get_or_create(person_id=enrolment.person_id, defaults={"credited_to": since})
    study_clock = StudyClock.objects.select_for_update().get(person_id=enrolment.person_id)
    since = max(study_clock.credited_to, since) if opened_at else study_clock.credited_to
    credit = min(timedelta(seconds=seconds), now - since, longest)
    credit = max(credit, timedelta(0))
    study_clock.credited_to = now
    study_clock.save(update_fields=["credited_to"])
    row, _created = LessonProgress.objects.select_for_update().get_or_create(
        enrolment=enrolment, lesson=lesson, defaults={"updated_at": now}
    )
    row.seconds += int(credit.total_seconds())
    row.percent = max(row.percent, percent)
    row.updated_at = now
    if row.completed_at is None and is_read(lesson, row):
        row.completed_at = now
    row.save()
    if row.completed_at == now:
        complete_if_done(enrolment)
    return progress_of(lesson, row)


def is_read(lesson, row):
    """Whether a lesson's progress meets the rule of completion."""
    return row.percent >= END_REACHED and row.seconds >= lesson.minutes * 60 * settings.LESSON_READING_SHARE


def progress_of(lesson, row):
    """The Progress in a LessonProgress row (None = not opened yet)."""
    if row is None:
        return Progress(0, 0, lesson.minutes, False)
    completed = row.completed_at is not None
    left = 0 if completed else max(1, round(lesson.minutes * (100 - row.percent) / 100))
    return Progress(100 if completed else row.percent, row.seconds, left, completed)


def quiz_context(enrolment):
    """The attempt context of a course's quiz: last year's pass never satisfies this year's."""
    return enrolment.activity_key


def start_quiz(enrolment, *, return_url):
    """Begin (or go on with) the attempt at the course's quiz.

    Raises DomainError ``course.no_quiz``, ``course.lessons_first`` naming the lessons still to read, and those of
    ``quizzes.services.start_attempt``.
    """
    course = enrolment.course
    if course.quiz is None:
        raise DomainError("course.no_quiz", _("这门课没有测验，把每一课读完就算学完。"))
    unread = unread_lessons(enrolment)
    if unread:
        raise DomainError(
            "course.lessons_first",
            _("先把课读完再考：还差 %(what)s。")
            % {"what": "、".join(f"{lesson.key} {lesson.title}" for lesson in unread)},
        )
    return quizzes.services.start_attempt(course.quiz, enrolment.person, quiz_context(enrolment), return_url=return_url)


def unread_lessons(enrolment):
    """Live lessons of the course the person has not completed, in order."""
    done = enrolment.progress.exclude(completed_at=None).values("lesson")
    return list(enrolment.course.lessons().exclude(pk__in=done))


def missing(enrolment):
    """What still keeps an enrolment from being complete, as sentences; empty when nothing does."""
    if not enrolment.course.class_hours:
        return [_("这门课的课时还没上齐，不到半学时，暂不计学时")]
    rest = [
        _("还没读完 %(lesson)s") % {"lesson": f"{lesson.key} {lesson.title}"} for lesson in unread_lessons(enrolment)
    ]
    quiz = enrolment.course.quiz
    if quiz and not quizzes.services.passed_attempt(enrolment.person, quiz, quiz_context(enrolment)):
        rest.append(_("测验还没到 %(percent)s 分") % {"percent": quiz.pass_percent})
    return rest


@transaction.atomic
def complete_if_done(enrolment):
    """Complete an enrolment when nothing is missing: certificate and ledger entry in the same transaction; returns it.

    The first completion stays whatever happens to the content later (docs/counting.md, rules A1 and A9). Asking again, or
    twice at once, changes nothing.
    """
    row = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("course__quiz", "person").get(pk=enrolment.pk)
    )
    if row.completed_at is not None or missing(row):
        return row
    now = clock.now()
    hours = row.course.class_hours
    row.completed_at = now
    row.certificate = certificates.services.issue(
        source_key=f"enrolment:{row.pk}",
        series_key=f"{row.course.code}-{row.year}-{row.version:03d}",
        holder=row.person,
        words=certificate_words(row, hours),
        template_key="course",
        issued_on=clock.local_date(now),
    )
    row.save(update_fields=["completed_at", "certificate"])
    ledger.services.post(
        ledger.services.ActivityLine(
            key=row.activity_key,
            title=row.course.title,
            kind=Kind.NETWORK,
            mode=Mode.ONLINE,
            fee_nature=FeeNature.FREE,
            started_on=date(row.year, 1, 1),
            ended_on=date(row.year, 12, 31),
            class_hours=hours,
            # A course studied alone at any time is no 场 (docs/counting.md, 场次).
            held=False,
        ),
        [
            ledger.services.EntryLine(
                person_id=row.person_id,
                organisation=row.organisation,
                occurred_on=clock.local_date(now),
                class_hours=hours,
            )
        ],
        kind=Posting.Kind.COMPLETION,
    )
    return row


def certificate_words(row, hours):
    """Every printed field of a course certificate, as text, frozen at issue."""
    start, end = clock.local_date(row.enrolled_at), clock.local_date(row.completed_at)
    return {
        "name": row.person.name,
        "enterprise": row.enterprise.name if row.enterprise else "",
        "course_title": row.course.title,
        "round_label": _("%(year)s年网络课程") % {"year": row.year},
        "period": f"{start.year}年{start.month}月{start.day}日至{end.year}年{end.month}月{end.day}日",
        "class_hours": f"{hours.normalize():f}",
        "result": _("合格"),
        "basis": row.course.edition,
        "organiser": settings.CERTIFICATE_ORGANISER,
    }


def complete_after(attempt):
    """A graded attempt may have been the last thing missing (registered in ``core.registry.attempt_graded``)."""
    if not attempt.context.startswith("course:"):
        return
    _word, course_id, version, year = attempt.context.split(":")
    row = Enrolment.objects.filter(
        person=attempt.person_id, course=course_id, version=version.removeprefix("v"), year=year
    ).first()
    if row:
        complete_if_done(row)


def next_lesson(enrolment):
    """The lesson to go on with, or None when all are read."""
    unread = unread_lessons(enrolment)
    return unread[0] if unread else None


_LISTED = ("course__title", "course__slug", "course__url_path", "course__path", "course__depth", "certificate__number")
"""Of the hundred columns of course and certificate those that lists show: a start page is drawn very often."""


def courses_of(person, limit=20):
    """[(Enrolment, lessons read, lessons, next LessonPage or None)] of a person, newest first, in three queries."""
    rows = list(
        Enrolment.objects.filter(person=person)
        .select_related("course", "certificate")
        .prefetch_related("progress")
        .only("version", "year", "enrolled_at", "completed_at", "person", *_LISTED)[:limit]
    )
    lessons = {}
    for lesson in (
        LessonPage.objects.live()
        .filter(course__in=[row.course_id for row in rows])
        .order_by("path")
        .only("pk", "title", "key", "minutes", "course_id", "url_path", "path", "depth", "slug")
    ):
        lessons.setdefault(lesson.course_id, []).append(lesson)
    answer = []
    for row in rows:
        read = {p.lesson_id for p in row.progress.all() if p.completed_at}
        of_course = lessons.get(row.course_id, [])
        ahead = [lesson for lesson in of_course if lesson.pk not in read]
        answer.append((row, len(of_course) - len(ahead), len(of_course), ahead[0] if ahead else None))
    return answer


def live_courses():
    """Live courses in the order of the tree, for choosing."""
    return CoursePage.objects.live().order_by("path")
