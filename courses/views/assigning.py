"""工作台: paths assigned by rule. What is shown before is what is done after."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for
from core.querysets import count_of
from enterprises.policies import rights_of
from enterprises.views.staff import StaffView

from .. import assigning
from ..forms import AssignmentForm, ExtendForm
from ..models import Assigned, Assignment
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
        return self.answer(request, policy_for(Assignment).get(request.user, pk=pk))

    def post(self, request, pk):
        row = policy_for(Assignment).get(request.user, "change", pk=pk)
        try:
            if request.POST.get("do") == "end":
                assigning.end(request.user, row)
                messages.success(request, _("停了。名单和学过的都留着。"))
            else:
                done = assigning.apply(request.user, row, request.POST.get("fingerprint", ""))
                messages.success(
                    request,
                    _("派好了：加 %(adds)s 人，减 %(removes)s 人，%(keeps)s 人不变。")
                    % {"adds": len(done.adds), "removes": len(done.removes), "keeps": len(done.keeps)},
                )
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return self.answer(request, row, 409)
        return redirect("desk:assignment", pk)

    def answer(self, request, row, status=200):
        plan = assigning.plan(row)
        listed = row.rows.filter(removed_at=None).select_related("person").order_by("due_on", "pk")
        page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
        courses = [step.course for step in row.path.steps.select_related("course")]
        done = assigning.finished_by([one.person_id for one in page], [course.pk for course in courses])
        for one in page:
            one.done = sum((one.person_id, course.pk) in done for course in courses)
        context = {
            "row": row,
            "plan": plan,
            "adds": assigning.people_of(plan.adds),
            "removes": assigning.people_of(plan.removes),
            "page_obj": page,
            "courses": courses,
            "may_change": policy_for(Assignment).may(request.user, "change", row),
        }
        return render(request, "courses/desk_assignment.html", context, status=status)


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
