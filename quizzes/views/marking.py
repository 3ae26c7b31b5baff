"""工作台: marking by hand, one answer a page. No page here says whose answer it is."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from core.exceptions import DomainError
from core.policies import policy_for

from .. import hand_marking
from ..models import Claim, Kind, Mark
from ..policies import is_marker, may_mark
from .common import plain


class MarkerView(LoginRequiredMixin, View):
    """Only for markers and the city's staff; everybody else sees 404."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not is_marker(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class QueueView(MarkerView):
    """What waits, by quiz; taking the next answer is a POST."""

    def get(self, request):
        context = {
            "quizzes": hand_marking.waiting(request.user),
            "held": hand_marking.in_hand(request.user).count(),
            "may_mark": may_mark(request.user),
        }
        return render(request, "quizzes/desk/marking.html", context)

    def post(self, request):
        if not may_mark(request.user):
            raise PermissionDenied
        quiz = None
        if request.POST.get("quiz"):
            quizzes = hand_marking.quizzes_of(request.user)
            quiz = get_object_or_404(quizzes, pk=_number(request.POST["quiz"]))
        return _next(request, quiz)


class AnswerView(MarkerView):
    """One answer with its rubric. POST: points, or giving it back."""

    def get(self, request, pk):
        claim = policy_for(Claim).get(request.user, pk=pk)
        if claim.mark_id:
            messages.info(request, _("这一份您已经给过分了。"))
            return redirect("desk:marking")
        return self.answer(claim)

    def post(self, request, pk):
        claim = policy_for(Claim).get(request.user, pk=pk)
        if request.POST.get("do") == "release":
            hand_marking.release(claim, request.user)
            messages.info(request, _("这一份放回去了，别的老师可以领。"))
            return redirect("desk:marking")
        shares, comment = request.POST.getlist("share"), request.POST.get("comment", "")
        try:
            hand_marking.give_mark(claim, request.user, shares, comment)
        except DomainError as refused:
            if refused.code != "mark.shares":
                messages.error(request, refused.sentence)
                return redirect("desk:marking")
            return self.answer(claim, shares, comment, refused.sentence)
        return _next(request, claim.attempt.quiz)

    def answer(self, claim, shares=(), comment="", fault=""):
        attempt, position = claim.attempt, claim.position
        item, key = attempt.paper[position - 1], attempt.key[position - 1]
        rubric = hand_marking.rubric_of(attempt, position)
        response = attempt.sheet[position].response
        names = item.get("parts") or [_("回答")]
        earlier = []
        if claim.role == Mark.Role.FINAL:
            marks = attempt.hand_marks.filter(position=position)
            earlier = [(mark.get_role_display(), plain(mark.points), mark.comment) for mark in marks]
        context = {
            "claim": claim,
            "code": hand_marking.code_of(attempt.pk, position),
            "quiz": attempt.quiz,
            "kind": Kind(item["kind"]),
            "item": item,
            "parts": list(zip(names, response, strict=False)),
            "model": key["answer"]["model"],
            "rubric": [
                {"name": name, "most": plain(most), "given": shares[n] if n < len(shares) else ""}
                for n, (name, most) in enumerate(rubric)
            ],
            "out_of": plain(sum(most for _name, most in rubric)),
            "left_count": attempt.left_count,
            "left_minutes": -(-attempt.left_seconds // 60),
            "earlier": earlier,
            "comment": comment,
            "fault": fault,
            "minutes": hand_marking.CLAIM_MINUTES,
        }
        return render(self.request, "quizzes/desk/answer.html", context, status=422 if fault else 200)


def _next(request, quiz):
    claim = hand_marking.claim(request.user, quiz)
    if claim:
        return redirect("desk:marking-answer", claim.pk)
    messages.success(request, _("没有要您阅的了。"))
    return redirect("desk:marking")


def _number(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
