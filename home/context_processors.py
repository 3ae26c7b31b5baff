"""What every page knows."""

from functools import cache

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from accounts.consents import current_policies
from core.page_cache import kept
from enterprises.policies import rights_of
from notices.services import unread_at_a_glance
from quizzes.policies_bank import may_read_bank

from .desk_places import places_for

PLACES = (
    ("/guide/tools/", "tools"),
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


def _frame():
    """What stands around every page and changes only when an editor changes it: the SiteSettings."""
    return kept("home.frame", _site_settings)


def _place(path):
    return "home" if path == "/" else next((name for prefix, name in PLACES if path.startswith(prefix)), "")


def site(request):
    """What header and footer say. Lazy: a page that shows none of it pays nothing.

    ``is_demo``, ``site_url`` (without a final slash), ``may_desk``, ``site_settings``,
    ``legal_links`` as (title, address), ``nav_current``: where one is;
    ``unread_notices``: messages the reader has not opened;
    ``desk_places``: (rooms of the 工作台, places of the room one is in), see ``desk_places.places_for``.
    """
    user = getattr(request, "user", None)
    return {
        "is_demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "may_desk": lambda: bool(user) and (rights_of(user).desk or may_read_bank(user)),
        "site_settings": SimpleLazyObject(_frame),
        "legal_links": lambda: [(text.title, text.url) for text in current_policies().values()],
        "desk_places": lambda: places_for(user, request.path) if user else ([], []),
        "nav_current": _place(request.path),
        "unread_notices": cache(lambda: unread_at_a_glance(user) if user and user.is_authenticated else 0),
    }
