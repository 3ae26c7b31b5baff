"""Our fields, the headings people write over them, and how a cell is read. A wrong cell raises DomainError with the mend."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.translation import gettext as _

from core import tables
from core.exceptions import DomainError
from core.text import normalise, normalise_name, normalise_phone

from ..credit_code import check_enterprise_code, normalise_code
from ..industry import check_industry
from ..models import Layer, Membership, RevenueBand, SizeClass
from ..services import check_name

SEPARATORS = re.compile(r"[、，,;；/|\s]+")
_HEADING_NOISE = re.compile(r"[\s*＊:：_\-（）()\[\]【】“”\"'。.、/／]+")
_DATE = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s.*)?$")


@dataclass(frozen=True)
class Field:
    """One column of ours. ``read`` turns the text of a filled cell into the value; ``headings`` are other names for ``label``;
    ``note`` names what ``read`` tidied up in a text, for the counts of the result, or answers None."""

    name: str
    label: str
    read: Callable
    headings: tuple = ()
    required: bool = False
    choices: tuple = ()
    example: str = ""
    width: float = 14
    hint: str = ""
    note: Callable | None = None
    in_template: bool = True


def heading_key(text):
    """A heading made comparable: half width, lower case, without blanks, stars and brackets."""
    return _HEADING_NOISE.sub("", normalise(text)).lower()


def known_headings(fields):
    """{heading made comparable: field name}, the labels first."""
    known = {heading_key(str(field.label)): field.name for field in fields}
    for field in fields:
        for text in field.headings:
            known.setdefault(heading_key(text), field.name)
    return known


def find_header(fields, first_rows):
    """``(row number, headings)``: of the first rows the one that holds most headings we know; else the first.

    Raises DomainError ``import.header`` when a heading stands twice.
    """
    known = known_headings(fields)

    def score(row):
        return sum(heading_key(text) in known for text in row[1])

    number, header = max(first_rows, key=score)  # of equals, max takes the first
    seen = {}
    for place, text in enumerate(header):
        if text and text in seen:
            raise DomainError(
                "import.header",
                _("有两列都叫“%(name)s”（%(one)s 列和 %(two)s 列），分不清用哪一列，请改掉一个再传。")
                % {"name": text, "one": tables.column_name(seen[text]), "two": tables.column_name(place)},
            )
        seen[text] = place
    return number, header


def match(fields, header):
    """{field name: heading}: what can be told from the headings alone."""
    known = known_headings(fields)
    matched = {}
    for text in header:
        name = known.get(heading_key(text))
        if name and text:
            matched.setdefault(name, text)
    return matched


# Readers -------------------------------------------------------------------------------------------------------------


def text_of(length, tidy=normalise):
    """A reader of text of at most ``length`` characters; ``tidy=sentence`` leaves full-width signs as they are."""

    def read(text):
        value = tidy(text)
        if len(value) > length:
            raise DomainError(
                "import.long", _("最多 %(most)s 个字，这里有 %(n)s 个，请缩短。") % {"most": length, "n": len(value)}
            )
        return value

    return read


def sentence(text):
    """A sentence as written, runs of white space as one blank."""
    return re.sub(r"\s+", " ", text).strip()


_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,10}")
_PLAIN_PHONE = re.compile("1[3-9][0-9]{9}")


def person_name(text):
    """A person's name with every middle dot as U+00B7."""
    # Nearly every name and number is plain: nothing to tidy in a hundred thousand of them.
    return text if _PLAIN_NAME.fullmatch(text) else check_name(text)


def dots_note(text):
    """``dots`` when ``person_name`` writes this name with other middle dots than the file does."""
    if _PLAIN_NAME.fullmatch(text):
        return None
    return "dots" if normalise_name(text).count("·") != text.count("·") else None


def refuse_scientific(text):
    """Raises DomainError ``import.scientific`` for a long number that a spreadsheet has rounded."""
    if tables.is_scientific(text):
        raise DomainError(
            "import.scientific",
            _("表格软件把它变成了 %(text)s，后几位已经丢了。请先把这一列的格式设成“文本”，再照原件重填。")
            % {"text": text},
        )


