"""Filters for names and numbers as Chinese readers expect them; built in, no {% load %} needed."""

from decimal import Decimal

from django import template

from core import text

register = template.Library()

register.filter("mask_name", text.mask_name)
register.filter("mask_phone", text.mask_phone)


@register.filter
def thousands(value):
    """8134 -> 8,134; None -> — (no data is not 0)."""
    return "—" if value is None else f"{value:,}"


@register.filter
def headline(value):
    """For big figures: from 10,000 up in 万 with one decimal (192.5万), below exact with separators."""
    if value is None:
        return "—"
    return f"{value / 10000:.1f}万" if value >= 10000 else f"{value:,}"


@register.filter
def percent(value):
    """A share 0..1 (or above) as a percentage with one decimal; None -> —."""
    return "—" if value is None else f"{value * 100:.1f}%"


@register.filter
def growth(value):
    """同比: a part of the year before with its sign and one decimal; None -> —."""
    return "—" if value is None else f"{value * 100:+.1f}%".replace("-", "−")


@register.filter
def hours(value):
    """Class hours without a superfluous zero: 20.0 -> 20, 2.5 -> 2.5, 46812.0 -> 46,812."""
    if value is None:
        return "—"
    value = Decimal(value)
    return f"{int(value):,}" if value == value.to_integral_value() else f"{value.normalize():,f}"


WEEKDAYS = "一二三四五六日"


@register.filter(expects_localtime=True)
def weekday(day):
    """周四"""
    return "周" + WEEKDAYS[day.weekday()]


@register.filter
def spaced(value):
    """A long fingerprint in groups of eight, so that people can compare it."""
    value = str(value)
    return " ".join(value[start : start + 8] for start in range(0, len(value), 8))
