"""What a learner has beside the lessons: what changed, questions, study elsewhere, the statement of class hours."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.exceptions import DomainError
from enterprises.services import person_of

from .. import asking, changes, prior, statement
from ..forms import PriorForm
from ..models import CoursePage, Enrolment, LessonPage, PriorStudy


class OwnView(LoginRequiredMixin, View):
    """For who is a person here; anybody else has nothing of the kind: 404."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            self.person = person_of(request.user)
            if self.person is None:
                raise Http404
        return super().dispatch(request, *args, **kwargs)


class ChangesView(OwnView):
    """What changed in a course since one finished it."""

    def get(self, request, pk):
        course = get_object_or_404(CoursePage.objects.live(), pk=pk)
        rows = Enrolment.objects.filter(course=course, person=self.person).exclude(completed_at=None)
        enrolment = rows.order_by("-completed_at").first()
        if enrolment is None:
            raise Http404
        context = {"course": course, "enrolment": enrolment, "changes": changes.changes_since(enrolment)}
        return render(request, "courses/changes.html", context)


class AskView(OwnView):
    """问讲师."""

    def get(self, request, pk):
        return redirect(get_object_or_404(LessonPage.objects.live(), pk=pk).url)

    def post(self, request, pk):
        lesson = get_object_or_404(LessonPage.objects.live(), pk=pk)
        try:
            asking.ask(self.person, lesson, request.POST.get("text", ""))
            messages.success(request, _("问题送到讲师那里了，回答会出现在这一课的下面。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect(lesson.url + "#ask")


class PriorStudyView(OwnView):
    """校外学习: what was handed in, and the form to hand in more."""

    def get(self, request):
        return self.answer(request, PriorForm())

    def post(self, request):
        form = PriorForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.answer(request, form)
        try:
            prior.hand_in(self.person, **form.cleaned_data)
        except DomainError as refused:
            field = {"prior.future": "finished_on", "prior.hours": "class_hours"}.get(refused.code, "proof")
            form.add_error(field, refused.sentence)
            return self.answer(request, form)
        messages.success(request, _("交上去了。审核结果会出现在这一页。"))
        return redirect("courses:prior")

    def answer(self, request, form):
        rows = PriorStudy.objects.filter(person=self.person).select_related("course")
        return render(request, "courses/prior.html", {"rows": rows, "form": form}, status=422 if form.is_bound else 200)


class StatementView(OwnView):
    """The class hours of a year as a PDF."""

    def get(self, request, year):
        if not 2020 <= year <= clock.today().year:
            raise Http404
        try:
            content = statement.draw(self.person, year)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect("my")
        name = _("%(year)s年学时单.pdf") % {"year": year}
        return HttpResponse(
            content,
            content_type="application/pdf",
            headers={
                "Content-Disposition": content_disposition_header(True, name),
                "Cache-Control": "private, no-store",
            },
        )
