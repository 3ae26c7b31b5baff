"""When a course is complete, what is still missing, and what follows: certificate and ledger entry, once."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

import certificates.services
import ledger.services
import quizzes.services
from core import clock
from core.exceptions import DomainError
from ledger.models import FeeNature, Kind, Mode, Posting

from .models import Enrolment, LessonPage

END_REACHED = 90
"""Percent of a lesson that must have been on the screen."""
FILM_SEEN = 90
"""Percent of a film that must have been watched (docs/counting.md, 有效)."""


# Lessons -------------------------------------------------------------------------------------------------------------


def is_read(lesson, row):
    """Whether a lesson's progress meets the rule: its end reached, a share of its minutes credited, its films seen."""
    long_enough = row.seconds >= lesson.minutes * 60 * settings.LESSON_READING_SHARE
    return row.percent >= END_REACHED and long_enough and not unseen_films(lesson, row)


def unseen_films(lesson, row):
    """Keys of the lesson's films of which less than FILM_SEEN percent were watched."""
    return [
        key
        for key, seconds in lesson.films.items()
        if sum(max(min(end, seconds) - start, 0) for start, end in row.watched.get(key, [])) * 100 < seconds * FILM_SEEN
    ]


def finish_lesson(enrolment, lesson, row):
    """Complete a lesson's progress when it is read and, where that is needed, its quiz passed; the first time stays.

    Then the course, if that was the last thing missing. Saves ``row`` only when it has just been completed; returns whether.
    """
    if row.completed_at is not None or not is_read(lesson, row):
        return False
    if lesson.quiz_id and lesson.quiz_needed and not _passed(enrolment, lesson.quiz, lesson):
        return False
    row.completed_at = clock.now()
    row.save()
    complete_if_done(enrolment)
    return True


def unread_lessons(enrolment):
    """Live lessons of the course the person has not completed, in order, optional ones too."""
    done = enrolment.progress.exclude(completed_at=None).values("lesson")
    return list(enrolment.course.lessons().exclude(pk__in=done))


def next_lesson(enrolment):
    """The lesson to go on with: the first required one that is not read, else an optional one, else None."""
    unread = unread_lessons(enrolment)
    return next((lesson for lesson in unread if lesson.required), unread[0] if unread else None)


# Quizzes -------------------------------------------------------------------------------------------------------------


def quiz_context(enrolment, lesson=None):
    """The attempt context of a course's quiz or of a lesson's: last year's pass never satisfies this year's."""
    if lesson is None:
        return enrolment.activity_key
    return f"lesson:{lesson.pk}:v{enrolment.version}:{enrolment.year}"


def _passed(enrolment, quiz, lesson=None):
    return quizzes.services.passed_attempt(enrolment.person, quiz, quiz_context(enrolment, lesson)) is not None


def start_quiz(enrolment, *, return_url):
    """Begin (or go on with) the attempt at the course's quiz.

    Raises DomainError ``course.no_quiz``, ``course.lessons_first`` naming the lessons still to read, and those of
    ``quizzes.services.start_attempt``.
    """
    course = enrolment.course
    if course.quiz is None:
        raise DomainError("course.no_quiz", _("这门课没有测验，把每一课读完就算学完。"))
    unread = [lesson for lesson in unread_lessons(enrolment) if lesson.required]
    if unread:
        raise DomainError(
            "course.lessons_first",
            _("先把课读完再考：还差 %(what)s。")
            % {"what": "、".join(f"{lesson.key} {lesson.title}" for lesson in unread)},
        )
    return quizzes.services.start_attempt(course.quiz, enrolment.person, quiz_context(enrolment), return_url=return_url)


