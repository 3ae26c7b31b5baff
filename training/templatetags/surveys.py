"""Bars of the satisfaction survey."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from .. import surveys

register = template.Library()


@register.simple_tag
def grades_bar(item):
    """One bar for an item, best grade first; the same figures stand in the table as numbers."""
    left, parts = 0.0, []
    for (grade, _label), count in zip(surveys.GRADES, item.counts, strict=True):
        width = round(100 * count / item.total, 2) if item.total else 0
        if width:
            parts.append((grade, round(left, 2), width))
        left += width
    drawn = format_html_join("", '<rect class="gr-{}" x="{}" y="0" width="{}" height="10"/>', parts)
    spoken = "，".join(f"{label} {n}" for (_grade, label), n in zip(surveys.GRADES, item.counts, strict=True))
    return format_html(
        '<svg class="grades-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        _("%(label)s：%(spoken)s") % {"label": item.label, "spoken": spoken},
        drawn,
    )


@register.filter
def one_decimal(value):
    """4.6; — without a value."""
    return "—" if value is None else f"{value:.1f}"
