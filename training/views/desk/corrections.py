"""更正单: what it would change, asked for by one, decided by another; the list of all."""

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.exceptions import DomainError
from core.policies import policy_for

from ... import corrections
from ...models import Attendance, Correction, Registration, Round, Session
from .access import DeskView, number


def rows_of(changes):
    """[(label, before, after, whether it changes)] of a preview, for people."""
    yes = {True: _("是"), False: _("否"), None: "—"}
    labels = {"hours": _("认定学时"), "counts": _("计入人次"), "passes": _("合格"), "mark": _("成绩")}
    rows = []
    for name, label in labels.items():
        before, after = (yes.get(one, one) if one is None or isinstance(one, bool) else one for one in changes[name])
        rows.append((label, before, after, before != after))
    papers = {"": _("不变"), "issued": _("新发一张"), "revoked": _("撤销"), "corrected": _("更正，出新一版，编号不变")}
    had, happens = changes["paper"]
    rows.append((_("培训合格证明"), _("有") if had else _("没有"), papers[happens], bool(happens)))
    return rows


def asked_of(correction):
    """What is asked for, in words: [(which session, the state it is to have)], and the mark."""
    states = dict(Attendance.State.choices)
    found = Session.objects.filter(pk__in=correction.sessions).order_by("number")
    return [(session, states[correction.sessions[str(session.pk)]]) for session in found]


class CorrectView(DeskView):
    """提更正单: the first post shows what would change, the second (``sure``) hands it in."""

    def get(self, request, pk):
        return redirect("desk:round", pk)

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        row = policy_for(Registration).get(request.user, round=round_, pk=number(request.POST.get("registration")))
        reason = request.POST.get("reason", "")
        try:
            sessions, mark = self.read(request.POST, round_)
            if "sure" in request.POST:
                correction = corrections.ask(row.pk, actor=request.user, reason=reason, sessions=sessions, mark=mark)
                messages.success(request, _("更正单提了，等另一位来批；批了才记账。"))
                return redirect("desk:correction", correction.pk)
            if not sessions and mark is None:
                raise DomainError("correction.what", _("请选要更正的课次和考勤，或填补考成绩。"))
            changes = corrections.preview(row, sessions, mark, actor=request.user, reason=reason)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect("desk:round", pk)
        context = {
            "round": round_,
            "row": row,
            "asked": asked_of(Correction(sessions=sessions)),
            "mark": mark,
            "session": request.POST.get("session", ""),
            "state": request.POST.get("state", ""),
            "reason": reason,
            "rows": rows_of(changes),
        }
        return render(request, "training/desk_correction_ask.html", context)

    def read(self, post, round_):
        session, state, text = post.get("session"), post.get("state"), post.get("mark", "").strip()
        sessions, mark = {}, None
        if session or state:
            known = round_.sessions.filter(pk=number(session)).exists()
            if not known or state not in Attendance.State.values:
                raise DomainError("correction.what", _("请选要更正的课次和考勤。"))
            sessions = {str(number(session)): state}
        if text:
            try:
                mark = Decimal(text)
                if not mark.is_finite():
                    raise InvalidOperation
            except InvalidOperation:
                raise DomainError("mark.range", _("成绩要填数字，例如 86 或 86.5。")) from None
        return sessions, mark


class CorrectionsView(DeskView):
    """更正单: what waits first, then what was decided."""

    def get(self, request):
        rows = policy_for(Correction).visible(request.user)
        rows = rows.select_related("registration__round", "registration__person", "asked_by__person", "posting")
        waiting = request.GET.get("state") == "asked"
        if waiting:
            rows = rows.filter(state=Correction.State.ASKED)
        page = Paginator(rows, 30).get_page(request.GET.get("page"))
        return render(request, "training/desk_corrections.html", {"page_obj": page, "waiting": waiting})


class CorrectionView(DeskView):
    """One 更正单 with what it changes, and who decides."""

    def get(self, request, pk):
        policy = policy_for(Correction)
        correction = policy.get(request.user, pk=pk)
        may = policy.may(request.user, "change", correction)
        is_open = correction.state == Correction.State.ASKED
        is_mine = correction.asked_by_id == request.user.pk
        context = {
            "correction": correction,
            "round": correction.registration.round,
            "row": correction.registration,
            "asked": asked_of(correction),
            "mark": correction.mark,
            "rows": rows_of(correction.preview),
            "may_decide": may and is_open and not is_mine,
            "may_withdraw": may and is_open and is_mine,
        }
        return render(request, "training/desk_correction.html", context)


class CorrectionAct(DeskView):
    """Approve, refuse or withdraw; back to the 更正单."""

    done = ""

    def get(self, request, pk):
        return redirect("desk:correction", pk)

    def post(self, request, pk):
        correction = policy_for(Correction).get(request.user, "change", pk=pk)
        try:
            self.act(request, correction)
            messages.success(request, self.done)
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:correction", pk)


class ApproveCorrectionView(CorrectionAct):
    done = lazy("更正已记账，原来的数字查得到。")

    def act(self, request, correction):
        corrections.approve(correction.pk, actor=request.user)


class RefuseCorrectionView(CorrectionAct):
    done = lazy("没批，原因提的人看得到。")

    def act(self, request, correction):
        corrections.refuse(correction.pk, actor=request.user, reason=request.POST.get("reason", ""))


class WithdrawCorrectionView(CorrectionAct):
    done = lazy("更正单撤回了。")

    def act(self, request, correction):
        corrections.withdraw(correction.pk, actor=request.user)
