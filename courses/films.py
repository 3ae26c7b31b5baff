"""What a film's file means to the lessons that show it."""

from django.db import transaction
from wagtail.models import ReferenceIndex

from core.page_cache import forget_pages

from .models import LessonPage


@transaction.atomic
def tell_lessons(film):
    """Tell the lessons that need this film how long it is now; returns how many heard something new.

    Without it a shorter cut in the place of a longer one could never be seen whole, and nobody would finish those lessons.
    """
    told = 0
    for lesson in LessonPage.objects.select_for_update(of=("self",)).filter(films__has_key=film.key).only("films"):
        if lesson.films[film.key] != film.seconds:
            told += LessonPage.objects.filter(pk=lesson.pk).update(films=lesson.films | {film.key: film.seconds})
    if told:
        forget_pages()
    return told


def is_shown(row):
    """Whether a lesson, published or a draft, shows this film or deck."""
    return ReferenceIndex.get_references_to(row).exists()
