"""A question was wrong: first a dry run (who changes, by how much), then every paper it stood on is put right.

It was our fault, so nobody loses: what counted as right before counts still. Doing it again changes nothing.
"""

import copy
from collections import Counter
from decimal import Decimal

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from core import audit_trail, clock
from core.exceptions import DomainError

from . import hand_marking, marking
from .kinds import KINDS
from .models import Attempt, PrintedPaper, QuestionRevision, Regrade, RegradeChange

INLINE = 500
"""Papers that are done while the asker waits, in one transaction; more are the worker's, BATCH in each transaction."""

BATCH = 200
SHOWN = 100
"""Rows of the dry run that are kept to be looked at."""

_State = Regrade.State


# Which papers -------------------------------------------------------------------------------------------------------


def papers_with(revision):
    """Attempts with this wording on their paper, those that ran out left aside."""
    return with_wording(Attempt.objects.exclude(state=Attempt.State.EXPIRED), revision)


def with_wording(rows, revision):
    """Those of the papers in whose text the revision's number stands: all that have it, and few more."""
    # The text only narrows it down: 17 is found in 170 too. Both databases write a blank after the colon.
    return rows.annotate(_text=Cast("paper", TextField())).filter(_text__contains=f'"revision": {revision.pk}')


def position_of(attempt, revision_id):
    """Where a wording stands on a paper, from 1; None when it does not."""
    return next((n for n, item in enumerate(attempt.paper, start=1) if item["revision"] == revision_id), None)


def on_paper(item, answer):
    """An answer as the bank writes it in the places of one paper's item. Kinds that a person marks have none."""
    kind = item["kind"]
    if kind == "true_false":
        return [0 if answer else 1]
    place_of = {number: place for place, (number, _text) in enumerate(item["options"])}
    if kind in ("single", "multiple"):
        return sorted(place_of[number] for number in answer)
    if kind == "matching":
        return [place_of[answer[number]] for number, _text in item["left"]]
    if kind == "ordering":
        rank_of = {number: rank for rank, number in enumerate(answer, start=1)}
        return [rank_of[number] for number, _text in item["options"]]
    return answer


def new_key(rule, answer, paper_item, key_item):
    """A key's item after the rule; equal to before when there is nothing to put right. What was right stays right."""
    item = copy.deepcopy(key_item)
    if rule == Regrade.Rule.FULL:
        return item | {"full": True}
    answer = on_paper(paper_item, answer)
    known = [item["answer"], *item.get("also", [])]
    if rule == Regrade.Rule.ALSO:
        return item if answer in known else item | {"also": [*item.get("also", []), answer]}
    if answer == item["answer"]:
        return item
    return item | {"answer": answer, "also": [one for one in known if one != answer]}


# Dry run ------------------------------------------------------------------------------------------------------------


def plan(user, revision, rule, answer, reason):
    """Begin a Regrade with its dry run, which changes no paper; returns it, checked at once for up to INLINE papers.

    ``answer`` as the bank writes it (None for full points). Raises DomainError ``regrade.reason``, ``regrade.answer`` with
    what is wrong with it, ``regrade.by_hand`` for questions a person marks.
    """
    from .tasks import check_regrade

    reason = reason.strip()
    if not 4 <= len(reason) <= 500:
        raise DomainError("regrade.reason", _("请写明这道题错在哪里，至少 4 个字。"))
    if rule == Regrade.Rule.FULL:
        answer = None
    elif KINDS[revision.kind].is_manual:
        raise DomainError("regrade.by_hand", _("这种题由老师阅卷，没有标准答案可改；请选“人人满分”，或逐份复核。"))
    else:
        try:
            _options, answer = KINDS[revision.kind].check(revision.stem, revision.options, answer)
        except ValueError as fault:
            raise DomainError("regrade.answer", _("答案不对：%(fault)s。") % {"fault": fault}) from None
    with transaction.atomic():
        row = Regrade.objects.create(
            revision=revision, rule=rule, answer=answer, reason=reason, made_by=user, made_at=clock.now()
        )
        row.total = papers_with(revision).count()
        row.save(update_fields=["total"])
        audit_trail.record(user, "question.regrade_plan", row, reason=reason)
        if row.total > INLINE:
            check_regrade.delay_on_commit(row.pk)
            return row
        return check(row.pk)


def check(regrade_id):
    """The dry run; returns the Regrade. Done again it counts again, until it is applied."""
    row = Regrade.objects.select_related("revision").get(pk=regrade_id)
    if row.state not in (_State.CHECKING, _State.CHECKED):
        return row
    counts, points, shown = Counter(), Counter(), []
    attempts = _whole(papers_with(row.revision).order_by("pk"))
    for done, attempt in enumerate(attempts.iterator(chunk_size=BATCH), start=1):
        change = _change(row, attempt)
        counts["papers"] += position_of(attempt, row.revision_id) is not None
        if change:
            _count(change, counts, points)
            if len(shown) < SHOWN and change.score_after != change.score_before:
                shown.append(_shown(change))
        if done % BATCH == 0:
            Regrade.objects.filter(pk=row.pk).update(done=done)
    row.counts, row.rows = _figures(counts, points), shown
    row.state, row.done = _State.CHECKED, row.total
    row.save(update_fields=["counts", "rows", "state", "done"])
    return row


