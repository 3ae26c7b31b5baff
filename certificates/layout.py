"""Where the words of a certificate stand: lines broken and sizes chosen, the same for the PDF and the picture.

Lengths are millimetres on an A4 sheet lying down, type sizes are points.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.pdf_fonts import width_of

WIDTH, HEIGHT = 297, 210
MARGIN = 33
TEXT_WIDTH = WIDTH - 2 * MARGIN
POINT = 25.4 / 72
"""Millimetres in a point."""

LABEL_WIDTH = 22
COLUMNS = ((MARGIN, 116), (MARGIN + 128, 103))
"""(left edge, width) of the two columns of facts."""

NAME_SIZES = (27, 24, 22, 20, 18)
LONG_NAME_SIZES = (16, 14, 12)
ENTERPRISE_SIZES = (13, 12, 11, 10, 9)
FACT_SIZES = (12, 11.5, 11, 10.5)
LONG_FACT_SIZES = (11, 10, 9, 8)
ISSUER_SIZES = (13, 12, 11, 10, 9)
STATEMENT_SIZES = (9.5, 9, 8)

# Latin words, numbers and standards' codes stay whole; closing marks stay with what they close, opening ones with what
# follows.
_TOKEN = re.compile(
    r"[（《“「【]*(?:[0-9A-Za-z.:/\-—+%&'’]+|[^，。；：、！？）》”」】…])[，。；：、！？）》”」】…／—·]*| +", re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """Lines of one size."""

    lines: list
    size: float

    @property
    def text(self):
        return "\n".join(self.lines)


def break_lines(text, width, size, *, bold=False):
    """``text`` in lines no wider than ``width`` mm; its own line breaks are kept. A word wider than a line is cut."""
    room = width / POINT
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for token in _TOKEN.findall(paragraph) or [paragraph]:
            if width_of((line + token).rstrip(), size, bold=bold) <= room:
                line += token
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = token.lstrip()
            while width_of(line, size, bold=bold) > room:
                cut = max(n for n in range(1, len(line)) if n == 1 or width_of(line[:n], size, bold=bold) <= room)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def fit(text, width, sizes, lines=1, *, bold=False):
    """The largest of ``sizes`` at which ``text`` takes at most ``lines`` lines, or None."""
    for size in sizes:
        broken = break_lines(text, width, size, bold=bold)
        if len(broken) <= lines:
            return Block(broken, size)
    return None


def _fitted(label, text, width, sizes, lines=1):
    block = fit(text, width, sizes, lines)
    if block is None:
        raise DomainError(
            "certificate.too_long",
            _("%(label)s太长，证明上放不下，请改短一些。") % {"label": label},
            field=str(label),
        )
    return block


def name_block(name):
    """(block, letter spacing in points, length of the rule below in mm). Names of 2 to 50 characters fit."""
    block = fit(name, TEXT_WIDTH - 16, NAME_SIZES, bold=True) or fit(
        name, TEXT_WIDTH - 30, LONG_NAME_SIZES, 2, bold=True
    )
    if block is None:
        raise DomainError("certificate.too_long", _("姓名太长，证明上放不下，请核对姓名。"), field="name")
    spacing = {2: 20, 3: 10, 4: 6}.get(len(name), 0) if "·" not in name else 0
    widest = max(width_of(line, block.size, bold=True) + spacing * len(line) for line in block.lines) * POINT
    return block, spacing, max(92, min(TEXT_WIDTH, widest + 16))


def edition_text(version):
    """Printed behind the number of a correction."""
    return _("（第 %(n)s 版，更正）") % {"n": version} if version > 1 else ""


def facts(words):
    """The printed facts as [(label, text), …] in reading order, without the empty ones: two to a row."""
    rows = [
        (_("培训项目"), words["course_title"]),
        (_("轮次"), words.get("round_label", "")),
        (_("起止日期"), words["period"]),
        (_("学时"), words["class_hours"]),
        (_("培训依据"), words["basis"]),
        (_("考核结果"), words["result"]),
        (_("主办单位"), words["organiser"]),
        (_("承办单位"), words.get("co_organiser", "")),
    ]
    return [(label, text) for label, text in rows if text]


def arrange(certificate):
    """Everything on the sheet as a dict for ``pdf.html`` and ``drawing``.

    Raises DomainError ``certificate.too_long`` naming the field that does not fit one page at the smallest size.
    """
    words = certificate.words
    remark = words.get("remark", "")
    name, spacing, rule = name_block(words["name"])
    cells = []
    for index, (label, text) in enumerate(facts(words)):
        width = COLUMNS[index % 2][1] - LABEL_WIDTH
        block = fit(text, width, FACT_SIZES, 1) or _fitted(label, text, width, LONG_FACT_SIZES, 2)
        cells.append((label, block))
    address = certificate.verify_url.split("//", 1)[1].rsplit("/", 2)[0]
    return {
        "number": certificate.number,
        "edition": edition_text(certificate.version),
        "valid_until": _("有效期至 %(day)s") % {"day": words["valid_until"]} if words["valid_until"] else "",
        "title": words["title"],
        # Letter spacing is not part of the width that the PDF library centres.
        "title_shift": 12.6 * (len(words["title"]) - 1),
        "name": name,
        "name_spacing": spacing,
        "name_shift": spacing * (len(words["name"]) - 1),
        "name_margin": (TEXT_WIDTH - rule) / 2,
        "enterprise": _fitted(_("所在单位"), words["enterprise"], TEXT_WIDTH, ENTERPRISE_SIZES),
        "citation": words["citation"],
        "rows": [cells[at : at + 2] for at in range(0, len(cells), 2)],
        "address": address,
        "check_code": certificate.check_code_text,
        "issuer": _fitted(_("落款单位"), words["signatory"], 74, ISSUER_SIZES, 2),
        "issued_on": words["issued_on"],
        "statement": _fitted(_("声明"), words["statement"], TEXT_WIDTH, STATEMENT_SIZES, 1 if remark else 2),
        "remark": _fitted(_("补充说明"), remark, TEXT_WIDTH, STATEMENT_SIZES),
        "edition_line": _fitted(_("标准版次说明"), words.get("edition_line", ""), 165, STATEMENT_SIZES),
        "frame": certificate.template.frame,
        "sealed": certificate.seal_id is not None,
        "note": words.get("note", ""),
    }


def printed(context):
    """All characters that ``arrange`` puts on the sheet."""
    parts = [text for text in context.values() if isinstance(text, str)]
    parts += [block.text for block in context.values() if isinstance(block, Block)]
    parts += [text for row in context["rows"] for label, block in row for text in (label, block.text)]
    return "".join(parts)
