"""A case: what was wrong, what was done, what came of it in figures."""

from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable
from wagtail.search import index

from core.blocks import ContentField
from enterprises.models import District, Pilot

from ..blocks import CaseParts
from ..querysets import CaseManager
from ..related import lessons_about
from .base import LAYER_WORDS, GuidePage, LayeredPage
from .clauses import ClausePage
from .tools import ToolPage


class CaseIndexPage(GuidePage):
    """All cases, with three facets: industry chain, clause, layer."""

    introduction = models.TextField(_("导语"), blank=True)

    content_panels = [*GuidePage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["guide.GuideIndexPage"]
    subpage_types = ["guide.CasePage"]
    max_count = 1
    template = "guide/case_index_page.html"

    class Meta:
        verbose_name = _("案例目录")
        verbose_name_plural = _("案例目录")

    def get_context(self, request, *args, **kwargs):
        chosen = {name: request.GET.get(name, "") for name in ("pilot", "clause", "layer")}
        cases = CasePage.objects.live().child_of(self)
        clauses = ClausePage.objects.live().filter(cases_about__page__live=True).distinct().order_by("path")
        pilots = Pilot.objects.filter(casepage__live=True).distinct()
        numbers = clauses.values_list("slug", "number_2015", "short_title")
        facets = [
            ("pilot", _("产业链"), list(pilots.values_list("slug", "name"))),
            ("clause", _("条款"), [(slug, f"{number} {word}") for slug, number, word in numbers]),
            ("layer", _("谁用得上"), list(LAYER_WORDS.items())),
        ]
        for name, narrow in (("pilot", "for_pilot"), ("clause", "for_clause"), ("layer", "for_layer")):
            if chosen[name]:
                cases = getattr(cases, narrow)(chosen[name])
        return super().get_context(request, *args, **kwargs) | {
            "cases": cases.select_related("pilot", "district").defer_streamfields().order_by("title"),
            "facets": [
                {"name": name, "label": label, "options": options, "chosen": chosen[name]}
                for name, label, options in facets
            ],
            "narrowed": any(chosen.values()),
        }


class CasePage(LayeredPage):
    """One case. Marked 示例 unless ``consented``: a real enterprise appears only with its written consent (N11)."""

    enterprise_name = models.CharField(_("企业"), max_length=60)
    consented = models.BooleanField(
        _("真实企业，已书面同意"), default=False, help_text=_("不勾 = 编写的示例，页面上标“示例”")
    )
    pilot = models.ForeignKey(Pilot, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("产业链"))
    district = models.ForeignKey(
        District, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("区")
    )
    body = ContentField(CaseParts(), blank=True, verbose_name=_("正文"))

    objects = CaseManager()

    content_panels = [
        *LayeredPage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("enterprise_name"), FieldPanel("consented")]),
                FieldRowPanel([FieldPanel("pilot"), FieldPanel("district")]),
                FieldPanel("layers"),
            ],
            heading=_("企业"),
        ),
        FieldPanel("body"),
        InlinePanel("case_clauses", label=_("条款"), heading=_("讲的是哪几条")),
        InlinePanel("case_tools", label=_("工具"), heading=_("用了哪些工具")),
    ]
    search_fields = [
        *LayeredPage.search_fields,
        index.SearchField("enterprise_name"),
        index.SearchField("body"),
    ]
    parent_page_types = ["guide.CaseIndexPage"]
    subpage_types = []
    template = "guide/case_page.html"

    class Meta:
        verbose_name = _("案例页")
        verbose_name_plural = _("案例页")

    def get_context(self, request, *args, **kwargs):
        clauses = ClausePage.objects.live().filter(cases_about__page=self).order_by("path").defer_streamfields()
        tools = ToolPage.objects.live().filter(cases_using__page=self).order_by("code").defer_streamfields()
        return super().get_context(request, *args, **kwargs) | {
            "clauses": clauses,
            "tools": tools,
            "lessons": SimpleLazyObject(lambda: lessons_about(self)),
        }


class CaseClause(Orderable):
    page = ParentalKey(CasePage, on_delete=models.CASCADE, related_name="case_clauses")
    clause = models.ForeignKey(ClausePage, on_delete=models.CASCADE, related_name="cases_about", verbose_name=_("条款"))

    panels = [PageChooserPanel("clause")]

    class Meta(Orderable.Meta):
        verbose_name = verbose_name_plural = _("案例讲的条款")

    def __str__(self):
        return f"{self.page_id} · {self.clause_id}"


class CaseTool(Orderable):
    page = ParentalKey(CasePage, on_delete=models.CASCADE, related_name="case_tools")
    tool = models.ForeignKey(ToolPage, on_delete=models.CASCADE, related_name="cases_using", verbose_name=_("工具"))

    panels = [PageChooserPanel("tool")]

    class Meta(Orderable.Meta):
        verbose_name = verbose_name_plural = _("案例用的工具")

    def __str__(self):
        return f"{self.page_id} · {self.tool_id}"
