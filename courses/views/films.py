"""Films as a player asks for them, and the pages of decks. A lesson may be read by anyone, so may what it shows be seen."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.ranges import ranged

from ..models import Deck, DeckPage, Film

PARTS = {"file": "video/mp4", "captions": "text/vtt; charset=utf-8", "poster": "image/jpeg"}


@require_safe
def film(request, pk, part="file"):
    """The film, its subtitles or its poster; 404 when there is none."""
    row = get_object_or_404(Film, pk=pk)
    stored = getattr(row, part)
    if not stored:
        raise Http404
    return ranged(request, stored, PARTS[part], modified=row.uploaded_at)


@require_safe
def deck(request, pk):
    """The PDF itself, to keep."""
    row = get_object_or_404(Deck, pk=pk)
    answer = ranged(request, row.file, "application/pdf", modified=row.uploaded_at)
    answer["Content-Disposition"] = content_disposition_header(True, f"{row.title}.pdf")
    return answer


@require_safe
def deck_page(request, pk, number):
    """The picture of one page; 404 where it is not drawn."""
    row = get_object_or_404(DeckPage.objects.select_related("deck"), deck=pk, number=number)
    return ranged(request, row.picture, "image/jpeg", modified=row.deck.uploaded_at)
