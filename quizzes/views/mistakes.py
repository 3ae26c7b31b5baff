"""错题本 and its practice: one question at a time, the answer at once, no attempt."""

import secrets

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.exceptions import DomainError

from .. import mistakes
from . import questions
from .common import number_of, person_of


@never_cache
@login_required
@require_safe
def book(request):
    """The wrong answers by clause."""
    person = person_of(request)
    return render(request, "quizzes/mistakes.html", {"mistakes": mistakes.book(person) if person else []})


@never_cache
@login_required
@require_safe
def practice(request):
    """One question of the book; ``?after=<question>`` the next one behind it, the first again after the last."""
    person = person_of(request)
    rows = mistakes.book(person) if person else []
    places = [row.question.pk for row in rows]
    after = number_of(request.GET.get("after"))
    start = places.index(after) + 1 if after in places else 0
    return _page(request, rows[start % len(rows)] if rows else None, len(rows))


@never_cache
@login_required
@require_POST
def answer(request, pk):
    """Mark the answer to one question of one's own book and show at once what is right."""
    person = person_of(request)
    rows = mistakes.book(person) if person else []
    mistake = next((row for row in rows if row.question.pk == pk), None)
    if mistake is None:
        raise Http404
    raw = request.POST.getlist("response")
    try:
        is_right, in_a_row = mistakes.practise(person, mistake, raw, request.POST.get("nonce"))
    except DomainError as refused:
        return _page(request, mistake, len(rows), refused=refused, status=400)
    gone = in_a_row >= mistakes.GONE_AFTER
    told = {"is_right": is_right, "in_a_row": in_a_row, "gone": gone, "left": len(rows) - gone}
    return render(request, "quizzes/practice.html", {"mistake": mistake, "told": told})


def _page(request, mistake, count, refused=None, status=200):
    context = {"mistake": mistake, "count": count, "refused": refused, "nonce": secrets.token_hex(8)}
    if mistake:
        context["question"] = questions.drawn(mistake.item)
    return render(request, "quizzes/practice.html", context, status=status)
