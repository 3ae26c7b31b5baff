"""请假: asked for on one's own phone."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.exceptions import DomainError
from enterprises.services import person_of

from .. import absences
from ..models import AttendanceRequest, Registration, Session


class LeaveView(LoginRequiredMixin, View):
    """The sessions still to come, what was asked for before, and one form."""

    def row(self, request, pk):
        rows = Registration.objects.on_the_list().select_related("round")
        return get_object_or_404(rows, round=pk, person=person_of(request.user))

    def get(self, request, pk, error=""):
        row = self.row(request, pk)
        asked = row.attendance_requests.select_related("session").order_by("-asked_at")
        context = {
            "round": row.round,
            "sessions": list(row.round.sessions.filter(ends_at__gt=clock.now())),
            "asked": list(asked),
            "error": error,
            "chosen": request.POST.getlist("session"),
            "reason": request.POST.get("reason", ""),
        }
        return render(request, "training/leave.html", context, status=422 if error else 200)

    def post(self, request, pk):
        row = self.row(request, pk)
        keys = [int(key) for key in request.POST.getlist("session") if key.isdecimal() and len(key) < 12]
        sessions = list(Session.objects.filter(round=row.round_id, pk__in=keys))
        try:
            if not sessions:
                raise DomainError("leave.session", _("请选请哪一课的假。"))
            for session in sessions:
                how = {"actor": request.user, "reason": request.POST.get("reason", "")}
                absences.ask(row, session, AttendanceRequest.Kind.LEAVE, **how)
        except DomainError as refused:
            return self.get(request, pk, error=refused.sentence)
        messages.success(request, _("请假已交给讲师，批了会发消息告诉您。"))
        return redirect("rounds:leave", pk)


class WithdrawView(LoginRequiredMixin, View):
    """Taken back before it is decided."""

    http_method_names = ["post"]

    def post(self, request, pk, asked):
        rows = AttendanceRequest.objects.filter(asked_by=request.user, registration__round=pk)
        row = get_object_or_404(rows, pk=asked)
        try:
            absences.withdraw(row.pk, actor=request.user)
            messages.success(request, _("已撤回，请照常来上课。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("rounds:leave", pk)
