"""Pages with a time to appear or to disappear: done by the timetable (``core.tasks.publish_due``), every minute.

Wagtail's own command stops at the first page that may not be published, and so would we on every later minute.
"""

import logging

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from .exceptions import DomainError

REFUSED = "content.refuse"
"""The entry in a page's history that says why it did not appear."""

logger = logging.getLogger(__name__)


def publish_due():
    """Take offline what has expired, publish what is due. Returns how many of each, refused ones last: (expired, published, refused).

    A page refused by its guard keeps its draft, loses its time and says so in its history: the editor gives it a new
    one. Wagtail compares with the time of the machine, so this does too.
    """
    expired = published = refused = 0
    for pk in list(Page.objects.filter(live=True, expire_at__lt=timezone.now()).values_list("pk", flat=True)):
        with transaction.atomic():
            page = Page.objects.select_for_update().filter(pk=pk, live=True, expire_at__lt=timezone.now()).first()
            if page:
                page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
                expired += 1
    due = Revision.page_revisions.filter(approved_go_live_at__lt=timezone.now()).order_by("approved_go_live_at")
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            revision = due.select_for_update().filter(pk=pk).first()
            if revision is None:
                continue
            try:
                with transaction.atomic():
                    revision.publish(log_action="wagtail.publish.scheduled")
                published += 1
            except DomainError as refusal:
                _refuse(revision, refusal)
                refused += 1
    return expired, published, refused


def _refuse(revision, refusal):
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    page = revision.content_object
    log(instance=page, action=REFUSED, revision=revision, data={"code": refusal.code, "why": refusal.sentence})
    logger.warning("page %s was due and not published: %s", page.pk, refusal.code)
