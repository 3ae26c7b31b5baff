"""国民经济行业分类 (GB/T 4754-2017): which two-digit divisions there are, and whether a typed code can be one of them."""

import re

from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.text import normalise

SECTIONS = {
    "A": (1, 5),
    "B": (6, 12),
    "C": (13, 43),
    "D": (44, 46),
    "E": (47, 50),
    "F": (51, 52),
    "G": (53, 60),
    "H": (61, 62),
    "I": (63, 65),
    "J": (66, 69),
    "K": (70, 70),
    "L": (71, 72),
    "M": (73, 75),
    "N": (76, 79),
    "O": (80, 82),
    "P": (83, 83),
    "Q": (84, 85),
    "R": (86, 90),
    "S": (91, 96),
    "T": (97, 97),
}
"""门类 -> its first and last 大类 (division). Together they are 01 to 97 without a gap."""


def section_of(code):
    """The letter (门类) a code of two to four digits belongs to, or '' for an empty or unknown one."""
    if not re.fullmatch(r"\d{2,4}", code or ""):
        return ""
    division = int(code[:2])
    return next((letter for letter, (first, last) in SECTIONS.items() if first <= division <= last), "")


def check_industry(text):
    """The code as it is kept: two to four digits of an existing division; '' for nothing typed.

    A leading letter of the section (C3670) is dropped when it fits. Raises DomainError ``industry.format`` (not digits, or not
    two to four) or ``industry.division`` (no such division, or the letter belongs to another).
    """
    typed = normalise(text).replace(" ", "").upper()
    if not typed:
        return ""
    match = re.fullmatch(r"([A-T]?)(\d{2,4})", typed)
    if not match:
        raise DomainError(
            "industry.format",
            _("行业代码是 2 到 4 位数字，比如汽车零部件及配件制造是 3670；不清楚可以先空着，或只填前两位大类。"),
        )
    letter, code = match.groups()
    section = section_of(code)
    if not section:
        raise DomainError(
            "industry.division",
            _("国民经济行业分类里没有 %(division)s 这个大类（有 01 到 97），请对照营业执照的经营范围核对前两位。")
            % {"division": code[:2]},
        )
    if letter and letter != section:
        raise DomainError(
            "industry.division",
            _("%(code)s 属于门类 %(section)s，不是 %(letter)s，请核对字母或数字。")
            % {"code": code, "section": section, "letter": letter},
        )
    return code
