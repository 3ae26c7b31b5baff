"""What else is worth reading beside a page of the guide, gathered without knowing who offers it.

An upper app adds a function in its ``AppConfig.ready()``; links in texts and choosers come from the reference index.
"""

from .querysets import pages_pointing_to

lessons = []
"""``f(page) -> iterable of dicts (title, url, meta)``: lessons about a clause, a tool or a case. At most one query each."""

beside = []
"""``f(clause) -> (heading, [(title, address or "")])``: what else belongs to a clause, for its editor. At most one query each."""


def lessons_about(page):
    """Rows for the template, each address once: what was registered, then live pages that point here."""
    rows = {row["url"]: row for offer in lessons for row in offer(page)}
    for other in pages_pointing_to(page, leaving_out=["home"]):
        rows.setdefault(other.url, {"title": other.title, "url": other.url, "meta": ""})
    return list(rows.values())


def overviews_of(page):
    """Live pages of the guide that lead to a clause, a tool or a case from above: topics and chains, by title. Two queries."""
    from .models import ChainPage, TopicPage

    return pages_pointing_to(page, within=[TopicPage, ChainPage])
