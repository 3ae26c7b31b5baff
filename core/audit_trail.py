"""Writing the audit trail."""

from django.utils.translation import gettext_lazy as _

from . import registry
from .limits import address
from .models import AuditRecord
from .request_id import current, current_request

KEPT_DAYS = 3 * 365
"""The law asks for six months (190 days is safely more); the database itself refuses to delete what is younger than this."""


def _capacity(actor):
    if actor is None:
        return ""
    if not hasattr(actor, "_capacity"):
        actor._capacity = "；".join(filter(None, (says(actor) for says in registry.capacity_of)))[:120]
    return actor._capacity


def record(actor, action, row, *, changes=None, reason=""):
    """Write one AuditRecord in the caller's transaction.

    ``actor`` is a user or None (the system). ``changes`` maps field -> [before, after]; mask personal values before passing
    them.
    """
    request = current_request.get()
    actor = actor if getattr(actor, "pk", None) else None
    return AuditRecord.objects.create(
        actor=actor,
        action=action,
        object_type=row._meta.label_lower,
        object_id=str(row.pk),
        changes=changes or {},
        reason=reason,
        request_id=current.get(),
        ip=address(request) if request else None,
        capacity=_capacity(actor),
    )


def forget(before):
    """Delete records older than ``before``; returns how many. The database refuses any younger than KEPT_DAYS."""
    return AuditRecord.objects.filter(at__lt=before).delete()[0]


RETENTION = registry.Retention(_("操作日志"), KEPT_DAYS + 1, forget)
