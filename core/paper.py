"""What stands on printed sheets: tables with columns as wide as their words, our drawings, lines to write on."""

import base64
import re
from pathlib import Path

from django.contrib.staticfiles.finders import find
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from . import pdf_fonts

WIDTH_MM = 170
"""Of the text on an upright sheet of A4."""

WIDEST_DRAWING_MM, TALLEST_DRAWING_MM = 96, 84
_NARROWEST, _TO_FILL, _WIDEST = 5, 16, 26
"""Characters a column is reckoned with at least, when it is left to write in, and at most: a long cell wraps."""

_VIEW_BOX = re.compile(rb'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"')
_FAMILY = re.compile(rb'font-family="[^"]*"')


def table(rows, width_mm=WIDTH_MM):
    """Rows of cells as a table, the first one its head; a row with several empty cells is left high enough to write in."""
    parts = [_part(head, cells) for head, *cells in zip(*rows, strict=True)]
    widths = [round(width_mm * part / sum(parts), 1) for part in parts]
    head, *body = rows
    return format_html(
        "<table><tr>{}</tr>{}</table>",
        format_html_join("", '<th width="{}mm">{}</th>', zip(widths, head, strict=True)),
        format_html_join("", "<tr>{}</tr>", ([_cells(widths, row)] for row in body)),
    )


def _part(head, cells):
    """How many characters a column is reckoned with."""
    longest = max(len(cell) for cell in (head, *cells))
    return min(max(longest, _NARROWEST if any(cells) else _TO_FILL), _WIDEST)


def _cells(widths, row):
    room = mark_safe('<p class="room">&nbsp;</p>')  # noqa: S308 - a constant
    to_fill = sum(not cell for cell in row) > 1  # one alone is for a number or a tick
    cells = ((width, room if to_fill and not cell else cell) for width, cell in zip(widths, row, strict=True))
    return format_html_join("", '<td width="{}mm">{}</td>', cells)


def lines(count):
    """So many ruled lines to write on."""
    return mark_safe('<p class="line">&nbsp;</p>' * (count - 1) + '<p class="line last">&nbsp;</p>')  # noqa: S308 - constants


def drawing(name):
    """One of the site's drawings (``fig-…``) as {src, width, height} in mm, ready for an <img>."""
    content = Path(find(f"img/{name}.svg")).read_bytes()
    content = _FAMILY.sub(b'font-family="%s"' % pdf_fonts.register_for_drawings().encode(), content)
    content = content.replace(b'font-weight="700"', b'font-weight="bold"')  # what draws it knows no numbers
    width, height = (float(side) for side in _VIEW_BOX.search(content).groups())
    scale = min(WIDEST_DRAWING_MM / width, TALLEST_DRAWING_MM / height)
    source = f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
    return {"src": source, "width": round(width * scale), "height": round(height * scale)}
