"""Papers for print at the 工作台: drawn, handed out as PDF; the key apart from them."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for

from .. import paper_pdf, printing
from ..models import PrintedPaper, Quiz
from ..policies_bank import may_edit_bank
from .bank import BankView


class PrintListView(BankView):
    """What was printed of a quiz; POST draws another paper."""

    def get(self, request, pk):
        quiz = policy_for(Quiz).get(request.user, pk=pk)
        rows = policy_for(PrintedPaper).visible(request.user).filter(quiz=quiz).select_related("made_by__person")
        context = {
            "quiz": quiz,
            "page_obj": Paginator(rows.defer("paper", "key"), 20).get_page(request.GET.get("page")),
            "may_edit": may_edit_bank(request.user),
            "may_draw": policy_for(Quiz).may(request.user, "draw", quiz),
        }
        return render(request, "quizzes/papers/prints.html", context)

    def post(self, request, pk):
        quiz = policy_for(Quiz).get(request.user, "draw", pk=pk)
        try:
            row = printing.draw(quiz, request.user)
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, _("出好了，卷号 %(code)s。试卷、答题卡和答案分开下载。") % {"code": row.code})
        return redirect("desk:paper-prints", pk)


class PrintedView(LoginRequiredMixin, View):
    """A printed paper, or the sheet to answer on, as PDF. Neither holds a key."""

    def get(self, request, pk, what):
        row = policy_for(PrintedPaper).get(request.user, pk=pk)
        draw, name = {"paper": (paper_pdf.paper, _("试卷")), "sheet": (paper_pdf.sheet, _("答题卡"))}[what]
        return _pdf(request, row, draw, name)


class PrintedKeyView(LoginRequiredMixin, View):
    """The key as PDF. Taking it out is an act: a POST that is kept in the audit trail."""

    def get(self, request, pk):
        # Signed out while the page was open: after signing in the browser comes back here by GET.
        return redirect("desk:paper-prints", policy_for(PrintedPaper).get(request.user, pk=pk).quiz_id)

    def post(self, request, pk):
        row = policy_for(PrintedPaper).get(request.user, "key", pk=pk)
        record(request.user, "paper.key", row, changes={"code": ["", row.code]})
        return _pdf(request, row, paper_pdf.key, _("答案"))


def _pdf(request, row, draw, name):
    try:
        content = draw(row)
    except DomainError as refused:
        messages.error(request, refused.sentence)
        return redirect("desk:paper-prints", row.quiz_id)
    answer = HttpResponse(content, content_type="application/pdf")
    file_name = f"{row.quiz.title}-{name}-{row.code}.pdf"
    answer.headers["Content-Disposition"] = content_disposition_header(True, file_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
