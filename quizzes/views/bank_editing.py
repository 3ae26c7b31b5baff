"""题库 at the 工作台: writing a question, new or to change. A change of the words is a new revision."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for

from .. import editing, pictures
from ..forms.bank import QuestionForm
from ..models import Kind, Question
from .bank import BankView, topics


class QuestionFormView(BankView):
    """What writing a new question and changing one have in common."""

    edits = True

    def answer(self, request, form, question=None):
        asking = form.is_bound and form.part.is_asking
        context = {
            "form": form,
            "question": question,
            "kind": Kind(form.kind),
            "kinds": Kind.choices,
            "topics": topics(),
            "picture": form.revision.picture if form.revision else None,
        }
        status = 422 if form.is_bound and not asking else 200
        return render(request, "quizzes/bank/form.html", context, status=status)

    def picture_of(self, form):
        """The key of the Picture the question is to have. Raises DomainError ``picture.*``."""
        upload = form.cleaned_data.get("picture")
        if upload:
            return pictures.keep(upload.read()).pk
        if form.revision and not form.cleaned_data.get("drop_picture"):
            return form.revision.picture_id
        return None

    def save(self, form, act):
        """Whether it was saved; what is refused goes into the form."""
        if form.part.is_asking:
            # Nothing is to be complained about while rows are asked for.
            form.full_clean()
            form._errors.clear()
            return False
        if not form.is_valid():
            return False
        try:
            act(form.facts(), form.wording(self.picture_of(form)))
        except DomainError as refused:
            field = (
                "key" if refused.code == "question.key" else "picture" if refused.code.startswith("picture") else None
            )
            form.add_error(field, refused.sentence)
            return False
        return True


class QuestionNewView(QuestionFormView):
    """A new question of one kind: a draft."""

    def get(self, request, kind):
        return self.answer(request, self.form(kind))

    def post(self, request, kind):
        form = self.form(kind, request.POST, request.FILES)
        made = []

        def act(facts, wording):
            made.append(editing.create_question(request.user, facts, wording, form.cleaned_data["key"]))

        if not self.save(form, act):
            return self.answer(request, form)
        messages.success(request, _("已存成草稿。看过没问题，在下面改成“可用”，试卷才会抽到它。"))
        return redirect("desk:question", made[0].pk)

    def form(self, kind, *data):
        if kind not in Kind.values:
            raise Http404
        return QuestionForm(*data, kind=kind)


class QuestionEditView(QuestionFormView):
    """Another wording: a new revision. Papers already begun keep theirs."""

    def get(self, request, pk):
        question = policy_for(Question).get(request.user, "change", pk=pk)
        return self.answer(request, self.form(question), question)

    def post(self, request, pk):
        question = policy_for(Question).get(request.user, "change", pk=pk)
        form = self.form(question, request.POST, request.FILES)
        saved = []

        def act(facts, wording):
            saved.append(editing.edit_question(question, request.user, facts, wording))

        if not self.save(form, act):
            return self.answer(request, form, question)
        revision, changed = saved[0]
        if changed:
            messages.success(request, _("已保存，现在是第 %(n)s 版。考过的卷子不受影响。") % {"n": revision.number})
        else:
            messages.success(request, _("没有改动，版次不变。"))
        return redirect("desk:question", pk)

    def form(self, question, *data):
        revision = question.revisions.select_related("picture", "question").last()
        return QuestionForm(*data, kind=revision.kind, revision=revision)
