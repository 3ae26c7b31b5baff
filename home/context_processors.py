"""What every page knows."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.models import LegalPage
from enterprises.policies import rights_of

PLACES = (
    ("/guide/", "guide"),
    ("/courses/", "courses"),
    ("/rounds/", "rounds"),
    ("/verify/", "verify"),
    ("/my/", "my"),
)


def _site_settings():
    from .models import SiteSettings

    # Not for_request(): that one writes a row when there is none, and no GET of ours writes.
    return SiteSettings.objects.filter(site__is_default_site=True).first() or SiteSettings()


def _legal_links():
    return [(page.title, page.url) for page in LegalPage.objects.live().order_by("path").defer_streamfields()]


def _place(path):
    return "home" if path == "/" else next((name for prefix, name in PLACES if path.startswith(prefix)), "")


def site(request):
    """What header and footer say. Lazy: a page that shows none of it pays nothing.

    ``is_demo``, ``may_desk``, ``site_settings``, ``legal_links`` as (title, address), ``nav_current``: where one is.
    """
    user = getattr(request, "user", None)
    return {
        "is_demo": settings.DEMO,
        "may_desk": lambda: bool(user) and rights_of(user).desk,
        "site_settings": SimpleLazyObject(_site_settings),
        "legal_links": _legal_links,
        "nav_current": _place(request.path),
    }
