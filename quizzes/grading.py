"""What a paper earns. Pure: no database, no clock, no chance. The rules of each kind are in ``kinds``."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .kinds import KINDS

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Mark:
    """What one question earned, of how much; ``points`` None while a person still has to mark it."""

    points: Decimal | None
    out_of: Decimal

    @property
    def right(self):
        return self.points == self.out_of


@dataclass(frozen=True)
class Result:
    """A marked paper: one Mark per position, in order."""

    marks: tuple

    @property
    def waiting(self):
        """Positions a person still has to mark."""
        return [position for position, mark in enumerate(self.marks, start=1) if mark.points is None]

    @property
    def score(self):
        """Points earned so far."""
        return sum((mark.points for mark in self.marks if mark.points is not None), Decimal(0))

    @property
    def max_score(self):
        return sum((mark.out_of for mark in self.marks), Decimal(0))


def clean_response(item, raw):
    """The response to a paper's item as it is stored. Raises DomainError ``answer.*`` when it cannot be one.

    ``raw`` is a list of form values or JSON values. An empty list is an answer taken back.
    """
    return KINDS[item["kind"]].clean(item, raw)


def is_answered(kind, response):
    """Whether a stored response leaves nothing open."""
    return KINDS[kind].is_done(response)


def grade_paper(key, responses, by_hand=None):
    """Mark a frozen key against {position: response}; ``by_hand`` is {position: points} of those a person marked.

    Without a response a position earns 0; positions that are not on the paper are ignored. What was put right afterwards stands
    in the key: ``also`` (further right answers; the best counts), ``full`` (full points for everybody), ``by_hand`` (a
    person's points stand for those of the machine). Each mark is rounded half up to a hundredth of a point, so that the shown
    marks add up to the shown score.
    """
    marks = []
    for position, item in enumerate(key, start=1):
        out_of = Decimal(str(item["points"]))
        points = _points(item, responses.get(position), out_of)
        if points is None:
            points = (by_hand or {}).get(position)
        if points is not None:
            points = points.quantize(CENT, ROUND_HALF_UP)
        marks.append(Mark(points, out_of))
    return Result(tuple(marks))


def _points(item, response, out_of):
    """What the machine gives; None where a person does."""
    if item.get("full"):
        return out_of
    if item.get("by_hand"):
        return None
    if not response:
        return Decimal(0)
    mark = KINDS[item["kind"]].mark
    points = mark(item, response, out_of)
    if points is None or "also" not in item:
        return points
    return max(points, *(mark(item | {"answer": answer}, response, out_of) for answer in item["also"]))


def has_passed(score, max_score, pass_percent):
    """Whether ``score`` of ``max_score`` reaches the pass mark, compared exactly: no percentage is rounded first."""
    return max_score > 0 and score * 100 >= max_score * pass_percent


def floors_missed(items, result, floors):
    """Kinds that earned less than their own floor: ``floors`` is {kind: percent}, e.g. {"case": 60}; ``items`` a paper or
    its key.

    A kind that is not on the paper misses nothing. Compared exactly like the pass mark.
    """
    missed = []
    for kind, percent in floors.items():
        marks = [mark for item, mark in zip(items, result.marks, strict=True) if item["kind"] == kind]
        out_of = sum((mark.out_of for mark in marks), Decimal(0))
        if marks and not has_passed(sum((mark.points or Decimal(0) for mark in marks), Decimal(0)), out_of, percent):
            missed.append(kind)
    return missed


def marks_of(attempt):
    """The marks of a graded attempt as they were given, one a position; those of before marks were kept are marked again."""
    if attempt.marks is None:
        return grade_paper(attempt.key, {p: answer.response for p, answer in attempt.sheet.items()}).marks
    return tuple(
        Mark(Decimal(points), Decimal(str(item["points"])))
        for points, item in zip(attempt.marks, attempt.paper, strict=True)
    )