def phone(text):
    """A mobile number as 11 digits."""
    if _PLAIN_PHONE.fullmatch(text):
        return text
    refuse_scientific(text)
    return normalise_phone(text)


def contact_phone(text):
    """A mobile or a fixed line: digits and hyphens, at most 20."""
    refuse_scientific(text)
    value = normalise(text).replace(" ", "")
    if not re.fullmatch(r"\+?[\d\-()转#*]{7,20}", value):
        raise DomainError("import.phone", _("请填手机号，或带区号的座机号，如 022-12345678。"))
    return value


def code(text):
    """A credit code as typed, normalised; ``(code, what is wrong with it or None)``: one already accepted is known by it."""
    refuse_scientific(text)
    value = normalise_code(text)
    try:
        return check_enterprise_code(value), None
    except DomainError as error:
        if len(value) != 18 or not value.isascii() or not value.isalnum():
            raise
        return value, error.sentence


def choice(enum, others=None):
    """A reader of a choice by its label, or one of the ``others`` ways to say it."""

    @cache
    def words():  # asked late: labels are translated
        own = {heading_key(str(label)): value for value, label in enum.choices}
        return own | {heading_key(word): value for word, value in (others or {}).items()}

    def read(text):
        try:
            return words()[heading_key(text)]
        except KeyError:
            raise DomainError(
                "import.choice",
                _("没有“%(text)s”这一项，请从这些里选：%(list)s。")
                % {"text": text[:20], "list": "、".join(str(label) for label in enum.labels)},
            )

    return read


def number(text):
    """A whole number of people; 12人 and 1,200 are understood."""
    value = re.sub(r"[,，\s]|人$|名$", "", normalise(text))
    if not value.isdecimal() or len(value) > 7:
        raise DomainError("import.number", _("请填整数，如 36。"))
    return int(value)


def day(text):
    """A date written 2025-03-01, 2025/3/1, 2025.3.1 or 2025年3月1日."""
    found = _DATE.match(normalise(text))
    try:
        return date(*map(int, found.groups()))
    except (AttributeError, ValueError):
        raise DomainError("import.date", _("看不懂这个日期，请写成 2025-03-01 的样子。"))


def industry(text):
    """A GB/T 4754 code; what people write behind it (3670 汽车零部件) is left out."""
    return check_industry(re.sub(r"^([A-Ta-t]?\d{2,4})\D.*$", r"\1", normalise(text)))


_TAG_WORDS = {
    "质量负责": "quality_lead",
    "质量主管": "quality_lead",
    "质量经理": "quality_lead",
    "内部审核员": "auditor",
    "内审": "auditor",
    "文件编写人": "writer",
    "文件编写人员": "writer",
}


@cache
def _tag_words():
    return _TAG_WORDS | {heading_key(str(label)): value for value, label in Membership.Tag.choices}


def tags(text):
    """质量负责人、内审员、文件编写 in any order, as a sorted list."""
    found = set()
    for word in SEPARATORS.split(normalise(text)):
        if word and word not in ("无", "否"):
            if heading_key(word) not in _tag_words():
                raise DomainError(
                    "import.choice",
                    _("没有“%(text)s”这个标记，可以填：%(list)s；几个之间用顿号。")
                    % {"text": word[:20], "list": "、".join(str(label) for label in Membership.Tag.labels)},
                )
            found.add(_tag_words()[heading_key(word)])
    return sorted(found)


layer = choice(
    Layer,
    {
        "最高管理层": "top",
        "高层": "top",
        "高层管理人员": "top",
        "高管": "top",
        "法人": "top",
        "负责人": "top",
        "中层": "middle",
        "中层管理者": "middle",
        "中层管理": "middle",
        "管理人员": "middle",
        "一线": "frontline",
        "员工": "frontline",
        "一线人员": "frontline",
        "一线工人": "frontline",
        "基层": "frontline",
        "基层员工": "frontline",
        "其他人员": "other",
    },
)
size_class = choice(SizeClass, {"大": "large", "中": "medium", "小": "small", "微": "micro", "不详": "unknown"})
revenue_band = choice(RevenueBand)
