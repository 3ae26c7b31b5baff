"""Site search."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from guide.models import GlossaryTerm

from .search import find
from .services import ASKED


@require_safe
def search(request):
    """/search/?q=: grouped results, or what else to try."""
    typed = request.GET.get("q", "").strip()[:100]
    groups = find(typed)
    words = [term for term in GlossaryTerm.objects.all() if typed and term.fits(typed)]
    return render(
        request,
        "home/search.html",
        {
            "q": typed,
            "groups": groups,
            "total": sum(len(group.rows) for group in groups),
            "words": words[:3],
            "asked": ASKED,
        },
    )
