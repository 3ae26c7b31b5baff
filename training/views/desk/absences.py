"""请假和补签: what waits for a decision, and asking for a make-up."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for

from ... import absences
from ...models import AttendanceRequest, Registration, Session
from .access import DeskView, number

Kind, State = AttendanceRequest.Kind, AttendanceRequest.State


class RequestsView(DeskView):
    """Those that wait first come first, then the newest decided ones."""

    def get(self, request):
        seen = policy_for(AttendanceRequest).visible(request.user)
        seen = seen.select_related(
            "registration__person",
            "registration__enterprise",
            "session__round",
            "asked_by__person",
            "decided_by__person",
        )
        waiting = Paginator(seen.filter(state=State.ASKED).order_by("asked_at", "pk"), 50)
        context = {
            "page_obj": waiting.get_page(request.GET.get("page")),
            "decided": list(seen.exclude(state=State.ASKED).order_by("-decided_at", "-pk")[:30]),
        }
        return render(request, "training/desk_requests.html", context)


class DecideView(DeskView):
    """批 or 不批."""

    http_method_names = ["post"]

    def post(self, request, pk):
        row = policy_for(AttendanceRequest).get(request.user, "change", pk=pk)
        answer = request.POST.get("answer", "")
        try:
            if request.POST.get("act") == "refuse":
                absences.refuse(row.pk, actor=request.user, answer=answer)
            else:
                absences.approve(row.pk, actor=request.user, answer=answer)
            messages.success(request, _("已答复，提的人会收到消息。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:requests")


class MakeUpView(DeskView):
    """Somebody who runs the round asks for a make-up; somebody else approves it."""

    http_method_names = ["post"]

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        row = policy_for(Registration).get(
            request.user, round=session.round_id, pk=number(request.POST.get("registration"))
        )
        try:
            absences.ask(row, session, Kind.MAKE_UP, actor=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("%(name)s 的补签已提交，等另一位同事批。") % {"name": row.person.name})
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return (
            redirect("desk:board", pk)
            if request.POST.get("back") == "board"
            else redirect("desk:round", session.round_id)
        )
