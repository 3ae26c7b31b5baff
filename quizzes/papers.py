"""Making a quiz at the desk: its rules, whether the bank can fill its blueprint, a sample of what will be drawn."""

import random
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit_trail
from core.exceptions import DomainError

from . import drawing
from .models import Question, QuestionRevision, Quiz
from .starting import frozen_paper

RULES = (
    "title",
    "pass_percent",
    "floors",
    "minutes",
    "opens_at",
    "closes_at",
    "attempts_allowed",
    "wait_minutes",
    "blueprint",
    "shuffle_questions",
    "shuffle_options",
    "part_marks",
    "layout",
    "review",
    "review_shows",
    "late_policy",
    "grace_minutes",
    "second_percent",
    "second_gap_percent",
)
"""What an editor decides of a quiz."""


def save_quiz(quiz, user, rules):
    """Keep the rules (RULES) of a quiz, new (``quiz`` None) or changed; returns it. Papers already begun stay as frozen.

    The same rules again write nothing. Raises ValidationError by field for rules that contradict each other, and DomainError
    ``quiz.keys`` for a fixed paper that names questions the bank does not have.
    """
    unknown = unknown_keys(rules["blueprint"])
    if unknown:
        raise DomainError(
            "quiz.keys",
            _("题库里没有这些题号，或者还不是“可用”：%(keys)s。请改题号，或到题库里把题改成可用。")
            % {"keys": "、".join(unknown)},
            keys=unknown,
        )
    with transaction.atomic():
        kept = Quiz.objects.select_for_update().get(pk=quiz.pk) if quiz else Quiz(key=f"q-{secrets.token_hex(5)}")
        changed = [name for name in RULES if quiz is None or getattr(kept, name) != rules[name]]
        if not changed:
            return kept
        changes = {name: [str(getattr(kept, name)) if quiz else None, str(rules[name])] for name in changed}
        for name in changed:
            setattr(kept, name, rules[name])
        kept.full_clean()
        kept.save()
        audit_trail.record(user, "quiz.change" if quiz else "quiz.create", kept, changes=changes)
    return kept


def unknown_keys(blueprint):
    """Question numbers of fixed rows that cannot be drawn, in the order written."""
    wanted = [key for row in blueprint for key in row.get("keys", [])]
    there = set(Question.objects.filter(key__in=wanted, status="approved").values_list("key", flat=True))
    return [key for key in dict.fromkeys(wanted) if key not in there]


def candidates(blueprint):
    """For each row of the blueprint the keys of the questions it may draw. One query a row."""
    return [
        list(QuestionRevision.objects.approved().matching(**words_of(row)).values_list("question__key", flat=True))
        for row in blueprint
    ]


def words_of(row):
    """A blueprint row without how many and for how much."""
    return {word: value for word, value in row.items() if word not in ("draw", "points")}


def supply(blueprint):
    """Whether the bank can fill the blueprint: {rows: [{have, need, drawn}], short: how many are missing in all}.

    Rows may share questions; ``drawn`` is what each row gets when they are dealt as a paper deals them.
    """
    have = candidates(blueprint)
    rows = [(keys, row["draw"]) for keys, row in zip(have, blueprint, strict=True)]
    dealt = drawing.draw(rows, random.Random(0))  # noqa: S311 - a count, not a secret
    answer = [
        {"have": len(keys), "need": need, "drawn": len(drawn)} for (keys, need), drawn in zip(rows, dealt, strict=True)
    ]
    return {"rows": answer, "short": sum(row["need"] - row["drawn"] for row in answer)}


def sample(quiz, seed):
    """(paper, key) as an attempt begun now with this seed would freeze them; DomainError ``quiz.not_enough_questions``."""
    return frozen_paper(quiz, random.Random(seed))  # noqa: S311 - a sample
