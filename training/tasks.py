"""What beat runs for rounds."""

from celery import shared_task

from . import announcing, archiving, closing, registration


@shared_task
def advance():
    """Every five minutes: rounds whose time has come move to their next state."""
    return closing.advance()


@shared_task
def release_offers():
    """Every five minutes: offered seats nobody took in time go to the next."""
    return registration.release_offers()


@shared_task
def remind():
    """Every morning: tomorrow's classes, and attendance that was not submitted."""
    return announcing.remind()


@shared_task
def make_archive(archive_id):
    """The package somebody asked for. Delivered twice, it is made once."""
    archiving.make(archive_id)


@shared_task
def resume_archives():
    """Every five minutes: packages a lost worker left unmade."""
    return archiving.resume()
