"""The result: the score, and after the release each question with its right answer."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.policies import policy_for

from .. import grading
from ..kinds import KINDS
from ..models import Attempt, Kind, QuestionRevision, Quiz
from .common import for_the_person, plain


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
            "short": plain(row.pass_score - row.score) if row.score < row.pass_score else "",
            "floors": _floors_missed(row),
        }
        if row.review_open:
            context["review"] = list(_review(row))
            context["right"] = sum(one["right"] for one in context["review"])
    return render(request, "quizzes/result.html", context)


def _floors_missed(row):
    """[(kind, percent needed)] of the kinds that stayed below their own pass mark."""
    if not row.floors:
        return []
    missed = grading.floors_missed(row.paper, grading.Result(grading.marks_of(row)), row.floors)
    return [(Kind(kind).label, row.floors[kind]) for kind in missed]


def _review(row):
    """Each question with what was answered, what it earned, what is right and why. Only after the release: here the key is
    read."""
    every = row.quiz.review_shows == Quiz.ReviewShows.ALL
    revisions = [item["revision"] for item in row.paper]
    explanations = dict(QuestionRevision.objects.filter(pk__in=revisions).values_list("pk", "explanation"))
    marks = grading.marks_of(row)
    comments = {mark.position: mark.comment for mark in row.hand_marks.all() if mark.comment}
    for position, (item, key) in enumerate(zip(row.paper, row.key, strict=True), start=1):
        answer, rules = row.sheet.get(position), KINDS[item["kind"]]
        mark = marks[position - 1]
        yield {
            "position": position,
            "kind": Kind(item["kind"]),
            "stem": item["stem"],
            "picture": item.get("picture"),
            "right": mark.right,
            "part": bool(mark.points) and not mark.right,
            "points": plain(mark.points),
            "out_of": plain(mark.out_of),
            "chosen": rules.words(item, answer.response) if answer and answer.response else [],
            "answer": _right(item, key, rules) if every else [],
            "explanation": explanations.get(item["revision"], "") if every else "",
            "comment": comments.get(position, ""),
        }


def _right(item, key, rules):
    """The right answer, with what was put right afterwards."""
    words = rules.key_words(item, key["answer"])
    for answer in key.get("also", ()):
        words += [_("%(text)s（也算对）") % {"text": text} for text in rules.key_words(item, answer)]
    return [*words, _("这道题出过错，人人满分")] if key.get("full") else words
