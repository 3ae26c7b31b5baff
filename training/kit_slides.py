"""Slides from a Markdown file: each ``##`` a slide, what is quoted under it is said and not shown.

A slide holds few words, large: one sentence alone stands in the middle, a list below its title, a table as wide as the
page; a table whose first heading is 柱 is drawn as bars.
"""

from dataclasses import dataclass
from io import BytesIO

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table, TableStyle

from core import markdown, pdf, pdf_fonts
from core.blocks import TableBlock
from core.exceptions import DomainError

WIDTH, HEIGHT = 960, 540
"""Points; 16:9."""
LEFT, TOP, BOTTOM = 72, 412, 54
SCALES = (1.3, 1.15, 1, 0.9, 0.8, 0.7, 0.62)
"""Tried one after the other until a slide fits: at the last its text is 17 points, readable from the last row."""

INK, SOFT, RED, PAPER, LINE = map(HexColor, ("#16202b", "#4c5866", "#b3392b", "#faf8f3", "#c9c2b2"))
BARS = "柱"
SIGNS = {"绿": "#2c6e57", "黄": "#e0b43c", "红": "#b3392b", "蓝": "#2c4a7c", "白": "#ffffff"}
"""A cell of a table that is one of these words alone is shown in its colour, as the sign it speaks of."""


@dataclass(frozen=True)
class Slide:
    """``pieces``: Markdown shown; ``said``: what the trainer says."""

    title: str
    pieces: tuple
    said: str


def slides(document):
    """The slides of a source, in order."""
    found = []
    for title, text in markdown.sections(document.source.body).items():
        pieces = markdown.paragraphs(text)
        said = " ".join(markdown.plain(piece.replace("> ", "").replace(">", "")) for piece in pieces if _is_said(piece))
        found.append(Slide(title, tuple(piece for piece in pieces if not _is_said(piece)), said))
    return found


def _is_said(piece):
    return piece.startswith(">")


def draw(document):
    """The slides as PDF bytes, a title page before them.

    Raises DomainError ``kit.slide`` naming the slide that holds too much, ``pdf.glyph`` of core.pdf.
    """
    pdf_fonts.register()
    every = slides(document)
    words = "".join(f"{one.title}{''.join(one.pieces)}" for one in every)
    pdf.refuse_missing_glyphs(strip_tags(words) + document.title + document.kit)
    out = BytesIO()
    pen = Canvas(out, pagesize=(WIDTH, HEIGHT))
    pen.setTitle(f"{document.kit} · {document.title}")
    pen.setAuthor(_("质量学堂"))
    _cover(pen, document)
    for number, one in enumerate(every, start=1):
        _slide(pen, one, number, len(every), document.kit)
    pen.save()
    return out.getvalue()


def _background(pen):
    pen.setFillColor(PAPER)
    pen.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    pen.setFillColor(RED)
    pen.rect(0, 0, 14, HEIGHT, stroke=0, fill=1)


def _cover(pen, document):
    _background(pen)
    title = Paragraph(document.kit, _style(46, bold=True))
    _width, height = title.wrap(WIDTH - 2 * LEFT, HEIGHT)
    title.drawOn(pen, LEFT, 300)
    below = Paragraph(document.source.meta["lead"], _style(24, colour=SOFT))
    _width, height = below.wrap(WIDTH - 2 * LEFT, HEIGHT)
    below.drawOn(pen, LEFT, 270 - height)
    pen.setFont(pdf_fonts.REGULAR, 15)
    pen.setFillColor(SOFT)
    pen.drawString(LEFT, 48, _("质量学堂 · 公益培训 · 厂名人名标“示例”的都是编的"))
    pen.showPage()


