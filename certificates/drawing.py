"""The sheet of ``layout`` once more, drawn by millimetres: on pixels (``picture``) or on the pages of a print file (``printing``).

What a whole round has in common is drawn once (``common``), what is one person's over it (``own``). A page has ``text``, ``width``,
``rule``, ``frame``, ``dashed_circle`` and ``picture``; lengths are millimetres from the upper left corner, type sizes points.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from . import layout, pdf

INK, GREY, LABEL, FAINT = "#16202b", "#3d4854", "#4c5866", "#6b7684"
CINNABAR, DASHES, RULE = "#8f2a20", "#b9786f", "#b9b3a4"


def arranged(certificate):
    """``layout.arrange``, refused when a character cannot be drawn. Raises the DomainErrors of ``pdf.draw``, ``pdf.failed``
    excepted."""
    sheet = layout.arrange(certificate)
    pdf.refuse_missing_glyphs(layout.printed(sheet))
    return sheet


OWN = ("number", "edition", "name", "name_spacing", "name_shift", "name_margin", "enterprise", "check_code")
"""What of a sheet is one person's; everything else is the same for a whole round."""


@dataclass(frozen=True)
class Kind:
    """Sheets whose ``common`` part is the same: equal when their ``key`` is. ``sheet`` and ``certificate`` are one of them."""

    key: str
    sheet: dict = field(compare=False)
    certificate: object = field(compare=False)


def kind(sheet, certificate):
    """The Kind of an arranged sheet."""
    seal = certificate.seal.image.name if sheet["sealed"] else ""
    return Kind(repr([seal, *(value for name, value in sheet.items() if name not in OWN)]), sheet, certificate)


def common(page, sheet, certificate):
    """Put what a whole round has in common onto a page."""
    if sheet["frame"] == "double":
        page.frame(10, 1.1, CINNABAR)
        page.frame(12.7, 0.25, CINNABAR)
    elif sheet["frame"] == "plain":
        page.frame(12.7, 0.4, INK)
    left, right, middle = layout.MARGIN, layout.WIDTH - layout.MARGIN, layout.WIDTH / 2
    page.text(left, 23, _("证书编号"), 10, fill=GREY)
    page.text(right, 23, sheet["valid_until"], 10, fill=GREY, anchor="r")
    page.text(middle, 40, sheet["title"], 37, bold=True, anchor="m", spacing=12.6)
    page.text(middle, 81, sheet["citation"], 13, anchor="m")
    _facts(page, sheet)
    _foot(page, sheet, certificate)


def _facts(page, sheet):
    y = 93
    for row in sheet["rows"]:
        height = max(9, 4.8 * max(len(block.lines) for _label, block in row) + 3.6)
        for (x, width), (label, block) in zip(layout.COLUMNS, row, strict=False):
            page.text(x, y + 4.5, label, 11, fill=LABEL, spacing=22 if len(label) == 2 else 0)
            for n, line in enumerate(block.lines):
                page.text(x + layout.LABEL_WIDTH, y + 4.5 + 4.8 * n, line, block.size)
            page.rule(x, y + height, width)
        y += height


def _foot(page, sheet, certificate):
    left, middle = layout.MARGIN, layout.WIDTH / 2
    edition = sheet["edition_line"]
    page.text(left, 145.5, edition.text, edition.size, fill=GREY)
    end = page.text(67, 166, _("扫码查验，或打开"), 9.8, fill=GREY)
    page.text(end + 1, 166, sheet["address"], 9.8, bold=True)
    page.text(67, 171, _("输入证书编号与校验码"), 9.8, fill=GREY)
    page.text(67, 176, _("查验页显示的内容与本证明不一致的，以查验页为准"), 9.8, fill=GREY)
    if sheet["sealed"]:
        page.picture(pdf.seal_image(certificate), 204.5, 138, 42)
    else:
        page.dashed_circle(225, 159, 21)
    issuer = sheet["issuer"]
    y = 152.5 - 4 * (len(issuer.lines) - 1)
    for line in issuer.lines:
        page.text(225, y, line, issuer.size, anchor="m")
        y += 8
    page.text(225, y, sheet["issued_on"], 13, anchor="m")
    if not sheet["sealed"]:
        page.text(225, y + 8, _("（盖章）"), 11.5, fill=FAINT, anchor="m")
    page.rule(left, 183.4, layout.TEXT_WIDTH)
    below = [(line, sheet["statement"].size) for line in sheet["statement"].lines]
    for n, (line, size) in enumerate([*below, (sheet["remark"].text, sheet["remark"].size)]):
        page.text(middle, 188.5 + 5 * n, line, size, fill=GREY, anchor="m")
    page.text(middle, 204.5, sheet["note"], 7.5, fill=FAINT, anchor="m")


def own(page, sheet, certificate):
    """Put what is one person's over the ``common`` part."""
    left, middle = layout.MARGIN, layout.WIDTH / 2
    end = page.text(left + page.width(_("证书编号"), 10) + 3, 23, sheet["number"], 10, bold=True, spacing=0.7)
    page.text(end + 1, 23, sheet["edition"], 10, fill=GREY)
    name = sheet["name"]
    middles = [59] if len(name.lines) == 1 else [57, 63]
    for line, y in zip(name.lines, middles, strict=True):
        page.text(middle, y, line, name.size, bold=True, anchor="m", spacing=sheet["name_spacing"])
    margin = sheet["name_margin"]
    page.rule(left + margin, 66.5, layout.TEXT_WIDTH - 2 * margin, 0.25, INK)
    page.text(middle, 71.5, sheet["enterprise"].text, sheet["enterprise"].size, anchor="m")
    page.picture(pdf.qr_image(certificate.qr_text, scale=1), left, 151, 28, sharp=True)
    page.text(
        67 + page.width(_("输入证书编号与校验码"), 9.8) + 3, 171, sheet["check_code"], 9.8, bold=True, spacing=0.7
    )
