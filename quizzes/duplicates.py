"""Questions that may be one: the same words, or nearly. Found over the whole bank, without the pairs somebody has reviewed.

Two questions are alike by the pairs of neighbouring characters (domain words are mostly two characters long) that stem and
options share: Jaccard, |A ∩ B| / |A ∪ B|. The same stem alone is enough, whatever the options.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit_trail import record

from .models import Question, QuestionRevision, ReviewedPair

ALIKE = 0.6
"""From this share on a pair is shown. Found by trying: below it are questions about one thing that ask another."""

MOST = 5_000
"""Questions that are compared: the newest."""

COMMON = 80
"""A pair of characters in more questions than this tells nothing (什么, 应该) and finds no candidates."""


@dataclass(frozen=True)
class Alike:
    """Two current revisions and how much they have in common, in percent."""

    one: QuestionRevision
    other: QuestionRevision
    percent: int


def grams(text):
    """The pairs of neighbouring characters of a text, letters and figures only, half width, lower case."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
    return {plain[place : place + 2] for place in range(len(plain) - 1)} or {plain}


def _words_of(revision):
    options = revision.options
    if isinstance(options, dict):
        options = [*options.get("left", ()), *options.get("right", ())]
    return " ".join([revision.stem, *map(str, options)])


def find(revisions):
    """[Alike] of pairs that nobody has reviewed, the most alike first; among the newest MOST of ``revisions`` that are not
    retired. Two queries."""
    rows = revisions.exclude(question__status=Question.Status.RETIRED).select_related("question")
    rows = list(rows.order_by("-question")[:MOST])
    found = alike(rows)
    reviewed = set(ReviewedPair.objects.values_list("lower", "upper"))
    return [pair for pair in found if _keys(pair.one.question_id, pair.other.question_id) not in reviewed]


def alike(rows):
    """[Alike] among these revisions. Only questions that share a rare pair of characters are compared."""
    sets = [grams(_words_of(row)) for row in rows]
    stems = [frozenset(grams(row.stem)) for row in rows]
    where = defaultdict(list)
    for place, pairs in enumerate(sets):
        for pair in pairs:
            where[pair].append(place)
    shared = defaultdict(int)
    for places in where.values():
        if len(places) <= COMMON:
            for number, one in enumerate(places):
                for other in places[number + 1 :]:
                    shared[one, other] += 1
    same_stem = defaultdict(list)
    for place, stem in enumerate(stems):
        same_stem[stem].append(place)
    for places in same_stem.values():
        for number, one in enumerate(places[:20]):
            for other in places[number + 1 : 20]:
                shared[one, other] += 1
    found = []
    for (one, other), count in shared.items():
        both = len(sets[one] & sets[other]) if count > 1 or stems[one] == stems[other] else count
        share = both / (len(sets[one]) + len(sets[other]) - both)
        if share >= ALIKE or stems[one] == stems[other]:
            found.append(Alike(rows[one], rows[other], round(100 * share)))
    return sorted(found, key=lambda pair: (-pair.percent, pair.one.question.key, pair.other.question.key))


def _keys(one, other):
    return (one, other) if one < other else (other, one)


@transaction.atomic
def mark_reviewed(one, other, by):
    """Remember that two questions are not the same. Saying it again changes nothing; a question is never like itself."""
    lower, upper = _keys(one.pk, other.pk)
    if lower == upper:
        return None
    pair, is_new = ReviewedPair.objects.get_or_create(lower_id=lower, upper_id=upper, defaults={"reviewed_by": by})
    if is_new:
        record(by, "question.not_same", one, changes={"other": ["", other.key]}, reason=_("看过，不是同一题"))
    return pair
