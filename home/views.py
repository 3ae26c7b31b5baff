"""Site search."""

from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from guide.models import GlossaryTerm

from .search import MOST, find, simplified
from .services import ASKED

FACETS = {"kind": _("看什么"), "layer": _("谁用得上"), "pilot": _("产业链")}


@require_safe
def search(request):
    """/search/?q=: results best first, narrowed by kind, layer and pilot; or what else to try."""
    typed = request.GET.get("q", "").strip()[:100]
    chosen = {name: request.GET.get(name, "")[:40] for name in FACETS}
    results = find(typed, **chosen)
    asked = simplified(typed)
    words = [term for term in GlossaryTerm.objects.all() if asked and term.fits(asked)]
    return render(
        request,
        "home/search.html",
        {
            "q": typed,
            "results": results,
            "more": results.total > MOST,
            "facets": _facets(typed, chosen, results.facets),
            "narrowed": any(chosen.values()),
            "words": words[:3],
            "asked": ASKED,
        },
    )


def _facets(typed, chosen, counted):
    """Each facet worth showing, as the component ``segmented`` wants it: label, and options with their address."""
    facets = []
    for name, label in FACETS.items():
        options = counted.get(name, [])
        if len(options) < 2 and not chosen[name]:
            continue
        rows = [{"label": _("全部"), "url": _query(typed, chosen | {name: ""}), "current": not chosen[name]}]
        for value, word, count in options:
            url = _query(typed, chosen | {name: value})
            rows.append({"label": word, "count": count, "url": url, "current": chosen[name] == value})
        facets.append({"name": name, "label": label, "options": rows})
    return facets


def _query(typed, chosen):
    return "?" + urlencode({"q": typed} | {name: value for name, value in chosen.items() if value})
