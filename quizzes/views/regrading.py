"""工作台: a question was wrong. First what would change, then change it."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.policies import rights_of

from .. import regrading
from ..forms.regrade import RegradeForm
from ..kinds import KINDS
from ..kinds.choices import true_false
from ..models import Question, Regrade
from ..policies import marks_all
from .common import number_of


class CityView(LoginRequiredMixin, View):
    """Only for the city's staff; everybody else sees 404."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not rights_of(request.user).city:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class RegradeView(CityView):
    """One question: which wording, what is put right, and what was before."""

    def get(self, request, key):
        return self.answer(*self.chosen(key))

    def post(self, request, key):
        if not marks_all(request.user):
            raise PermissionDenied
        question, revision = self.chosen(key)
        form = RegradeForm(request.POST, revision=revision)
        if form.is_valid():
            given = form.cleaned_data
            try:
                row = regrading.plan(request.user, revision, given["rule"], form.answer(), given["reason"])
            except DomainError as refused:
                form.add_error("reason" if refused.code == "regrade.reason" else None, refused.sentence)
            else:
                return redirect("desk:regrading", row.pk)
        return self.answer(question, revision, form)

    def chosen(self, key):
        question = get_object_or_404(Question, key=key)
        wordings = regrading.wordings(question)
        number = number_of(self.request.POST.get("revision") or self.request.GET.get("revision", ""))
        return question, get_object_or_404(wordings, number=number) if number else wordings.first()

    def answer(self, question, revision, form=None):
        past = policy_for(Regrade).visible(self.request.user).filter(revision__question=question)
        context = {
            "question": question,
            "revision": revision,
            "wordings": regrading.wordings(question),
            "form": form or RegradeForm(revision=revision),
            "past": past.select_related("revision", "made_by"),
            "may_change": marks_all(self.request.user),
        }
        status = 422 if form is not None else 200
        return render(self.request, "quizzes/desk/regrade.html", context, status=status)


class RegradingView(CityView):
    """One regrade: its dry run, its way, what came of it. POST applies it."""

    def get(self, request, pk):
        row = policy_for(Regrade).get(request.user, pk=pk)
        if request.htmx and row.is_busy:
            return render(request, "components/polled_progress.html", self.progress(request, row))
        response = render(request, "quizzes/desk/regrading.html", self.context(row))
        if request.htmx:
            response["HX-Refresh"] = "true"
        return response

    def post(self, request, pk):
        row = policy_for(Regrade).get(request.user, "change", pk=pk)
        try:
            row = regrading.apply(row, request.user)
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            if row.state == Regrade.State.DONE:
                messages.success(request, _("改好了，成绩都跟着改了。"))
        return redirect("desk:regrading", pk)

    def progress(self, request, row):
        return {
            "url": request.path,
            "label": row.get_state_display(),
            "value": row.done,
            "most": row.total or 1,
        }

    def context(self, row):
        revision = row.revision
        words = _answer_words(revision, row.answer) if row.answer is not None else []
        return self.progress(self.request, row) | {
            "regrade": row,
            "question": revision.question,
            "revision": revision,
            "words": words,
            "counts": row.counts,
            "may_change": policy_for(Regrade).may(self.request.user, "change", row),
        }


def _answer_words(revision, answer):
    """An answer of the bank in words: on a paper that shows the options in the bank's own order."""
    item = {"kind": revision.kind, "unit": revision.answer["unit"] if revision.kind == "numeric" else ""}
    if revision.kind == "matching":
        item |= {
            name: list(enumerate(revision.options[side])) for name, side in (("left", "left"), ("options", "right"))
        }
    elif revision.kind == "true_false":
        item["options"] = list(enumerate(true_false()))
    else:
        item["options"] = list(enumerate(revision.options))
    return KINDS[revision.kind].key_words(item, regrading.on_paper(item, answer))