def _whole(attempts):
    return attempts.select_related("quiz").prefetch_related("answers", "hand_marks")


def _change(row, attempt):
    """The RegradeChange this paper would get, the new key in place on ``attempt``; None when it stays as it is."""
    position = position_of(attempt, row.revision_id)
    if position is None:
        return None
    before = attempt.key[position - 1]
    after = new_key(row.rule, row.answer, attempt.paper[position - 1], before)
    if after == before:
        return None
    attempt.key[position - 1] = after
    change = RegradeChange(
        regrade=row,
        attempt=attempt,
        position=position,
        key_before=before,
        key_after=after,
        score_before=attempt.score,
        passed_before=attempt.passed,
    )
    if attempt.state == Attempt.State.GRADED:
        result = marking.result_of(attempt)
        change.score_after, change.passed_after = result.score, marking.is_pass(attempt, result)
    return change


def _count(change, counts, points):
    if change.score_before is None:
        counts["unfinished"] += 1
        return
    gained = change.score_after - change.score_before
    if gained:
        counts["changed"] += 1
        points[str(gained.normalize())] += 1
    counts["passes"] += bool(change.passed_after and not change.passed_before)


def _figures(counts, points):
    gains = sorted(points.items(), key=lambda one: Decimal(one[0]), reverse=True)
    names = ("papers", "changed", "passes", "unfinished")
    return {name: counts[name] for name in names} | {"points": [[f"{Decimal(gain):f}", n] for gain, n in gains]}


def _shown(change):
    return [
        hand_marking.code_of(change.attempt_id, change.position),
        f"{change.score_before.normalize():f}",
        f"{change.score_after.normalize():f}",
        bool(change.passed_after and not change.passed_before),
    ]


# Applying -----------------------------------------------------------------------------------------------------------


def apply(regrade, user):
    """Put every paper right as the dry run said; returns the Regrade. Up to INLINE papers in this transaction, more by the
    worker. Again it changes nothing. Raises DomainError ``regrade.not_checked``."""
    from .tasks import write_regrade

    with transaction.atomic():
        row = Regrade.objects.select_for_update(of=("self",)).select_related("revision").get(pk=regrade.pk)
        if row.state == _State.DONE:
            return row
        if row.state == _State.CHECKING:
            raise DomainError("regrade.not_checked", _("还在试算，算完看过再改。"))
        if row.state == _State.CHECKED:
            row.state, row.applied_by, row.applied_at, row.done = _State.APPLYING, user, clock.now(), 0
            row.save(update_fields=["state", "applied_by", "applied_at", "done"])
            audit_trail.record(user, "question.regrade", row, changes={"counts": [None, row.counts]}, reason=row.reason)
        if row.total > INLINE:
            write_regrade.delay_on_commit(row.pk)
            return row
        return write(row.pk)


def write(regrade_id):
    """Change the papers, BATCH in each transaction, and go on where a worker that died left off; returns the Regrade."""
    row = Regrade.objects.select_related("revision").get(pk=regrade_id)
    if row.state != _State.APPLYING:
        return row
    _write_printed(row)
    keys = list(papers_with(row.revision).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            for attempt in _whole(
                Attempt.objects.select_for_update(of=("self",))
                .filter(pk__in=keys[start : start + BATCH])
                .order_by("pk")
            ):
                _write_one(row, attempt)
            Regrade.objects.filter(pk=row.pk).update(done=min(len(keys), start + BATCH))
    counts, points = Counter(papers=row.counts["papers"]), Counter()
    for change in row.changes.all():
        _count(change, counts, points)
    row.counts, row.state, row.done = _figures(counts, points), _State.DONE, row.total
    row.save(update_fields=["counts", "state", "done"])
    return row


def _write_one(row, attempt):
    """One paper, its row locked. Its key is changed with it, so a second time finds nothing to do."""
    change = _change(row, attempt)
    if change is None:
        return
    change.save()
    attempt.save(update_fields=["key"])
    if attempt.state == Attempt.State.GRADED:
        marking.rescore(attempt)
    elif attempt.state == Attempt.State.MARKING:
        marking.grade(attempt)


def _write_printed(row):
    """The same for printed papers: what comes back on paper later is scored by the key that was put right."""
    with transaction.atomic():
        for printed in with_wording(PrintedPaper.objects.select_for_update(), row.revision).order_by("pk"):
            position = position_of(printed, row.revision_id)
            if position is None:
                continue
            after = new_key(row.rule, row.answer, printed.paper[position - 1], printed.key[position - 1])
            if after != printed.key[position - 1]:
                printed.key[position - 1] = after
                printed.save(update_fields=["key"])


def wordings(question):
    """The wordings of a question, the newest first."""
    return QuestionRevision.objects.filter(question=question).order_by("-number")
