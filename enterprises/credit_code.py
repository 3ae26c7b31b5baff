"""统一社会信用代码 (GB 32100-2015): normalised, checked, and when wrong, where to look."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.exceptions import DomainError
from core.text import normalise

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters a code may hold: no I, O, S, V, Z."""

LOOK_ALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5", "V": "U"}
"""What a letter outside the alphabet usually stands for. Suggested, never changed silently."""

_VALUES = {char: value for value, char in enumerate(ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def normalise_code(text):
    """As typed -> half width, upper case, no blanks and hyphens."""
    return normalise(text).replace(" ", "").replace("-", "").upper()


def check_code(text):
    """The normalised code when it is right.

    Raises DomainError ``code.length``, ``code.alphabet`` (naming each character and its look-alike), ``code.format``, or
    ``code.check`` saying whether characters 9–17 or the others are to be looked at (the organisation code inside has a check
    character of its own, GB 11714).
    """
    code = normalise_code(text)
    if len(code) != 18:
        raise DomainError(
            "code.length",
            _("统一社会信用代码是 18 位，您填了 %(n)s 位，请对照营业执照核对。") % {"n": len(code)},
            length=len(code),
        )
    foreign = [(place, char) for place, char in enumerate(code, start=1) if char not in ALPHABET]
    if foreign:
        raise DomainError("code.alphabet", _alphabet_sentence(foreign), places=[place for place, _char in foreign])
    if not code[2:8].isdecimal():
        raise DomainError("code.format", _("第 3 到 8 位是登记机关的区划代码，只能是数字，请核对。"))
    if code[17] != _check_character(code):
        raise DomainError("code.check", _check_sentence(code))
    return code


KINDS = {
    "91": _lazy("企业"),
    "92": _lazy("个体工商户"),
    "93": _lazy("农民专业合作社"),
    "11": _lazy("机关"),
    "12": _lazy("事业单位"),
    "51": _lazy("社会团体"),
    "52": _lazy("民办非企业单位"),
    "53": _lazy("基金会"),
}
"""What the first two characters say (登记管理部门 and 机构类别)."""

ENTERPRISES = ("91", "92", "93")


def kind_of(code):
    """企业, 个体工商户 … by the first two characters; '' for others."""
    return KINDS.get(code[:2], "")


def check_enterprise_code(text):
    """The normalised code of an enterprise, individual business or co-operative.

    Raises DomainError of ``check_code``, and ``code.not_enterprise`` for a right code of another kind of body.
    """
    code = check_code(text)
    if code[:2] not in ENTERPRISES:
        raise DomainError(
            "code.not_enterprise",
            _(
                "代码是对的，但 %(start)s 开头是%(kind)s，不是企业。企业是 91 开头，个体工商户是 92 开头，请照营业执照填；"
                "确需登记请联系区市场监管部门。"
            )
            % {"start": code[:2], "kind": kind_of(code) or _("其他机构")},
        )
    return code


def _alphabet_sentence(foreign):
    parts = []
    for place, char in foreign:
        if char in LOOK_ALIKES:
            parts.append(
                _("第 %(place)s 位是 %(char)s，是不是 %(like)s？")
                % {"place": place, "char": char, "like": LOOK_ALIKES[char]}
            )
        else:
            parts.append(_("第 %(place)s 位“%(char)s”不会出现在代码里。") % {"place": place, "char": char})
    return "".join(parts) + _("代码里没有字母 I、O、S、V、Z，请对照营业执照核对。")


def _check_character(code):
    total = sum(_VALUES[char] * weight for char, weight in zip(code[:17], _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def _inner_is_right(code):
    total = sum((int(char, 36)) * weight for char, weight in zip(code[8:16], _INNER_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return code[16] == ("X" if rest == 10 else "0" if rest == 11 else str(rest))


def _check_sentence(code):
    inner, outer = _("请重点核对第 9 到 17 位"), _("第 9 到 17 位自身对得上，请重点核对第 1 到 8 位和最后一位")
    where = outer if _inner_is_right(code) else inner
    return _("统一社会信用代码校验不对：%(where)s。常见的是 0 和 D、1 和 7、8 和 B 看错，或相邻两位写颠倒。") % {
        "where": where
    }
