"""What beat runs for the ledger."""

from celery import shared_task

from . import packed


@shared_task
def repack():
    """Every quarter of an hour: a wide ledger is packed anew when much was written since."""
    return packed.repack_if_old()
