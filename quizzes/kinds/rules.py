"""What the rules of a kind consist of, and what several kinds need."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.exceptions import DomainError


def whole(response):
    """Every part of the response says something."""
    return bool(response) and all(part not in (None, "") for part in response)


@dataclass(frozen=True)
class Rules:
    """The functions of a kind.

    ``check(stem, options, answer) -> (options, answer)`` as the bank keeps them; ValueError with a sentence otherwise.
    ``freeze(options, answer, rng, shuffle) -> (what the paper shows besides the stem, the answer in places of the paper)``.
    ``clean(item of the paper, raw) -> response``; DomainError ``answer.*`` otherwise.
    ``mark(item of the key, response, points) -> Decimal`` from 0 to points, unrounded; None: a person has to mark it.
    ``words(item of the paper, response)`` and ``key_words(item of the paper, answer)``: lists of lines for a reader.
    ``is_done(response)``: nothing is left open.
    """

    check: Callable
    freeze: Callable
    clean: Callable
    mark: Callable
    words: Callable
    key_words: Callable
    is_done: Callable = bool
    is_manual: bool = False


def refuse_format():
    """The refusal of a body that no page of ours sends."""
    return DomainError("answer.format", _("答案的格式不对，请刷新页面重新答。"))


def values(raw, most):
    """``raw`` as a list of at most ``most`` values."""
    if not isinstance(raw, list | tuple):
        raise refuse_format()
    if len(raw) > most:
        raise DomainError("answer.too_large", _("送来的答案太长了，请刷新页面重新答。"))
    return list(raw)


def place(value, count):
    """A place below ``count`` from a form value or a JSON number; None for anything else (1.0, true, NaN, "１", -1)."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 3:
        value = int(value)
    return value if type(value) is int and 0 <= value < count else None


def typed_text(value, longest):
    """What a person typed, without control characters (PostgreSQL keeps no U+0000) and outer spaces."""
    if not isinstance(value, str):
        raise refuse_format()
    text = value.replace("\r\n", "\n")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()
    if len(text) > longest:
        raise DomainError(
            "answer.too_long", _("写得太长了：这里最多 %(n)s 个字，请精简后再存。") % {"n": longest}, longest=longest
        )
    return text


def texts(options):
    """A list of distinct, non-empty option texts; ValueError otherwise."""
    if not isinstance(options, list | tuple) or not all(isinstance(text, str | int | float) for text in options):
        raise ValueError(_("选项要是文字的列表"))
    options = [str(text).strip() for text in options]
    if len(options) < 2 or not all(options) or len(set(options)) != len(options):
        raise ValueError(_("至少要有两个选项，不能有空的和重复的"))
    if len(options) > 20:
        raise ValueError(_("选项最多 20 个"))
    return options


def numbers(answer, count):
    """``answer`` as a list of distinct numbers below ``count``; ValueError otherwise."""
    answer = [answer] if type(answer) is int else answer
    if not isinstance(answer, list | tuple) or not answer:
        raise ValueError(_("答案要是选项序号的列表"))
    if any(type(number) is not int or not 0 <= number < count for number in answer):
        raise ValueError(_("答案的序号从 0 数起，要在选项之内"))
    return list(answer)


def part_of(points, right, total):
    """``right`` of ``total`` as points."""
    return points * Decimal(right) / Decimal(total)


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def lettered(item, place_on_paper):
    """An option as the paper names it: "B 首件检验"."""
    return f"{LETTERS[place_on_paper % 26]} {item['options'][place_on_paper][1]}"