def _slide(pen, one, number, count, kit):
    _background(pen)
    pen.setFont(pdf_fonts.REGULAR, 13)
    pen.setFillColor(SOFT)
    pen.drawString(LEFT, 26, kit)
    pen.drawRightString(WIDTH - 48, 26, f"{number} / {count}")
    title = Paragraph(one.title, _style(36, bold=True))
    _width, height = title.wrap(WIDTH - 2 * LEFT, HEIGHT)
    title.drawOn(pen, LEFT, 490 - height)
    pen.setStrokeColor(RED)
    pen.setLineWidth(2)
    pen.line(LEFT, 430, LEFT + 64, 430)
    room = TOP - BOTTOM - 16
    for scale in SCALES:
        flow = [part for piece in one.pieces for part in _parts(piece, scale, alone=len(one.pieces) == 1)]
        heights = [part.wrap(WIDTH - 2 * LEFT, HEIGHT)[1] for part in flow]
        gap = 16 * scale
        whole = sum(heights) + gap * (len(flow) - 1)
        if whole <= room:
            break
    else:
        raise DomainError(
            "kit.slide", _("第 %(n)s 张“%(title)s”放得太多，请分成两张。") % {"n": number, "title": one.title}
        )
    y = TOP - (room - whole) / 4  # a little above the middle
    for part, height in zip(flow, heights, strict=True):
        part.drawOn(pen, LEFT, y - height)
        y -= height + gap
    pen.showPage()


def _parts(piece, scale, *, alone):
    """A piece of Markdown as what the page is laid out from."""
    items = markdown.list_items(piece) if piece[:2] in ("- ", "1.") else []
    if items:
        marks = [f"{n}." for n in range(1, len(items) + 1)] if piece[0] == "1" else ["·"] * len(items)
        style = _style(27 * scale, indent=34 * scale)
        return [Paragraph(_inline(item), style, bulletText=mark) for item, mark in zip(items, marks, strict=True)]
    if "|" in piece and "---" in piece:
        rows = TableBlock.cells(markdown.table_text(piece))
        return [_bars(rows, scale) if rows[0][0] == BARS else _table(rows, scale)]
    return [Paragraph(_inline(piece), _style((38 if alone else 27) * scale))]


def _inline(piece):
    """One paragraph with its bold words, as the layout library marks them."""
    text = markdown.html(piece).strip().removeprefix("<p>").removesuffix("</p>")
    return text.replace(
        "<strong>", f'<font name="{pdf_fonts.BOLD}" color="{RED.hexval().replace("0x", "#")}">'
    ).replace("</strong>", "</font>")


def _style(size, *, bold=False, colour=INK, indent=0):
    return ParagraphStyle(
        "slide",
        fontName=pdf_fonts.BOLD if bold else pdf_fonts.REGULAR,
        fontSize=size,
        leading=size * 1.5,
        textColor=colour,
        wordWrap="CJK",
        leftIndent=indent,
        bulletFontName=pdf_fonts.BOLD,
        bulletFontSize=size,
        bulletColor=RED,
    )


def _table(rows, scale):
    longest = [min(max(len(cell) for cell in column), 22) + 2 for column in zip(*rows, strict=True)]
    widths = [(WIDTH - 2 * LEFT) * part / sum(longest) for part in longest]
    cells = [[Paragraph(_inline(cell), _style(22 * scale, bold=not n)) for cell in row] for n, row in enumerate(rows)]
    lines = TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, -1), 0.7, LINE),
            ("LINEBELOW", (0, 0), (-1, 0), 1.6, INK),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 5 * scale),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 8 * scale),
        ]
    )
    for line, row in enumerate(rows):
        if row[0] in SIGNS:
            lines.add("BACKGROUND", (0, line), (0, line), HexColor(SIGNS[row[0]]))
            if row[0] not in ("白", "黄"):
                cells[line][0] = Paragraph(row[0], _style(22 * scale, bold=True, colour=PAPER))
    return Table(cells, colWidths=widths, style=lines)


def _bars(rows, scale):
    """Rows of (name, number, …) as horizontal bars; the number stands behind its bar as written."""
    (_head, *_rest), *lines = rows
    most = max(float(row[1]) for row in lines)
    longest = max(len(row[0]) for row in lines)
    name = min(longest * 22 * scale + 20, 300)
    end = 130 * scale
    room = WIDTH - 2 * LEFT - name - end
    cells, widths = [], [name, room, end]
    for place, (label, number, *_more) in enumerate(lines):
        bar = Table([[""]], colWidths=[max((room - 24) * float(number) / most, 2)], rowHeights=[28 * scale])
        bar.setStyle(TableStyle([("BACKGROUND", (0, 0), (-1, -1), RED if not place else LINE)]))
        bar.hAlign = "LEFT"
        unit = rows[0][1]
        cells.append([Paragraph(label, _style(22 * scale)), bar, Paragraph(f"{number} {unit}", _style(22 * scale))])
    return Table(cells, colWidths=widths, style=TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
