"""What the printed lesson needs beyond template language."""

from django import template

from core import paper
from core.blocks import TableBlock

from .. import handouts

register = template.Library()
register.filter("is_exercise", handouts.is_exercise)
register.filter("lines", paper.lines)


@register.filter
def printed_table(value):
    """A TableBlock's value as a table for paper."""
    rows = TableBlock.cells(value["text"])
    return paper.table(rows) if rows else ""


@register.filter
def printed_figure(value):
    """{src, width, height} of a FigureBlock that shows one of our drawings; None of a photograph: it stays on the screen."""
    return paper.drawing(value["drawing"]) if value["drawing"] else None
