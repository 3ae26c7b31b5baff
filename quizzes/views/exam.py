"""The exam screens. One question a page; every form works without JavaScript; the server's clock is the only one."""

import json
import secrets

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.exceptions import DomainError
from core.policies import policy_for

from .. import services
from ..models import Attempt, Quiz
from . import questions
from .common import for_the_person, is_elsewhere, number_of, other_device, person_of, plain, writer_of

# The exam -----------------------------------------------------------------------------------------------------------


@for_the_person
def attempt(request, pk):
    """GET shows a question (``?q=3``) or the summary (``?q=end``); POST saves the answer and brings the next page."""
    if request.method == "POST":
        return _answer_and_go_on(request, pk)
    row = policy_for(Attempt).get(request.user, pk=pk)
    if not row.is_open:
        return redirect("quizzes:result", pk=pk)
    if is_elsewhere(request, row):
        return other_device(request, row, 200)
    return _page(request, row, request.GET.get("q", ""))


def _answer_and_go_on(request, pk):
    """Save what was posted: one question under ``response``, or with all on a page each under ``response-<position>``."""
    position = number_of(request.POST.get("position"))
    row = None
    try:
        for number, response in _posted_answers(request):
            answer = services.save_answer(
                pk, person_of(request), number, response, request.POST.get("nonce"), writer_of(request)
            )
            row = answer.attempt
    except DomainError as refused:
        row = policy_for(Attempt).get(request.user, pk=pk)
        if not row.is_open:
            return redirect("quizzes:result", pk=pk)
        if refused.code == "attempt.other_device":
            return other_device(request, row, 409)
        return _page(request, row, position or "", refused=refused, status=400)
    row = row or policy_for(Attempt).get(request.user, pk=pk)
    if not row.is_open:
        return redirect("quizzes:result", pk=pk)
    go = request.POST.get("go", "next")
    if number_of(request.POST.get("flag")):
        go, position = "flag", number_of(request.POST["flag"])
    if go == "flag" and position:
        services.flag(row, person_of(request), position, position not in row.flags)
        return redirect(f"{request.path}?q={position}#q{position}")
    if go == "end" or position is None:
        return _page(request, row, "end")
    step = {"next": 1, "prev": -1}.get(go, 0)
    following = max(1, position + step)
    return _page(request, row, following if following <= len(row.paper) else "end")


def _posted_answers(request):
    """(position, response) of each question that was answered or had been; nothing ticked is nothing to save."""
    if "response" in request.POST or "position" in request.POST:
        response = request.POST.getlist("response")
        if any(response) or request.POST.get("answered"):
            yield number_of(request.POST.get("position")), response
        return
    answered = set(request.POST.getlist("answered"))
    for name in request.POST.getlist("question"):
        response = request.POST.getlist(f"response-{name}")
        if any(response) or name in answered:
            yield number_of(name), response


def _page(request, row, wanted, refused=None, status=200):
    """The page of a question, or all of them, or the summary; without a wish the first question still open."""
    position = number_of(wanted)
    if wanted == "end":
        return _summary(request, row, status=status)
    every = row.quiz.layout == Quiz.Layout.ALL
    if position is None or not 1 <= position <= len(row.paper):
        position = next(iter(row.open_positions), None)
        if position is None and not every:
            return _summary(request, row, status=status)
    drawn = every_question(row) if every else [questions.shown(row, position, part_marks=row.quiz.part_marks)]
    context = {
        **_common(row),
        "position": position,
        "questions": drawn,
        "every": every,
        "same_points": len({one["points"] for one in row.paper}) == 1,
        "pass_score": plain(row.pass_score),
        "answer": row.sheet.get(position),
        "nonce": secrets.token_hex(8),
        "flagged": position in row.flags,
        "is_first": position == 1,
        "is_last": position == len(row.paper),
        "refused": refused,
    }
    return render(request, "quizzes/attempt.html", context, status=status)


def every_question(row):
    """All questions of the paper, the controls of each under names of its own."""
    part_marks = row.quiz.part_marks
    return [questions.shown(row, n, name=f"response-{n}", part_marks=part_marks) for n in range(1, len(row.paper) + 1)]


