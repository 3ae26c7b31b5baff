"""The exam of a round: the learner's button, and the room as the invigilator sees it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import View
from django_htmx.http import HttpResponseClientRedirect

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.services import person_of
from quizzes import rooms

from .. import exams
from ..models import Registration, Round


class StartView(LoginRequiredMixin, View):
    """开始考试: one's own registration."""

    def get(self, request, pk):
        return redirect("rounds:detail", pk)

    def post(self, request, pk):
        rows = Registration.objects.select_related("round__exam_quiz", "person")
        row = get_object_or_404(rows, round=pk, person=person_of(request.user))
        here = reverse("rounds:detail", args=[pk])
        try:
            attempt = exams.start(row, return_url=here)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect(here)
        return redirect("quizzes:attempt", attempt.pk)


class RoomView(LoginRequiredMixin, View):
    """考场: who has started, how far they are, what is left. ``live/`` is the part that refreshes itself."""

    template_name = "training/exam_room.html"

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        people = exams.people(round_)
        seats = rooms.seats(people)
        context = {
            "round": round_,
            "seats": seats,
            "now": clock.now(),
            "writing": [seat for seat in seats if seat.is_writing],
            "over": [seat for seat in seats if seat.is_over],
            "away": [seat for seat in seats if seat.attempt is None],
            "most": rooms.MOST_MINUTES,
        }
        if self.template_name == RoomView.template_name:
            context["allowances"] = rooms.allowed(people)[:50]
        return render(request, self.template_name, context)


class RoomLiveView(RoomView):
    template_name = "training/_exam_room_live.html"

    def handle_no_permission(self):
        # htmx would follow the redirect and put the sign-in page into the room: send the whole window there instead.
        room = reverse("desk:exam-room", args=[self.kwargs["pk"]])
        return HttpResponseClientRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': room})}")


class RoomAct(LoginRequiredMixin, View):
    """One act in the room, for one person or for all; says what it did and returns to the room."""

    def get(self, request, pk):
        return redirect("desk:exam-room", pk)

    def post(self, request, pk):
        self.round = policy_for(Round).get(request.user, "change", pk=pk)
        self.people = exams.people(self.round)
        try:
            messages.success(request, self.act(request.POST, request.user))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:exam-room", pk)

    def chosen(self, who):
        """``all``, or one context of the room."""
        chosen = [pair for pair in self.people if who in ("all", pair[1])]
        if not chosen:
            raise DomainError("room.who", _("请选是给谁，或选全考场。"))
        return chosen


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 4 else 0


class MinutesView(RoomAct):
    """An incident: more minutes for one or for all who are writing."""

    def act(self, post, actor):
        people, minutes = self.chosen(post.get("who")), _number(post.get("minutes"))
        moved = rooms.give_minutes(people, minutes, actor=actor, reason=post.get("reason"))
        return _("给 %(n)s 人加了 %(minutes)s 分钟，他们的表半分钟内会跟上。") % {"n": moved, "minutes": minutes}


class EndView(RoomAct):
    """收卷 for one or for all."""

    def act(self, post, actor):
        if not post.get("sure"):
            raise DomainError("room.sure", _("收卷不能撤回：请勾上“确定收卷”再点一次。"))
        ended = rooms.end(self.chosen(post.get("who")), actor=actor, reason=post.get("reason"))
        if ended > rooms.INLINE:
            return _("收了 %(n)s 份卷子，存上的都算数；正在判分，一两分钟以后看成绩。") % {"n": ended}
        return _("收了 %(n)s 份卷子，存上的都算数。") % {"n": ended}


class AllowView(RoomAct):
    """照顾: more time or tries for those named in a list, or for the whole room."""

    def act(self, post, actor):
        quiz = self.round.exam_quiz
        if quiz is None:
            raise DomainError("exam.none", _("这个班还没有选考卷，请先在期次里选好。"))
        chosen = self.people if post.get("everyone") else rooms.pick(self.people, post.get("names", ""))
        given = rooms.allow(
            quiz,
            chosen,
            extra_minutes=_number(post.get("extra_minutes")),
            extra_attempts=_number(post.get("extra_attempts")),
            reason=post.get("reason"),
            actor=actor,
        )
        return _("给 %(n)s 人记下了照顾，正在答的人时间已经加上。") % {"n": given}
