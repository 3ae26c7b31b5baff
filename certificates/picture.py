"""The certificate as a picture: the sheet of ``layout`` again, drawn for a phone's screen."""

from functools import lru_cache
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from core import pdf_fonts

from . import layout, pdf

WIDTH = 1754
"""Pixels: 150 to the inch on A4."""
SCALE = WIDTH / layout.WIDTH

INK, GREY, LABEL, FAINT = "#16202b", "#3d4854", "#4c5866", "#6b7684"
CINNABAR, DASHES, RULE = "#8f2a20", "#b9786f", "#b9b3a4"


@lru_cache(maxsize=64)
def _font(size, bold):
    regular, heavy = pdf_fonts.paths()
    return ImageFont.truetype(str(heavy if bold else regular), round(size * layout.POINT * SCALE))


class _Sheet:
    """A4 in millimetres; text is placed by its middle line."""

    def __init__(self):
        self.image = Image.new("RGB", (WIDTH, round(layout.HEIGHT * SCALE)), "white")
        self.pen = ImageDraw.Draw(self.image)

    def text(self, x, y, text, size, *, bold=False, fill=INK, anchor="l", spacing=0):
        """``anchor``: l, m or r of the text at ``x``; ``spacing`` between characters in points. Returns the right edge."""
        font = _font(size, bold)
        gap = spacing * layout.POINT
        parts = list(text) if spacing else [text]
        widths = [font.getlength(part) / SCALE for part in parts]
        whole = sum(widths) + gap * (len(parts) - 1)
        x -= {"l": 0, "m": whole / 2, "r": whole}[anchor]
        for part, width in zip(parts, widths, strict=True):
            self.pen.text((x * SCALE, y * SCALE), part, fill=fill, font=font, anchor="lm")
            x += width + gap
        return x - gap

    def rule(self, x, y, length, width=0.15, fill=RULE):
        self.pen.line((x * SCALE, y * SCALE, (x + length) * SCALE, y * SCALE), fill, max(1, round(width * SCALE)))

    def frame(self, inset, width):
        box = (inset, inset, layout.WIDTH - inset, layout.HEIGHT - inset)
        self.pen.rectangle([edge * SCALE for edge in box], outline=CINNABAR, width=max(1, round(width * SCALE)))

    def dashed_circle(self, x, y, radius):
        box = [edge * SCALE for edge in (x - radius, y - radius, x + radius, y + radius)]
        for angle in range(0, 360, 6):
            self.pen.arc(box, angle, angle + 3.4, DASHES, 2)


def draw(certificate):
    """PNG bytes. Raises the DomainErrors of ``pdf.draw``, ``certificate.pdf`` excepted."""
    pdf_fonts.register()
    sheet = layout.arrange(certificate)
    pdf.refuse_missing_glyphs(layout.printed(sheet))
    page = _Sheet()
    page.frame(10, 1.1)
    page.frame(12.7, 0.25)
    _head(page, sheet)
    _facts(page, sheet)
    _foot(page, sheet, certificate)
    out = BytesIO()
    page.image.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _head(page, sheet):
    left, right, middle = layout.MARGIN, layout.WIDTH - layout.MARGIN, layout.WIDTH / 2
    end = page.text(left, 23, _("证书编号"), 10, fill=GREY)
    end = page.text(end + 3, 23, sheet["number"], 10, bold=True, spacing=0.7)
    page.text(end + 1, 23, sheet["edition"], 10, fill=GREY)
    page.text(right, 23, sheet["valid_until"], 10, fill=GREY, anchor="r")
    page.text(middle, 40, sheet["title"], 37, bold=True, anchor="m", spacing=12.6)
    name = sheet["name"]
    middles = [59] if len(name.lines) == 1 else [57, 63]
    for line, y in zip(name.lines, middles, strict=True):
        page.text(middle, y, line, name.size, bold=True, anchor="m", spacing=sheet["name_spacing"])
    margin = sheet["name_margin"]
    page.rule(left + margin, 66.5, layout.TEXT_WIDTH - 2 * margin, 0.25, INK)
    page.text(middle, 71.5, sheet["enterprise"].text, sheet["enterprise"].size, anchor="m")
    page.text(middle, 81, sheet["citation"], 13, anchor="m")


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
    code = pdf.qr_image(certificate.verify_url, scale=1).resize([round(28 * SCALE)] * 2, Image.Resampling.NEAREST)
    page.image.paste(code.convert("RGB"), (round(left * SCALE), round(151 * SCALE)))
    end = page.text(67, 166, _("扫码查验，或打开"), 9.8, fill=GREY)
    page.text(end + 1, 166, sheet["address"], 9.8, bold=True)
    end = page.text(67, 171, _("输入证书编号与校验码"), 9.8, fill=GREY)
    page.text(end + 3, 171, sheet["check_code"], 9.8, bold=True, spacing=0.7)
    page.text(67, 176, _("查验页显示的内容与本证明不一致的，以查验页为准"), 9.8, fill=GREY)
    page.dashed_circle(225, 159, 21)
    issuer = sheet["issuer"]
    y = 152.5 - 4 * (len(issuer.lines) - 1)
    for line in issuer.lines:
        page.text(225, y, line, issuer.size, anchor="m")
        y += 8
    page.text(225, y, sheet["issued_on"], 13, anchor="m")
    page.text(225, y + 8, _("（盖章）"), 11.5, fill=FAINT, anchor="m")
    page.rule(left, 183.4, layout.TEXT_WIDTH)
    for n, line in enumerate(sheet["statement"].lines):
        page.text(middle, 188.5 + 5 * n, line, sheet["statement"].size, fill=GREY, anchor="m")
    page.text(middle, 204.5, sheet["note"], 7.5, fill=FAINT, anchor="m")
