"""The acts of a learner."""

import re
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
from enterprises.services import current_membership, person_of

from .. import completion, progress, services
from ..models import CoursePage, Enrolment, LessonPage
from .pages import OPENED

_STRETCH = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)-(\d{1,6}(?:\.\d{1,3})?)", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,3})?", re.ASCII)


class LearnerView(LoginRequiredMixin, View):
    """For people who have said who they are; others are sent to do so and come back. What the rules refuse is said there."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.person = person_of(request.user)
            if self.person is None or current_membership(self.person) is None:
                back = urlencode({"next": self.back(**kwargs)})
                return redirect(f"{reverse('enterprises:join')}?{back}")
        try:
            return super().dispatch(request, *args, **kwargs)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect(self.back(**kwargs))

    def get(self, request, pk):
        # Signed in on the way: the browser comes back by GET, to the page with the button.
        return redirect(self.back(pk))

    def back(self, pk):
        return get_object_or_404(CoursePage.objects.live(), pk=pk).url


class LessonView(LearnerView):
    """The same for a lesson: ``self.enrolled(pk)`` is (enrolment, lesson), enrolling where it must."""

    def back(self, pk):
        return get_object_or_404(LessonPage.objects.live(), pk=pk).url

    def enrolled(self, pk):
        lesson = get_object_or_404(LessonPage.objects.live(), pk=pk)
        return services.go_on(self.person, CoursePage.objects.get(pk=lesson.course_id)), lesson


class EnrolView(LearnerView):
    """开始学."""

    def post(self, request, pk):
        course = get_object_or_404(CoursePage.objects.live(), pk=pk)
        enrolment = services.go_on(self.person, course)
        lesson = completion.next_lesson(enrolment)
        return redirect(lesson.url if lesson else course.url)


class ProgressView(View):
    """The page reports what was read. Answers JSON.

    ``position_percent``; then ``opened`` (the signed note) with ``spans`` as ``0-15,20-31.5``, or ``seconds`` alone; and of a
    film ``film`` (its key), ``stretches``, ``speed``, ``at``.
    """

    def post(self, request, pk):
        person = person_of(request.user)
        lesson = get_object_or_404(LessonPage.objects.live(), pk=pk)
        course = CoursePage.objects.get(pk=lesson.course_id)
        enrolment = Enrolment.objects.current(course, person) if person else None
        if enrolment is None:
            return HttpResponseForbidden()
        asked = request.POST
        claim = {"seconds": _whole(asked.get("seconds"))}
        if "spans" in asked:
            opened_at = opened_note(asked.get("opened", ""), lesson, request.user)
            if opened_at is None:
                return HttpResponseForbidden()  # another person's phone, or a note nobody signed
            claim = {"opened_at": opened_at, "spans": _stretches(asked["spans"])}
        if "film" in asked:
            claim["watched"] = progress.Watched(
                asked["film"][:20],
                [stretch for stretch in _stretches(asked.get("stretches", "")) if stretch[0] <= stretch[1]],
                _number(asked.get("speed")),
                _number(asked.get("at")),
            )
        try:
            standing = progress.report_progress(
                enrolment, lesson, percent=_whole(asked.get("position_percent")), **claim
            )
        except DomainError as refused:
            return JsonResponse({"code": refused.code, "message": refused.sentence}, status=422)
        return JsonResponse(vars(standing))


def _whole(text):
    """A non-negative whole number as typed, -1 (refused by the service) for anything else."""
    return int(text) if text and text.isdecimal() and len(text) <= 6 else -1


def _number(text):
    return float(text) if text and _NUMBER.fullmatch(text) else 0.0


def _stretches(text):
    """``0-15,20-31.5`` as [(0.0, 15.0), (20.0, 31.5)]; [(1, 0)] (refused by the service) for anything else."""
    pieces = [_STRETCH.fullmatch(piece) for piece in text[:4000].split(",")] if text else []
    return [(float(piece[1]), float(piece[2])) for piece in pieces] if all(pieces) else [(1.0, 0.0)]


class ReadView(LessonView):
    """学完这一课, without JavaScript: the button at the end of the text says the end was reached."""

    def post(self, request, pk):
        enrolment, lesson = self.enrolled(pk)
        opened_at = opened_note(request.POST.get("opened", ""), lesson, request.user)
        seconds = int((clock.now() - opened_at).total_seconds()) if opened_at else 0
        standing = progress.report_progress(enrolment, lesson, seconds=seconds, percent=100, opened_at=opened_at)
        if not standing.completed:
            row = enrolment.progress.get(lesson=lesson)
            if completion.is_read(lesson, row):
                return _into(completion.start_lesson_quiz(enrolment, lesson, return_url=lesson.url))
            if completion.unseen_films(lesson, row):
                messages.warning(request, _("这一课的视频还没看够，快进跳过的不算，看完再来点“学完”。"))
            else:
                messages.warning(request, _("翻得有点快，这一课再看几分钟，记录才算学完。"))
            return redirect(lesson.url)
        ahead = completion.next_lesson(enrolment)
        return redirect(ahead.url if ahead else enrolment.course.url)


def opened_note(text, lesson, user):
    """The moment at which a page of this lesson was served to this user (``pages.opened``), None for any other note."""
    try:
        pk, owner, moment = signing.loads(text, salt=OPENED)
    except (signing.BadSignature, ValueError):
        return None
    return datetime.fromtimestamp(moment / 1000, UTC) if (pk, owner) == (lesson.pk, user.pk) else None


def _into(attempt):
    return redirect("quizzes:attempt", attempt.pk)


class QuizView(LearnerView):
    """开始结课测验."""

    def post(self, request, pk):
        course = get_object_or_404(CoursePage.objects.live(), pk=pk)
        enrolment = services.go_on(self.person, course)
        return _into(completion.start_quiz(enrolment, return_url=course.url))


class LessonQuizView(LessonView):
    """开始一课的小测."""

    def post(self, request, pk):
        enrolment, lesson = self.enrolled(pk)
        return _into(completion.start_lesson_quiz(enrolment, lesson, return_url=lesson.url))
