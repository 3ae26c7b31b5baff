"""What every page knows."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.models import LegalPage
from core.page_cache import kept
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
    return [(page.title, page.url) for page in LegalPage.objects.live().order_by("path").defer("body")]


def _frame():
    """What stands around every page and changes only when an editor changes it: (SiteSettings, legal links)."""
    return kept("home.frame", lambda: (_site_settings(), _legal_links()))


def _place(path):
    return "home" if path == "/" else next((name for prefix, name in PLACES if path.startswith(prefix)), "")


def site(request):
    """What header and footer say. Lazy: a page that shows none of it pays nothing.

    ``is_demo``, ``may_desk``, ``site_settings``, ``legal_links`` as (title, address), ``nav_current``: where one is.
    """
    user = getattr(request, "user", None)
    frame = SimpleLazyObject(_frame)
    return {
        "is_demo": settings.DEMO,
        "may_desk": lambda: bool(user) and rights_of(user).desk,
        "site_settings": SimpleLazyObject(lambda: frame[0]),
        "legal_links": lambda: frame[1],
        "nav_current": _place(request.path),
    }