def start_lesson_quiz(enrolment, lesson, *, return_url):
    """Begin (or go on with) the attempt at a lesson's own quiz; it may be taken before the lesson is read.

    Raises DomainError ``lesson.no_quiz`` and those of ``quizzes.services.start_attempt``.
    """
    if lesson.quiz is None:
        raise DomainError("lesson.no_quiz", _("这一课没有小测，读完就算学完。"))
    context = quiz_context(enrolment, lesson)
    return quizzes.services.start_attempt(lesson.quiz, enrolment.person, context, return_url=return_url)


def complete_after(attempt):
    """A graded attempt may have been the last thing missing (registered in ``core.registry.attempt_graded``)."""
    word, _colon, rest = attempt.context.partition(":")
    if word not in ("course", "lesson"):
        return
    key, version, year = rest.split(":")
    lesson = LessonPage.objects.filter(pk=key).first() if word == "lesson" else None
    course = key if word == "course" else lesson and lesson.course_id
    row = Enrolment.objects.filter(
        person=attempt.person_id, course=course, version=version.removeprefix("v"), year=year
    ).first()
    if row is None:
        return
    if word == "course":
        complete_if_done(row)
        return
    progress = row.progress.select_for_update().filter(lesson=lesson).first()
    if progress:
        finish_lesson(row, lesson, progress)


# The course ----------------------------------------------------------------------------------------------------------


def missing(enrolment):
    """What still keeps an enrolment from being complete, as sentences; empty when nothing does."""
    course = enrolment.course
    if not course.class_hours:
        return [_("这门课的课时还没上齐，不到半学时，暂不计学时")]
    rows = {row.lesson_id: row for row in enrolment.progress.all()}
    rest = [
        _lacks(lesson, rows.get(lesson.pk))
        for lesson in course.lessons().filter(required=True)
        if lesson.pk not in rows or rows[lesson.pk].completed_at is None
    ]
    if course.quiz and not _passed(enrolment, course.quiz):
        rest.append(_("结课测验还没到 %(percent)s 分") % {"percent": course.quiz.pass_percent})
    return rest


def _lacks(lesson, row):
    name = f"{lesson.key} {lesson.title}"
    if row is None:
        return _("%(lesson)s 还没打开过") % {"lesson": name}
    if unseen_films(lesson, row):
        return _("%(lesson)s 的视频还没看够 %(percent)s%%，快进跳过的不算") % {"lesson": name, "percent": FILM_SEEN}
    if is_read(lesson, row):
        return _("%(lesson)s 读完了，小测还没通过") % {"lesson": name}
    need = max(round(lesson.minutes * settings.LESSON_READING_SHARE), 1)
    return _("%(lesson)s 还没读完：读到 %(percent)s%%，记了 %(had)s 分钟，至少要 %(need)s 分钟、读到 %(end)s%%") % {
        "lesson": name,
        "percent": row.percent,
        "had": int(row.seconds // 60),
        "need": need,
        "end": END_REACHED,
    }


@transaction.atomic
def complete_if_done(enrolment):
    """Complete an enrolment when nothing is missing: certificate and ledger entry in the same transaction; returns it.

    The first completion stays whatever happens to the content later (docs/counting.md, rules A1 and A9). Asking again, or
    twice at once, changes nothing. What was published at that moment is pinned: {page: revision}.
    """
    row = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("course__quiz", "person").get(pk=enrolment.pk)
    )
    if row.completed_at is not None or missing(row):
        return row
    now = clock.now()
    hours = row.course.class_hours
    row.completed_at = now
    row.pinned = {str(page.pk): page.live_revision_id for page in [row.course, *row.course.lessons()]}
    row.certificate = certificates.services.issue(
        source_key=f"enrolment:{row.pk}",
        series_key=f"{row.course.code}-{row.year}-{row.version:03d}",
        holder=row.person,
        words=certificate_words(row, hours),
        template_key="course",
        issued_on=clock.local_date(now),
    )
    row.save(update_fields=["completed_at", "certificate", "pinned"])
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


def follow_certificate(old, new):
    """An enrolment points at the newest version of its certificate."""
    Enrolment.objects.filter(certificate=old).update(certificate=new)
