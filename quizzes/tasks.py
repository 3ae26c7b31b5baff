"""What beat runs; the same as ``services`` by hand."""

from celery import shared_task

from . import services


@shared_task
def finish_overdue():
    """Every minute: take in overdue papers, mark what is submitted."""
    return services.finish_overdue()
