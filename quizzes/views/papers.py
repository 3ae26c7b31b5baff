"""试卷 at the 工作台: the rules of a quiz, its blueprint with what the bank has for each row, a sample paper."""

import random

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for
from core.querysets import count_of
from core.text import mask_name, mask_phone

from .. import papers, rooms
from ..forms.papers import AllowanceForm, BlueprintForms, BlueprintRowForm, QuizForm
from ..kinds import KINDS
from ..models import Attempt, Quiz
from ..policies_bank import may_edit_bank
from .bank import BankView, topics
from .questions import shown

FIRST_ROWS = 2
"""Empty rows a new quiz begins with."""


class PaperListView(BankView):
    """Every quiz with what a paper of it is worth, how often it was sat and whether it may be sat now."""

    def get(self, request):
        rows = policy_for(Quiz).visible(request.user).annotate(sat=count_of(Attempt.objects.all(), "quiz"))
        page = Paginator(rows.order_by("title", "pk"), 30).get_page(request.GET.get("page"))
        for quiz in page:
            quiz.draws = sum(row["draw"] for row in quiz.blueprint)
            quiz.points = sum(row["draw"] * row["points"] for row in quiz.blueprint)
        return render(request, "quizzes/papers/list.html", {"page_obj": page, "may_edit": may_edit_bank(request.user)})


class PaperFormView(BankView):
    """A quiz, new or to change. Papers already begun stay as they were frozen."""

    edits = True

    def get(self, request, pk=None):
        quiz = self.quiz(pk)
        rows = [BlueprintRowForm.initial_of(row) for row in quiz.blueprint] if quiz else [{}] * FIRST_ROWS
        return self.answer(request, quiz, QuizForm(instance=quiz), BlueprintForms(initial=rows, prefix="rows"))

    def post(self, request, pk=None):
        quiz = self.quiz(pk)
        form, rows = QuizForm(request.POST, instance=quiz), BlueprintForms(request.POST, prefix="rows")
        if request.POST.get("do") == "add":
            return self.answer(request, quiz, *self.with_another_row(request, quiz))
        blueprint = self.blueprint(rows)
        if not form.is_valid() or blueprint is None:
            return self.answer(request, quiz, form, rows, status=422)
        if not blueprint:
            form.add_error(None, _("至少写一行抽题办法：抽几道、每道几分。"))
            return self.answer(request, quiz, form, rows, status=422)
        try:
            kept = papers.save_quiz(quiz, request.user, form.rules() | {"blueprint": blueprint})
        except ValidationError as wrong:
            for name, sentences in wrong.message_dict.items():
                form.add_error(name if name in form.fields else None, sentences)
            return self.answer(request, quiz, form, rows, status=422)
        except DomainError as refused:
            form.add_error(None, refused.sentence)
            return self.answer(request, quiz, form, rows, status=422)
        short = papers.supply(kept.blueprint)["short"]
        if short:
            messages.warning(request, _("已保存，但题库还差 %(n)s 道，这套卷子现在开不了考。") % {"n": short})
        else:
            messages.success(request, _("已保存。已经开考的卷子不变，下一个人开始考就用新的。"))
        return redirect("desk:paper-edit", kept.pk)

    def quiz(self, pk):
        return policy_for(Quiz).get(self.request.user, "change", pk=pk) if pk else None

    def blueprint(self, rows):
        """The rows as a blueprint, deleted ones left out; None when one of them is wrong."""
        if not rows.is_valid():
            return None
        kept = [one.row() for one in rows.forms if not one.cleaned_data.get("DELETE")]
        return [row for row in kept if row]

    def with_another_row(self, request, quiz):
        """What was typed so far, with an empty row more and without complaints."""
        data = request.POST.copy()
        data["rows-TOTAL_FORMS"] = str(min(int(data.get("rows-TOTAL_FORMS") or 0) + 1, 30))
        form, rows = QuizForm(data, instance=quiz), BlueprintForms(data, prefix="rows")
        for one in (form, *rows.forms):
            one.full_clean()
            one._errors.clear()
        return form, rows

    def answer(self, request, quiz, form, rows, status=200):
        context = {
            "form": form,
            "rows": rows,
            "quiz": quiz,
            "topics": topics(),
            "supply": papers.supply(quiz.blueprint) if quiz else None,
            "total": sum(row["draw"] * row["points"] for row in quiz.blueprint) if quiz else 0,
            "sat": Attempt.objects.filter(quiz=quiz).exists() if quiz else False,
        }
        return render(request, "quizzes/papers/form.html", context, status=status)


class PaperSampleView(BankView):
    """A paper as it would be drawn now, with its key: to read before anybody sits it. ``?seed=`` draws the same one again."""

    def get(self, request, pk):
        quiz = policy_for(Quiz).get(request.user, pk=pk)
        seed = request.GET.get("seed", "")
        seed = int(seed) if seed.isascii() and seed.isdigit() and len(seed) < 10 else random.randrange(10**6)  # noqa: S311
        context = {"quiz": quiz, "seed": seed, "may_edit": may_edit_bank(request.user)}
        try:
            paper, key = papers.sample(quiz, seed)
        except DomainError as refused:
            return render(request, "quizzes/papers/sample.html", context | {"refused": refused}, status=409)
        attempt = Attempt(quiz=quiz, paper=paper)
        attempt.sheet = {}
        context["questions"] = [
            shown(attempt, number, name=f"response-{number}", part_marks=quiz.part_marks)
            | {"key": KINDS[item["kind"]].key_words(paper[number - 1], item["answer"])}
            for number, item in enumerate(key, start=1)
        ]
        context["total"] = len(paper)
        return render(request, "quizzes/papers/sample.html", context)


class AllowancesView(BankView):
    """照顾: more time or tries in every sitting of a quiz, for persons or a whole enterprise. Those of a round are given in its
    exam room."""

    edits = True

    def get(self, request, pk, form=None):
        quiz = policy_for(Quiz).get(request.user, "change", pk=pk)
        rows = quiz.allowances.filter(context="").select_related("person", "made_by__person")
        page = Paginator(rows, 50).get_page(request.GET.get("page"))
        for row in page:
            row.who = f"{mask_name(row.person.name)} {mask_phone(row.person.phone)}"
        context = {"quiz": quiz, "page_obj": page, "form": form or AllowanceForm()}
        return render(request, "quizzes/papers/allowances.html", context, status=422 if form is not None else 200)

    def post(self, request, pk):
        quiz = policy_for(Quiz).get(request.user, "change", pk=pk)
        form = AllowanceForm(request.POST)
        if not form.is_valid():
            return self.get(request, pk, form)
        data = form.cleaned_data
        try:
            given = rooms.allow(
                quiz,
                rooms.people_named(data["phones"], data["code"]),
                extra_minutes=data["extra_minutes"] or 0,
                extra_attempts=data["extra_attempts"] or 0,
                reason=data["reason"],
                actor=request.user,
            )
        except DomainError as refused:
            form.add_error(None, refused.sentence)
            return self.get(request, pk, form)
        messages.success(request, _("给 %(n)s 人记下了照顾，正在答的人时间已经加上。") % {"n": given})
        return redirect("desk:paper-allowances", pk)
