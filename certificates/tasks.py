"""What workers and beat run; the same as ``rendering`` by hand."""

import logging

from celery import shared_task
from django.conf import settings

from core import pdf_fonts
from core.exceptions import DomainError

from . import batches, reminders, rendering

logger = logging.getLogger(__name__)


@shared_task
def render(certificate_ids):
    """Make the PDFs of a few certificates. One that cannot be drawn does not hold up the others."""
    for pk in certificate_ids:
        try:
            rendering.render(pk)
        except DomainError as error:
            # No name in the log: the sentence is kept on the certificate.
            logger.warning("certificate %s not rendered: %s", pk, error.code)


@shared_task
def render_pending():
    """Every minute: make the PDFs still waiting. A worker makes the fonts first, on a machine that has none yet."""
    if not settings.CELERY_TASK_ALWAYS_EAGER:
        pdf_fonts.prepare()
    return rendering.render_pending()


@shared_task
def make_batch(batch_id):
    """The file somebody asked for. Delivered twice, it is made once."""
    batches.make(batch_id)


@shared_task
def resume_batches():
    """Every five minutes: files a lost worker left unmade."""
    return batches.resume()


@shared_task
def remind():
    """Every morning: whose certificate ends in two months."""
    return reminders.remind()
