"""工作台: rounds from plan to closing."""

from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import View
from django_htmx.http import HttpResponseClientRedirect

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for
from enterprises import desk_codes
from enterprises.credit_code import check_code
from enterprises.models import Enterprise
from enterprises.policies import rights_of
from enterprises.services import list_person, person_of

from .. import check_in, closing, correcting, registration, scheduling
from ..forms import EvidenceForm, ListPersonForm, MarkForm, RoundForm, SessionFormSet
from ..models import Attendance, Evidence, Registration, Round, Scan, Session

STEPS = [state for state in scheduling.ORDER if state != Round.State.FULL]


class DeskView(LoginRequiredMixin, View):
    """Only for people with something to do at the 工作台; everybody else sees 404."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not self.is_welcome(request):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def is_welcome(self, request):
        rights = rights_of(request.user)
        return rights.desk or (rights.person_id and Round.objects.filter(trainers=rights.person_id).exists())


class RoundListView(DeskView):
    """期次: what is mine, by state."""

    def get(self, request):
        rounds = policy_for(Round).visible(request.user).select_related("owner__district", "pilot").with_seats_taken()
        state = request.GET.get("state")
        if state in Round.State.values:
            rounds = rounds.filter(state=state)
        page = Paginator(rounds.order_by("-starts_on", "-pk"), 30).get_page(request.GET.get("page"))
        context = {
            "page_obj": page,
            "state": state,
            "states": Round.State,
            "may_create": scheduling.organisers_for(rights_of(request.user)).exists(),
        }
        return render(request, "training/desk_rounds.html", context)


class RoundCreateView(DeskView):
    """New round with its sessions; the owner is one of the organisers the user acts for, whatever the form says."""

    def get(self, request):
        return self.answer(RoundForm(organisers=self.organisers(request)), SessionFormSet(prefix="s"))

    def post(self, request):
        form = RoundForm(request.POST, organisers=self.organisers(request))
        sessions = SessionFormSet(request.POST, prefix="s")
        if form.is_valid() and sessions.is_valid():
            planned = [one.as_session for one in sessions if one.as_session]
            person = person_of(request.user)
            try:
                round_ = scheduling.create_round(
                    actor=request.user,
                    sessions=planned,
                    trainers=[person] if person else [],
                    **form.cleaned_data,
                )
            except DomainError as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _("班建好了，核对无误后点“发布报名”。"))
                return redirect("desk:round", round_.pk)
        return self.answer(form, sessions)

    def organisers(self, request):
        organisers = scheduling.organisers_for(rights_of(request.user))
        if not organisers:
            raise PermissionDenied
        return organisers

    def answer(self, form, sessions):
        return render(self.request, "training/desk_round_form.html", {"form": form, "sessions": sessions})


class RoundView(DeskView):
    """One round: steps, sessions, attendance, seats, and what closing still needs."""

    def get(self, request, pk, **forms):
        policy = policy_for(Round)
        round_ = policy.get(request.user, pk=pk)
        seen = set(policy_for(Registration).visible(request.user).filter(round=round_).values_list("pk", flat=True))
        people = closing.standings(round_)
        checks = closing.checklist(round_, people)
        sessions = list(round_.sessions.all())
        rows = {}
        for row in Attendance.objects.filter(session__round=round_):
            rows.setdefault(row.registration_id, {})[row.session_id] = row
        grid = [
            (person, [rows.get(person.registration.pk, {}).get(session.pk) for session in sessions])
            for person in people
            if person.registration.pk in seen
        ]
        for session in sessions:
            session.present = sum(
                1 for marks in rows.values() if session.pk in marks and marks[session.pk].state in Attendance.COUNTED
            )
        waiting = Registration.objects.filter(round=round_, state=Registration.State.WAITING)
        context = {
            "round": round_,
            "steps": [(state, state.label) for state in STEPS],
            "sessions": sessions,
            "grid": grid,
            "people": people,
            "counted": sum(1 for person in people if person.counts),
            "passing": sum(1 for person in people if person.passes),
            "checks": checks,
            "missing": [check for check in checks if not check.is_done],
            "waiting": waiting.select_related("person", "enterprise").filter(pk__in=seen),
            "evidence": round_.evidence.all(),
            "may_change": policy.may(request.user, "change", round_),
            "list_form": ListPersonForm(),
            "evidence_form": EvidenceForm(),
            "mark_form": MarkForm(),
            "attendance_states": Attendance.State,
        }
        return render(request, "training/desk_round.html", context | forms, status=422 if forms else 200)


class RoundAct(DeskView):
    """One act on a round the user may change: does it, says so, and returns to the round."""

    done = ""

    def get(self, request, pk):
        # Signed out while the form was open: after signing in the browser comes back here by GET.
        return redirect("desk:round", pk)

    def post(self, request, pk):
        self.round = policy_for(Round).get(request.user, "change", pk=pk)
        try:
            self.act(request)
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, self.done)
        return redirect("desk:round", pk)


class PublishView(RoundAct):
    done = _("已发布，可以报名了。")

    def act(self, request):
        scheduling.publish(self.round.pk, actor=request.user)


class CancelRoundView(RoundAct):
    done = _("这个班已取消。")

    def act(self, request):
        scheduling.cancel_round(self.round.pk, actor=request.user, reason=request.POST.get("reason", ""))


class ListPersonView(DeskView):
    """Put a person on the list."""

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        form = ListPersonForm(request.POST)
        if form.is_valid():
            try:
                row = self.enter(request, round_, form.cleaned_data)
            except DomainError as refused:
                field = (
                    "phone" if refused.code.startswith("phone") else "code" if refused.code.startswith("code") else None
                )
                form.add_error(field, refused.sentence)
            else:
                said = _("%(name)s 已上名单。") if row.state == "registered" else _("座位满了，%(name)s 排进候补。")
                messages.success(request, said % {"name": row.person.name})
                return redirect("desk:round", pk)
        return RoundView.as_view()(request_as_get(request), pk=pk, list_form=form)

    @transaction.atomic
    def enter(self, request, round_, data):
        code = check_code(data["code"])
        enterprise = Enterprise.objects.filter(code=code).first()
        if enterprise is None:
            raise DomainError("code.unknown", _("还没有登记过这家企业，请先请企业在“我的”里报到，或由管理员登记。"))
        membership = list_person(
            name=data["name"],
            phone=data["phone"],
            membership={"enterprise": enterprise, "layer": data["layer"], "post": data["post"]},
            actor=request.user,
        )
        return registration.register(round_.pk, membership.person, membership, actor=request.user, by_staff=True)


def request_as_get(request):
    """The same request, to render the page again with a form that has errors."""
    request.method = "GET"
    return request


class DeskCodeView(DeskView):
    """A code to sign in with for somebody on the list, where no text message reaches them. Shown once."""

    http_method_names = ["post"]

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        rows = policy_for(Registration).visible(request.user).select_related("person")
        row = get_object_or_404(rows, pk=request.POST.get("registration") or 0, round=round_)
        try:
            code = desk_codes.issue(row.person, actor=request.user)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect("desk:round", pk)
        context = {"person": row.person, "code": code, "back": reverse("desk:round", args=[pk])}
        response = render(request, "enterprises/desk_code.html", context)
        response["Cache-Control"] = "no-store"
        return response


class UnlistView(RoundAct):
    done = _("已从名单取消；后面的人按先后转正。")

    def act(self, request):
        row = policy_for(Registration).get(
            request.user, "cancel", round=self.round, pk=_number(request.POST.get("registration"))
        )
        registration.cancel(row.pk, actor=request.user, reason=request.POST.get("reason", ""))


def _number(text):
    return int(text) if text and text.isdecimal() and len(text) < 12 else 0


class MarkView(DeskView):
    """Attendance by hand, with a reason."""

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        row = policy_for(Registration).get(
            request.user, round=session.round_id, pk=_number(request.POST.get("registration"))
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


class EvidenceView(RoundAct):
    done = _("材料已收好。")

    def act(self, request):
        form = EvidenceForm(request.POST, request.FILES)
        if not form.is_valid():
            raise DomainError("evidence.missing", _("请选种类并挑一个文件。"))
        for file in form.cleaned_data["files"]:
            closing.attach(self.round, kind=form.cleaned_data["kind"], file=file, actor=request.user)


class EvidenceFileView(DeskView):
    """A piece of evidence, for who may see the round."""

    def get(self, request, pk):
        row = get_object_or_404(Evidence.objects.select_related("round"), pk=pk)
        # A signed sheet shows every name: for who sees the whole roster, not for a district that sees only its own rows.
        policy_for(Round).get(request.user, None if rights_of(request.user).city else "change", pk=row.round_id)
        return FileResponse(row.file.open(), as_attachment=True, filename=row.name)


class MarksView(RoundAct):
    """成绩: one field per person, mark_<registration>; empty fields are left alone. All or nothing."""

    done = _("成绩已登记。")

    def act(self, request):
        with transaction.atomic():
            for row in Registration.objects.on_the_list().filter(round=self.round).select_related("person"):
                text = request.POST.get(f"mark_{row.pk}", "").strip()
                if not text:
                    continue
                try:
                    mark = Decimal(text)
                    if not mark.is_finite():
                        raise InvalidOperation
                except InvalidOperation:
                    raise DomainError(
                        "mark.range", _("%(name)s 的成绩要填数字，例如 86 或 86.5。") % {"name": row.person.name}
                    ) from None
                if row.mark != mark:
                    closing.enter_mark(row, mark, actor=request.user)


class CloseView(RoundAct):
    done = _("已结班：人次记进台账，合格的人有了证明。")

    def act(self, request):
        closing.close_round(self.round.pk, actor=request.user)


class CorrectView(RoundAct):
    """更正: one session's attendance of one person after closing."""

    done = _("更正已记账，原来的数字查得到。")

    def act(self, request):
        row = policy_for(Registration).get(request.user, round=self.round, pk=_number(request.POST.get("registration")))
        session = self.round.sessions.filter(pk=_number(request.POST.get("session"))).first()
        state = request.POST.get("state")
        if session is None or state not in Attendance.State.values:
            raise DomainError("correction.what", _("请选要更正的课次和考勤。"))
        correcting.correct(row.pk, actor=request.user, reason=request.POST.get("reason", ""), sessions={session: state})


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
