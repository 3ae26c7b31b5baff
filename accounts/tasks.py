"""What workers and beat run; the same as the verbs by hand."""

from celery import shared_task

from . import privacy, services


@shared_task
def forget_codes():
    """Every hour: forget codes older than a day."""
    services.forget_codes()


@shared_task
def build_export(export_id):
    """Make the file of one export."""
    privacy.build_export(export_id)
