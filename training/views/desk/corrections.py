"""更正单: what it would change, asked for by one, decided by another; the list of all."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.models import District, Layer

from ... import corrections
from ...forms.corrections import CorrectionForm
from ...models import Attendance, Correction, PracticeResult, Registration, Round, Session
from ...standing import when
from .access import DeskView, RoundAct, number

FIGURES = {
    "person_times": lazy("人次"),
    "persons": lazy("人数"),
    "enterprises": lazy("家数"),
    "class_hours": lazy("学时"),
}


def rows_of(changes):
    """[(label, before, after, whether it changes)] of a preview, for people; where one is counted only when that changes."""
    yes = {True: _("是"), False: _("否"), None: "—"}
    labels = {"hours": _("认定学时"), "counts": _("计入人次"), "passes": _("合格"), "mark": _("成绩")}
    rows = []
    for name, label in labels.items():
        before, after = (yes.get(one, one) if one is None or isinstance(one, bool) else one for one in changes[name])
        rows.append((label, before, after, before != after))
    moves = changes.get("figures") or len(set(changes.get("district", ()))) > 1
    districts = {row.pk: row.name for row in District.objects.all()} if moves else {}
    if len(set(changes.get("practice", ("", "")))) > 1:
        rows.append((_("实操评定"), *(one or _("没评") for one in changes["practice"]), True))
    where = {"enterprise": (_("企业"), {}), "district": (_("区"), districts), "layer": (_("层级"), dict(Layer.choices))}
    for name, (label, words) in where.items():
        before, after = changes.get(name, ("", ""))
        if before != after:
            rows.append((label, *(words.get(one, one) or _("没有") for one in (before, after)), True))
    papers = {"": _("不变"), "issued": _("新发一张"), "revoked": _("撤销"), "corrected": _("更正，出新一版，编号不变")}
    had, happens = changes["paper"]
    rows.append((_("培训合格证明"), _("有") if had else _("没有"), papers[happens], bool(happens)))
    rows += [
        (
            _("当月%(where)s%(what)s") % {"where": districts.get(district, _("全市")), "what": FIGURES[name]},
            was,
            will,
            True,
        )
        for district, name, was, will in changes.get("figures", ())
    ]
    return rows


def asked_of(correction):
    """What is asked for, in words: [(what, how it is to be)]."""
    states, results = dict(Attendance.State.choices), dict(PracticeResult.Result.choices)
    asked = []
    for session in Session.objects.filter(pk__in=[*correction.sessions, *correction.practice]).order_by("number"):
        key, words = str(session.pk), {"n": session.number, "when": when(session)}
        if key in correction.sessions:
            asked.append((_("第 %(n)s 课（%(when)s）改成") % words, states[correction.sessions[key]]))
        if key in correction.practice:
            asked.append((_("第 %(n)s 课（%(when)s）实操评成") % words, results[correction.practice[key]]))
    if correction.enterprise:
        asked.append((_("改计到"), correction.enterprise.name))
    if correction.layer:
        asked.append((_("层级改成"), correction.get_layer_display()))
    if correction.mark is not None:
        label = _("成绩（复核、重新判分或登错）") if correction.regraded else _("补考成绩")
        asked.append((label, f"{correction.mark.normalize():f}"))
    return asked


class CorrectView(DeskView):
    """提更正单 for one person: the form, then what would change, then (``sure``) it is handed in."""

    def row(self, request, pk, data):
        self.round = policy_for(Round).get(request.user, "change", pk=pk)
        row = policy_for(Registration).get(request.user, round=self.round, pk=number(data.get("registration")))
        row.round = self.round
        return row

    def get(self, request, pk):
        if "registration" not in request.GET:
            return redirect("desk:round", pk)
        row = self.row(request, pk, request.GET)
        return self.page(request, row, CorrectionForm(row=row, sessions=self.round.sessions.all()))

    def post(self, request, pk):
        row = self.row(request, pk, request.POST)
        form = CorrectionForm(request.POST, row=row, sessions=self.round.sessions.all())
        if not form.is_valid():
            return self.page(request, row, form, status=422)
        try:
            if "sure" in request.POST:
                correction = corrections.ask(row.pk, actor=request.user, **form.asked)
                messages.success(request, _("更正单提了，等另一位来批；批了才记账。"))
                return redirect("desk:correction", correction.pk)
            wish = Correction(registration=row, **form.asked)
            changes = corrections.preview(wish, actor=request.user)
        except DomainError as refused:
            return self.page(request, row, form, status=422, error=refused.sentence)
        return self.page(request, row, form, wish=wish, asked=asked_of(wish), rows=rows_of(changes))

    def page(self, request, row, form, status=200, **context):
        context |= {"round": self.round, "row": row, "form": form}
        context["sent"] = [(name, text) for name, text in request.POST.items() if text and name in form.fields]
        return render(request, "training/desk_correction_ask.html", context, status=status)


class CorrectionsView(DeskView):
    """更正单: what waits first, then what was decided. Of one round (``?round=``) those that wait can be approved together."""

    def get(self, request):
        rows = policy_for(Correction).visible(request.user)
        rows = rows.select_related("registration__round", "registration__person", "asked_by__person", "posting")
        waiting = request.GET.get("state") == "asked"
        if waiting:
            rows = rows.filter(state=Correction.State.ASKED)
        round_ = None
        if wanted := number(request.GET.get("round")):
            round_ = policy_for(Round).get(request.user, pk=wanted)
            rows = rows.filter(registration__round=round_)
        together = round_ is not None and waiting and policy_for(Round).may(request.user, "change", round_)
        page = Paginator(rows, corrections.AT_ONCE if together else 30).get_page(request.GET.get("page"))
        for one in page if together else ():
            # Names of districts would be asked for row by row; the sheet itself says them.
            said = rows_of(one.preview | {"figures": [], "district": ["", ""]})
            one.moves = [(label, before, after) for label, before, after, changes in said if changes]
        context = {"page_obj": page, "waiting": waiting, "round": round_, "together": together}
        return render(request, "training/desk_corrections.html", context)


class ApproveTogetherView(RoundAct):
    """批 of several corrections of one round at once."""

    def act(self, request):
        keys = [number(text) for text in request.POST.getlist("correction")][: corrections.AT_ONCE]
        wanted = policy_for(Correction).visible(request.user).filter(registration__round=self.round, pk__in=keys)
        done, refused = corrections.approve_all(wanted.order_by("pk").values_list("pk", flat=True), actor=request.user)
        if not done and not refused:
            raise DomainError("correction.none", _("请勾选要批的更正单。"))
        if refused:
            told = _("批了 %(n)s 张；%(left)s 张没批成：") % {"n": done, "left": len(refused)}
            raise DomainError("correction.partly", told + "".join(dict.fromkeys(one.sentence for one in refused)))
        self.done = _("批了 %(n)s 张，更正已记账，原来的数字查得到。") % {"n": done}


class AskBetterMarksView(RoundAct):
    """更正 of marks that came out better after closing: a 更正单 each, for another person to approve."""

    def act(self, request):
        made = corrections.ask_for_better_marks(
            self.round.pk, actor=request.user, reason=request.POST.get("reason", "")
        )
        if not made:
            raise DomainError("correction.nothing", _("没有新的要更正；提过的在等另一位批。"))
        self.done = _("提了 %(n)s 张更正单，等另一位来批；批了合格率和证明才跟着变。") % {"n": len(made)}
        if len(made) == corrections.AT_ONCE:
            self.done += _("一次最多这么多，还有的请再点一次。")


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
