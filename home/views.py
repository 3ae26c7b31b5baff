"""Site search, and what makes the site an app on a phone: pages already read stay readable without a network."""

from django.http import JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core.page_cache import cache_for
from guide.models import GlossaryTerm

from .search import MOST, find, simplified
from .services import ASKED

KEPT_OFFLINE = (
    *("css/tokens.css", "css/base.css", "css/layout.css", "css/components.css", "css/certificate.css"),
    *("js/site.js", "js/verify.js", "img/icons.svg"),
)
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


@require_safe
def offline(request):
    """What the phone shows without a network for a page it has not kept."""
    return cache_for(render(request, "home/offline.html"), 3600)


@require_safe
def service_worker(request):
    """The script that keeps pages of the guide; it must stand at the root to see them."""
    context = {"files": [static(name) for name in KEPT_OFFLINE], "offline": reverse("home:offline")}
    context["check"] = reverse("certificates:offline")
    response = render(request, "home/sw.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request):
    """What a phone needs to put the site beside its apps."""
    icon = {"src": static("img/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return JsonResponse(
        {
            "name": gettext("质量学堂：小微企业质量管理培训平台"),
            "short_name": gettext("质量学堂"),
            "lang": "zh-Hans",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#fbfaf7",
            "theme_color": "#fbfaf7",
            "icons": [icon],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
