"""Lessons on paper. A lesson may be read by anyone, so it may be printed by anyone; the answers for trainers lie elsewhere."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core.exceptions import DomainError

from .. import handouts
from ..models import CoursePage, LessonPage


@require_safe
def handout(request, pk):
    """One lesson as A4; back to the lesson with a sentence when it cannot be drawn."""
    lesson = get_object_or_404(LessonPage.objects.live().select_related("course"), pk=pk, course__live=True)
    try:
        file = handouts.open_handout(lesson)
    except DomainError as refused:
        messages.error(request, refused.sentence)
        return redirect(lesson.url)
    return FileResponse(file, filename=handouts.download_name(lesson), content_type="application/pdf")


@require_safe
def of_course(request, slug):
    """The handouts of a course, a line each."""
    course = get_object_or_404(CoursePage.objects.live(), slug=slug)
    return render(request, "courses/handouts.html", {"course": course, "lessons": course.lessons()})
