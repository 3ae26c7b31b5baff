"""What workers and beat run for messages."""

from celery import shared_task


@shared_task
def send():
    """After every commit that wrote a message, and every minute: what is due leaves."""
    from . import sending

    sending.send_due()


@shared_task
def send_digests():
    """Every evening: one message instead of many, for who wants it so."""
    from . import sending

    sending.send_digests()
    sending.send_due()
