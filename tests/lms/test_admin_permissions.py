"""The editors' admin: every address that needs no argument × every role. What may be seen is written down; the rest is closed."""

import io

import pytest
from django.core.management import call_command
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


LEFT_OUT = {"wagtailadmin_logout", "wagtailadmin_login", "wagtailadmin_error_test"}


def admin_urls():
    """(name, address) of every address under /admin/ that can be made without arguments."""

    def walk(resolver, spaces):
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry, spaces + ((entry.namespace,) if entry.namespace else ()))
            elif isinstance(entry, URLPattern) and entry.name and entry.name not in LEFT_OUT:
                yield ":".join([*spaces, entry.name])

    admin = next(entry for entry in get_resolver().url_patterns if str(entry.pattern) == "admin/")
    found = {}
    for name in walk(admin, ()):
        try:
            found[name] = reverse(name)
        except NoReverseMatch:
            continue
    return found


OPEN = {"wagtailadmin_javascript_catalog", "wagtailadmin_sprite"}
"""Words and icons of the admin's own script."""
INSIDE = OPEN | {
    # One's own page, and choosers of content; no chooser knows an enterprise or a person.
    "wagtailadmin_account",
    "wagtailadmin_api:documents",
    "wagtailadmin_api:images",
    "wagtailadmin_api:pages",
    "wagtailadmin_choose_page",
    "wagtailadmin_dismissibles",
    "wagtailadmin_home",
    "wagtailadmin_reports",
    "wagtailadmin_tag_autocomplete",
    "wagtailadmin_workflows",
    "wagtaildocs_chooser",
    "wagtailembeds",
    "wagtailimages_chooser",
    "wagtailsnippetchoosers_courses_deck",
    "wagtailsnippetchoosers_courses_film",
    "wagtailsnippetchoosers_courses_path",
    "wagtailsnippetchoosers_guide_casequota",
    "wagtailsnippetchoosers_guide_glossaryterm",
    "wagtailsnippetchoosers_notices_noticetemplate",
}
WRITING = INSIDE | {
    "coverage_report",
    "feedback_report",
    "wagtailadmin_explore_root",
    "wagtailadmin_pages",
    "wagtaildocs",
    "wagtailimages",
    "wagtailsnippets",
    "wagtailsnippets_courses_deck",
    "wagtailsnippets_courses_film",
    "wagtailsnippets_courses_path",
    "wagtailsnippets_guide_glossaryterm",
    "wagtailsnippets_notices_noticetemplate",
}
SEEN = {
    "anonymous": OPEN,
    "nobody": OPEN,
    "wang": OPEN,
    "alpha_contact": OPEN,
    "jia_trainer": OPEN,
    "jia_admin": OPEN,
    "statistician": OPEN,
    "auditor": INSIDE | {"enterprises-admin"},
    "xiqing": INSIDE | {"enterprises-admin", "wagtailimages"},
    "editor": WRITING,
    "city": WRITING
    | {
        "enterprises-admin",
        "wagtailsnippetchoosers_certificates_certificatetemplate",
        "wagtailsnippetchoosers_certificates_seal",
        "wagtailsnippets_certificates_certificatetemplate",
        "wagtailsnippets_certificates_seal",
        "wagtailsnippets_guide_casequota",
    },
}


@pytest.mark.parametrize("who", SEEN)
def test_each_role_sees_its_part_of_the_admin(world, client_of, who):
    call_command("setup_roles", stdout=io.StringIO())
    client = client_of(None if who == "anonymous" else getattr(world, who))
    seen = {_room(name) for name, url in admin_urls().items() if client.get(url).status_code == 200}
    assert seen == SEEN[who]


def _room(name):
    space = name.rpartition(":")[0]
    if space:
        return space
    return next((room for room in ("wagtailadmin_choose_page", "feedback_report") if name.startswith(room)), name)
