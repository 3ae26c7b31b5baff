"""Evidence, the count of signatures, marks and closing."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.policies import rights_of

from ... import closing, evidence, reconciling
from ...forms.marks import EvidenceForm, typed_mark
from ...models import Evidence, Registration, Round, Session
from .access import DeskView, RoundAct, number


class EvidenceView(RoundAct):
    """Several files at once; one that cannot be taken is named and does not hold the others up."""

    done = lazy("材料已收好。")

    def act(self, request):
        form = EvidenceForm(request.POST, request.FILES)
        if not form.is_valid():
            raise DomainError("evidence.missing", _("请选种类并挑一个文件。"))
        files, refused = form.cleaned_data["files"], []
        for file in files:
            try:
                evidence.attach(self.round, kind=form.cleaned_data["kind"], file=file, actor=request.user)
            except DomainError as error:
                refused.append(error.sentence)
        if refused:
            kept = len(files) - len(refused)
            told = _("收好 %(n)s 份；") % {"n": kept} if kept else ""
            raise DomainError("evidence.refused", told + "".join(refused))


class EvidenceFileView(DeskView):
    """A piece of evidence, for who may see the round."""

    def get(self, request, pk):
        row = get_object_or_404(Evidence.everything.select_related("round"), pk=pk)
        # A signed sheet shows every name: for who sees the whole roster, not for a district that sees only its own rows.
        policy_for(Round).get(request.user, None if rights_of(request.user).city else "change", pk=row.round_id)
        return FileResponse(row.file.open(), as_attachment=True, filename=row.name)


class EvidenceChangeView(DeskView):
    """换一份, 撤下: before closing, with a reason; what was there stays to be seen."""

    http_method_names = ["post"]

    def post(self, request, pk):
        row = get_object_or_404(Evidence.everything, pk=pk)
        policy_for(Round).get(request.user, "change", pk=row.round_id)
        reason, file = request.POST.get("reason", ""), request.FILES.get("file")
        try:
            if request.POST.get("act") == "withdraw":
                evidence.withdraw(row.pk, reason=reason, actor=request.user)
                messages.success(request, _("撤下了：%(name)s。原来的留着可查。") % {"name": row.name})
            elif file is None:
                raise DomainError("evidence.missing", _("请先挑一个文件，再点“换成这份”；不换只撤，点“撤下”。"))
            else:
                evidence.replace(row.pk, file=file, reason=reason, actor=request.user)
                messages.success(request, _("换好了：%(name)s。原来的留着可查。") % {"name": row.name})
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:round", row.round_id)


class CountsView(DeskView):
    """人数核对: every session with what each source says; the signatures are typed, a difference is explained."""

    def get(self, request, pk, given=None, errors=None):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        given, errors = given or {}, errors or {}
        lines = reconciling.lines(round_)
        labels = reconciling.labels()
        rows = [
            {
                "line": line,
                "ways": [(label, line.ways[way]) for way, label in labels],
                "given": given.get(line.session.pk),
                "error": errors.get(line.session.pk, ""),
                "begun": line.session.starts_at <= clock.now(),
            }
            for line in lines
        ]
        context = {
            "round": round_,
            "rows": rows,
            "ways": [label for _way, label in labels],
            "settled": sum(1 for line in lines if line.is_settled),
            "errors": errors,
        }
        return render(request, "training/desk_counts.html", context, status=422 if errors else 200)

    def post(self, request, pk):
        """Each session by itself: what is wrong with one does not hold up the others."""
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        given, errors, kept = {}, {}, 0
        for session in Session.objects.filter(round=round_):
            signed = request.POST.get(f"signed_{session.pk}", "").strip()
            why = request.POST.get(f"why_{session.pk}", "").strip()
            if not signed:
                continue
            given[session.pk] = {"signed": signed, "why": why}
            try:
                if not signed.isdecimal():
                    raise DomainError("count.range", _("签名人数要填数字，例如 38。"))
                reconciling.count(session.pk, number(signed), actor=request.user, explanation=why)
                kept += 1
            except DomainError as refused:
                errors[session.pk] = refused.sentence
        if errors or not kept:
            return self.get(request, pk, given, errors or {0: _("还没填签名人数：数一数每张签到表上的签名。")})
        messages.success(request, _("核对好了 %(n)s 课。") % {"n": kept})
        return redirect("desk:counts", pk)


class MarksView(RoundAct):
    """成绩: one field per person, mark_<registration>; empty fields are left alone. All or nothing."""

    done = lazy("成绩已登记。")

    def act(self, request):
        with transaction.atomic():
            for row in Registration.objects.on_the_list().filter(round=self.round).select_related("person"):
                text = request.POST.get(f"mark_{row.pk}", "").strip()
                if not text:
                    continue
                mark = typed_mark(text, row.person)
                if row.mark != mark:
                    closing.enter_mark(row, mark, actor=request.user)


class CloseView(RoundAct):
    done = lazy("已结班：人次记进台账，合格的人有了证明。")

    def act(self, request):
        closing.close_round(self.round.pk, actor=request.user)


class IssuedView(DeskView):
    """How many of a closed round's certificates have their file; the page asks again by itself until all have."""

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, pk=pk)
        return render(request, "training/_desk_issued.html", {"round": round_, "issued": closing.issued(round_)})
