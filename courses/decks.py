"""The pages of a deck as pictures: drawn once for each uploaded file."""

import logging

from django.core.files.base import ContentFile
from django.db import transaction

from core.page_cache import forget_pages

from .deck_files import draw_pages
from .models import Deck, DeckPage

logger = logging.getLogger(__name__)


def draw(deck_id):
    """Draw and keep the pages of a deck that waits; returns whether they are there. Doing it again, or twice at once, is doing
    it once. A deck that cannot be drawn is FAILED; the lesson goes on offering the file."""
    deck = Deck.objects.filter(pk=deck_id).first()
    if deck is None or deck.state != Deck.State.WAITING:
        return bool(deck) and deck.state == Deck.State.DRAWN
    rows = []
    try:
        with deck.file.open("rb") as file:
            content = file.read()
        for number, page in enumerate(draw_pages(content), 1):
            row = DeckPage(deck=deck, number=number, width=page.width, height=page.height, words=page.words)
            row.picture.save(f"page-{deck.pk}-{number}.jpg", ContentFile(page.content), save=False)
            rows.append(row)
    except (ValueError, OSError) as fault:
        logger.warning("deck %s cannot be drawn: %s", deck_id, type(fault).__name__)
        _throw_away(rows)
        Deck.objects.filter(pk=deck.pk, file=deck.file.name).update(state=Deck.State.FAILED)
        return False
    with transaction.atomic():
        held = Deck.objects.select_for_update().get(pk=deck.pk)
        if held.state != Deck.State.WAITING or held.file.name != deck.file.name:
            # Another worker was faster, or another file has taken its place meanwhile.
            _throw_away(rows)
            return held.state == Deck.State.DRAWN
        old = list(held.pages.all())
        held.pages.all().delete()
        DeckPage.objects.bulk_create(rows)
        held.state, held.count = Deck.State.DRAWN, len(rows)
        held.save(update_fields=["state", "count"])
        transaction.on_commit(lambda: _throw_away(old))
        forget_pages()
    return True


def _throw_away(rows):
    for row in rows:
        row.picture.delete(save=False)


def draw_missing():
    """Draw every deck that waits; returns how many there are now."""
    waiting = Deck.objects.filter(state=Deck.State.WAITING).values_list("pk", flat=True)
    return sum(draw(pk) for pk in list(waiting))
