"""Many certificates as one print file: what they have in common once, the words of each drawn over it, fonts embedded once."""

import io

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from core import pdf_fonts
from core.exceptions import DomainError

from . import drawing, layout

MM = 1 / layout.POINT
"""Points in a millimetre."""
# From the middle line of the type to its baseline, as a share of the size.
_BASELINE = 0.36


class _Page:
    """The present page of a canvas, from the upper left corner in millimetres."""

    def __init__(self, canvas):
        self.canvas, self.kinds = canvas, {}

    def sheet(self, sheet, certificate):
        kind = drawing.kind(sheet, certificate).key
        if kind not in self.kinds:
            self.kinds[kind] = f"kind-{len(self.kinds)}"
            self.canvas.beginForm(self.kinds[kind], upperx=layout.WIDTH * MM, uppery=layout.HEIGHT * MM)
            drawing.common(self, sheet, certificate)
            self.canvas.endForm()
        self.canvas.doForm(self.kinds[kind])
        drawing.own(self, sheet, certificate)

    def text(self, x, y, text, size, *, bold=False, fill=drawing.INK, anchor="l", spacing=0):
        font = pdf_fonts.BOLD if bold else pdf_fonts.REGULAR
        width = self.width(text, size, bold=bold, spacing=spacing)
        x -= {"l": 0, "m": width / 2, "r": width}[anchor]
        if text:
            line = self.canvas.beginText(x * MM, (layout.HEIGHT - y) * MM - size * _BASELINE)
            line.setFont(font, size)
            line.setFillColor(HexColor(fill))
            line.setCharSpace(spacing)
            line.textOut(text)
            self.canvas.drawText(line)
        return x + width

    def width(self, text, size, *, bold=False, spacing=0):
        return (pdf_fonts.width_of(text, size, bold=bold) + spacing * max(len(text) - 1, 0)) / MM

    def _pen(self, width, colour):
        self.canvas.setLineWidth(width * MM)
        self.canvas.setStrokeColor(HexColor(colour))

    def rule(self, x, y, length, width=0.15, fill=drawing.RULE):
        self._pen(width, fill)
        self.canvas.line(x * MM, (layout.HEIGHT - y) * MM, (x + length) * MM, (layout.HEIGHT - y) * MM)

    def frame(self, inset, width, colour):
        self._pen(width, colour)
        edge = inset + width / 2
        self.canvas.rect(edge * MM, edge * MM, (layout.WIDTH - 2 * edge) * MM, (layout.HEIGHT - 2 * edge) * MM)

    def dashed_circle(self, x, y, radius):
        self._pen(0.3, drawing.DASHES)
        self.canvas.setDash(1.3 * MM, 0.95 * MM)
        self.canvas.circle(x * MM, (layout.HEIGHT - y) * MM, radius * MM)
        self.canvas.setDash()

    def picture(self, image, x, y, size, *, sharp=False):
        mask = None if sharp else "auto"
        place = (x * MM, (layout.HEIGHT - y - size) * MM, size * MM, size * MM)
        self.canvas.drawImage(ImageReader(image), *place, mask=mask)


def bind(certificates, target, *, title, done=lambda number, error: None):
    """Write the sheets of ``certificates`` (read once) as one PDF into ``target`` (a path or a binary file).

    Returns how many pages it has. ``done(certificate, error)`` is called after each, with the DomainError of one that cannot be
    drawn: it is left out, the others are not held up.
    """
    pdf_fonts.register()
    canvas = Canvas(target, pagesize=(layout.WIDTH * MM, layout.HEIGHT * MM), lang="zh-Hans", pageCompression=1)
    canvas.setTitle(title)
    page, pages = _Page(canvas), 0
    for row in certificates:
        try:
            sheet = drawing.arranged(row)
        except DomainError as error:
            done(row, error)
            continue
        page.sheet(sheet, row)
        canvas.showPage()
        pages += 1
        done(row, None)
    if pages:
        canvas.save()
    return pages


def bare(certificate):
    """The same sheet alone: what the drawing library needs at least. For measuring."""
    out = io.BytesIO()
    bind([certificate], out, title=certificate.number)
    return out.getvalue()
