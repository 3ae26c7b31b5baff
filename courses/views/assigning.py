"""工作台: paths assigned by rule. What is shown before is what is done after."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for
from core.querysets import count_of
from enterprises.policies import rights_of
from enterprises.views.staff import StaffView

from .. import assigning
from ..forms import AssignmentForm, ExtendForm
from ..models import Assigned, Assignment, AssignmentRun
from ..policies import may_assign

PER_PAGE = 30


class AssignmentsView(StaffView):
    """For who may assign, and for who reads the whole city."""

    def is_welcome(self, user):
        return rights_of(user).city or may_assign(user)


class AssignmentListView(AssignmentsView):
    """派学: the rules, how many each reaches, by when."""

    def get(self, request):
        rows = policy_for(Assignment).visible(request.user).select_related("path", "district", "enterprise", "pilot")
        rows = rows.annotate(people=count_of(Assigned.objects.filter(removed_at=None), to="assignment"))
        context = {
            "page_obj": Paginator(rows.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page")),
            "may_assign": may_assign(request.user),
        }
        return render(request, "courses/desk_assignments.html", context)


class AssignmentNewView(AssignmentsView):
    """A rule; nobody is on its list before the preview was seen."""

    def get(self, request):
        return self.answer(request, self.form(request))

    def post(self, request):
        form = self.form(request, request.POST)
        if not form.is_valid():
            return self.answer(request, form)
        row = assigning.create(request.user, **form.cleaned_data)
        return redirect("desk:assignment", row.pk)

    def form(self, request, data=None):
        if not may_assign(request.user):
            raise PermissionDenied
        return AssignmentForm(data, rights=rights_of(request.user))

    def answer(self, request, form):
        return render(request, "courses/desk_assignment_new.html", {"form": form}, status=422 if form.is_bound else 200)


class AssignmentView(AssignmentsView):
    """One rule: the preview with its lists, and who is on the list. POST ``do``: apply (with the fingerprint shown) or end."""

    def get(self, request, pk):
        row = policy_for(Assignment).get(request.user, pk=pk)
        run = row.runs.first()
        if not request.htmx:
            return self.answer(request, row, run)
        if run and run.state == AssignmentRun.State.RUNNING:
            return render(request, "components/polled_progress.html", _progress(request, run))
        return HttpResponse(headers={"HX-Refresh": "true"})

    def post(self, request, pk):
        row = policy_for(Assignment).get(request.user, "change", pk=pk)
        try:
            if request.POST.get("do") == "end":
                assigning.end(request.user, row)
                messages.success(request, _("停了。名单和学过的都留着。"))
            else:
                assigning.apply(request.user, row, request.POST.get("fingerprint", ""))
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return self.answer(request, row, row.runs.first(), 409)
        return redirect("desk:assignment", pk)

    def answer(self, request, row, run, status=200):
        listed = row.rows.filter(removed_at=None).select_related("person").order_by("due_on", "pk")
        page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
        courses = [step.course for step in row.path.steps.select_related("course")]
        done = assigning.finished_by([one.person_id for one in page], [course.pk for course in courses])
        for one in page:
            one.done = sum((one.person_id, course.pk) in done for course in courses)
        context = {
            "row": row,
            "run": run,
            "page_obj": page,
            "courses": courses,
            "may_change": policy_for(Assignment).may(request.user, "change", row),
        }
        if run and run.state == AssignmentRun.State.RUNNING:
            context |= {"running": True} | _progress(request, run)
        else:
            plan = assigning.plan(row)
            context |= {
                "plan": plan,
                "adds": assigning.people_of(plan.adds),
                "removes": assigning.people_of(plan.removes),
            }
        return render(request, "courses/desk_assignment.html", context, status=status)


def _progress(request, run):
    return {
        "url": request.path,
        "label": run.get_state_display(),
        "value": assigning.done_of(run),
        "most": run.added + run.removed,
        "figure": _("%(done)s / %(all)s 人") % {"done": assigning.done_of(run), "all": run.added + run.removed},
    }


class AssignedExtendView(AssignmentsView):
    """Give one person more time."""

    def get(self, request, pk):
        row = policy_for(Assigned).get(request.user, "change", pk=pk)
        return self.answer(request, row, ExtendForm(initial={"due_on": row.due_on}))

    def post(self, request, pk):
        row = policy_for(Assigned).get(request.user, "change", pk=pk)
        form = ExtendForm(request.POST)
        if not form.is_valid():
            return self.answer(request, row, form)
        try:
            assigning.extend(request.user, row, **form.cleaned_data)
        except DomainError as refused:
            form.add_error("due_on" if refused.code == "assigned.earlier" else "because", refused.sentence)
            return self.answer(request, row, form)
        messages.success(request, _("期限改好了。"))
        return redirect("desk:assignment", row.assignment_id)

    def answer(self, request, row, form):
        return render(
            request, "courses/desk_extend.html", {"row": row, "form": form}, status=422 if form.is_bound else 200
        )
