"""What the course pages show, and the acts of a learner."""

from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core import signing
from django.http import HttpResponseForbidden, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.exceptions import DomainError
from core.page_cache import kept
from enterprises.services import current_membership, person_of

from . import services
from .models import CoursePage, Enrolment, LessonPage, LessonProgress


def _standing(request, course):
    """(enrolment or None, {lesson id: LessonProgress}) of who is asking; no query for the anonymous."""
    person = person_of(request.user)
    if person is None:
        return None, {}
    enrolment = Enrolment.objects.current(course, person)
    if enrolment is None:
        return None, {}
    return enrolment, {row.lesson_id: row for row in LessonProgress.objects.filter(enrolment=enrolment)}


def _lessons(course):
    return list(course.lessons().only("title", "slug", "url_path", "path", "depth", "course", "key", "minutes", "lead"))


def _setting(lesson):
    """(course, its lessons, the text as HTML) of a lesson: what is the same for every reader, and most of the work."""
    course = CoursePage.objects.only("title", "slug", "url_path", "path", "depth", "version", "quiz")
    course = course.get(pk=lesson.course_id)
    return course, _lessons(course), lesson.body.render_as_block()


def course_context(request, course):
    """The lessons with where the learner stands in each."""
    enrolment, rows = _standing(request, course)
    lessons = kept(f"course:{course.pk}", lambda: _lessons(course))
    for lesson in lessons:
        lesson.standing = services.progress_of(lesson, rows.get(lesson.pk))
    ahead = next((lesson for lesson in lessons if not lesson.standing.completed), None)
    minutes = sum(lesson.minutes for lesson in lessons)
    return {
        "lessons": lessons,
        "minutes": minutes,
        "hours": course.hours_with(minutes),
        "enrolment": enrolment,
        "read": sum(1 for lesson in lessons if lesson.standing.completed),
        "next_lesson": ahead,
        "quiz": course.quiz,
    }


def lesson_context(request, lesson):
    """The lesson's neighbours and how far this reader is."""
    if getattr(request, "is_preview", False):
        course, lessons, body = _setting(lesson)
    else:
        course, lessons, body = kept(f"lesson:{lesson.pk}", lambda: _setting(lesson))
    enrolment, rows = _standing(request, course)
    for other in lessons:
        other.standing = services.progress_of(other, rows.get(other.pk))
    place = next((index for index, other in enumerate(lessons) if other.pk == lesson.pk), 0)
    return {
        "course": course,
        "enrolment": enrolment,
        "lessons": lessons,
        "body": body,
        "place": place + 1,
        "previous_lesson": lessons[place - 1] if place else None,
        "next_lesson": lessons[place + 1] if place + 1 < len(lessons) else None,
        "standing": services.progress_of(lesson, rows.get(lesson.pk)),
        "all_read": bool(lessons) and all(other.standing.completed for other in lessons),
        "progress_url": reverse("courses:progress", args=[lesson.pk]) if enrolment else "",
        "opened": opened_now(lesson) if request.user.is_authenticated else "",
    }


class LearnerView(LoginRequiredMixin, View):
    """For people who have said who they are; others are sent to do so and come back."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.person = person_of(request.user)
            if self.person is None or current_membership(self.person) is None:
                back = urlencode({"next": self.back(**kwargs)})
                return redirect(f"{reverse('enterprises:join')}?{back}")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        # Signed in on the way: the browser comes back by GET, to the page with the button.
        return redirect(self.back(pk))

    def back(self, pk):
        return get_object_or_404(CoursePage.objects.live(), pk=pk).url


class EnrolView(LearnerView):
    """开始学."""

    def post(self, request, pk):
        course = get_object_or_404(CoursePage.objects.live(), pk=pk)
        enrolment = services.enrol(self.person, course)
        lesson = services.next_lesson(enrolment)
        return redirect(lesson.url if lesson else course.url)


class ProgressView(View):
    """The page reports what was read. Answers JSON."""

    def post(self, request, pk):
        person = person_of(request.user)
        lesson = get_object_or_404(LessonPage.objects.live(), pk=pk)
        course = CoursePage.objects.get(pk=lesson.course_id)
        enrolment = Enrolment.objects.current(course, person) if person else None
        if enrolment is None:
            return HttpResponseForbidden()
        try:
            progress = services.report_progress(
                enrolment,
                lesson,
                seconds=_whole(request.POST.get("seconds")),
                percent=_whole(request.POST.get("position_percent")),
            )
        except DomainError as refused:
            return JsonResponse({"code": refused.code, "message": refused.sentence}, status=422)
        return JsonResponse(vars(progress))


def _whole(text):
    """A non-negative whole number as typed, -1 (refused by the service) for anything else."""
    return int(text) if text and text.isdecimal() and len(text) <= 6 else -1


class ReadView(LearnerView):
    """学完这一课, without JavaScript: the button at the end of the text says the end was reached."""

    def back(self, pk):
        return get_object_or_404(LessonPage.objects.live(), pk=pk).url

    def post(self, request, pk):
        lesson = get_object_or_404(LessonPage.objects.live(), pk=pk)
        enrolment = services.enrol(self.person, CoursePage.objects.get(pk=lesson.course_id))
        opened_at = _opened_at(request.POST.get("opened", ""), lesson)
        seconds = int((clock.now() - opened_at).total_seconds()) if opened_at else 0
        standing = services.report_progress(enrolment, lesson, seconds=seconds, percent=100, opened_at=opened_at)
        if not standing.completed:
            messages.warning(request, _("翻得有点快，这一课再看几分钟，记录才算学完。"))
            return redirect(lesson.url)
        ahead = services.next_lesson(enrolment)
        return redirect(ahead.url if ahead else enrolment.course.url)


def opened_now(lesson):
    """A signed note "this lesson was served now", carried by the form at its end. Writes nothing."""
    return signing.dumps([lesson.pk, int(clock.now().timestamp())], salt="courses.opened")


def _opened_at(text, lesson):
    try:
        pk, moment = signing.loads(text, salt="courses.opened")
    except signing.BadSignature:
        return None
    return datetime.fromtimestamp(moment, UTC) if pk == lesson.pk else None


class QuizView(LearnerView):
    """开始测验."""

    def post(self, request, pk):
        course = get_object_or_404(CoursePage.objects.live(), pk=pk)
        enrolment = services.enrol(self.person, course)
        try:
            attempt = services.start_quiz(enrolment, return_url=course.url)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect(course.url)
        return redirect("quizzes:attempt", attempt.pk)
