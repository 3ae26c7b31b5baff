"""The upright sheets of a kit: agenda, what the trainer says, sheets to fill in, answers; roster and survey by the platform's rules."""

import re

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from core import markdown, paper, pdf, pdf_fonts
from core.blocks import TableBlock

from . import surveys

ROSTER_ROWS = 20
"""As many as fit one sheet of A4, as on the sign-in sheet of a round."""

_WRITE = re.compile(r"（写(\d+)行）")
_BAR = re.compile(r"^\s*\|?[\s:|-]*-{3}[\s:|-]*$", re.MULTILINE)


def page(document):
    """A Markdown file as A4. ``（写N行）`` standing alone is N lines to write on; an empty cell of a table is room to write."""
    parts = [
        {"heading": heading, "body": body(text)} for heading, text in markdown.sections(document.source.body).items()
    ]
    return _drawn("page", document, {"parts": parts, "lead": document.source.meta.get("lead", "")})


def notes(document):
    """The words to the slides, one row a slide."""
    from .kit_slides import slides

    rows = [
        {"number": number, "title": one.title, "shown": body("\n\n".join(one.pieces), width_mm=62), "said": one.said}
        for number, one in enumerate(slides(document), start=1)
    ]
    return _drawn("notes", document, {"rows": rows})


def roster(document):
    """An empty sign-in sheet, for a round that is not on the platform yet."""
    return _drawn("roster", document, {"numbers": range(1, ROSTER_ROWS + 1)})


def survey(document):
    """The eight items and the open question, as the platform asks them."""
    return _drawn("survey", document, {"items": surveys.ITEMS, "grades": surveys.GRADES})


def body(text, width_mm=paper.WIDTH_MM):
    """Markdown as HTML for paper."""
    out = []
    for piece in markdown.paragraphs(text):
        write = _WRITE.fullmatch(piece.strip())
        if write:
            out.append(paper.lines(int(write[1])))
        elif "|" in piece and _BAR.search(piece):
            out.append(paper.table(TableBlock.cells(markdown.table_text(piece)), width_mm))
        else:
            out.append(markdown.html(piece))
    return mark_safe("".join(out))  # noqa: S308 - from files that come with the code


def _drawn(name, document, context):
    pdf_fonts.register()
    html = render_to_string(f"training/pdf/{name}.html", context | {"document": document, "title": document.title})
    pdf.refuse_missing_glyphs(strip_tags(re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)))
    return pdf.from_html(html, title=f"{document.kit} · {document.title}", author=_("质量学堂"))
