"""The part of a question's form that differs by kind: rows of options, blanks, pairs, rubric. No script is needed: there are two
spare rows, and a button that brings more.

A part is drawn by templates/quizzes/bank/_part_<template>.html from ``rows``; ``value`` is (options, answer) as the bank keeps
them, raising ValueError with a sentence.
"""

import re

from django.utils.translation import gettext as _

from ..exchange import words
from ..kinds import KINDS
from ..kinds.typed import BLANK
from ..kinds.written import case_parts

MOST_ROWS = 20
_SPARE = 2


class Part:
    """Rows of text fields. ``names`` are the fields of a row; a row is a dict of them, with ``number`` from 0."""

    template = "rows"
    names = ()
    least = 4

    def __init__(self, data, revision):
        """``data`` is what was sent (a QueryDict) or None; ``revision`` is what is being edited or None."""
        self.data = data
        self.revision = revision
        rows = self.sent() if data is not None else []
        if data is None and revision:
            rows = self.stored(revision.options, revision.answer)
        wanted = max(self.least, len(rows) + (_SPARE if rows and data is None else 0))
        if self.is_asking:
            wanted = max(wanted, len(data.getlist(self.names[0])) + _SPARE)
        blank = dict.fromkeys(self.names, "")
        rows = rows[:MOST_ROWS] + [blank] * (min(wanted, MOST_ROWS) - len(rows))
        self.rows = [dict(row, number=number) for number, row in enumerate(rows)]

    @property
    def is_asking(self):
        """More rows were asked for: nothing is saved."""
        return self.data is not None and self.data.get("do") == "more"

    def sent(self):
        lists = [[text.replace("\r\n", "\n").strip() for text in self.data.getlist(name)] for name in self.names]
        rows = [dict(zip(self.names, values, strict=True)) for values in zip(*lists, strict=False)]
        while rows and not any(rows[-1].values()):
            rows.pop()
        return rows

    def filled(self):
        """The rows that say something."""
        return [row for row in self.rows if any(row[name] for name in self.names)]

    def value(self, stem):
        options, answer = KINDS[self.kind].check(stem, *self.read(stem))
        return self.as_stored(options, answer)

    def as_stored(self, options, answer):
        """The stored form when it means the same in another order: then nothing was changed."""
        if self.revision and self.stored(options, answer) == self.stored(self.revision.options, self.revision.answer):
            return self.revision.options, self.revision.answer
        return options, answer


class _Choice(Part):
    template = "choice"
    names = ("option",)

    def __init__(self, data, revision):
        super().__init__(data, revision)
        right = set(data.getlist("right")) if data is not None else set()
        for row in self.rows:
            if data is not None:
                row["right"] = str(row["number"]) in right
            else:
                row["right"] = bool(revision) and row["number"] in revision.answer

    def stored(self, options, answer):
        return [{"option": text} for text in options]

    def as_stored(self, options, answer):
        return options, answer

    def read(self, stem):
        if any(row["right"] and not row["option"] for row in self.rows):
            raise ValueError(_("有一个空的选项被选成了正确答案，请写上选项，或改选别的。"))
        rows = self.filled()
        if not any(row["right"] for row in rows):
            raise ValueError(_("请在正确的选项前面做上记号。"))
        return [row["option"] for row in rows], [place for place, row in enumerate(rows) if row["right"]]


class Single(_Choice):
    kind = "single"
    several = False


class Multiple(_Choice):
    kind = "multiple"
    several = True


class TrueFalse(Part):
    kind = "true_false"
    template = "true_false"
    least = 0

    def stored(self, options, answer):
        return []

    def sent(self):
        return []

    @property
    def choice(self):
        """ "yes", "no" or ""."""
        if self.data is not None:
            return self.data.get("right", "")
        return "" if self.revision is None else "yes" if self.revision.answer else "no"

    def value(self, stem):
        if self.choice not in ("yes", "no"):
            raise ValueError(_("请选这句话是对还是错。"))
        return [], self.choice == "yes"


