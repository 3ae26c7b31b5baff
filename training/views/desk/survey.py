"""满意度问卷 at the desk: how many are in, closing it, sheets from paper, what it says, the poster."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy

from core import clock
from core.policies import policy_for

from ... import supplementing, surveys
from ...models import Round
from .access import DeskView, RoundAct


class SurveyResultsView(DeskView):
    """Figures for who sees the round; comments too: they name nobody."""

    def get(self, request, pk):
        policy = policy_for(Round)
        round_ = policy.get(request.user, pk=pk)
        opens = surveys.opens_at(round_)
        context = {
            "round": round_,
            "results": surveys.results(round_),
            "grades": surveys.GRADES,
            "fewest": surveys.FEWEST,
            "enough": surveys.ENOUGH_PERCENT,
            "opens_at": opens,
            "has_opened": opens is not None and opens <= clock.now(),
            "may_change": policy.may(request.user, "change", round_),
        }
        return render(request, "training/desk_survey.html", context)


class SurveyAct(RoundAct):
    back = "desk:survey"


class CloseSurveyView(SurveyAct):
    done = lazy("问卷收了，结果在下面。")

    def act(self, request):
        surveys.close(self.round.pk, actor=request.user)


class SurveyPapersView(SurveyAct):
    done = lazy("纸质问卷录好了。")

    def act(self, request):
        sheets = surveys.read_sheets(request.POST.get("sheets", ""))
        if self.round.is_settled:
            reason = request.POST.get("reason", "")
            supplementing.late_papers(self.round.pk, sheets, actor=request.user, reason=reason)
        else:
            surveys.add_papers(self.round.pk, sheets, actor=request.user)


class SurveyPosterView(DeskView):
    """A sheet of A4 with the code to scan, for the door and the last slide."""

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        return render(request, "training/desk_survey_poster.html", {"round": round_, "items": surveys.ITEMS})
