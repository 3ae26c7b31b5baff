"""What beat runs for accounts."""

from celery import shared_task

from . import services


@shared_task
def forget_codes():
    """Every hour: codes older than a day go."""
    return services.forget_codes()
