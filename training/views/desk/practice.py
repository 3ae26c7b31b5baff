"""实操评定 of a class on one screen, by phone in the workshop."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for

from ... import practice
from ...models import PracticeResult, Session
from .access import DeskView


class PracticeView(DeskView):
    """One practice unit: everybody on the list, 合格 or 不合格 each, the rest at once."""

    def get(self, request, pk, status=200, **said):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        rows = practice.sheet(session)
        wanted = said.get("wanted", {})
        units = [unit for unit in session.round.sessions.all() if unit.compulsory]
        context = {
            "session": session,
            "round": session.round,
            "units": units,
            "rows": [(row, now, there, *_shown(now, wanted.get(row.pk))) for row, now, there in rows],
            "left": sum(1 for _row, now, there in rows if there and now is None),
            "failed": sum(1 for _row, now, _there in rows if now and now.result == PracticeResult.Result.FAILED),
            "passed": sum(1 for _row, now, _there in rows if now and now.result == PracticeResult.Result.PASSED),
            "results": PracticeResult.Result.choices,
            "is_open": session.compulsory and not session.round.is_settled,
        }
        return render(request, "training/desk_practice.html", context | said, status=status)

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        wanted, seen = _read(request.POST)
        try:
            written, overtaken = practice.judge(
                session, wanted, seen, actor=request.user, rest=request.POST.get("rest", "")
            )
        except DomainError as refused:
            return self.get(request, pk, status=422, error=refused.sentence, wanted=wanted)
        if overtaken:
            told = _("%(names)s 已有别的讲师评过，没有覆盖，请看一眼再改。") % {"names": "、".join(overtaken)}
            messages.warning(request, told)
        if written or not overtaken:
            messages.success(request, _("评好了 %(n)s 人。") % {"n": written} if written else _("没有改动。"))
        return redirect("desk:practice", pk)


def _shown(now, wanted):
    """(result, note) the controls show: what was sent, else what is kept."""
    return wanted or ((now.result, now.note) if now else ("", ""))


def _read(data):
    """({registration key: (result, note)}, the same as they were when the page was drawn)."""
    wanted, seen = {}, {}
    for name, was in data.items():
        key = name.removeprefix("was-")
        if key == name or not key.isdecimal() or len(key) > 11:
            continue
        result, _bar, note = was.partition("|")
        seen[int(key)] = (result, note)
        chosen = data.get(f"r-{key}", "")
        # A note is to 不合格; what is hidden behind 合格 is not meant.
        said = data.get(f"n-{key}", "").strip()[:200] if chosen == PracticeResult.Result.FAILED else ""
        wanted[int(key)] = (chosen, said)
    return wanted, seen
