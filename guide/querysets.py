"""Questions about many pages of the guide."""

from datetime import date

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page, PageManager, PageQuerySet, ReferenceIndex

from core.clock import at


class ClauseQuerySet(PageQuerySet):
    def outline(self):
        """What the table of contents needs of every live clause, in one cheap query, as dicts."""
        return (
            self.live()
            .order_by("path")
            .values("pk", "slug", "title", "short_title", "number_2015", "number_2026", "part_of", "is_chapter")
        )

    def numbered(self, number, edition):
        """Live clauses bearing ``number`` in an edition ("2015" or "2026")."""
        return self.live().filter(**{f"number_{edition}": number})


class ToolQuerySet(PageQuerySet):
    def for_layer(self, layer):
        return self.filter(layers__icontains=f'"{layer}"')

    def for_clause(self, slug):
        return self.filter(clauses_using__page__slug=slug)


class CaseQuerySet(PageQuerySet):
    def for_layer(self, layer):
        return self.filter(layers__icontains=f'"{layer}"')

    def for_clause(self, slug):
        return self.filter(case_clauses__clause__slug=slug)

    def for_pilot(self, slug):
        return self.filter(pilot=slug)

    def of_year(self, district, year):
        """Live cases of real enterprises of a district (None: of any), first published in a year (Asia/Shanghai)."""
        rows = self if district is None else self.filter(district=district)
        return rows.live().filter(
            consented=True,
            first_published_at__gte=at(date(year, 1, 1)),
            first_published_at__lt=at(date(year + 1, 1, 1)),
        )


ClauseManager = PageManager.from_queryset(ClauseQuerySet)
ToolManager = PageManager.from_queryset(ToolQuerySet)
CaseManager = PageManager.from_queryset(CaseQuerySet)


def pages_pointing_to(page, *, leaving_out=(), within=()):
    """Live pages of other apps that point to ``page`` (a lesson's chooser, a link in a text), from the reference index.

    So a link shows at both ends without this app knowing who points at it. ``leaving_out``: apps not to show.
    ``within``: pages of just these types instead, of this app too.
    """
    pointing = ReferenceIndex.get_references_to(page).filter(base_content_type=ContentType.objects.get_for_model(Page))
    keys = {int(key) for key in pointing.values_list("object_id", flat=True)}
    if not keys:
        return Page.objects.none()
    pages = Page.objects.live().filter(pk__in=keys).order_by("title")
    if within:
        return pages.exact_type(*within)
    return pages.exclude(content_type__app_label__in=[page._meta.app_label, *leaving_out])
