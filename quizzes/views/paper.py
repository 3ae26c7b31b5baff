"""What the exam's script fetches beside the page: the rest of the paper once, and every half minute how the paper stands."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.policies import policy_for

from ..models import Attempt
from .common import for_the_person, is_elsewhere, plain
from .exam import every_question


@for_the_person
@require_safe
def paper(request, pk):
    """All questions as a fragment, so that one can go on without a network: what their pages show, nothing more.

    204 when there is nothing to answer here: the paper is closed, or open on another device.
    """
    row = policy_for(Attempt).get(request.user, pk=pk)
    if not row.is_open or is_elsewhere(request, row):
        return HttpResponse(status=204)
    context = {
        "questions": every_question(row),
        "total": len(row.paper),
        "same_points": len({one["points"] for one in row.paper}) == 1,
        "pass_score": plain(row.pass_score),
    }
    return render(request, "quizzes/_paper.html", context)


@for_the_person
@require_safe
def standing(request, pk):
    """{state: open | elsewhere | ended, seconds_left (missing without a limit)}: so that a page learns of minutes given or
    taken and of another device without saving anything."""
    row = policy_for(Attempt).get(request.user, pk=pk)
    if not row.is_open:
        return JsonResponse({"state": "ended"})
    state = {"state": "elsewhere" if is_elsewhere(request, row) else "open"}
    left = row.seconds_left
    return JsonResponse(state if left is None else state | {"seconds_left": left})