class Fill(Part):
    kind = "fill"
    names = ("accepted",)
    template = "fill"
    least = 2

    def stored(self, options, answer):
        return [{"accepted": "|".join(re.sub(r"([\\\\|｜])", r"\\\1", text) for text in one)} for one in answer]

    def read(self, stem):
        if not BLANK.search(stem):
            raise ValueError(_("填空题的题干里要用三个下划线（___）标出空，请在题干里补上。"))
        return [], [words.split(row["accepted"], "|｜") for row in self.filled()]


class Numeric(Part):
    kind = "numeric"
    template = "numeric"
    names = ("value", "tolerance", "unit")
    least = 1

    def stored(self, options, answer):
        return [{name: answer[name] for name in self.names}]

    def read(self, stem):
        (row,) = self.rows[:1]
        found = words.number_and_unit(row["value"])
        if found is None:
            raise ValueError(_("正确的数要写成 12.5 这样的数。"))
        return [], {
            "value": words.digits(found[0]),
            "tolerance": row["tolerance"] or "0",
            "unit": row["unit"] or found[1],
        }


class Matching(Part):
    kind = "matching"
    template = "matching"
    names = ("left", "right")

    def stored(self, options, answer):
        left, right = options["left"], options["right"]
        pairs = [{"left": text, "right": right[place]} for text, place in zip(left, answer, strict=True)]
        return pairs + [{"left": "", "right": text} for place, text in enumerate(right) if place not in answer]

    def read(self, stem):
        rows = self.filled()
        if any(row["left"] and not row["right"] for row in rows):
            raise ValueError(_("左边每一项都要配上右边的一项；多出来的右边，左边空着。"))
        right = list(dict.fromkeys(row["right"] for row in rows))
        pairs = [row for row in rows if row["left"]]
        return (
            {"left": [row["left"] for row in pairs], "right": right},
            [right.index(row["right"]) for row in pairs],
        )


class Ordering(Part):
    kind = "ordering"
    template = "ordering"
    names = ("step",)

    def stored(self, options, answer):
        return [{"step": options[place]} for place in answer]

    def read(self, stem):
        steps = [row["step"] for row in self.filled()]
        return steps, list(range(len(steps)))


class _Marked(Part):
    template = "marked"

    @property
    def model(self):
        """The model answer as it stands in the form."""
        if self.data is not None:
            return self.data.get("model", "").replace("\r\n", "\n").strip()
        return self.revision.answer["model"] if self.revision else ""

    def _rubric(self, rows):
        rubric = []
        for row in rows:
            if not re.fullmatch(r"\d{1,3}", row["share"]):
                raise ValueError(_("每条评分要点都要写占百分之几，写成 40 这样的整数，合起来 100。"))
            rubric.append({"text": row["text"], "share": int(row["share"])})
        return rubric


class Short(_Marked):
    kind = "short"
    names = ("text", "share")
    least = 3

    def stored(self, options, answer):
        rows = [{"text": row["text"], "share": str(row["share"])} for row in answer["rubric"]]
        return [] if rows == [{"text": "", "share": "100"}] else rows

    def read(self, stem):
        if not self.model:
            raise ValueError(_("请写上参考答案，阅卷的人要照着看。"))
        return [], {"model": self.model, "rubric": self._rubric(self.filled())}

    def as_stored(self, options, answer):
        return options, answer


class Case(_Marked):
    kind = "case"
    names = ("part", "text", "share")

    def __init__(self, data, revision):
        super().__init__(data, revision)
        if data is None and revision is None:
            for row, part in zip(self.rows, case_parts(), strict=False):
                row |= {"part": part, "share": "25"}

    def stored(self, options, answer):
        rows = zip(options, answer["rubric"], strict=True)
        return [{"part": part, "text": row["text"], "share": str(row["share"])} for part, row in rows]

    def read(self, stem):
        if not self.model:
            raise ValueError(_("请写上参考答案，阅卷的人要照着看。"))
        rows = self.filled()
        return [row["part"] for row in rows], {"model": self.model, "rubric": self._rubric(rows)}

    def as_stored(self, options, answer):
        return options, answer


PARTS = {part.kind: part for part in (Single, Multiple, TrueFalse, Fill, Numeric, Matching, Ordering, Short, Case)}
"""{kind: the part of its form}."""
