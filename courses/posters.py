"""The poster of a film: a frame a tenth of its length in, as a JPEG."""

import io
import logging

from django.core.files.base import ContentFile

from .models import Film

logger = logging.getLogger(__name__)
WIDTH = 960


def draw(film_id):
    """Draw and keep the poster of a film; returns whether there is one now. A film that cannot be decoded goes without."""
    film = Film.objects.filter(pk=film_id).first()
    if film is None or film.poster:
        return bool(film)
    import av  # 30 MB that only a worker needs

    try:
        picture = _frame(av, film)
    except (av.FFmpegError, StopIteration, IndexError, ValueError, OSError) as fault:
        logger.warning("film %s has no poster: %s", film_id, type(fault).__name__)
        return False
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=80, optimize=True)
    film.poster.save(f"poster-{film.pk}.jpg", ContentFile(out.getvalue()), save=False)
    Film.objects.filter(pk=film.pk).update(poster=film.poster.name)
    return True


def _frame(av, film):
    with film.file.open("rb") as file, av.open(file, format="mp4") as container:
        stream = container.streams.video[0]
        # A keyframe is enough, and seeking to one costs nothing.
        container.seek(int(film.seconds / 10 * av.time_base))
        picture = next(container.decode(stream)).to_image()
    picture.thumbnail((WIDTH, WIDTH))
    return picture


def draw_missing():
    """Draw every poster that is missing; returns how many are there now."""
    return sum(draw(pk) for pk in Film.objects.filter(poster="").values_list("pk", flat=True))
