"""The certificate as a picture: the sheet of ``layout`` again, drawn for a phone's screen."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from core import pdf_fonts

from . import drawing, layout

WIDTH = 1754
"""Pixels: 150 to the inch on A4."""
SCALE = WIDTH / layout.WIDTH


@lru_cache(maxsize=64)
def _font(size, bold):
    regular, heavy = pdf_fonts.paths()
    return ImageFont.truetype(str(heavy if bold else regular), round(size * layout.POINT * SCALE))


class _Pixels:
    """A4 in millimetres; text is placed by its middle line."""

    def __init__(self, image=None):
        self.image = image or Image.new("RGB", (WIDTH, round(layout.HEIGHT * SCALE)), "white")
        self.pen = ImageDraw.Draw(self.image)

    def width(self, text, size, *, bold=False):
        return _font(size, bold).getlength(text) / SCALE

    def text(self, x, y, text, size, *, bold=False, fill=drawing.INK, anchor="l", spacing=0):
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

    def rule(self, x, y, length, width=0.15, fill=drawing.RULE):
        self.pen.line((x * SCALE, y * SCALE, (x + length) * SCALE, y * SCALE), fill, max(1, round(width * SCALE)))

    def frame(self, inset, width, colour):
        box = (inset, inset, layout.WIDTH - inset, layout.HEIGHT - inset)
        self.pen.rectangle([edge * SCALE for edge in box], outline=colour, width=max(1, round(width * SCALE)))

    def dashed_circle(self, x, y, radius):
        box = [edge * SCALE for edge in (x - radius, y - radius, x + radius, y + radius)]
        for angle in range(0, 360, 6):
            self.pen.arc(box, angle, angle + 3.4, drawing.DASHES, 2)

    def picture(self, image, x, y, size, *, sharp=False):
        """``sharp``: squares of one bit each stay squares."""
        pixels = [round(size * SCALE)] * 2
        drawn = image.resize(pixels, Image.Resampling.NEAREST if sharp else Image.Resampling.LANCZOS)
        self.image.paste(drawn.convert("RGB"), (round(x * SCALE), round(y * SCALE)), _mask(drawn))


def _mask(image):
    return image.getchannel("A") if image.mode == "RGBA" else None


def draw(certificate):
    """PNG bytes. Raises the DomainErrors of ``drawing.arranged``."""
    pdf_fonts.register()
    sheet = drawing.arranged(certificate)
    blank, colours = _blank(drawing.kind(sheet, certificate))
    page = _Pixels(blank.copy())
    drawing.own(page, sheet, certificate)
    out = BytesIO()
    page.image.quantize(palette=colours, dither=Image.Dither.NONE).save(out, "PNG", compress_level=4)
    return out.getvalue()


@lru_cache(maxsize=3)
def _blank(kind):
    """(the part a round has in common as pixels, the colours of a whole sheet): 7 MB a kind."""
    page = _Pixels()
    drawing.common(page, kind.sheet, kind.certificate)
    blank = page.image.copy()
    drawing.own(page, kind.sheet, kind.certificate)
    count = 256 if kind.sheet["sealed"] else 64
    return blank, page.image.quantize(count, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
