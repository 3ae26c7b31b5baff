"""What the pages of a course show of the one who reads them."""

import json

from django.core import signing
from django.db.models import Exists
from django.urls import reverse

from core import clock
from core.page_cache import kept
from enterprises.services import person_of

from .. import progress
from ..models import CoursePage, Enrolment, LessonProgress, LessonQuestion

OPENED = "courses.opened"


SHOWN = ("course", "person", "year", "version", "completed_at", "certificate", "pinned")
"""What the pages say of an enrolment; the organisation it froze is not among it."""


def _standing(request, course, lesson=None):
    """(enrolment or None, {lesson id: LessonProgress}) of who is asking; no query for the anonymous. With a ``lesson`` the
    enrolment has ``asked``: whether the trainer was asked something there."""
    person = person_of(request.user)
    if person is None:
        return None, {}
    rows = Enrolment.objects.only(*SHOWN)
    if lesson:
        rows = rows.annotate(asked=Exists(LessonQuestion.objects.filter(person=person, lesson=lesson)))
    enrolment = rows.current(course, person)
    if enrolment is None:
        return None, {}
    return enrolment, {row.lesson_id: row for row in LessonProgress.objects.filter(enrolment=enrolment)}


def _lessons(course):
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
    course = course.get(pk=lesson.course_id)
    return course, _lessons(course), lesson.body.render_as_block()


def course_context(request, course):
    """The lessons with where the learner stands in each."""
    enrolment, rows = _standing(request, course)
    lessons = kept(f"course:{course.pk}", lambda: _lessons(course))
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
    if getattr(request, "is_preview", False):
        course, lessons, body = _setting(lesson)
    else:
        course, lessons, body = kept(f"lesson:{lesson.pk}", lambda: _setting(lesson))
    enrolment, rows = _standing(request, course, lesson)
    for other in lessons:
        other.standing = progress.progress_of(other, rows.get(other.pk))
    place = next((index for index, other in enumerate(lessons) if other.pk == lesson.pk), 0)
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
        "progress_url": reverse("courses:progress", args=[lesson.pk]) if enrolment else "",
        "positions": json.dumps(row.position) if row and row.position else "",
        "questions": list(LessonQuestion.objects.filter(person=enrolment.person_id, lesson=lesson))
        if enrolment and enrolment.asked
        else [],
        "opened": opened(lesson, request.user, now) if request.user.is_authenticated else "",
        "opened_at": int(now.timestamp() * 1000),
    }


def opened(lesson, user, moment):
    """A signed note "this lesson was served to this user at this moment", carried by its page. Writes nothing."""
    return signing.dumps([lesson.pk, user.pk, int(moment.timestamp() * 1000)], salt=OPENED)
