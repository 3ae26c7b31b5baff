"""What workers run for the guide."""

import logging

from celery import shared_task

from core.exceptions import DomainError

from . import printing

logger = logging.getLogger(__name__)


@shared_task
def print_booklet(key, edition):
    """Make the PDF of a clause, a chapter or the whole guide."""
    try:
        printing.make(printing.Booklet(key, edition))
    except DomainError as error:
        logger.warning("booklet %s not made: %s", key, error.code)
