"""What workers and beat run; each is the verb of the same name, and doing it twice is doing it once."""

from celery import shared_task

from core import clock

from . import assigning, decks, posters, reminding

EARLIEST = 7
"""The hour from which people are reminded: ``manage.py run_due`` runs all day."""


@shared_task
def draw_poster(film_id):
    """The poster of a film that was just uploaded."""
    posters.draw(film_id)


@shared_task
def draw_deck(deck_id):
    """The pages of a PDF that was just uploaded."""
    decks.draw(deck_id)


@shared_task
def every_morning():
    """Newcomers onto the lists that keep up; then a word to everyone whose course is due. Nobody is told anything at night."""
    if clock.now().astimezone(clock.SHANGHAI).hour < EARLIEST:
        return
    assigning.take_in()
    reminding.remind()


@shared_task
def apply_assignment(run_id):
    """Write the lists of an assignment that many people are on."""
    assigning.write(run_id)


@shared_task
def finish_what_waits():
    """What no worker got to, or failed: tried again every hour."""
    assigning.write_waiting()
    posters.draw_missing()
    decks.draw_missing()
