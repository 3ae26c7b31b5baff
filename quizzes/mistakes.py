"""错题本: what a person got wrong in papers whose answers are released, with the right answer; practised until it sits.

A question comes in when a released paper shows it wrong and goes out after GONE_AFTER right answers in a row; getting it wrong
in a later paper brings it back. Answers that a person marks (short, case) are not in it: nothing could say at once whether a
new one is right.
"""

from dataclasses import dataclass

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from core import clock

from . import grading
from .kinds import KINDS
from .models import Attempt, Kind, Practice, QuestionRevision, Quiz
from .sitting import NONCE

GONE_AFTER = 2
"""Right answers in a row after which a question leaves the book."""

PAPERS = 60
"""The newest papers of a person that the book looks at."""


@dataclass(frozen=True)
class Mistake:
    """One question of the book as it stood on the newest paper that shows it wrong."""

    question: object
    explanation: str
    item: dict
    key: dict
    response: list | None
    attempt: Attempt
    practised: Practice | None

    @property
    def kind(self):
        return Kind(self.item["kind"])

    @property
    def clause_url(self):
        """The clause's page in the guide; '' where the question names no single clause."""
        try:
            return reverse("guide:by_number", args=[self.question.clause])
        except NoReverseMatch:
            return ""

    @property
    def chosen(self):
        return KINDS[self.item["kind"]].words(self.item, self.response) if self.response else []

    @property
    def right(self):
        return KINDS[self.item["kind"]].key_words(self.item, self.key["answer"])

    @property
    def right_in_a_row(self):
        since = self.practised and self.practised.last_at > self.attempt.submitted_at
        return self.practised.right_in_a_row if since else 0


def book(person):
    """The Mistakes of a person by clause, those without one last. Four queries, however many papers and questions."""
    found = {}
    for attempt in _released(person):
        marks = grading.marks_of(attempt)
        for position, (item, key, mark) in enumerate(zip(attempt.paper, attempt.key, marks, strict=True), start=1):
            if not KINDS[item["kind"]].is_manual:
                found.setdefault(item["revision"], []).append((attempt, position, item, key, mark))
    revisions = QuestionRevision.objects.select_related("question").filter(pk__in=found)
    seen = {}
    for revision in revisions:
        for one in found[revision.pk]:
            newest = seen.get(revision.question_id)
            if not one[-1].right and (newest is None or one[0].submitted_at > newest[1][0].submitted_at):
                seen[revision.question_id] = revision, one
    practised = {row.question_id: row for row in Practice.objects.filter(person=person)}
    mistakes = [
        Mistake(
            revision.question,
            revision.explanation,
            item,
            key,
            attempt.sheet[position].response if position in attempt.sheet else None,
            attempt,
            practised.get(question),
        )
        for question, (revision, (attempt, position, item, key, _mark)) in seen.items()
    ]
    kept = [mistake for mistake in mistakes if mistake.right_in_a_row < GONE_AFTER]
    return sorted(
        kept,
        key=lambda mistake: (not mistake.question.clause, _by_number(mistake.question.clause), mistake.question.key),
    )


def _released(person):
    """Graded papers of the person whose right answers may be seen now, with their answers."""
    rows = Attempt.objects.of(person).graded().select_related("quiz").defer("quiz__blueprint")
    rows = rows.filter(quiz__review_shows=Quiz.ReviewShows.ALL).prefetch_related("answers")
    return [row for row in rows.order_by("-submitted_at")[:PAPERS] if row.review_open]


def _by_number(clause):
    return [int(part) if part.isdecimal() else 0 for part in clause.split(".")]


def practise(person, mistake, raw, nonce):
    """Mark one answer to a question of the book: (whether it is right, right answers in a row now). No attempt comes of it.

    ``raw`` as from the form; the same ``nonce`` again is the same answer and counts once. Raises DomainError ``answer.*``.
    """
    response = grading.clean_response(mistake.item, raw)
    key = {name: value for name, value in mistake.key.items() if name != "part"}
    is_right = grading.grade_paper([key], {1: response}).marks[0].right
    nonce = nonce if isinstance(nonce, str) and NONCE.fullmatch(nonce) else ""
    with transaction.atomic():
        row, _new = Practice.objects.select_for_update().get_or_create(
            person=person, question=mistake.question, defaults={"last_at": clock.now()}
        )
        if not nonce or row.nonce != nonce:
            since = row.last_at > mistake.attempt.submitted_at
            row.right_in_a_row = (row.right_in_a_row if since else 0) + 1 if is_right else 0
            row.last_at, row.nonce = clock.now(), nonce
            row.save()
    return is_right, row.right_in_a_row


def export_person(person):
    """What was practised, for the privacy export."""
    rows = Practice.objects.filter(person=person).select_related("question").order_by("last_at")
    return _("错题练习"), [
        {_("题号"): row.question.key, _("连着答对几次"): row.right_in_a_row, _("上次练习"): row.last_at} for row in rows
    ]


def forget(person):
    """Erasure: what a person practised counts nowhere."""
    Practice.objects.filter(person=person).delete()
