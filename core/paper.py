"""What stands on printed sheets: tables with columns as wide as their words, our drawings, lines to write on."""

import base64
import re

from django.contrib.staticfiles.finders import find
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from . import pdf_fonts

WIDTH_MM = 170
"""Of the text on an upright sheet of A4."""

WIDEST_DRAWING_MM, TALLEST_DRAWING_MM = 96, 84
_NARROWEST, _WIDEST = 5, 26
"""Characters a column is reckoned with at least and at most: a long cell wraps, a short heading does not."""

_VIEW_BOX = re.compile(rb'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"')
_FAMILY = re.compile(rb'font-family="[^"]*"')


def table(rows, width_mm=WIDTH_MM):
    """Rows of cells as a table, the first one its head; an empty cell is left high enough to write in."""
    longest = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    parts = [min(max(length, _NARROWEST), _WIDEST) for length in longest]
    widths = [round(width_mm * part / sum(parts), 1) for part in parts]
    head, *body = rows
    return format_html(
        "<table><tr>{}</tr>{}</table>",
        format_html_join("", '<th width="{}mm">{}</th>', zip(widths, head, strict=True)),
        format_html_join("", "<tr>{}</tr>", ([_cells(widths, row)] for row in body)),
    )


def _cells(widths, row):
    blank = mark_safe("&nbsp;<br>&nbsp;")  # noqa: S308 - a constant
    cells = ((width, cell or blank) for width, cell in zip(widths, row, strict=True))
    return format_html_join("", '<td width="{}mm">{}</td>', cells)


def lines(count):
    """So many ruled lines to write on."""
    return mark_safe('<p class="line">&nbsp;</p>' * count)  # noqa: S308 - a constant


def drawing(name):
    """One of the site's drawings (``fig-…``) as {src, width, height} in mm, ready for an <img>."""
    with open(find(f"img/{name}.svg"), "rb") as file:
        content = file.read()
    content = _FAMILY.sub(b'font-family="%s"' % pdf_fonts.register_for_drawings().encode(), content)
    width, height = (float(side) for side in _VIEW_BOX.search(content).groups())
    scale = min(WIDEST_DRAWING_MM / width, TALLEST_DRAWING_MM / height)
    source = f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
    return {"src": source, "width": round(width * scale), "height": round(height * scale)}
