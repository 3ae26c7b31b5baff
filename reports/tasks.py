"""What workers and beat do for counting."""

from celery import shared_task

from . import returning


@shared_task
def prepare_returns():
    """Every morning: the drafts of last month, made once."""
    return returning.prepare(returning.last_month())
