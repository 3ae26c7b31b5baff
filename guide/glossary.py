"""Marks the first place where each ISO word of the glossary stands in a text, and prints its explanation."""

import re

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe

_TAG = re.compile(r"(<!--.*?-->|<[^>]+>)", re.DOTALL)
_NAME = re.compile(r"</?([a-zA-Z0-9]+)")
# Where a button may not stand, or where a word is a name and not prose.
_CLOSED = re.compile(r"a|button|h[1-4]|summary|label|legend|th|nav|svg|script|title|dt")


def explain(html, terms):
    """``html`` with each term, where it stands first, as a button that opens its explanation; the explanations follow.

    ``terms``: GlossaryTerm rows. Longer words win over shorter ones inside them. Words in headings, links and buttons
    are left alone.
    """
    waiting = {escape(term.iso): term for term in terms}
    if not waiting:
        return mark_safe(html)  # noqa: S308 - already rendered by our templates
    pattern = re.compile("|".join(re.escape(word) for word in sorted(waiting, key=len, reverse=True)))
    used, closed, pieces = [], [], []

    def mark(match):
        term = waiting.get(match.group())
        if term is None or term in used:
            return match.group()
        used.append(term)
        return render_to_string("components/term.html", {"word": term.iso, "css_id": f"word-{term.pk}"}).strip()

    for piece in _TAG.split(html):
        if piece.startswith("<"):
            name = _NAME.match(piece)
            name = name.group(1).lower() if name else ""
            if _CLOSED.fullmatch(name) and not piece.endswith("/>"):
                if piece.startswith("</"):
                    if closed and closed[-1] == name:
                        closed.pop()
                else:
                    closed.append(name)
            pieces.append(piece)
        else:
            pieces.append(piece if closed else pattern.sub(mark, piece))
    for term in used:
        context = {"css_id": f"word-{term.pk}", "title": term.everyday, "iso": term.iso, "text": term.sentence}
        pieces.append(render_to_string("components/popover.html", context))
    return mark_safe("".join(pieces))  # noqa: S308 - rendered by our templates; words are escaped by them
