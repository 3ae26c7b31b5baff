"""Text as people paste it, made comparable; and names and numbers as they may be shown."""

import re
import unicodedata

from django.utils.translation import gettext as _

from .exceptions import DomainError

_MIDDLE_DOTS = re.compile("[\u2022\u2027\u30fb\uff0e\u2219\u22c5\uff65]")
_HAN = "\u3400-\u9fff\U00020000-\U000323af"
_FULL_STOP = re.compile(f"(?<=[{_HAN}])\\.(?=[{_HAN}])")
_SPACES = re.compile(r"\s+")
_PHONE = re.compile(r"^1[3-9]\d{9}$")


def normalise(text):
    """NFKC (full width to half width), runs of white space to one blank, ends stripped."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text or "")).strip()


def normalise_name(text):
    """A person's name: as typed but without stray blanks, with every middle dot as U+00B7 (民委发〔2016〕33号)."""
    dotted = _FULL_STOP.sub("·", _MIDDLE_DOTS.sub("·", _SPACES.sub(" ", text or "").strip()))
    if re.search(f"[{_HAN}]", dotted):
        dotted = re.sub(r"(?<![A-Za-z]) | (?![A-Za-z])", "", dotted)
    return dotted


def dots_differ(text):
    """Whether ``normalise_name`` puts another sign between the parts of a name than was typed: then the person is asked."""
    return normalise_name(text).count("·") != (text or "").count("·")


def normalise_phone(text):
    """A mainland mobile number as 11 digits.

    Raises DomainError ``phone.invalid`` when the digits are not a mobile number.
    """
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text or ""))
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    if not _PHONE.match(digits):
        raise DomainError("phone.invalid", _("手机号要 11 位数字、以 1 开头，请看看有没有漏写或多写一位。"))
    return digits


def mask_phone(phone):
    """138****1234; an empty string stays empty."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def mask_name(name):
    """张*, 张*三, 欧**锋; a name with a middle dot keeps only its first part: 买买提·***."""
    if not name:
        return ""
    if "·" in name:
        return name.split("·", 1)[0] + "·***"
    if len(name) <= 1:
        return "*"
    if len(name) == 2:
        return name[0] + "*"
    if len(name) == 3:
        return name[0] + "*" + name[2]
    return name[0] + "**" + name[-1]
