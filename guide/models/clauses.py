"""A clause of the standard in everyday words, in ten parts."""

from django.db import models
from django.http import HttpResponseRedirect
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable
from wagtail.search import index

from core.blocks import ContentField

from ..blocks import ClauseParts
from ..outline import EDITION_LABELS, EDITIONS, Outline, Reading, address, edition_of
from ..panels import BesidePanel
from ..querysets import ClauseManager
from ..related import lessons_about, overviews_of
from .base import LayeredPage

PARTS = ("question", "minute", "scene", "steps", "tools", "pits", "audit", "minimum", "edition", "onward")
"""The ten parts in their order; the first is ``everyday_question``."""


class ClausePage(LayeredPage):
    """A clause, or a chapter. The slug is the number of the 2015 edition ("9-2"); the tree follows ``part_of``."""

    number_2015 = models.CharField(_("2016版条号"), max_length=12, blank=True)
    number_2026 = models.CharField(_("2026版条号"), max_length=12, blank=True, help_text=_("新版里没有的，空着"))
    short_title = models.CharField(_("车间话"), max_length=20)
    is_chapter = models.BooleanField(_("是一章"), default=False)
    part_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("上一级")
    )
    everyday_question = models.TextField(_("大白话问题"))
    introduction = models.TextField(_("导语"), blank=True, help_text=_("章才写"))
    reading_minutes = models.PositiveSmallIntegerField(_("读完几分钟"), default=5)
    reviewed_on = models.DateField(_("最近核对日期"), null=True, blank=True)
    body = ContentField(ClauseParts(), blank=True, verbose_name=_("正文"))

    objects = ClauseManager()

    content_panels = [
        *LayeredPage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("number_2015"), FieldPanel("number_2026"), FieldPanel("short_title")]),
                FieldRowPanel([FieldPanel("reading_minutes"), FieldPanel("reviewed_on")]),
                FieldPanel("is_chapter"),
                PageChooserPanel("part_of"),
                FieldPanel("layers"),
            ],
            heading=_("条款"),
        ),
        FieldPanel("everyday_question"),
        FieldPanel("introduction"),
        FieldPanel("body"),
        InlinePanel("clause_tools", label=_("工具"), heading=_("用得上的工具")),
        BesidePanel(heading=_("别处连着这一条的")),
    ]
    search_fields = [
        *LayeredPage.search_fields,
        index.SearchField("short_title", boost=3),
        index.SearchField("number_2015", boost=3),
        index.SearchField("everyday_question", boost=2),
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]
    parent_page_types = ["guide.GuideIndexPage"]
    subpage_types = []
    template = "guide/clause_page.html"

    class Meta:
        verbose_name = _("条款页")
        verbose_name_plural = _("条款页")

    @cached_property
    def index_url(self):
        """Address of the guide this clause stands in."""
        return self.url.rstrip("/").rpartition("/")[0] + "/"

    def address(self, edition):
        """Address of this clause in an edition."""
        return address(self.index_url, self.slug, self.number_2026, edition)

    def number(self, edition):
        """The clause number in an edition, '' when it has none there."""
        return getattr(self, f"number_{edition}")

    @property
    def parts(self):
        """The parts that are filled in, in their order: dicts with number (1–10), name, label and the block's value."""
        children = {child.block_type: child for child in self.body}
        found = [{"number": 1, "name": "question", "label": _("大白话问题"), "block": None}]
        for number, name in enumerate(PARTS[1:], 2):
            if name in children:
                child = children[name]
                found.append({"number": number, "name": name, "label": child.block.label, "block": child})
        return found

    @property
    def tools(self):
        """Rows of ClauseTool with their live tool, in the editor's order. One query."""
        rows = self.clause_tools.select_related("tool").filter(tool__live=True)
        return rows.defer("tool__body", "tool__columns").order_by("sort_order")

    @property
    def cases(self):
        """Live cases about this clause. One query."""
        from .cases import CasePage

        return CasePage.objects.live().for_clause(self.slug).select_related("pilot").defer_streamfields()

    def serve(self, request, *args, **kwargs):
        # One address for each edition: a number of 2015 asked for in 2026 moves to where that edition has it.
        edition = edition_of(request)
        here = self.address(edition)
        if edition == "2026" and self.number_2026 and request.path != here.partition("?")[0]:
            return HttpResponseRedirect(here)
        return super().serve(request, *args, **kwargs)

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        edition = edition_of(request)
        siblings = ClausePage.objects.sibling_of(self)
        # Read only when the article is not kept: see {% kept %} in the template.
        return context | {
            "edition": edition,
            "edition_label": EDITION_LABELS[edition],
            "editions": [
                {"label": EDITION_LABELS[name], "url": self.address(name), "current": name == edition}
                for name in EDITIONS
            ],
            "number": self.number(edition),
            "address": self.address(edition),
            "reading": Reading(lambda: Outline(siblings.outline(), edition, self.index_url), self.pk),
            "lessons": SimpleLazyObject(lambda: lessons_about(self)),
            "overviews": SimpleLazyObject(lambda: overviews_of(self)),
        }


class ClauseTool(Orderable):
    """A tool this clause uses, and what for."""

    page = ParentalKey(ClausePage, on_delete=models.CASCADE, related_name="clause_tools")
    tool = models.ForeignKey(
        "guide.ToolPage", on_delete=models.CASCADE, related_name="clauses_using", verbose_name=_("工具")
    )
    note = models.CharField(_("在这一条里怎么用"), max_length=200, blank=True)

    panels = [PageChooserPanel("tool"), FieldPanel("note")]

    class Meta(Orderable.Meta):
        verbose_name = verbose_name_plural = _("用得上的工具")

    def __str__(self):
        return f"{self.page_id} · {self.tool_id}"
