"""Moodle's embedded answers (cloze): {1:SHORTANSWER:=甲~=乙} within a text."""

import re

from django.utils.translation import gettext as _

from ..kinds.typed import BLANK
from . import words

_PART = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_SHORT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_CHOICE = {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"}
_CHOICE |= {"MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"}
_SEVERAL = {"MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"}
_WEIGHT = re.compile(r"^%(-?\d+(?:\.\d+)?)%")


def write(stem, answer):
    """The stem of a fill-in question with its accepted answers in the place of its blanks."""
    blanks = iter(answer)

    def part(found):
        accepted = "~".join("=" + _escaped(text) for text in next(blanks))
        # Three underscores are what the reader puts there by itself.
        return ("" if found[0] == "___" else found[0]) + "{1:SHORTANSWER:" + accepted + "}"

    return BLANK.sub(part, stem)


def _escaped(text):
    return re.sub(r'([\\}#~/"])', r"\\\1", text)


def _plain(text):
    return re.sub(r"\\(.)", r"\1", text).strip()


def read(row, text, explanation):
    """Kind, stem, options and answer of a text with embedded answers.

    One embedded number or choice makes a numeric or a choice question; everything else is filled in. Raises ValueError.
    """
    parts = list(_PART.finditer(text))
    if not parts:
        raise ValueError(_("题里没有要填的空（{1:SHORTANSWER:=…}），请补上。"))
    read_parts = [_read(found, explanation) for found in parts]
    if len(parts) == 1 and parts[0][2] in _NUMBER:
        ((value, tolerance),) = read_parts[0]
        answer = {"value": words.digits(value), "tolerance": words.digits(tolerance), "unit": ""}
        return {"kind": "numeric", "stem": _PART.sub("___", text), "options": [], "answer": answer}
    accepted = []
    for found, answers in zip(parts, read_parts, strict=True):
        if found[2] in _NUMBER:
            if any(tolerance for _value, tolerance in answers):
                raise ValueError(_("有误差的数和别的空在一道题里，这里分不开。请拆成填空题和数值题。"))
            answers = [words.digits(value) for value, _tolerance in answers]
        elif found[2] not in _SHORT:
            row.note(_("题里的下拉选择按填空读，认正确选项的文字。"))
        accepted.append(list(dict.fromkeys(answers)))

    def blank(found):
        return "" if re.search(r"(?:_{3,}|＿{2,})$", text[: found.start()]) else "___"

    return {"kind": "fill", "stem": _PART.sub(blank, text), "options": [], "answer": accepted}


def _read(found, explanation):
    """The right answers of one part; of a number (value, tolerance)."""
    kind, body = found[2], found[3]
    if kind not in _SHORT | _NUMBER | _CHOICE:
        raise ValueError(_("题里的“%(kind)s”没有对应的题型，请拆成单独的题。") % {"kind": kind[:20]})
    right = []
    for piece in re.split(r"(?<!\\)~", body):
        answer, *feedback = re.split(r"(?<!\\)#", piece, maxsplit=1)
        weight = 0.0
        if answer.startswith("="):
            weight, answer = 100.0, answer[1:]
        elif percent := _WEIGHT.match(answer):
            weight, answer = float(percent[1]), answer[percent.end() :]
        answer = _plain(answer)
        if feedback and _plain(feedback[0]):
            explanation.append(f"{answer}：{_plain(feedback[0])}")
        if weight < 100 or not answer:
            continue
        if kind in _NUMBER:
            value, _sign, tolerance = answer.partition(":")
            value, tolerance = words.decimal(value), words.decimal(tolerance or "0")
            if value is None or tolerance is None:
                raise ValueError(_("“%(text)s”不是数，请改成数。") % {"text": answer[:40]})
            right.append((value, abs(tolerance)))
        else:
            right.append(answer)
    if not right or (kind in _NUMBER and len(right) > 1):
        raise ValueError(_("有一个空没有写正确答案，或写了几个数，请改成一个。"))
    return right
