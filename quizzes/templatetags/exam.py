"""What an exam page draws once per question. In Python, because it is drawn after every single answer."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

register = template.Library()

_CLASS = {
    (False, False): "",
    (True, False): mark_safe(' class="is-done"'),  # noqa: S308 - our own words
    (False, True): mark_safe(' class="is-flag"'),  # noqa: S308
    (True, True): mark_safe(' class="is-done is-flag"'),  # noqa: S308
}
_CURRENT = mark_safe(' aria-current="step"')  # noqa: S308


@register.simple_tag
def sheet_map_links(total, done, current=None, flags=(), every=False):
    """The numbered links of the answer sheet; ``done`` and ``flags`` hold positions; with ``every`` the questions are on this
    very page. Markup as quiz.js keeps it up to date."""
    answered, open_, flagged = _("第 {n} 题，已答"), _("第 {n} 题，没答"), _("，做了记号")
    href = "#q{0}" if every else "?q={0}#q{0}"
    return format_html_join(
        "",
        f'<li><a href="{href}" ' + 'data-goto="{0}"{1}{2} aria-label="{3}">{0}</a></li>',
        (
            (
                n,
                _CLASS[n in done, n in flags],
                _CURRENT if n == current else "",
                (answered if n in done else open_).format(n=n) + (flagged if n in flags else ""),
            )
            for n in range(1, total + 1)
        ),
    )
