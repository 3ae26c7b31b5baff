"""What beat runs for the whole house."""

from celery import shared_task

from . import page_schedule, retention


@shared_task
def enforce_retention():
    """Every night: forget what has been kept long enough."""
    retention.enforce()


@shared_task
def publish_due():
    """Every minute: pages whose time has come, or is over."""
    page_schedule.publish_due()
