"""PDF from HTML: fonts embedded, nothing fetched, a character no font draws is refused by name."""

from functools import cache
from io import BytesIO

from django.utils.translation import gettext as _

from . import pdf_fonts
from .exceptions import DomainError

# The library's own style sheet is parsed anew for every document; these are the rules of it that templates need.
BASE_CSS = (
    "html{font-family:CertSerif;font-size:12pt;line-height:100%;color:#16202b;margin:0;padding:0;border:1px none;"
    "display:inline;width:auto;height:auto;white-space:normal;font-weight:normal}"
    "body,div,p,table,tr,td{display:block}td{vertical-align:top}b{font-weight:bold}"
)


@cache
def _policy():
    """Neither network nor files: a page brings its pictures along as data."""
    from xhtml2pdf.config.resources import ResourceAccessPolicy

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
    from xhtml2pdf import pisa  # only a process that draws has to hold it (pdf_library)

    out = BytesIO()
    # A <title> in Chinese makes the library warn of glyphs that are there: it goes in as metadata.
    meta = {"title": title, "author": author, "subject": subject, "keywords": ""}
    result = pisa.CreatePDF(html, dest=out, default_css=css, resource_policy=_policy(), context_meta=meta)
    if result.err or result.warn:
        raise DomainError("pdf.failed", _("PDF 没有制作成功，请联系管理员查看日志。"), log=str(result.log)[:300])
    return out.getvalue()
