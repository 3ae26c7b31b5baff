"""What every page knows."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.consents import current_policies
from core.page_cache import kept
from enterprises.models import Role
from enterprises.policies import rights_of
from enterprises.policies.giving import givable
from quizzes.policies_bank import may_read_bank

PLACES = (
    ("/guide/", "guide"),
    ("/courses/", "courses"),
    ("/rounds/", "rounds"),
    ("/verify/", "verify"),
    ("/my/", "my"),
)


def may_read_audit(user):
    """Auditors and the city's administrators."""
    return bool(rights_of(user).roles & {Role.AUDITOR, Role.CITY_ADMIN})


DESK_PLACES = (
    ("desk:overview", _("总览"), lambda user: rights_of(user).counts),
    ("desk:entries", _("台账"), lambda user: rights_of(user).counts),
    # Who is only named as trainer has no appointment; an editor has one, and no rounds.
    ("desk:rounds", _("期次"), lambda user: rights_of(user).desk or not may_read_bank(user)),
    ("desk:study", _("学习"), lambda user: rights_of(user).counts),
    # The city finds the questions under 学习.
    ("desk:asked", _("提问"), lambda user: bool(rights_of(user).organisers)),
    ("desk:enterprises", _("企业"), lambda user: rights_of(user).registry),
    ("desk:people", _("人员"), lambda user: rights_of(user).registry),
    ("desk:imports", _("导入导出"), lambda user: rights_of(user).registry),
    ("desk:assistances", _("帮扶"), lambda user: rights_of(user).counts or bool(rights_of(user).led_organisers)),
    ("desk:questions", _("题库"), may_read_bank),
    ("desk:duplicates", _("查重"), lambda user: rights_of(user).registry),
    ("desk:appointments", _("授权"), lambda user: rights_of(user).city or bool(givable(user))),
    ("desk:marking", _("阅卷"), lambda user: rights_of(user).city or bool(rights_of(user).organisers)),
    ("desk:audit", _("操作日志"), may_read_audit),
    ("desk:retention", _("到期清理"), may_read_audit),
)
"""The places of the 工作台: the name of the address, the word, and who may go there. None of it costs a query of its own."""
BESIDE = {
    "/desk/assignments/": "desk:study",
    "/desk/elsewhere/": "desk:study",
    "/desk/experts/": "desk:assistances",
    "/desk/conflicts/": "desk:assistances",
    "/desk/export/": "desk:imports",
    "/desk/appeals/": "desk:marking",
    "/desk/quizzes/": "desk:marking",
    "/desk/regrades/": "desk:marking",
    "/desk/organisers/": "desk:appointments",
}
"""Addresses that belong to a place though they do not begin with its own."""


def _desk_places(user, path):
    """(title, address, whether one is there) of the places this user may open. No query beyond the user's rights."""
    places = [(title, reverse(name)) for name, title, may_open in DESK_PLACES if may_open(user)]
    path = next((reverse(name) for prefix, name in BESIDE.items() if path.startswith(prefix)), path)
    # The longest that fits: every address of the desk begins with that of the overview.
    here = max((url for _title, url in places if path.startswith(url) and url != "/desk/"), key=len, default="/desk/")
    return [(title, url, url == here) for title, url in places]


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
    ``desk_places`` as (title, address, whether one is there).
    """
    user = getattr(request, "user", None)
    return {
        "is_demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "may_desk": lambda: bool(user) and (rights_of(user).desk or may_read_bank(user)),
        "site_settings": SimpleLazyObject(_frame),
        "legal_links": lambda: [(text.title, text.url) for text in current_policies().values()],
        "desk_places": lambda: _desk_places(user, request.path) if user else [],
        "nav_current": _place(request.path),
    }
