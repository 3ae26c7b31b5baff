"""Answers as people copy them from paper into a cell: B, ACD, 对, 22.34, B-A-C. Pure."""

import re
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.text import normalise

from .exchange.words import BOOLEANS, plain
from .kinds import KINDS
from .kinds.rules import LETTERS

WRITTEN = "（写在纸卷上）"
"""The response of what was written on paper and marked there: the machine only knows that something stands there."""

_NOISE = re.compile(r"[\s,，、;；.。:：/|→>]+")
_BETWEEN = re.compile(r"\s*[|｜;；\n]\s*")
_EMPTY = {"", "-", "—", "空", "无", "未答"}


def responses(paper, given):
    """({position: response}, {position: points}) of {position: text of a cell}; empty cells are left out.

    Raises DomainError ``answer.*`` or ``paper.points`` whose params hold the ``position``.
    """
    answers, points = {}, {}
    for position, text in sorted(given.items()):
        item = paper[position - 1]
        if normalise(text) in _EMPTY:
            continue
        try:
            if KINDS[item["kind"]].is_manual:
                points[position] = read_points(item, text)
                answers[position] = [WRITTEN] * len(item.get("parts") or [1])
            else:
                response = KINDS[item["kind"]].clean(item, read(item, text))
                if response:
                    answers[position] = response
        except DomainError as refused:
            raise DomainError(refused.code, refused.sentence, position=position) from None
    return answers, points


def read_points(item, text):
    """The points a person gave on paper, a Decimal from 0 to those of the item. Raises DomainError ``paper.points``."""
    try:
        points = Decimal(normalise(text).removesuffix("分").strip())
    except InvalidOperation:
        points = None
    most = Decimal(str(item["points"]))
    if points is None or not points.is_finite() or not 0 <= points <= most or points != round(points, 2):
        raise DomainError(
            "paper.points", _("这题由老师给分，请填 0 到 %(most)s 的数，最多两位小数。") % {"most": f"{most:f}"}
        )
    return points


def read(item, text):
    """The text of a cell as the values ``KINDS[…].clean`` takes. Raises DomainError ``answer.option`` for letters the question
    does not have."""
    kind = item["kind"]
    if kind == "true_false":
        return [_truth(text)]
    if kind in ("single", "multiple"):
        return _letters(item, text)
    if kind == "matching":
        # 1B 2A 3—: the numbers of the left side only say where one is.
        return _letters(item, re.sub(r"\d", "", text), blanks=True, count=len(item["left"]))
    if kind == "ordering":
        order = _letters(item, text)
        return [order.index(place) + 1 if place in order else "" for place in range(len(item["options"]))]
    if kind == "fill":
        return _BETWEEN.split(text.strip()) if item["blanks"] > 1 else [text.strip()]
    return [text.strip()]


def _truth(text):
    said = BOOLEANS.get(plain(text))
    if said is None:
        said = {"a": True, "b": False}.get(plain(text))
    if said is None:
        raise DomainError("answer.option", _("判断题请填“对”或“错”（√ 和 × 也认）。"))
    return 0 if said else 1


def _letters(item, text, *, blanks=False, count=None):
    letters = _NOISE.sub("", normalise(text)).upper().replace("—", "-").replace("_", "-")
    if not blanks:
        letters = letters.replace("-", "")
    most = len(item["options"])
    strange = [one for one in letters if one != "-" and (one not in LETTERS or LETTERS.index(one) >= most)]
    if strange or (count and len(letters) > count):
        last = LETTERS[most - 1]
        raise DomainError(
            "answer.option",
            _("这题请填左边每一项配的字母，按顺序共 %(n)s 个，A 到 %(last)s，没写的用 - 占位。")
            % {"n": count, "last": last}
            if count
            else _("这题的选项是 A 到 %(last)s，“%(text)s”对不上，请照答题卡改。")
            % {"last": last, "text": text.strip()[:20]},
        )
    places = ["" if one == "-" else LETTERS.index(one) for one in letters]
    if not blanks and len(set(places)) != len(places):
        raise DomainError("answer.duplicate", _("同一个字母写了两次，请照答题卡改。"))
    return places
