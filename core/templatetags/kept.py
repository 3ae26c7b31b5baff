"""{% kept "clause" page.pk edition %} … {% endkept %}: a part that is the same for everyone, kept until content changes.

Inside may stand nothing that depends on who reads: no token, no name, no message. A preview is always drawn afresh.
"""

from django import template
from django.utils.safestring import mark_safe

from core.page_cache import kept

register = template.Library()


class KeptNode(template.Node):
    def __init__(self, nodelist, parts):
        self.nodelist = nodelist
        self.parts = parts

    def render(self, context):
        request = context.get("request")
        if getattr(request, "is_preview", False):
            return self.nodelist.render(context)
        name = ":".join(str(part.resolve(context)) for part in self.parts)
        return mark_safe(kept(f"part:{name}", lambda: str(self.nodelist.render(context))))  # noqa: S308 - rendered before


@register.tag("kept")
def kept_tag(parser, token):
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist, [parser.compile_filter(bit) for bit in token.split_contents()[1:]])
