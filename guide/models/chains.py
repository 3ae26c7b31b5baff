"""一链一图谱: an industry chain from raw material to product, with its weak points and what helps at each."""

from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from core.blocks import ContentField
from enterprises.models import Pilot

from ..blocks import ChainNodes
from .base import GuidePage
from .cases import CasePage


class ChainIndexPage(GuidePage):
    """All chains."""

    introduction = models.TextField(_("导语"), blank=True)

    content_panels = [*GuidePage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["guide.GuideIndexPage"]
    subpage_types = ["guide.ChainPage"]
    max_count = 1
    template = "guide/chain_index_page.html"

    class Meta:
        verbose_name = _("产业链目录")
        verbose_name_plural = _("产业链目录")

    def get_context(self, request, *args, **kwargs):
        chains = ChainPage.objects.live().child_of(self).select_related("pilot").order_by("title")
        return super().get_context(request, *args, **kwargs) | {"chains": chains}


class ChainPage(GuidePage):
    """One chain: its nodes in order, drawn as a picture and read as a table."""

    pilot = models.ForeignKey(Pilot, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("产业链"))
    summary = models.CharField(_("一句话"), max_length=120)
    introduction = models.TextField(_("导语"), blank=True)
    reviewed_on = models.DateField(_("最近核对日期"), null=True, blank=True)
    nodes = ContentField(ChainNodes(), blank=True, verbose_name=_("环节"))

    content_panels = [
        *GuidePage.content_panels,
        FieldRowPanel([FieldPanel("pilot"), FieldPanel("reviewed_on")]),
        FieldPanel("summary"),
        FieldPanel("introduction"),
        FieldPanel("nodes"),
    ]
    search_fields = [
        *GuidePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("introduction"),
        index.SearchField("nodes"),
    ]
    parent_page_types = ["guide.ChainIndexPage"]
    subpage_types = []
    template = "guide/chain_page.html"

    class Meta:
        verbose_name = _("产业链图谱")
        verbose_name_plural = _("产业链图谱")

    @property
    def stages(self):
        """The nodes as dicts for the picture and the table (blocks.NodeValue.as_stage). Three queries, however many nodes."""
        return [child.value.as_stage(number) for number, child in enumerate(self.nodes, 1)]

    def get_context(self, request, *args, **kwargs):
        cases = CasePage.objects.none()
        if self.pilot_id:
            cases = CasePage.objects.live().for_pilot(self.pilot_id).defer_streamfields().order_by("title")
        # Read only when the page is not kept: see {% kept %} in the template.
        stages = SimpleLazyObject(lambda: self.stages)
        weak = SimpleLazyObject(lambda: sum(bool(stage["weak"]) for stage in stages))
        return super().get_context(request, *args, **kwargs) | {"stages": stages, "weak": weak, "cases": cases}
