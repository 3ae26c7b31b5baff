"""What beat runs for the whole house."""

from celery import shared_task

from . import retention


@shared_task
def enforce_retention():
    """Every night: forget what has been kept long enough."""
    retention.enforce()
