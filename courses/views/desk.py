"""工作台: how far people are in the courses; one person's study and what it lacks."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core import clock, tables
from core.exceptions import DomainError
from core.paging import keyset_page
from core.policies import policy_for
from enterprises.models import Role
from enterprises.policies import rights_of
from enterprises.views.staff import StaffView

from .. import changes, completion, copying, standing
from ..forms import CopyForm, StandingForm
from ..models import CoursePage, Enrolment


class StudyView(StaffView):
    """For who counts, and for contacts, who see the people of their own enterprises."""

    def is_welcome(self, user):
        rights = rights_of(user)
        return rights.counts or bool(rights.enterprises)

    def rows(self, request):
        return policy_for(Enrolment).at_desk(request.user)


class StudyListView(StudyView):
    """网络学习: every course with how many study it and how many have finished, this year."""

    def get(self, request):
        year = clock.today().year
        counted = dict(standing.counts_by_course(self.rows(request).filter(year=year)))
        courses = list(CoursePage.objects.live().order_by("path").only("title", "layer", "path", "depth", "url_path"))
        for course in courses:
            course.people, course.done = counted.get(course.pk, (0, 0))
        rights = rights_of(request.user)
        context = {
            "courses": courses,
            "year": year,
            "sees_questions": rights.city or bool(rights.organisers),
            "sees_elsewhere": rights.counts,
        }
        return render(request, "courses/desk_study.html", context)


class StandingView(StudyView):
    """One course's people, a page at a time, with the figures of the whole."""

    def get(self, request, pk):
        course = get_object_or_404(CoursePage.objects.live(), pk=pk)
        form, rows = self.chosen(request, course)
        page = keyset_page(
            rows.select_related("person", "enterprise", "district")
            .annotate(read=standing.read_lessons())
            .only(
                "course",
                "layer",
                "enrolled_at",
                "begun_at",
                "completed_at",
                "person__name",
                "enterprise__name",
                "district__name",
            ),
            "enrolled_at",
            request.GET,
        )
        context = {
            "course": course,
            "form": form,
            "page": page,
            "figures": standing.figures(rows, course),
            "pilots": CopyForm() if Role.CITY_ADMIN in rights_of(request.user).roles else None,
        }
        return render(request, "courses/desk_standing.html", context)

    def chosen(self, request, course):
        form = StandingForm(request.GET)
        form.is_valid()
        asked = form.cleaned_data
        words = {name: asked.get(name) or "" for name in ("q", "layer", "district", "state", "year")}
        return form, standing.rows_of(self.rows(request), course, **words)


class StandingExportView(StandingView):
    """The whole list as CSV, streamed. Asked for by POST: it is recorded who took it."""

    def get(self, request, pk):
        return redirect("desk:study-course", pk)

    def post(self, request, pk):
        course = get_object_or_404(CoursePage.objects.live(), pk=pk)
        _form, rows = self.chosen(request, course)
        header, lines = standing.export(request.user, course, rows)
        name = _("%(course)s-学习情况-%(day)s.csv") % {"course": course.title, "day": clock.today()}
        return StreamingHttpResponse(
            tables.csv_lines(header, lines),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": content_disposition_header(True, name)},
        )


class EnrolmentView(StudyView):
    """One person's study of one course: what is read, and why it is not complete."""

    def get(self, request, pk):
        rows = self.rows(request).select_related("course__quiz", "person", "enterprise", "certificate")
        row = get_object_or_404(rows, pk=pk)
        context = {
            "row": row,
            "progress": row.progress.select_related("lesson").order_by("lesson__path"),
            "missing": [] if row.completed_at else completion.missing(row),
            "changes": changes.changes_since(row) if row.completed_at else [],
        }
        return render(request, "courses/desk_enrolment.html", context)


class CopyView(StaffView):
    """Copy a course for an industry chain, as a draft."""

    def is_welcome(self, user):
        return rights_of(user).counts

    def post(self, request, pk):
        if Role.CITY_ADMIN not in rights_of(request.user).roles:
            raise PermissionDenied
        course = get_object_or_404(CoursePage.objects.live(), pk=pk)
        form = CopyForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("请选一条产业链。"))
            return redirect("desk:study-course", pk)
        try:
            copy = copying.copy_for(request.user, course, form.cleaned_data["pilot"])
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect("desk:study-course", pk)
        messages.success(request, _("复制好了，还没有发布。请把例子换成这一行的，再发布。"))
        return redirect(reverse("wagtailadmin_pages:edit", args=[copy.pk]))
