"""What workers and beat do for counting."""

from celery import shared_task

from . import delivering, exporting, returning


@shared_task
def prepare_returns():
    """Every morning: the drafts of last month, made once."""
    return returning.prepare(returning.last_month())


@shared_task
def build_workbook(workbook_id):
    """Make the file of one workbook."""
    exporting.build(workbook_id)


@shared_task
def deliver_returns():
    """Every morning: last month's return to whom it is sent, once."""
    return delivering.deliver()
