"""Who came: by hand, the sign-in board, the paper sheet."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for

from ... import board, check_in, window
from ...forms.marks import MarkForm
from ...models import Attendance, Registration, Session
from .access import DeskView, number


class MarkView(DeskView):
    """Attendance by hand, with a reason."""

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        row = policy_for(Registration).get(
            request.user, round=session.round_id, pk=number(request.POST.get("registration"))
        )
        form = MarkForm(request.POST)
        try:
            if not form.is_valid():
                raise DomainError("reason.missing", _("手工登记要选状态、写原因。"))
            check_in.mark(
                session, row, form.cleaned_data["state"], actor=request.user, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("已登记：%(name)s") % {"name": row.person.name})
        except DomainError as refused:
            messages.error(request, refused.sentence)
        back = request.POST.get("back")
        return redirect("desk:board", pk) if back == "board" else redirect("desk:round", session.round_id)


class SubmitSessionView(DeskView):
    """提交考勤."""

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        try:
            check_in.submit_session(session.pk, actor=request.user)
            messages.success(request, _("第 %(n)s 课的考勤已提交。") % {"n": session.number})
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:round", session.round_id)


class WindowView(DeskView):
    """延长、结束: until when one may sign in."""

    http_method_names = ["post"]

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        until = clock.now()
        if request.POST.get("act") == "extend":
            until = min(max(window.closes_at(session), until) + window.CLOSES_AFTER, session.ends_at)
        try:
            session = window.set_window(session.pk, until, actor=request.user)
            messages.success(request, _("签到到 %(at)s 截止。") % {"at": clock.words(until)[-5:]})
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect(f"{reverse('desk:board', args=[pk])}#hand")


class BoardView(DeskView):
    """The sign-in board: rotating QR and six digits, who came, who is missing. ``live/`` is the part that refreshes itself.

    ``?way=out`` shows the code to sign out with before its time (somebody must leave early).
    """

    def get(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        way = request.GET.get("way") == "out" and session.round.sign_out
        context = board.show(board.glance(session, leaving=way or None))
        rows = Registration.objects.on_the_list().filter(round=session.round_id).select_related("person", "enterprise")
        extended = min(max(window.closes_at(session), clock.now()) + window.CLOSES_AFTER, session.ends_at)
        context |= {
            "roster": list(rows.order_by("sequence")),
            "states": [one for one in Attendance.State.choices if one[0] != Attendance.State.MADE_UP],
            "way": "out" if way else "",
            "extended": extended,
            "is_open": not session.submitted_at and not session.round.is_settled and session.ends_at > clock.now(),
        }
        return render(request, "training/desk_board.html", context)


class BoardLiveView(DeskView):
    """204 while nothing has changed since the version the browser shows: most of the time, most screens."""

    def get(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        way = request.GET.get("way") == "out" and session.round.sign_out
        seen = board.glance(session, leaving=way or None)
        if request.GET.get("v") == seen.version:
            return HttpResponse(status=204)
        return render(request, "training/_board_live.html", board.show(seen))

    def handle_no_permission(self):
        # htmx would follow the redirect and put the sign-in page into the board: send the whole window there instead.
        back = reverse("desk:board", args=[self.kwargs["pk"]])
        return HttpResponseClientRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': back})}")
