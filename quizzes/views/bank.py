"""题库 at the 工作台: the list, one question with its revisions, its state."""

import random
from types import SimpleNamespace

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.exceptions import DomainError
from core.models import AuditRecord
from core.paging import keyset_page
from core.policies import policy_for

from .. import analysis, drawing, editing, statistics
from ..forms.bank import BankFilterForm, BankStatusForm
from ..kinds import KINDS
from ..models import Kind, Question, QuestionRevision, Quiz
from ..policies_bank import may_edit_bank, may_read_bank
from .questions import shown

HISTORY = 30
"""Acts of the audit trail shown on a question's page."""


class BankView(LoginRequiredMixin, View):
    """Only for who has something to see in the bank; everybody else sees 404. ``edits``: only for who edits it."""

    edits = False

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            if not may_read_bank(request.user):
                raise Http404
            if self.edits and not may_edit_bank(request.user):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def topics():
    """The topics there are, for filters and suggestions. One query."""
    return list(Question.objects.order_by("topic").values_list("topic", flat=True).distinct())


def visible_revisions(user):
    """The newest revision of each question the user may see."""
    return QuestionRevision.objects.current().filter(question__in=policy_for(Question).visible(user))


class BankListView(BankView):
    """The bank by number: searched and filtered, never counted."""

    def get(self, request):
        form = BankFilterForm(request.GET, topics=topics())
        rows = form.narrow(visible_revisions(request.user)).select_related("question").defer("options", "answer")
        context = {
            "form": form,
            "page": keyset_page(rows, "question__key", request.GET),
            "filtered": any(value for name, value in request.GET.items() if name not in ("before", "after")),
            "may_edit": may_edit_bank(request.user),
            "kinds": Kind.choices,
        }
        return render(request, "quizzes/bank/list.html", context)


class BankQuestionView(BankView):
    """One question: as a learner sees it, its key, its revisions, where it is used, and what was done to it."""

    def get(self, request, pk, form=None):
        question = policy_for(Question).get(request.user, pk=pk)
        revisions = list(question.revisions.select_related("picture", "author__person").order_by("-number"))
        revision = next((one for one in revisions if str(one.number) == request.GET.get("revision")), revisions[0])
        may_edit = policy_for(Question).may(request.user, "change", question)
        choices = [(status, status.label) for status in Question.Status if status in editing.MOVES[question.status]]
        context = {
            "question": question,
            "revision": revision,
            "revisions": revisions,
            "is_newest": revision is revisions[0],
            "may_edit": may_edit,
            "status_form": (form or BankStatusForm(choices=choices)) if may_edit else None,
            "quizzes": quizzes_with(question, revisions[0].kind),
            "history": history_of(question),
            "figures": analysis.figures_of(question),
            "enough": statistics.ENOUGH,
        }
        return render(
            request, "quizzes/bank/question.html", context | preview(revision), status=422 if form is not None else 200
        )

    def post(self, request, pk):
        question = policy_for(Question).get(request.user, "change", pk=pk)
        form = BankStatusForm(request.POST, choices=Question.Status.choices)
        if form.is_valid():
            try:
                row = editing.set_status(
                    question, request.user, form.cleaned_data["status"], form.cleaned_data["reason"]
                )
            except DomainError as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(
                    request, _("%(key)s 现在是：%(status)s") % {"key": row.key, "status": row.get_status_display()}
                )
                return redirect("desk:question", pk)
        form.fields["status"].choices = [
            (status, status.label) for status in Question.Status if status in editing.MOVES[question.status]
        ]
        return self.get(request, pk, form)


def preview(revision):
    """The question as a paper shows it, unshuffled, and its key in words."""
    paper, key = drawing.freeze(
        [(revision, 1)],
        random.Random(1),  # noqa: S311 - matching and ordering are never shown in the order of their key
        shuffle_questions=False,
        shuffle_options=False,
    )
    sheet = SimpleNamespace(paper=paper, sheet={})
    rules = KINDS[revision.kind]
    return {
        "shown": shown(sheet, 1, name="preview"),
        "key_words": rules.key_words(paper[0], key[0]["answer"]),
    }


def quizzes_with(question, kind):
    """The quizzes whose blueprint may draw this question, with whether it is named there. One query."""
    found = []
    for quiz in Quiz.objects.only("key", "title", "blueprint"):
        rows = [row for row in quiz.blueprint if _may_draw(row, question, kind)]
        if rows:
            found.append({"title": quiz.title, "fixed": any("keys" in row for row in rows)})
    return found


def _may_draw(row, question, kind):
    words = {word: value for word, value in row.items() if word in drawing.WORDS}
    have = {"kind": kind, "keys": question.key}
    for word, wanted in words.items():
        value = have[word] if word in have else getattr(question, word)
        if value not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


ACTS = {
    "question.create": gettext_lazy("新建"),
    "question.edit": gettext_lazy("修改"),
    "question.draft": gettext_lazy("改回草稿"),
    "question.approved": gettext_lazy("改成可用"),
    "question.retired": gettext_lazy("停用"),
    "question.not_same": gettext_lazy("看过，不是同一题"),
}


def history_of(question):
    """[(when, who, what, why)] of the acts on a question, newest first. One query."""
    rows = AuditRecord.objects.filter(object_type="quizzes.question", object_id=str(question.pk))
    rows = rows.select_related("actor__person").order_by("-pk")[:HISTORY]
    return [
        (row.at, row.actor.display_name if row.actor else _("系统"), ACTS.get(row.action, row.action), row.reason)
        for row in rows
    ]
