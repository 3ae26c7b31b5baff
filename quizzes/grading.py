"""What an answer of each kind looks like and what it earns. Pure: no database, no clock, no chance.

An option is named by its place on the frozen paper, from 0. A new kind is one more row in KINDS.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.exceptions import DomainError

MAX_CHOICES = 50
"""More values than any question has options: such a body is refused before it is looked at."""


# One choice out of several, or several: single, multiple, true_false ------------------------------------------------


def _clean_choices(item, raw):
    if not isinstance(raw, list | tuple):
        raise DomainError("answer.format", _("答案的格式不对，请刷新页面重新选。"))
    if len(raw) > MAX_CHOICES:
        raise DomainError("answer.too_large", _("送来的答案太长了，请刷新页面重新选。"))
    places = []
    for value in raw:
        place = _place(value)
        if place is None or place >= len(item["options"]):
            raise DomainError("answer.option", _("这道题没有这个选项，请刷新页面重新选。"))
        places.append(place)
    if len(set(places)) != len(places):
        raise DomainError("answer.duplicate", _("同一个选项送来了两次，请刷新页面重新选。"))
    return sorted(places)


def _place(value):
    """A place on the paper from a form value or a JSON number; None for anything else (1.0, true, NaN, "１", -1)."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 3:
        return int(value)
    if type(value) is int and value >= 0:
        return value
    return None


def _clean_one(item, raw):
    places = _clean_choices(item, raw)
    if len(places) > 1:
        raise DomainError("answer.one_only", _("这道题只能选一项，请只留一个选项。"))
    return places


def _all_right_and_none_wrong(answer, response, points):
    return points if response and sorted(response) == sorted(answer) else Decimal(0)


@dataclass(frozen=True)
class KindRules:
    """``clean(item of the paper, raw) -> response``, raising DomainError ``answer.*``;
    ``mark(answer, response, points) -> Decimal``."""

    clean: callable
    mark: callable


KINDS = {
    "single": KindRules(_clean_one, _all_right_and_none_wrong),
    "multiple": KindRules(_clean_choices, _all_right_and_none_wrong),
    "true_false": KindRules(_clean_one, _all_right_and_none_wrong),
}


# The verbs ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """What one question earned, of how much."""

    points: Decimal
    out_of: Decimal

    @property
    def right(self):
        return self.points == self.out_of


@dataclass(frozen=True)
class Result:
    """A marked paper: one Mark per position, in order."""

    marks: tuple

    @property
    def score(self):
        return sum((mark.points for mark in self.marks), Decimal(0))

    @property
    def max_score(self):
        return sum((mark.out_of for mark in self.marks), Decimal(0))


def clean_response(item, raw):
    """The response to a paper's item as it is stored. Raises DomainError ``answer.*`` when it cannot be one.

    ``raw`` is a list of form values or JSON numbers. An empty list is an answer taken back.
    """
    return KINDS[item["kind"]].clean(item, raw)


def is_answered(kind, response):
    """Whether a stored response says anything."""
    return bool(response)


def grade_paper(key, responses):
    """Mark a frozen key against {position: response}. Without a response a position earns 0; others are ignored."""
    marks = []
    for position, item in enumerate(key, start=1):
        out_of = Decimal(str(item["points"]))
        response = responses.get(position)
        points = KINDS[item["kind"]].mark(item["answer"], response, out_of) if response is not None else Decimal(0)
        marks.append(Mark(points, out_of))
    return Result(tuple(marks))


def has_passed(score, max_score, pass_percent):
    """Whether ``score`` of ``max_score`` reaches the pass mark, compared exactly: no percentage is rounded first."""
    return max_score > 0 and score * 100 >= max_score * pass_percent
