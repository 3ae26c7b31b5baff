"""Moodle GIFT, written. What GIFT has no words for goes into a comment beside the question (see ``exact``)."""

import re

from django.utils.translation import gettext as _

from ..kinds.typed import BLANK
from . import exact, tags
from .gift_reading import OWN, read_question
from .rows import Row

_SIGNS = re.compile(r"[\\:#={}~\n]")
_WEIGHTS = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667", 7: "14.28571", 8: "12.5", 9: "11.11111"}


def lost(items):
    """Sentences naming what these items would lose in GIFT."""
    pictures = [item["key"] for item in items if item.get("image")]
    if pictures:
        yield _("GIFT 装不下图片：%(n)s 道题的图不会带出去（%(keys)s）。要带图，请用 Moodle XML。") % {
            "n": len(pictures),
            "keys": "、".join(pictures[:5]) + ("…" if len(pictures) > 5 else ""),
        }


def write(items):
    """A GIFT file (bytes, UTF-8) of items in the form of ``bank.load_questions``."""
    pieces = [_("// 质量学堂题库，UTF-8。题目上面的 exact 一行请不要动：GIFT 写不下的（评分要点、单位等）在里面。")]
    topic = None
    for item in items:
        if item["topic"] != topic:
            topic = item["topic"]
            pieces.append(f"$CATEGORY: {_escaped(tags.category(topic))}")
        pieces.append(_question(item))
    return ("\n\n".join(pieces) + "\n").encode()


def _escaped(text):
    return _SIGNS.sub(lambda found: "\\n" if found[0] == "\n" else "\\" + found[0], text)


def _answer_text(text):
    # A text that begins like a format is told to be plain.
    return ("[plain]" if text.startswith("[") else "") + _escaped(text)


def _question(item):
    visible = _visible(item)
    comments = ["// " + " ".join([_mark("id", item["key"]), *(_mark("tag", tag) for tag in tags.write(item))])]
    row = Row(0)
    read_question(row, visible, comments, item["topic"])
    own = exact.missing(item, row.item, visible)
    return "\n".join([*comments, *([OWN + own] if own else []), visible])


def _mark(name, text):
    return f"[{name}:" + re.sub(r"([\]\\])", r"\\\1", re.sub(r"\s+", " ", text)) + "]"


def _visible(item):
    stem, body, tail = _escaped(item["stem"]), _BODIES[item["kind"]](item), ""
    if item["kind"] == "fill" and len(item["answer"]) == 1:
        blank = next(BLANK.finditer(item["stem"]))
        # Three are what the reader puts there by itself.
        end = blank.start() if blank[0] == "___" else blank.end()
        stem, tail = _escaped(item["stem"][:end]), _escaped(item["stem"][blank.end() :])
    explanation = "####" + _escaped(item["explanation"]) if item["explanation"] else ""
    return f"::{_escaped(item['key'])}::[plain]{stem}{{{body}{explanation}}}{tail}"


def _lines(lines):
    return "\n" + "\n".join("\t" + line for line in lines) + "\n"


def _single(item):
    (right,) = item["answer"]
    return _lines(
        ("=" if place == right else "~%0%" if text.startswith("%") else "~") + _answer_text(text)
        for place, text in enumerate(item["options"])
    )


def _multiple(item):
    weight = _WEIGHTS.get(len(item["answer"]), "5")
    return _lines(
        f"~%{weight if place in item['answer'] else '-100'}%{_answer_text(text)}"
        for place, text in enumerate(item["options"])
    )


def _true_false(item):
    return "TRUE" if item["answer"] else "FALSE"


def _fill(item):
    if len(item["answer"]) == 1:
        return " ".join("=%100%" + _escaped(text) for text in item["answer"][0])
    return _lines(
        "=" + _("第 %(n)s 空") % {"n": n} + " -> " + _escaped(accepted[0])
        for n, accepted in enumerate(item["answer"], 1)
    )


def _numeric(item):
    return f"#{item['answer']['value']}:{item['answer']['tolerance']}"


def _matching(item):
    left, right = item["options"]["left"], item["options"]["right"]
    lines = [
        f"={_answer_text(text)} -> {_escaped(right[place])}" for text, place in zip(left, item["answer"], strict=True)
    ]
    return _lines([*lines, *(f"= -> {_escaped(text)}" for n, text in enumerate(right) if n not in item["answer"])])


def _ordering(item):
    return _lines(f"={n} -> {_escaped(item['options'][place])}" for n, place in enumerate(item["answer"], 1))


def _essay(item):
    return ""


_BODIES = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "fill": _fill,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "short": _essay,
    "case": _essay,
}
