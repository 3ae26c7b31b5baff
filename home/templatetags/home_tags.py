from django import template

from ..corpus import KINDS

register = template.Library()


@register.filter
def search_kind(kind):
    """The kind of a found page in words: 指南, 工具和表格 …"""
    return KINDS[kind]
