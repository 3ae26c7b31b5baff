"""What beat runs for rounds."""

from celery import shared_task

from . import closing


@shared_task
def advance():
    """Every five minutes: rounds whose time has come move to their next state."""
    return closing.advance()
