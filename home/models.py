"""The front page, and what every page says about who runs the site."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from core.blocks import ContentField
from core.page_cache import CachedPageMixin
from core.page_guards import GuardedPage
from core.page_routing import ShortWayMixin
from guide.models import GuideIndexPage


class AskedBlock(blocks.StructBlock):
    """A question people often ask: leads to a page, or to the search for it."""

    text = blocks.CharBlock(label=_("怎么问"), max_length=20)
    page = blocks.PageChooserBlock(label=_("去哪一页"), required=False, help_text=_("不选就去搜这句话"))

    class Meta:
        label = _("常问")
        icon = "help"


class AskedStream(blocks.StreamBlock):
    asked = AskedBlock()


class HomePage(ShortWayMixin, CachedPageMixin, GuardedPage):
    """The front page. Seats left at the rounds go stale fast: kept a minute only."""

    headline = models.CharField(_("大标题"), max_length=40, help_text=_("用逗号分成两行"))
    lead = models.CharField(_("大标题下的一句话"), max_length=100)
    asked = ContentField(AskedStream(), blank=True, verbose_name=_("大家常问"))

    page_cache_seconds = 60
    content_panels = [
        *GuardedPage.content_panels,
        FieldPanel("headline"),
        FieldPanel("lead"),
        FieldPanel("asked"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")

    @property
    def headline_lines(self):
        first, comma, second = self.headline.partition("，")
        return [first + comma, second] if second else [first]

    def get_context(self, request, *args, **kwargs):
        from . import services

        guide = GuideIndexPage.objects.live().child_of(self).first()
        outline = guide.outline("2015") if guide else None
        return super().get_context(request, *args, **kwargs) | {
            "doors": services.doors(),
            "outline": outline,
            "clause_count": outline.clause_count if outline else 0,
            "rounds": services.upcoming_rounds(),
        }


@register_setting(icon="cog")
class SiteSettings(BaseSiteSetting):
    """Who runs the site and how to reach them. An empty line is left out of the foot of the page."""

    site_title = models.CharField(_("网站名称"), max_length=30, default="质量学堂")
    host_organiser = models.CharField(_("主办"), max_length=80, blank=True)
    co_organiser = models.CharField(_("承办"), max_length=80, blank=True)
    tech_support = models.CharField(_("技术支持"), max_length=80, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    hours = models.CharField(_("接电话的时间"), max_length=40, blank=True)
    icp_number = models.CharField(_("ICP备案号"), max_length=40, blank=True)
    police_number = models.CharField(_("公网安备号"), max_length=50, blank=True)

    panels = [
        FieldPanel("site_title"),
        MultiFieldPanel(
            [FieldPanel("host_organiser"), FieldPanel("co_organiser"), FieldPanel("tech_support")], heading=_("谁在办")
        ),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("hours")]),
        FieldRowPanel([FieldPanel("icp_number"), FieldPanel("police_number")]),
    ]

    class Meta:
        verbose_name = verbose_name_plural = _("网站信息")
