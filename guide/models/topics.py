"""A page to read before the clauses: the principles, how to use the guide, what the new edition changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from core.blocks import ContentField

from ..blocks import CaseParts, TopicLinks
from .base import LayeredPage


class TopicPage(LayeredPage):
    """One matter over several clauses, under an address of its own: /guide/pdca/. Links to its clauses, tools and cases."""

    place = models.PositiveSmallIntegerField(_("排第几"), default=1)
    summary = models.CharField(_("一句话"), max_length=200)
    reading_minutes = models.PositiveSmallIntegerField(_("读完几分钟"), default=5)
    reviewed_on = models.DateField(_("最近核对日期"), null=True, blank=True)
    body = ContentField(CaseParts(), blank=True, verbose_name=_("正文"))
    links = ContentField(TopicLinks(), blank=True, verbose_name=_("说到的条款、工具、案例"))

    content_panels = [
        *LayeredPage.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("place"), FieldPanel("reading_minutes"), FieldPanel("reviewed_on")]),
                FieldPanel("layers"),
            ],
            heading=_("这一页"),
        ),
        FieldPanel("body"),
        FieldPanel("links"),
    ]
    search_fields = [
        *LayeredPage.search_fields,
        index.SearchField("summary", boost=2),
        index.SearchField("body"),
    ]
    parent_page_types = ["guide.GuideIndexPage"]
    subpage_types = []
    template = "guide/topic_page.html"

    class Meta:
        verbose_name = _("入门页")
        verbose_name_plural = _("入门页")

    def get_context(self, request, *args, **kwargs):
        linked = {"clause": [], "tool": [], "case": []}
        for child in self.links:
            if child.value and child.value.live:
                linked[child.block_type].append(child.value)
        return super().get_context(request, *args, **kwargs) | {f"{kind}s": pages for kind, pages in linked.items()}
