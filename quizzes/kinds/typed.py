"""A word or a number typed by the learner and compared by the machine: fill, numeric."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from core.exceptions import DomainError

from .rules import Rules, part_of, refuse_format, typed_text, values, whole

BLANK = re.compile("_{3,}|＿{2,}")
"""Where the stem leaves a blank."""

LONGEST_WORD = 200
NUMBER = re.compile(r"([+-]?(?:\d{1,15}(?:\.\d{0,10})?|\.\d{1,10}))(?![\d.,]|[eE][+-]?\d)\s*(.*)", re.DOTALL)
_IGNORED = re.compile(r"[\s。．.,，;；:：、!！?？\"'“”‘’「」]+")


def same_word(text):
    """What two spellings of one answer have in common: half width, lower case, no spaces and punctuation."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return _IGNORED.sub("", plain) or plain.strip()


# fill ---------------------------------------------------------------------------------------------------------------


def _check_fill(stem, options, answer):
    blanks = len(BLANK.findall(stem))
    if not blanks:
        raise ValueError(_("填空题的题干里要用三个以上下划线（___）标出空"))
    if not isinstance(answer, list | tuple):
        raise ValueError(_("填空题的答案要按空列出来"))
    if blanks == 1 and answer and not any(isinstance(one, list | tuple) for one in answer):
        answer = [answer]
    lists = [[one] if not isinstance(one, list | tuple) else one for one in answer]
    lists = [[str(text).strip() for text in one if str(text).strip()] for one in lists]
    if len(lists) != blanks:
        raise ValueError(_("题干有 %(blanks)s 个空，答案却有 %(n)s 个") % {"blanks": blanks, "n": len(lists)})
    if not all(lists):
        raise ValueError(_("每个空至少要有一个算对的答案"))
    if any(len(text) > LONGEST_WORD for one in lists for text in one):
        raise ValueError(_("填空的答案最多 %(n)s 个字") % {"n": LONGEST_WORD})
    return [], lists


def _freeze_fill(options, answer, rng, shuffle):
    return {"options": [], "blanks": len(answer)}, answer


def _clean_fill(item, raw):
    response = [typed_text(value, LONGEST_WORD) for value in values(raw, item["blanks"])]
    response += [""] * (item["blanks"] - len(response))
    return response if any(response) else []


def _mark_fill(key, response, points):
    right = [
        same_word(text) in {same_word(one) for one in accepted}
        for text, accepted in zip(response, key["answer"], strict=True)
    ]
    if all(right):
        return points
    return part_of(points, sum(right), len(right)) if key.get("part") else Decimal(0)


def _words_fill(item, response):
    return [text or "—" for text in response]


def _key_words_fill(item, answer):
    return [" / ".join(accepted) for accepted in answer]


# numeric ------------------------------------------------------------------------------------------------------------


def decimal_of(text):
    """(a finite Decimal, what stands behind it) of "１２.5 mm" or "1,200"; None when there is no number in front."""
    plain = unicodedata.normalize("NFKC", str(text)).strip().replace("−", "-")
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    found = NUMBER.fullmatch(plain)
    if not found:
        return None
    try:
        return Decimal(found[1]), found[2].strip()
    except InvalidOperation:
        return None


def _check_numeric(stem, options, answer):
    if not isinstance(answer, dict):
        answer = {"value": answer}
    strange = set(answer) - {"value", "tolerance", "unit"}
    value, tolerance = decimal_of(answer.get("value", "")), decimal_of(answer.get("tolerance") or "0")
    if strange or value is None or value[1] or tolerance is None or tolerance[1] or tolerance[0] < 0:
        raise ValueError(_("数值题的答案要有数 value、允差 tolerance（不能是负的）和单位 unit"))
    unit = str(answer.get("unit") or "").strip()
    if len(unit) > 20:
        raise ValueError(_("单位最多 20 个字"))
    return [], {"value": f"{value[0]:f}", "tolerance": f"{tolerance[0]:f}", "unit": unit}


def _freeze_numeric(options, answer, rng, shuffle):
    return {"options": [], "unit": answer["unit"]}, answer


def _clean_numeric(item, raw):
    raw = values(raw, 1)
    text = typed_text(raw[0], 60) if raw and isinstance(raw[0], str) else raw and _json_number(raw[0])
    if not text:
        return []
    number = decimal_of(text)
    if number is None:
        raise DomainError("answer.number", _("这里要填一个数，比如 12.5，不要写别的字。"))
    value, unit = number
    if unit and same_word(unit) != same_word(item["unit"]):
        wanted = item["unit"]
        raise DomainError(
            "answer.unit",
            _("请换算成“%(unit)s”，只填数字。") % {"unit": wanted} if wanted else _("这里只填数字，不写单位。"),
        )
    return [f"{value:f}"]


def _json_number(value):
    if type(value) is int and abs(value) < 10**15:
        return str(value)
    if type(value) is float and value == value and abs(value) < 10**15:
        return f"{Decimal(repr(value)):f}"
    raise refuse_format()


def _mark_numeric(key, response, points):
    answer = key["answer"]
    off = abs(Decimal(response[0]) - Decimal(answer["value"]))
    return points if off <= Decimal(answer["tolerance"]) else Decimal(0)


def _words_numeric(item, response):
    return [f"{text} {item['unit']}".strip() for text in response]


def _key_words_numeric(item, answer):
    tolerance = f" ± {answer['tolerance']}" if Decimal(answer["tolerance"]) else ""
    return [f"{answer['value']}{tolerance} {answer['unit']}".strip()]


FILL = Rules(_check_fill, _freeze_fill, _clean_fill, _mark_fill, _words_fill, _key_words_fill, whole)
NUMERIC = Rules(_check_numeric, _freeze_numeric, _clean_numeric, _mark_numeric, _words_numeric, _key_words_numeric)
