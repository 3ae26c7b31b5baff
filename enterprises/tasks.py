"""What workers do for imports; each is the verb of the same name by id, and doing it twice is doing it once."""

from celery import shared_task

from .imports import checking, undo, writing


@shared_task
def check_import(batch_id):
    """The dry run of a batch."""
    checking.check(batch_id)


@shared_task
def write_import(batch_id):
    """Write a batch that was confirmed."""
    writing.write(batch_id)


@shared_task
def undo_import(batch_id):
    """Take a batch back."""
    undo.undo(batch_id)
