"""A page of ``pdf`` laid out once and filled with other words many times.

The HTML library lays a page out with stand-ins where the words of one document go. What it drew is kept as it drew it, and drawn
again with the words of each: the same picture, in a quarter of the time.
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject
from xhtml2pdf import xhtml2pdf_reportlab as library

from . import pdf

_recording = ContextVar("what a page is drawn with", default=None)
_MARK = re.compile("\0([0-9]+)\0")
# A colour one sees through and a shape used twice are named in the file they were drawn for.
_BOUND = re.compile(r"/\S+ (?:gs|Do|sh)\b")


@dataclass(frozen=True)
class _Run:
    """Words of one style."""

    text: str
    font: str
    size: float
    leading: float


@dataclass(frozen=True)
class _Picture:
    """A picture of ``side`` pixels in its place."""

    side: int
    place: tuple
    mask: object


class _Words(PDFTextObject):
    def _formatText(self, text):
        text = text.decode() if isinstance(text, bytes) else text
        return self._canvas.mark(_Run(text, self._fontname, self._fontsize, self._leading))


class _RecordingCanvas(library.MarkedCanvas):
    """Draws as ever; while ``cut`` watches it leaves a mark for every piece of text and every picture."""

    def beginText(self, x=0, y=0, direction=None):
        kind = PDFTextObject if _recording.get() is None else _Words
        return kind(self, x, y, direction=direction)

    def drawImage(self, image, x, y, width=None, height=None, mask=None, **options):
        if _recording.get() is None:
            return super().drawImage(image, x, y, width, height, mask=mask, **options)
        self._code.append(self.mark(_Picture(image.getSize()[0], (x, y, width, height), mask)))
        return image.getSize()

    def mark(self, piece):
        pieces = _recording.get()["pieces"]
        pieces.append(piece)
        return f"\0{len(pieces) - 1}\0"

    def showPage(self):
        if _recording.get() is not None:
            _recording.get()["pages"].append((self._pagesize, list(self._code)))
        super().showPage()


library.MarkedCanvas = _RecordingCanvas


class Stencil:
    """``parts`` of a page in their order: operators as text, _Runs and _Pictures."""

    def __init__(self, size, parts, centred):
        self.size, self.parts, self.centred = size, parts, centred

    def fill(self, words, pictures, *, title, author="", subject="", lang="zh-Hans"):
        """The PDF as bytes. ``words`` is {stand-in: text}, ``pictures`` {side of the stand-in in pixels: PIL image}."""
        out = BytesIO()
        canvas = Canvas(out, pagesize=self.size, lang=lang, pageCompression=1)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setSubject(subject)
        canvas.setProducer(library.PRODUCER)
        pen = PDFTextObject(canvas)
        for part in self.parts:
            if isinstance(part, str):
                canvas._code.append(part)
            elif isinstance(part, _Picture):
                canvas.drawImage(ImageReader(pictures[part.side]), *part.place, mask=part.mask)
            else:
                canvas._code.append(self._written(pen, part, words.get(part.text)))
        canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _written(self, pen, run, text):
        pen._fontname, pen._fontsize, pen._leading, pen._curSubset = run.font, run.size, run.leading, -1
        if text is None:
            return pen._formatText(run.text)
        drawn = pen._formatText(text)
        if run.text not in self.centred:
            return drawn
        shift = (stringWidth(run.text, run.font, run.size) - stringWidth(text, run.font, run.size)) / 2
        return f"{shift:.6f} 0 Td {drawn} {-shift:.6f} 0 Td"


def cut(html, stand_ins, *, centred=(), css=pdf.BASE_CSS):
    """The Stencil of a page of HTML; None when it cannot be one: not a single page, or a stand-in not there exactly once.

    ``stand_ins`` are the texts that will be other texts, ``centred`` those whose middle stays in its place. Each picture of the
    page is one too, told from the others by its side in pixels. Raises the DomainErrors of ``pdf.from_html``.
    """
    seen = {"pieces": [], "pages": []}
    watching = _recording.set(seen)
    try:
        pdf.from_html(html, title="", css=css)
    finally:
        _recording.reset(watching)
    if len(seen["pages"]) != 1:
        return None
    size, code = seen["pages"][0]
    parts = _MARK.split("\n".join(code))
    parts[1::2] = [seen["pieces"][int(number)] for number in parts[1::2]]
    written = [part.text for part in parts if isinstance(part, _Run)]
    if any(written.count(text) != 1 for text in stand_ins) or any(_BOUND.search(part) for part in parts[::2]):
        return None
    return Stencil(size, [part for part in parts if part], frozenset(centred))
