"""What the list of kits, and a round beside it, say about them."""

from django import template
from django.utils.translation import gettext as _

from .. import kits

register = template.Library()


@register.simple_tag
def kit_note(document, forms):
    """课件 · 给学员 · 只给讲师: what a document is, in a line."""
    parts = [forms[document.form], document.note]
    if document.answers:
        parts.append(_("只给讲师"))
    return " · ".join(part for part in parts if part)


@register.simple_tag
def kit_of(round_):
    """The kit for this kind of round, None when there is none. No query."""
    return kits.kit_for(round_.kind)


@register.simple_tag
def handouts_of(round_):
    """Where the handouts for this kind of round lie, '' when there are none. No query."""
    return kits.handouts_for(round_.kind)