def _summary(request, row, status=200):
    receipts = [row.sheet[position] for position in sorted(row.sheet)]
    context = {**_common(row), "position": None, "open": row.open_positions, "receipts": receipts}
    return render(request, "quizzes/summary.html", context, status=status)


def _common(row):
    """What the head, the clock and the answer sheet show."""
    done, total = set(row.done), len(row.paper)
    left = row.seconds_left
    return {
        "attempt": row,
        "total": total,
        "done": done,
        "left": total - len(done),
        "seconds_left": left,
        "clock": None if left is None else f"{left // 60:02}:{left % 60:02}",
        "flags": set(row.flags),
    }


# Saving by script ---------------------------------------------------------------------------------------------------

STATUS = {"answer.too_large": 413}


@never_cache
@require_POST
def save(request, pk):
    """One answer by fetch: form or JSON {position, response, nonce} in, {saved_at, receipt, position, …} out.

    Refused: 401 when signed out, 404, 400 ``answer.*``, 413, 409 ``attempt.*``, each as {code, message}.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"code": "login", "message": _("登录过期了，请重新登录，答案还在手机里。")}, status=401)
    try:
        position, response, nonce = _posted(request)
        answer = services.save_answer(pk, person_of(request), position, response, nonce, writer_of(request))
    except Attempt.DoesNotExist:
        return JsonResponse({"code": "attempt.unknown", "message": _("没有这份卷子，请从课程重新进入。")}, status=404)
    except DomainError as refused:
        status = STATUS.get(refused.code, 409 if refused.code.startswith("attempt.") else 400)
        return JsonResponse({"code": refused.code, "message": str(refused.sentence)}, status=status)
    saved = {"saved_at": answer.saved_at.isoformat(), "receipt": answer.receipt, "position": answer.position}
    left = answer.attempt.seconds_left
    return JsonResponse(saved if left is None else saved | {"seconds_left": left})


def _posted(request):
    """(position, response, nonce) of a form or a JSON body."""
    if request.content_type != "application/json":
        return number_of(request.POST.get("position")), request.POST.getlist("response"), request.POST.get("nonce")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise DomainError("answer.format", _("答案的格式不对，请刷新页面重新选。"))
    return body.get("position"), body.get("response"), body.get("nonce")


# Flags, leaving the page, changing device, handing in ---------------------------------------------------------------


@never_cache
@require_POST
def note(request, pk):
    """By fetch: ``flag`` a question ({position, flag: 0/1}) or report the page left for ``left`` seconds. 204, or {code, message}."""
    if not request.user.is_authenticated:
        return JsonResponse({"code": "login", "message": _("登录过期了，请重新登录。")}, status=401)
    try:
        row = policy_for(Attempt).get(request.user, pk=pk)
        if "left" in request.POST:
            services.left_page(row, person_of(request), number_of(request.POST["left"]))
        else:
            services.flag(
                row, person_of(request), number_of(request.POST.get("position")), request.POST.get("flag") == "1"
            )
    except DomainError as refused:
        return JsonResponse({"code": refused.code, "message": str(refused.sentence)}, status=409)
    return HttpResponse(status=204)


@for_the_person
@require_POST
def take_over(request, pk):
    """Go on here; the other device is refused from now on."""
    row = policy_for(Attempt).get(request.user, pk=pk)
    try:
        services.take_over(row, person_of(request), writer_of(request))
    except DomainError:
        return redirect("quizzes:result", pk=pk)
    return redirect("quizzes:attempt", pk=pk)


@for_the_person
@require_POST
def submit(request, pk):
    """Hand in and mark; also the button that asks for the marks again when marking had failed."""
    row = policy_for(Attempt).get(request.user, pk=pk)
    try:
        services.finish(row, person_of(request), writer=writer_of(request))
    except DomainError as refused:
        if refused.code == "attempt.other_device":
            return other_device(request, row, 409)
    return redirect("quizzes:result", pk=pk)
