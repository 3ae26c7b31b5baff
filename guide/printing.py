"""The guide on paper: one clause, one chapter or the whole, as an A4 PDF with a table of contents. Made once per state of its pages."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core import clock, pdf, pdf_fonts
from core.exceptions import DomainError

from .models import ClausePage, GuideIndexPage
from .outline import EDITION_LABELS, Outline

WHOLE = "all"
FOLDER = "guide-pdf"
RECIPE = 2
"""Raised when the template draws differently: older files are made anew."""
WAIT = 600
"""Seconds after which a making nobody hears of any more may be asked for again."""


@dataclass(frozen=True)
class Booklet:
    """What is to be printed: ``key`` is a clause's or chapter's slug or WHOLE, ``edition`` as in ``outline.EDITIONS``."""

    key: str
    edition: str

    @cached_property
    def nodes(self):
        """The outline's nodes in reading order; empty when there is nothing of that name in this edition. Two queries."""
        guide = GuideIndexPage.objects.live().first()
        if guide is None:
            return []
        outline = Outline(ClausePage.objects.child_of(guide).outline(), self.edition, guide.url)
        if self.key == WHOLE:
            return list(outline.walk())
        for node in outline.walk():
            if node["slug"] == self.key:
                return [node, *outline.walk(node["children"])]
        return []

    @property
    def title(self):
        if self.key == WHOLE:
            return _("质量管理体系标准释义指南")
        return f"{self.nodes[0]['number']} {self.nodes[0]['title']}".strip()

    @cached_property
    def file_name(self):
        """Where the file of the present state of the pages lies. One query."""
        pages = ClausePage.objects.filter(pk__in=[node["pk"] for node in self.nodes])
        state = sorted(pages.values_list("pk", "live_revision", "last_published_at"))
        digest = hashlib.sha256(f"{RECIPE} {self.edition} {state}".encode()).hexdigest()[:16]
        return f"{FOLDER}/{self.key}-{self.edition}-{digest}.pdf"

    @property
    def download_name(self):
        return f"{_('标准释义指南')}_{self.title}_{EDITION_LABELS[self.edition]}.pdf"

    @property
    def ready(self):
        return default_storage.exists(self.file_name)

    @property
    def progress(self):
        """Per cent done of a making under way, else None."""
        return cache.get(f"booklet:{self.file_name}")

    @property
    def fault(self):
        """Why the last try failed, or ''."""
        return cache.get(f"booklet-fault:{self.file_name}", "")


def claim(booklet):
    """Whether the caller is to have the booklet made: False when it is there or on its way already."""
    if booklet.ready or not cache.add(f"booklet:{booklet.file_name}", 0, WAIT):
        return False
    cache.delete(f"booklet-fault:{booklet.file_name}")
    return True


def make(booklet):
    """Make the file and drop those of earlier states; returns its name.

    Raises DomainError of ``core.pdf``; the sentence is shown to who asked.
    """
    if booklet.ready:
        return booklet.file_name
    progress = f"booklet:{booklet.file_name}"
    try:
        content = _bound(booklet, lambda done: cache.set(progress, done, WAIT))
    except DomainError as refused:
        cache.set(f"booklet-fault:{booklet.file_name}", refused.sentence, WAIT)
        cache.delete(progress)
        raise
    name = default_storage.save(booklet.file_name, ContentFile(content))
    if name != booklet.file_name:  # two workers at once: the first one's stays
        default_storage.delete(name)
    for old in default_storage.listdir(FOLDER)[1]:
        if old.startswith(f"{booklet.key}-{booklet.edition}-") and f"{FOLDER}/{old}" != booklet.file_name:
            default_storage.delete(f"{FOLDER}/{old}")
    cache.delete(progress)
    return booklet.file_name


def _bound(booklet, report):
    from pypdf import PdfReader, PdfWriter  # 6 MB that only a worker needs

    pdf_fonts.register()
    nodes = booklet.nodes
    pages = {page.pk: page for page in ClausePage.objects.filter(pk__in=[node["pk"] for node in nodes])}
    writer, contents, place = PdfWriter(), [], 0
    for done, node in enumerate(nodes, 1):
        document = PdfReader(BytesIO(_drawn(pages[node["pk"]], node, booklet)))
        contents.append((node, place))
        place += len(document.pages)
        writer.append(document, import_outline=False)
        report(done * 95 // len(nodes))
    front = 0
    if len(nodes) > 1:
        front = len(PdfReader(BytesIO(_front(booklet, contents, 0))).pages)
        writer.merge(0, PdfReader(BytesIO(_front(booklet, contents, front))), import_outline=False)
    for node, start in contents:
        writer.add_outline_item(title=f"{node['number']} {node['short_title']}".strip(), page_number=start + front)
    _number(writer)
    writer.add_metadata({"/Title": booklet.title, "/Author": _("质量学堂"), "/Creator": settings.WAGTAIL_SITE_NAME})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _number(writer):
    """Write 15 / 36 at the foot of every sheet: the number the contents name."""
    from pypdf import PdfReader
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    sheets, count = BytesIO(), len(writer.pages)
    pen = Canvas(sheets, pagesize=A4)
    for number in range(1, count + 1):
        pen.setFont(pdf_fonts.REGULAR, 8.5)
        pen.drawRightString(190 * mm, 12.6 * mm, f"{number} / {count}")
        pen.showPage()
    pen.save()
    for page, number in zip(writer.pages, PdfReader(sheets).pages, strict=True):
        page.merge_page(number)


def _drawn(page, node, booklet):
    html = render_to_string(
        "guide/pdf/clause.html",
        {"page": page, "node": node, "number": node["number"], "edition": EDITION_LABELS[booklet.edition]},
    )
    pdf.refuse_missing_glyphs(strip_tags(html))
    return pdf.from_html(html, title=page.title)


def _front(booklet, contents, front):
    rows = [{"node": node, "page": start + front + 1, "depth": node["number"].count(".")} for node, start in contents]
    html = render_to_string(
        "guide/pdf/contents.html",
        {
            "title": booklet.title,
            "edition": EDITION_LABELS[booklet.edition],
            "rows": rows,
            "day": clock.today(),
        },
    )
    return pdf.from_html(html, title=booklet.title)
