"""Working out what the papers of a quiz say about it: the rows for ``statistics``, read bit by bit, and the answer kept."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from core import clock

from . import grading, statistics
from .models import Analysis, Answer, Attempt

INLINE = 500
"""Papers up to which the asker waits for the answer; more are the worker's."""

CHUNK = 500
_CHOICES = ("single", "multiple", "true_false")
_State = Attempt.State


def begin(quiz, user):
    """Have a quiz worked out anew; returns the Analysis, done at once for up to INLINE papers. Asking while one is on its way
    returns that one."""
    from .tasks import analyse

    total = _counted(quiz).count()
    try:
        with transaction.atomic():
            row = Analysis.objects.create(quiz=quiz, made_by=user, made_at=clock.now(), total=total)
    except IntegrityError:
        row = quiz.analyses.get(state=Analysis.State.RUNNING)
        analyse.delay_on_commit(row.pk)  # the worker may have died; doing it twice is doing it once
        return row
    if total <= INLINE:
        return run(row.pk)
    analyse.delay_on_commit(row.pk)
    return row


def run(analysis_id):
    """Work an Analysis out; returns it. Done again it does nothing."""
    row = Analysis.objects.select_related("quiz").get(pk=analysis_id)
    if row.state == Analysis.State.DONE:
        return row

    def progress(done):
        Analysis.objects.filter(pk=row.pk).update(done=done)

    row.result = work_out(row.quiz, progress)
    row.total = row.done = row.result["n"]
    row.state, row.made_at = Analysis.State.DONE, clock.now()
    row.save(update_fields=["result", "total", "done", "state", "made_at"])
    return row


def figures_of(question, most=10):
    """What the newest analyses say of a question: [{quiz, made_at, number: its wording, n, facility, rest, difference}], the
    newest of each quiz and wording first. Two queries."""
    numbers = dict(question.revisions.values_list("pk", "number"))
    named = Q()
    for pk in numbers:
        named |= Q(result__items__has_key=str(pk))
    done = Analysis.objects.filter(named, state=Analysis.State.DONE).select_related("quiz").order_by("-made_at", "-pk")
    found = {}
    for row in done[:most] if numbers else ():
        for pk, number in numbers.items():
            item = row.result["items"].get(str(pk))
            if item:
                figures = {name: item[name] for name in ("n", "facility", "rest", "difference")}
                found.setdefault(
                    (row.quiz_id, pk), figures | {"quiz": row.quiz, "made_at": row.made_at, "number": number}
                )
    return list(found.values())


def _counted(quiz):
    """The papers items are judged by: graded first tries. Who tries again has seen the questions before."""
    return Attempt.objects.graded().filter(quiz=quiz, number=1)


def work_out(quiz, progress=lambda done: None):
    """``statistics.Tally.result`` of a quiz with ``first_rate``, ``final_rate`` and ``people`` (persons × contexts). Memory grows
    by a few bytes a paper. ``progress(done)`` is called now and then."""
    scores = _counted(quiz).order_by("pk").values_list("pk", "score", "max_score")
    scores = [(pk, float(score / most)) for pk, score, most in scores.iterator(chunk_size=5000) if most]
    groups = statistics.groups_of(scores)
    keys = [pk for pk, _share in scores]
    tally = statistics.Tally()
    for start in range(0, len(keys), CHUNK):
        for pk, responses in _papers(keys[start : start + CHUNK]):
            tally.add(responses, groups.get(pk))
        progress(min(len(keys), start + CHUNK))
    finished = Attempt.objects.filter(quiz=quiz, state__in=[_State.GRADED, _State.EXPIRED]).order_by()
    rows = finished.values_list("person", "context", "number", "passed").iterator(chunk_size=5000)
    first, final, people = statistics.pass_rates(((person, why), n, bool(passed)) for person, why, n, passed in rows)
    return tally.result() | {"first_rate": first, "final_rate": final, "people": people}


def _papers(keys):
    """(attempt's key, its Responses) of the attempts with these keys. Two queries."""
    answers = {}
    rows = Answer.objects.filter(attempt__in=keys).order_by("saved_at")
    for attempt, position, response, saved_at in rows.values_list("attempt", "position", "response", "saved_at"):
        answers.setdefault(attempt, []).append((position, response, saved_at))
    attempts = Attempt.objects.filter(pk__in=keys).order_by("pk")
    for pk, paper, marks, started_at, printed in attempts.values_list("pk", "paper", "marks", "started_at", "printed"):
        points = marks or [mark.points for mark in grading.marks_of(Attempt.objects.get(pk=pk))]
        given, before = {}, started_at
        for position, response, saved_at in answers.get(pk, ()):
            # Of what came back on paper nobody knows how long it took.
            given[position] = response, None if printed else (saved_at - before).total_seconds()
            before = saved_at
        yield pk, [_response(item, float(points[n]), given.get(n + 1)) for n, item in enumerate(paper)]


def _response(item, points, given):
    response, seconds = given or ([], None)
    chosen = None
    if item["kind"] in _CHOICES:
        options = item["options"]
        chosen = [options[place][0] for place in response]
    return statistics.Response(item["revision"], item["kind"], points, float(item["points"]), chosen, seconds)
