"""工作台: what people studied elsewhere, and what they asked about a lesson."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.policies import rights_of
from enterprises.views.staff import StaffView

from .. import asking, prior
from ..forms import AnswerForm, DecideForm
from ..models import LessonQuestion, PriorStudy

PER_PAGE = 30


class PriorListView(StaffView):
    """校外学习: what waits first."""

    def is_welcome(self, user):
        return rights_of(user).counts

    def get(self, request):
        rows = policy_for(PriorStudy).visible(request.user).select_related("person", "course")
        state = request.GET.get("state", PriorStudy.State.WAITING)
        rows = rows.filter(state=state) if state in PriorStudy.State.values else rows
        context = {
            "page_obj": Paginator(rows.order_by("-asked_at", "-pk"), PER_PAGE).get_page(request.GET.get("page")),
            "states": PriorStudy.State,
            "state": state,
        }
        return render(request, "courses/desk_priors.html", context)


class PriorView(StaffView):
    """One of them, with its proof. POST ``do``: approve or refuse."""

    def is_welcome(self, user):
        return rights_of(user).counts

    def get(self, request, pk):
        return self.answer(request, policy_for(PriorStudy).get(request.user, pk=pk), DecideForm())

    def post(self, request, pk):
        row = policy_for(PriorStudy).get(request.user, "decide", pk=pk)
        form = DecideForm(request.POST)
        if not form.is_valid():
            return self.answer(request, row, form)
        try:
            prior.decide(
                request.user, row, approve=request.POST.get("do") == "approve", because=form.cleaned_data["because"]
            )
        except DomainError as refused:
            form.add_error("because", refused.sentence)
            return self.answer(request, row, form)
        messages.success(request, _("审好了，本人在“我的学习”里看得到。"))
        return redirect("desk:priors")

    def answer(self, request, row, form):
        may = row.state == PriorStudy.State.WAITING and policy_for(PriorStudy).may(request.user, "decide", row)
        context = {"row": row, "form": form, "may_decide": may}
        return render(request, "courses/desk_prior.html", context, status=422 if form.is_bound else 200)


class ProofView(LoginRequiredMixin, View):
    """The proof, for the person and for who decides."""

    def get(self, request, pk):
        row = policy_for(PriorStudy).get(request.user, pk=pk)
        return FileResponse(
            row.proof.open("rb"), headers={"Content-Disposition": content_disposition_header(True, row.proof_name)}
        )


class QuestionListView(StaffView):
    """学员提问: what waits for an answer first."""

    def is_welcome(self, user):
        rights = rights_of(user)
        return rights.city or bool(rights.organisers)

    def get(self, request):
        rows = policy_for(LessonQuestion).visible(request.user).select_related("person", "lesson__course")
        rows = rows.defer("lesson__body")
        open_only = request.GET.get("state") != "all"
        rows = rows.filter(answered_at=None) if open_only else rows
        context = {
            "page_obj": Paginator(rows.order_by("-asked_at", "-pk"), PER_PAGE).get_page(request.GET.get("page")),
            "open_only": open_only,
        }
        return render(request, "courses/desk_questions.html", context)


class QuestionView(QuestionListView):
    """One question. POST ``do``: answer, or lesson (put it into the lesson's draft)."""

    def get(self, request, pk):
        row = policy_for(LessonQuestion).get(request.user, pk=pk)
        return self.answer(request, row, AnswerForm(initial={"answer": row.answer}))

    def post(self, request, pk):
        row = policy_for(LessonQuestion).get(request.user, "answer", pk=pk)
        form = AnswerForm(request.POST if request.POST.get("do") != "lesson" else {"answer": row.answer})
        if not form.is_valid():
            return self.answer(request, row, form)
        try:
            if request.POST.get("do") == "lesson":
                asking.into_lesson(request.user, row)
                messages.success(request, _("放进这一课的草稿了，编辑看过就发布。"))
            else:
                asking.answer(request.user, row, form.cleaned_data["answer"])
                messages.success(request, _("回答好了，提问的人在那一课下面看得到。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:asked-one", pk)

    def answer(self, request, row, form):
        may = policy_for(LessonQuestion).may(request.user, "answer", row)
        context = {"row": row, "form": form, "may_answer": may}
        return render(request, "courses/desk_question.html", context, status=422 if form.is_bound else 200)
