"""{% explain %} … {% endexplain %}: ISO words inside get their everyday meaning on tap."""

from django import template

from core.blocks import TableBlock
from guide.glossary import explain

register = template.Library()


class ExplainNode(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        from guide.models import GlossaryTerm

        return explain(self.nodelist.render(context), GlossaryTerm.objects.all())


@register.tag("explain")
def explain_tag(parser, token):
    nodelist = parser.parse(("endexplain",))
    parser.delete_first_token()
    return ExplainNode(nodelist)


@register.filter
def numeral(number):
    """1 -> 一, up to ten."""
    return "零一二三四五六七八九十"[number]


@register.filter
def table_rows(value):
    """The rows of a table block, the head first."""
    return TableBlock.cells(value["text"])
