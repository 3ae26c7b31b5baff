"""What the pages of a course show of the one who reads them."""

import json

from django.core import signing
from django.db.models import Exists
from django.urls import reverse

from core import clock
from core.page_cache import kept
from core.prepared import Prepared
from enterprises.services import person_of

from .. import progress
from ..models import CoursePage, Enrolment, LessonProgress, LessonQuestion
from ..querysets import counting_now

OPENED = "courses.opened"


SHOWN = ("course", "person", "year", "version", "completed_at", "certificate", "pinned")
"""What the pages say of an enrolment; the organisation it froze is not among it."""


@Prepared
def _enrolments(course, person):
    return Enrolment.objects.filter(course=course, person=person).order_by("-year", "-version").only(*SHOWN)


@Prepared
def _enrolments_asked(course, person, lesson):
    asked = Exists(LessonQuestion.objects.filter(person=person, lesson=lesson))
    return _enrolments.build(course, person).annotate(asked=asked)


@Prepared
def _progress(enrolment):
    return LessonProgress.objects.filter(enrolment=enrolment)


def _standing(request, course, lesson=None):
    """(enrolment or None, {lesson id: LessonProgress}) of who is asking; no query for the anonymous. With a ``lesson`` the
    enrolment has ``asked``: whether the trainer was asked something there."""
    if getattr(request, "is_preview", False):
        return _made_up(request, course, lesson)
    person = person_of(request.user)
    if person is None:
        return None, {}
    rows = _enrolments_asked(course.pk, person.pk, lesson.pk) if lesson else _enrolments(course.pk, person.pk)
    enrolment = counting_now(rows, course)
    if enrolment is None:
        return None, {}
    return enrolment, {row.lesson_id: row for row in _progress(enrolment.pk)}


def _made_up(request, course, lesson):
    """The same of a learner who does not exist, for a preview: in the middle of the lesson, or done with everything."""
    if not request.user.is_authenticated:
        return None, {}
    now = clock.now()
    done = now if request.preview_mode == "done" else None
    enrolment = Enrolment(course=course, version=course.version, year=now.year, completed_at=done)
    enrolment.asked = False
    if done:
        read = [*_lessons(course), *([lesson] if lesson else [])]
        return enrolment, {one.pk: LessonProgress(percent=100, completed_at=now) for one in read}
    return enrolment, {lesson.pk: LessonProgress(percent=40, seconds=lesson.minutes * 24)} if lesson else {}


def _lessons(course):
    if course.pk is None:
        return []  # the preview of a course that is not saved yet
    return list(
        course.lessons().only(
            "title",
            "slug",
            "url_path",
            "path",
            "depth",
            "course",
            "key",
            "minutes",
            "lead",
            "required",
            "live_revision",
        )
    )


def _setting(lesson):
    """(course, its lessons, the text as HTML) of a lesson: what is the same for every reader, and most of the work."""
    course = CoursePage.objects.only("title", "slug", "url_path", "path", "depth", "version", "quiz", "prerequisite")
    # The preview of a lesson that is not saved yet: its course is its parent.
    course = course.get(pk=lesson.course_id or lesson.get_parent().pk)
    return course, _lessons(course), lesson.body.render_as_block()


def _place(lesson, lessons):
    """Where among ``lessons`` (in order) a lesson stands, from 0. One that is not published stands where it would."""
    return sum(1 for other in lessons if other.path < lesson.path)


def course_context(request, course):
    """The lessons with where the learner stands in each."""
    enrolment, rows = _standing(request, course)
    preview = getattr(request, "is_preview", False)
    lessons = _lessons(course) if preview else kept(f"course:{course.pk}", lambda: _lessons(course))
    for lesson in lessons:
        lesson.standing = progress.progress_of(lesson, rows.get(lesson.pk))
    unread = [lesson for lesson in lessons if not lesson.standing.completed]
    needed = [lesson for lesson in unread if lesson.required]
    changed = enrolment and enrolment.completed_at and enrolment.pinned and _changed(enrolment, [course, *lessons])
    return {
        "lessons": lessons,
        "minutes": sum(lesson.minutes for lesson in lessons),
        "hours": course.hours_of(lessons),
        "enrolment": enrolment,
        "read": sum(1 for lesson in lessons if lesson.standing.completed),
        "next_lesson": next(iter(needed), None),
        "prerequisite": course.prerequisite,
        "changed": changed,
        "quiz": course.quiz,
    }


def _changed(enrolment, pages):
    """Whether anything else is published now than when the course was finished."""
    return enrolment.pinned != {str(page.pk): page.live_revision_id for page in pages}


def lesson_context(request, lesson):
    """The lesson's neighbours and how far this reader is."""
    preview = getattr(request, "is_preview", False)
    if preview:
        course, lessons, body = _setting(lesson)
        if all(other.pk != lesson.pk for other in lessons):
            lessons.insert(_place(lesson, lessons), lesson)
    else:
        course, lessons, body = kept(f"lesson:{lesson.pk}", lambda: _setting(lesson))
    enrolment, rows = _standing(request, course, lesson)
    for other in lessons:
        other.standing = progress.progress_of(other, rows.get(other.pk))
    place = _place(lesson, lessons)
    row = rows.get(lesson.pk)
    now = clock.now()
    return {
        "course": course,
        "enrolment": enrolment,
        "lessons": lessons,
        "body": body,
        "has_slides": "data-slides" in body,
        "place": place + 1,
        "previous_lesson": lessons[place - 1] if place else None,
        "next_lesson": lessons[place + 1] if place + 1 < len(lessons) else None,
        "standing": progress.progress_of(lesson, row),
        "quiz_waits": bool(lesson.quiz_id and lesson.quiz_needed and row and not row.completed_at),
        "all_read": bool(lessons) and all(other.standing.completed for other in lessons if other.required),
        "progress_url": reverse("courses:progress", args=[lesson.pk]) if enrolment and not preview else "",
        "positions": json.dumps(row.position) if row and row.position else "",
        "questions": list(LessonQuestion.objects.filter(person=enrolment.person_id, lesson=lesson))
        if enrolment and enrolment.asked
        else [],
        "opened": opened(lesson, request.user, now) if request.user.is_authenticated and not preview else "",
        "opened_at": int(now.timestamp() * 1000),
    }


def opened(lesson, user, moment):
    """A signed note "this lesson was served to this user at this moment", carried by its page. Writes nothing."""
    return signing.dumps([lesson.pk, user.pk, int(moment.timestamp() * 1000)], salt=OPENED)
