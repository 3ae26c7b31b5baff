"""PDF from HTML: fonts embedded, nothing fetched, a character no font draws is refused by name."""

from functools import cache
from io import BytesIO

from django.conf import settings
from django.utils.translation import gettext as _
from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFInfo
from reportlab.platypus import BaseDocTemplate
from xhtml2pdf import pisa, reportlab_paragraph
from xhtml2pdf.config.resources import ResourceAccessPolicy

from . import pdf_fonts
from .exceptions import DomainError

# Binary streams: text encoding makes files a quarter larger and takes a twentieth of the time.
rl_config.useA85 = 0

# What a reader lists as program and author where a document names none; the library says "anonymous".
PDFInfo.creator = PDFInfo.author = BaseDocTemplate._initArgs["creator"] = settings.WAGTAIL_SITE_NAME

# The library's own style sheet is parsed anew for every document; these are the rules of it that templates need.
BASE_CSS = (
    "html{font-family:CertSerif;font-size:12pt;line-height:100%;color:#16202b;margin:0;padding:0;border:1px none;"
    "display:inline;width:auto;height:auto;white-space:normal;font-weight:normal}"
    "body,div,p,table,tr,td{display:block}td{vertical-align:top}b{font-weight:bold}"
)


NEVER_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—·％%°℃,.;:?!)]}")
"""Signs that may not begin a line."""
NEVER_LAST = frozenset("（《〈「『【〔“‘([{")
_MOST_PUSHED = 8
"""Characters that may go to the next line with the one that does not fit; a longer run of Latin letters is cut."""


def _split_between(characters, start, end):
    """Where a line from ``start`` that has no room for ``characters[end]`` ends: not before a comma, within a word or number."""
    for place in range(end, max(start, end - _MOST_PUSHED), -1):
        before, after = characters[place - 1], characters[place]
        if after == " " and place + 1 < len(characters):  # what follows the blank is what one sees first
            after = characters[place + 1]
        within = all(one.isascii() and one.isalnum() for one in (before, after))
        if not (within or after in NEVER_FIRST or before in NEVER_LAST):
            return place
    return end


def _cjk_lines(fragments, widths, calc_bounds, encoding="utf8"):
    """The library's own split of Chinese text, which lets lines begin with a comma; same arguments, same answer."""
    characters = [
        reportlab_paragraph.cjkU(one, fragment, encoding)
        for fragment in fragments
        for one in (fragment.text or [fragment.text])
    ]
    lines, start, used = [], 0, 0
    for place, one in enumerate(characters):
        width = widths[min(len(lines), len(widths) - 1)]
        used += one.width
        if used > width + _FUZZ and place > start and not hasattr(one.frag, "lineBreak"):
            end = _split_between(characters, start, place)
            left = width - sum(each.width for each in characters[start:end])
            lines.append(reportlab_paragraph.makeCJKParaLine(characters[start:end], left, calc_bounds))
            start, used = end, sum(each.width for each in characters[end : place + 1])
    if start < len(characters):
        left = widths[min(len(lines), len(widths) - 1)] - used
        lines.append(reportlab_paragraph.makeCJKParaLine(characters[start:], left, calc_bounds))
    return reportlab_paragraph.ParaLines(kind=1, lines=lines)


_FUZZ = 1e-6
reportlab_paragraph.cjkFragSplit = _cjk_lines
_break_lines_cjk = reportlab_paragraph.Paragraph.breakLinesCJK


def _break_lines_of_one_fragment(paragraph, width):
    """The library breaks a Chinese paragraph of one single style into lines its own drawing cannot take: break it like the rest."""
    if len(paragraph.frags) != 1 or getattr(paragraph, "_splitpara", 0):
        return _break_lines_cjk(paragraph, width)
    widths = width if isinstance(width, list | tuple) else [width]
    return _cjk_lines(paragraph.frags, widths, False, paragraph.encoding)


reportlab_paragraph.Paragraph.breakLinesCJK = _break_lines_of_one_fragment


@cache
def _policy():
    """Neither network nor files: a page brings its pictures along as data."""
    return ResourceAccessPolicy.server(base_dir=str(pdf_fonts.directory()), allow_remote=False)


def refuse_missing_glyphs(text):
    """DomainError ``pdf.glyph`` naming each character the font does not draw."""
    gone = pdf_fonts.missing(text)
    if gone:
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in gone)
        raise DomainError(
            "pdf.glyph",
            _("字体里没有%(named)s这个字，暂时印不出来。请告诉管理员补字，不要用别的字代替。") % {"named": named},
            characters="".join(gone),
        )


def from_html(html, *, title, author="", subject="", css=BASE_CSS):
    """The PDF as bytes; the fonts must be registered (``pdf_fonts.register``). One at a time in a process: the library locks.

    Raises DomainError ``pdf.failed`` when the library complains of anything.
    """
    out = BytesIO()
    # A <title> in Chinese makes the library warn of glyphs that are there: it goes in as metadata.
    meta = {"title": title, "author": author, "subject": subject, "keywords": ""}
    result = pisa.CreatePDF(html, dest=out, default_css=css, resource_policy=_policy(), context_meta=meta)
    if result.err or result.warn:
        raise DomainError("pdf.failed", _("PDF 没有制作成功，请联系管理员查看日志。"), log=str(result.log)[:300])
    return out.getvalue()
