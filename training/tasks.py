"""What beat runs for rounds."""

from celery import shared_task

from . import announcing, closing, registration


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
