"""考核资格 and 补考 of a round."""

from collections import Counter
from datetime import date

from django.db import transaction
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.policies import policy_for

from ... import closing, eligibility, resits
from ...forms.marks import typed_mark
from ...models import Round
from .access import DeskView, RoundAct

ROWS_A_PAGE = 24


class EligibleView(DeskView):
    """Who may sit the exam, who may not and why; with ``?print=1`` the invigilator's list on A4."""

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        found = eligibility.of_round(round_) if round_.has_exam else []
        counts = Counter(one.state for one in found)
        context = {
            "round": round_,
            "found": found,
            "counts": [(label, counts[state], state) for state, label in self.labels().items()],
            "now": clock.now(),
        }
        if "print" not in request.GET:
            return render(request, "training/desk_eligible.html", context)
        may = [one for one in found if one.may]
        context["pages"] = [found[start : start + ROWS_A_PAGE] for start in range(0, len(found), ROWS_A_PAGE)]
        return render(request, "training/desk_eligible_print.html", context | {"may": len(may)})

    @staticmethod
    def labels():
        which = eligibility.Eligibility
        return {which.MAY: _("可以考"), which.LATER: _("还差课"), which.NOT: _("不能考"), which.DONE: _("已经合格")}


class ResitsView(RoundAct):
    """补考: who is to sit again, opened for all in one tap; marks of resits on paper. POST ``act``: open or marks."""

    back = "desk:resits"

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        rows = resits.to_resit(round_) if round_.has_exam else []
        today, last = clock.today(), resits.last_day(round_)
        listed = []
        for person, given in rows:
            waiting = next((row for row in given if row.mark is None and row.until >= today), None)
            used = sum(1 for row in given if row.mark is not None)
            listed.append((person, given, waiting, used >= round_.resits))
        context = {
            "round": round_,
            "rows": listed,
            "to_open": sum(1 for _person, _given, waiting, used_up in listed if not waiting and not used_up),
            "waiting": sum(1 for _person, _given, waiting, _used_up in listed if waiting),
            "last": last,
            "is_over": today > last,
            "today": today,
        }
        return render(request, "training/desk_resits.html", context)

    def act(self, request):
        if request.POST.get("act") == "marks":
            self.done = _("登了 %(n)s 个补考成绩，首考成绩留着。") % {"n": self.enter_marks(request)}
            return
        try:
            until = date.fromisoformat(request.POST.get("until") or resits.last_day(self.round).isoformat())
        except ValueError:
            raise DomainError("resit.until", _("请选补考的最后一天。")) from None
        opened = resits.open_for_all(self.round.pk, actor=request.user, until=until)
        self.done = (
            _("给 %(n)s 人开了补考，已经发消息告诉他们。") % {"n": len(opened)}
            if opened
            else _("没有要新开的：该补考的都开过了，或者次数用完了。")
        )

    @transaction.atomic
    def enter_marks(self, request):
        written = 0
        for person, given in resits.to_resit(self.round):
            row = person.registration
            text = request.POST.get(f"resit_{row.pk}", "").strip()
            if not text or not any(one.mark is None for one in given):
                continue
            closing.enter_mark(row, typed_mark(text, row.person), actor=request.user, resit=True)
            written += 1
        return written
