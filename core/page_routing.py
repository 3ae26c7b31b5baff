"""The short way from an address to its page.

Wagtail asks the database which site an address belongs to, walks down the tree, two queries a level, and then asks twice who may
see the page. Site and restrictions change only when an editor changes them, so they are kept (``core.page_cache.kept``); the page
is found by its whole address.
"""

from functools import cache, partial

from django.contrib.contenttypes.models import ContentType
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult

from .page_cache import kept, kept_here
from .prepared import Prepared


def _only_site():
    """The site when there is one for all hosts, else None. Its ``restricted`` says whether any page asks who may see it."""
    sites = list(Site.objects.select_related("root_page")[:2])
    if len(sites) != 1 or not sites[0].is_default_site:
        return None
    site = sites[0]
    model = site.root_page.specific_class
    if model:
        site.root_page = model._default_manager.defer_streamfields().get(pk=site.root_page_id)
    site.restricted = PageViewRestriction.objects.exists()
    return site


def _site_of(request):
    return kept("core.site", _only_site) or Site._find_for_request(request)


def _root_paths():
    return kept_here("core.root_paths", Site.get_site_root_paths)


class SiteMiddleware:
    """Puts the site of a request, and where sites begin, where Wagtail looks for them first; nothing is read before somebody asks."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request._wagtail_site = SimpleLazyObject(partial(_site_of, request))
        # Where Wagtail looks before it asks the cache, once for each page whose address it writes.
        request._wagtail_cached_site_root_paths = SimpleLazyObject(_root_paths)
        return self.get_response(request)


class ShortWayMixin:
    """For the root page of the site: finds a page by its whole address in one query, however deep it lies.

    A page type with a ``route`` of its own may depend on the query string only; with one, the way is Wagtail's.
    """

    def route(self, request, path_components):
        if not request.GET:
            page = _page_at("/".join([self.url_path.rstrip("/"), *path_components, ""]))
            if page:
                if not getattr(Site.find_for_request(request), "restricted", True):
                    # Nobody is kept out anywhere, so this page need not ask.
                    page.get_view_restrictions = PageViewRestriction.objects.none
                return RouteResult(page)
        return super().route(request, path_components)


def _page_at(url_path):
    """The live page at an address, in one query: which one it is stands in this process's memory until content changes."""
    known = kept_here("core.addresses", _addresses).get(url_path)
    if known is None:
        return None
    key, content_type = known
    model = ContentType.objects.get_for_id(content_type).model_class()
    return model and _pages(model).first(key)


@cache
def _pages(model):
    # Live also by its row: without a shared cache a process hears of an unpublishing a minute late.
    return Prepared(lambda pk: model._default_manager.live().filter(pk=pk))


def _addresses():
    return {path: (key, kind) for path, key, kind in Page.objects.live().values_list("url_path", "pk", "content_type")}
