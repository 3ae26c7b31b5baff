"""复核单: the learner asks beside the result; markers answer at the 工作台, not knowing who asked."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for

from .. import appeals, hand_marking
from ..grading import marks_of
from ..kinds import KINDS
from ..models import Appeal, Attempt, Kind
from .common import for_the_person, number_of, person_of, plain
from .marking import MarkerView


@for_the_person
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request, pk):
    """The learner's appeals about one paper, and the form for another one."""
    row = policy_for(Attempt).get(request.user, pk=pk)
    if row.state != Attempt.State.GRADED:
        return redirect("quizzes:result", pk=pk)
    fault, values = "", {"position": number_of(request.GET.get("q", "")), "sentence": ""}
    if request.method == "POST":
        values = {"position": number_of(request.POST.get("position", "")), "sentence": request.POST.get("sentence", "")}
        try:
            appeals.ask(row.pk, person_of(request), values["position"], values["sentence"])
        except DomainError as refused:
            fault = refused.sentence
        else:
            messages.success(request, _("复核单收到了，结果会写在这一页。"))
            return redirect("quizzes:appeal", pk=pk)
    asked = list(row.appeals.all())
    until, taken = appeals.last_moment(row), {one.position for one in asked}
    context = {
        "attempt": row,
        "asked": [(one, plain(one.points_before), plain(one.points or one.points_before)) for one in asked],
        "choices": [(n, item["stem"]) for n, item in enumerate(row.paper, start=1) if n not in taken],
        "may_ask": clock.now() <= until,
        "until": until,
        "fault": fault,
        **values,
    }
    return render(request, "quizzes/appeal.html", context, status=422 if fault else 200)


class AppealListView(MarkerView):
    """What is to be answered, the oldest first; answered ones behind a tab."""

    def get(self, request):
        rows = policy_for(Appeal).visible(request.user).select_related("attempt__quiz")
        rows = rows.defer("attempt__paper", "attempt__key")
        is_done = request.GET.get("done") == "1"
        states = [Appeal.State.OPEN, Appeal.State.PROPOSED]
        rows = rows.exclude(state__in=states).order_by("-decided_at") if is_done else rows.filter(state__in=states)
        page = Paginator(rows, 30).get_page(request.GET.get("page"))
        for row in page:
            row.code = hand_marking.code_of(row.attempt_id, row.position)
        context = {
            "page_obj": page,
            "tabs": [
                {"title": _("要办的"), "url": request.path, "current": not is_done},
                {"title": _("办结的"), "url": f"{request.path}?done=1", "current": is_done},
            ],
            "is_done": is_done,
        }
        return render(request, "quizzes/desk/appeals.html", context)


class AppealView(MarkerView):
    """One appeal with question, answer and marks. POST: keep, propose, approve, back."""

    def get(self, request, pk):
        return self.answer(policy_for(Appeal).get(request.user, pk=pk))

    def post(self, request, pk):
        appeal = policy_for(Appeal).get(request.user, "change", pk=pk)
        given, do = request.POST, request.POST.get("do")
        try:
            if do == "approve":
                appeals.approve(appeal, request.user)
                messages.success(request, _("分数改好了，成绩和后面的手续都跟着改了。"))
            elif do == "back":
                appeals.send_back(appeal, request.user, given.get("why", ""))
                messages.info(request, _("退回去了，等老师重新看。"))
            elif do == "propose":
                appeals.propose(
                    appeal, request.user, given.get("points", ""), given.get("reason", ""), given.get("answer", "")
                )
                messages.success(request, _("提议记下了，要另一位老师同意才算数。"))
            else:
                appeals.keep(appeal, request.user, given.get("answer", ""))
                messages.success(request, _("维持原分，答复已经给学员。"))
        except DomainError as refused:
            return self.answer(appeal, refused.sentence, given)
        return redirect("desk:appeals")

    def answer(self, appeal, fault="", given=None):
        attempt, position = appeal.attempt, appeal.position
        item, key = attempt.paper[position - 1], attempt.key[position - 1]
        saved, rules = attempt.sheet.get(position), KINDS[item["kind"]]
        now = marks_of(attempt)[position - 1]
        marks = attempt.hand_marks.filter(position=position)
        context = {
            "appeal": appeal,
            "code": hand_marking.code_of(attempt.pk, position),
            "quiz": attempt.quiz,
            "kind": Kind(item["kind"]),
            "item": item,
            "said": rules.words(item, saved.response) if saved and saved.response else [],
            "right": rules.key_words(item, key["answer"]),
            "now": plain(now.points),
            "out_of": plain(now.out_of),
            "proposed": plain(appeal.points) if appeal.points is not None else "",
            "marks": [(mark.get_role_display(), plain(mark.points), mark.comment) for mark in marks],
            "may_change": policy_for(Appeal).may(self.request.user, "change", appeal),
            "is_mine": appeal.proposed_by_id == self.request.user.pk,
            "fault": fault,
            "given": given or {"points": "", "reason": "", "answer": "", "why": ""},
        }
        return render(self.request, "quizzes/desk/appeal.html", context, status=422 if fault else 200)
