"""{% kept "clause" page.pk edition %} … {% endkept %}: a part that is the same for everyone, kept until content changes.

``{% kept_here "tabbar" nav_current %} … {% endkept_here %}`` keeps it in the memory of the process, for the few parts that stand on
every page.

Inside may stand nothing that depends on who reads: no token, no name, no message. A preview is always drawn afresh.
"""

from functools import partial

from django import template
from django.utils.safestring import mark_safe

from core.page_cache import kept, kept_here

register = template.Library()


class KeptNode(template.Node):
    def __init__(self, nodelist, parts, keep):
        self.nodelist = nodelist
        self.parts = parts
        self.keep = keep

    def render(self, context):
        request = context.get("request")
        if getattr(request, "is_preview", False):
            return self.nodelist.render(context)
        name = ":".join(str(part.resolve(context)) for part in self.parts)
        return mark_safe(self.keep(f"part:{name}", lambda: str(self.nodelist.render(context))))  # noqa: S308 - rendered before


def _tag(keep, parser, token):
    tag, *parts = token.split_contents()
    nodelist = parser.parse((f"end{tag}",))
    parser.delete_first_token()
    return KeptNode(nodelist, [parser.compile_filter(part) for part in parts], keep)


register.tag("kept", partial(_tag, kept))
register.tag("kept_here", partial(_tag, kept_here))
