"""Films as a player asks for them. A lesson may be read by anyone, so may its films be seen."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.ranges import ranged

from ..models import Film

PARTS = {"file": "video/mp4", "captions": "text/vtt; charset=utf-8", "poster": "image/jpeg"}


@require_safe
def film(request, pk, part="file"):
    """The film, its subtitles or its poster; 404 when there is none."""
    row = get_object_or_404(Film, pk=pk)
    stored = getattr(row, part)
    if not stored:
        raise Http404
    return ranged(request, stored, PARTS[part], modified=row.uploaded_at)
