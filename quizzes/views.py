"""The exam screens. One question a page; every form works without JavaScript; the server's clock is the only one."""

import json
import secrets
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError
from core.policies import policy_for

from . import services
from .models import Attempt, Kind, QuestionRevision

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HINTS = {
    Kind.MULTIPLE: _("选对全部才得分"),
}


def writer_of(request):
    """The name of this device for this sign-in. Derived from the session, so a page never has to carry or reveal it."""
    return salted_hmac("quizzes.writer", request.session.session_key or "").hexdigest()[:32]


def for_the_person(view):
    """Signed in, never cached, and somebody else's attempt is a 404 wherever a service finds it out."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Attempt.DoesNotExist:
            raise Http404 from None

    return never_cache(login_required(inner))


# The exam -----------------------------------------------------------------------------------------------------------


@for_the_person
def attempt(request, pk):
    """GET shows a question (``?q=3``) or the summary (``?q=end``); POST saves the answer and brings the next page."""
    if request.method == "POST":
        return _answer_and_go_on(request, pk)
    row = policy_for(Attempt).get(request.user, pk=pk)
    if not row.is_open:
        return redirect("quizzes:result", pk=pk)
    if _is_elsewhere(request, row):
        return _other_device(request, row, 200)
    return _page(request, row, request.GET.get("q", ""))


def _answer_and_go_on(request, pk):
    position = _number(request.POST.get("position"))
    response = request.POST.getlist("response")
    try:
        if response or request.POST.get("answered"):
            answer = services.save_answer(
                pk, _person(request), position, response, request.POST.get("nonce"), writer_of(request)
            )
            row = answer.attempt
        else:  # nothing ticked, nothing to save: only turn the page
            row = policy_for(Attempt).get(request.user, pk=pk)
    except DomainError as refused:
        row = policy_for(Attempt).get(request.user, pk=pk)
        if not row.is_open:
            return redirect("quizzes:result", pk=pk)
        if refused.code == "attempt.other_device":
            return _other_device(request, row, 409)
        return _page(request, row, position or "", refused=refused, status=400)
    if not row.is_open:
        return redirect("quizzes:result", pk=pk)
    go = request.POST.get("go", "next")
    if go == "end" or position is None:
        return _page(request, row, "end")
    step = {"next": 1, "prev": -1}.get(go, 0)
    following = max(1, position + step)
    return _page(request, row, following if following <= len(row.paper) else "end")


def _page(request, row, wanted, refused=None, status=200):
    """The page of a question, or the summary; without a wish the first question still open."""
    position = _number(wanted)
    if wanted == "end":
        return _summary(request, row, status=status)
    if position is None or not 1 <= position <= len(row.paper):
        position = next(iter(row.open_positions), None)
        if position is None:
            return _summary(request, row, status=status)
    item = row.paper[position - 1]
    answer = row.sheet.get(position)
    chosen = answer.response if answer else []
    points = {one["points"] for one in row.paper}
    context = {
        **_common(row),
        "position": position,
        "item": item,
        "kind": Kind(item["kind"]),
        "hint": HINTS.get(item["kind"], ""),
        "options": [
            {"place": place, "letter": LETTERS[place % 26], "text": text, "chosen": place in chosen}
            for place, (_number_in_bank, text) in enumerate(item["options"])
        ],
        "several": item["kind"] == Kind.MULTIPLE,
        "points": item["points"],
        "same_points": len(points) == 1,
        "pass_score": plain(row.pass_score),
        "answer": answer,
        "nonce": secrets.token_hex(8),
        "is_first": position == 1,
        "is_last": position == len(row.paper),
        "refused": refused,
    }
    return render(request, "quizzes/attempt.html", context, status=status)


def _summary(request, row, status=200):
    context = {**_common(row), "position": None, "open": row.open_positions}
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
        answer = services.save_answer(pk, _person(request), position, response, nonce, writer_of(request))
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
        return _number(request.POST.get("position")), request.POST.getlist("response"), request.POST.get("nonce")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise DomainError("answer.format", _("答案的格式不对，请刷新页面重新选。"))
    return body.get("position"), body.get("response"), body.get("nonce")


# Changing device, handing in, the result ----------------------------------------------------------------------------


@for_the_person
@require_POST
def take_over(request, pk):
    """Go on here; the other device is refused from now on."""
    row = policy_for(Attempt).get(request.user, pk=pk)
    try:
        services.take_over(row, _person(request), writer_of(request))
    except DomainError:
        return redirect("quizzes:result", pk=pk)
    return redirect("quizzes:attempt", pk=pk)


@for_the_person
@require_POST
def submit(request, pk):
    """Hand in and mark; also the button that asks for the marks again when marking had failed."""
    row = policy_for(Attempt).get(request.user, pk=pk)
    try:
        services.finish(row, _person(request), writer=writer_of(request))
    except DomainError as refused:
        if refused.code == "attempt.other_device":
            return _other_device(request, row, 409)
    return redirect("quizzes:result", pk=pk)


@for_the_person
@require_safe
def result(request, pk):
    """The score, and after the release each question with its right answer.

    Writes nothing: an overdue paper is taken in by the button, or by beat within a minute.
    """
    row = policy_for(Attempt).get(request.user, pk=pk)
    if row.is_open:
        return redirect("quizzes:attempt", pk=pk)
    context = {"attempt": row, "total": len(row.paper), "done": len(row.done)}
    if row.state == Attempt.State.GRADED:
        context |= {
            "score": plain(row.score),
            "max_score": plain(row.max_score),
            "pass_score": plain(row.pass_score),
            "short": plain(row.pass_score - row.score),
        }
        if row.review_open:
            context["review"] = list(_review(row))
            context["right"] = sum(one["right"] for one in context["review"])
    return render(request, "quizzes/result.html", context)


def _review(row):
    """Each question with what was chosen, what is right and why. Only after the release: here the key is read."""
    explanations = dict(
        QuestionRevision.objects.filter(pk__in=[item["revision"] for item in row.paper]).values_list(
            "pk", "explanation"
        )
    )
    for position, (item, key) in enumerate(zip(row.paper, row.key, strict=True), start=1):
        answer = row.sheet.get(position)
        chosen = answer.response if answer else []
        yield {
            "position": position,
            "kind": Kind(item["kind"]),
            "stem": item["stem"],
            "right": sorted(chosen) == key["answer"],
            "chosen": [_option(item, place) for place in chosen],
            "answer": [_option(item, place) for place in key["answer"]],
            "explanation": explanations.get(item["revision"], ""),
        }


def _option(item, place):
    text = item["options"][place][1]
    return text if item["kind"] == Kind.TRUE_FALSE else f"{LETTERS[place % 26]} {text}"


# Small things -------------------------------------------------------------------------------------------------------


def plain(number):
    """A Decimal without superfluous zeros: 80.00 -> 80, 2.50 -> 2.5."""
    return f"{number.normalize():f}"


def _number(text):
    """A position from a form; None when it is no number."""
    if isinstance(text, int):
        return text
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 4 else None


def _person(request):
    return getattr(request.user, "person", None)


def _is_elsewhere(request, row):
    return bool(row.writer) and row.writer != writer_of(request)


def _other_device(request, row, status):
    url = reverse("quizzes:take_over", args=[row.pk])
    return render(request, "quizzes/other_device.html", {"attempt": row, "take_over_url": url}, status=status)
