"""A case: what was wrong, what was done, what came of it in figures."""

from html import unescape

from django.db import models, transaction
from django.template.defaultfilters import truncatechars
from django.utils.functional import SimpleLazyObject
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from core import clock
from core.blocks import ContentField
from core.page_guards import PublishRefused
from enterprises.models import District, Pilot

from ..blocks import CaseParts
from ..forms import CaseForm
from ..querysets import CaseManager
from ..related import lessons_about, overviews_of
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


@register_snippet
class CaseQuota(models.Model):
    """How many cases each district is to send in, at least and at most, in a year: data, for each notice says otherwise."""

    year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    least = models.PositiveSmallIntegerField(_("每区至少"), default=0)
    most = models.PositiveSmallIntegerField(_("每区至多"), null=True, blank=True, help_text=_("空着 = 不限"))
    source = models.CharField(_("依据"), max_length=120)

    panels = [FieldRowPanel([FieldPanel("year"), FieldPanel("least"), FieldPanel("most")]), FieldPanel("source")]

    class Meta:
        ordering = ["-year"]
        verbose_name = verbose_name_plural = _("案例名额")

    def __str__(self):
        return f"{self.year}"

    @classmethod
    def of(cls, year):
        """The quota that holds in a year: that of the newest notice up to it, or None."""
        return cls.objects.filter(year__lte=year).first()


class CasePage(LayeredPage):
    """One case. Marked 示例 unless ``consented``: a real enterprise appears only with its written consent (N11)."""

    enterprise_name = models.CharField(_("企业"), max_length=60)
    consented = models.BooleanField(
        _("真实企业，已书面同意"), default=False, help_text=_("不勾 = 编写的示例，页面上标“示例”")
    )
    consented_on = models.DateField(
        _("同意书日期"), null=True, blank=True, help_text=_("真实企业必填；同意书原件由推荐的区留存")
    )
    pilot = models.ForeignKey(Pilot, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("产业链"))
    district = models.ForeignKey(
        District, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("区")
    )
    body = ContentField(CaseParts(), blank=True, verbose_name=_("正文"))

    objects = CaseManager()
    base_form_class = CaseForm

    content_panels = [
        *LayeredPage.content_panels,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("enterprise_name"), FieldPanel("consented"), FieldPanel("consented_on")]),
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

    @property
    def in_short(self):
        """The beginning of the story, about 90 characters, for the card of a forwarded page."""
        sections = (child.value["content"] for child in self.body)
        first = next((str(part.value) for content in sections for part in content if part.block_type == "prose"), "")
        return truncatechars(unescape(strip_tags(first)).strip(), 90)

    def publish(self, revision, *args, **kwargs):
        with transaction.atomic():
            quota = CaseQuota.of(clock.today().year)
            if quota:
                # The gate: of two cases published at once the second counts the first.
                CaseQuota.objects.select_for_update().get(pk=quota.pk)
            return super().publish(revision, *args, **kwargs)

    def check_facts(self):
        """A real enterprise only with its written consent, an invented one only under a name that says so (N11); and no more
        cases of a district in a year than its notice allows (CaseQuota).

        Raises PublishRefused ``case.consent``, ``case.district`` or ``case.quota``.
        """
        if not self.consented and "示例" not in self.enterprise_name:
            raise PublishRefused(
                "case.consent",
                _(
                    "“{name}”像是一家真实企业：要先拿到书面同意，勾上“已书面同意”并填同意书日期；编写的例子请在企业名后加“（示例）”。"
                ).format(name=self.enterprise_name),
            )
        if not self.consented:
            return
        if self.consented_on is None:
            raise PublishRefused("case.consent", _("真实企业的案例要填同意书日期，没有同意书不能发布。"))
        if self.district is None:
            raise PublishRefused("case.district", _("真实企业的案例要选所在区，名额按区算。"))
        quota = CaseQuota.of(clock.today().year)
        if quota and quota.most is not None and not self.live:
            taken = CasePage.objects.of_year(self.district_id, clock.today().year).exclude(pk=self.pk).count()
            if taken >= quota.most:
                raise PublishRefused(
                    "case.quota",
                    _(
                        "{district} 今年已经发布 {taken} 个案例，名额是 {most} 个（{source}）。请先撤下一个，或明年再发。"
                    ).format(district=self.district, taken=taken, most=quota.most, source=quota.source),
                )

    def get_context(self, request, *args, **kwargs):
        clauses = ClausePage.objects.live().filter(cases_about__page=self).order_by("path").defer_streamfields()
        tools = ToolPage.objects.live().filter(cases_using__page=self).order_by("code").defer_streamfields()
        return super().get_context(request, *args, **kwargs) | {
            "clauses": clauses,
            "tools": tools,
            "lessons": SimpleLazyObject(lambda: lessons_about(self)),
            "overviews": SimpleLazyObject(lambda: overviews_of(self)),
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
