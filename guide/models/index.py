"""The front of the guide: all clauses on one page; and the way from a number to its clause."""

import re

from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from ..outline import EDITION_LABELS, EDITIONS, Outline, edition_of
from .base import GuidePage
from .clauses import ClausePage
from .topics import TopicPage

_NUMBER = re.compile(r"\d{1,2}(-\d{1,2}){0,3}")


class GuideIndexPage(GuidePage):
    """/guide/: chapters and clauses. All clauses are its direct children, so that clause 9.2 stands at /guide/9-2/."""

    introduction = models.TextField(_("导语"), blank=True)

    content_panels = [*GuidePage.content_panels, FieldPanel("introduction")]
    subpage_types = [
        "guide.ClausePage",
        "guide.TopicPage",
        "guide.ToolIndexPage",
        "guide.CaseIndexPage",
        "guide.ChainIndexPage",
    ]
    max_count = 1
    template = "guide/guide_index_page.html"

    class Meta:
        verbose_name = _("指南首页")
        verbose_name_plural = _("指南首页")

    def outline(self, edition):
        """The Outline of the live clauses in an edition. One query."""
        return Outline(ClausePage.objects.child_of(self).outline(), edition, self.url)

    def route(self, request, path_components):
        # Numbers differ by edition: /guide/10-1/?edition=2026 is that edition's 10.1, another page than /guide/10-1/.
        if len(path_components) == 1 and _NUMBER.fullmatch(path_components[0]) and edition_of(request) == "2026":
            number = path_components[0].replace("-", ".")
            clause = ClausePage.objects.child_of(self).numbered(number, "2026").first()
            if clause:
                return RouteResult(clause)
        return super().route(request, path_components)

    def get_context(self, request, *args, **kwargs):
        edition = edition_of(request)
        others = Page.objects.live().child_of(self).not_exact_type(ClausePage, TopicPage)
        return super().get_context(request, *args, **kwargs) | {
            "edition": edition,
            "editions": [
                {
                    "title": EDITION_LABELS[name],
                    "url": self.url if name == EDITIONS[0] else f"{self.url}?edition={name}",
                    "current": name == edition,
                }
                for name in EDITIONS
            ],
            # Read only when the page is not kept: see {% kept %} in the template.
            "outline": SimpleLazyObject(lambda: self.outline(edition)),
            "others": others,
            "topics": TopicPage.objects.live().child_of(self).defer_streamfields().order_by("place", "title"),
        }
