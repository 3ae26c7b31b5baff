"""Drawing questions for a paper and freezing it. Pure: chance comes in as a random.Random, so a seed tells all."""

from decimal import Decimal

from django.utils.translation import gettext as _

from .kinds import KINDS

WORDS = {"topic", "lesson", "clause", "layer", "difficulty", "kind", "keys"}
"""What a blueprint row may ask of a question."""


def check_blueprint(blueprint):
    """Raise ValueError with a Chinese sentence unless ``blueprint`` is a list of rows {draw, points, …WORDS}."""
    if not isinstance(blueprint, list) or not blueprint:
        raise ValueError(_("抽题办法至少要有一行。"))
    for number, row in enumerate(blueprint, start=1):
        if not isinstance(row, dict):
            raise ValueError(_("抽题办法第 %(n)s 行的格式不对。") % {"n": number})
        strange = set(row) - WORDS - {"draw", "points"}
        if strange:
            raise ValueError(
                _("抽题办法第 %(n)s 行有不认识的词：%(words)s。") % {"n": number, "words": "、".join(sorted(strange))}
            )
        empty = [word for word in WORDS & set(row) if row[word] in ("", [], None)]
        if empty:
            raise ValueError(
                _("抽题办法第 %(n)s 行的 %(word)s 是空的，不限就不要写。") % {"n": number, "word": empty[0]}
            )
        for word in ("draw", "points"):
            if type(row.get(word)) is not int or not 1 <= row[word] <= 100:
                raise ValueError(
                    _("抽题办法第 %(n)s 行的 %(word)s 要是 1 到 100 的整数。") % {"n": number, "word": word}
                )


def draw(rows, rng):
    """Draw for each row (candidates, how many), none twice; returns one list per row, shorter where there are too few,
    each in the order of its candidates.

    Rows may overlap: a candidate taken by a broad row is handed on to a narrow one that has no other (augmenting
    paths), so a blueprint fails only when it cannot be filled at all.
    """
    shuffled = [rng.sample(candidates, len(candidates)) for candidates, _count in rows]
    row_of = [row for row, (_candidates, count) in enumerate(rows) for _slot in range(count)]
    slot_of = {}

    def place(slot, tried):
        candidates = shuffled[row_of[slot]]
        for candidate in candidates:
            if candidate not in slot_of:
                slot_of[candidate] = slot
                return True
        for candidate in candidates:
            if candidate not in tried:
                tried.add(candidate)
                if place(slot_of[candidate], tried):
                    slot_of[candidate] = slot
                    return True
        return False

    for slot in range(len(row_of)):
        place(slot, set())
    drawn = [set() for _row in rows]
    for candidate, slot in slot_of.items():
        drawn[row_of[slot]].add(candidate)
    return [[c for c in candidates if c in taken] for (candidates, _count), taken in zip(rows, drawn, strict=True)]


def freeze(drawn, rng, *, shuffle_questions, shuffle_options, part_marks=False):
    """The paper and the key of revisions drawn as [(revision, points), …]: see Attempt for both formats."""
    drawn = list(drawn)
    if shuffle_questions:
        rng.shuffle(drawn)
    paper, key = [], []
    for revision, points in drawn:
        shown, answer = KINDS[revision.kind].freeze(revision.options, revision.answer, rng, shuffle_options)
        item = {"revision": revision.pk, "kind": revision.kind, "stem": revision.stem, "points": points, **shown}
        if revision.picture_id:
            item["picture"] = {"url": revision.picture.url, "alt": revision.picture_alt}
        paper.append(item)
        key.append({"kind": revision.kind, "answer": answer, "points": points} | ({"part": True} if part_marks else {}))
    return paper, key


def total(key):
    """Points a frozen key can earn."""
    return sum((Decimal(str(item["points"])) for item in key), Decimal(0))
