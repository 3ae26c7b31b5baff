"""Who came: by hand, the sign-in board, the paper sheet."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for

from ... import check_in
from ...forms import MarkForm
from ...models import Attendance, Registration, Scan, Session
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


class BoardView(DeskView):
    """The sign-in board: rotating QR and six digits, who came, who is missing. ``live/`` is the part that refreshes itself."""

    template_name = "training/desk_board.html"

    def get(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        roster = list(
            Registration.objects.on_the_list()
            .filter(round=session.round_id)
            .select_related("person", "enterprise")
            .order_by("sequence")
        )
        rows = {row.registration_id: row for row in Attendance.objects.filter(session=session)}
        came = [r for r in roster if r.pk in rows and rows[r.pk].state in Attendance.COUNTED]
        for row in roster:
            row.today = rows.get(row.pk)
        came.sort(key=lambda row: row.today.recorded_at, reverse=True)
        context = {
            "session": session,
            "round": session.round,
            "door": check_in.door_code(session),
            "seconds_total": settings.CHECK_IN_ROTATION_SECONDS,
            "now": clock.now(),
            "roster": roster,
            "came": came,
            "last": came[:5],
            "absent": [row for row in roster if row not in came],
            "refused": Scan.objects.filter(session=session)
            .exclude(outcome__in=[check_in.ACCEPTED, check_in.REPEATED])
            .select_related("person")[:5],
            "mark_form": MarkForm(),
        }
        return render(request, self.template_name, context)


class BoardLiveView(BoardView):
    template_name = "training/_board_live.html"

    def handle_no_permission(self):
        # htmx would follow the redirect and put the sign-in page into the board: send the whole window there instead.
        board = reverse("desk:board", args=[self.kwargs["pk"]])
        return HttpResponseClientRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': board})}")


class SheetView(DeskView):
    """The paper sign-in sheet (A4, 20 rows a page)."""

    def get(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        roster = list(
            Registration.objects.on_the_list()
            .filter(round=session.round_id)
            .select_related("person", "enterprise", "membership")
            .order_by("sequence")
        )
        listed = len(roster)
        roster += [None] * (-listed % 20 or (0 if listed else 20))
        pages = [roster[start : start + 20] for start in range(0, len(roster), 20)]
        context = {"session": session, "round": session.round, "pages": pages, "listed": listed}
        return render(request, "training/desk_sheet.html", context)
