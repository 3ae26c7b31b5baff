"""Writing the audit trail."""

from .models import AuditRecord
from .request_id import current


def record(actor, action, row, *, changes=None, reason=""):
    """Write one AuditRecord in the caller's transaction.

    ``actor`` is a user or None (the system). ``changes`` maps field -> [before, after]; mask personal values before passing
    them.
    """
    return AuditRecord.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        action=action,
        object_type=row._meta.label_lower,
        object_id=str(row.pk),
        changes=changes or {},
        reason=reason,
        request_id=current.get(),
    )
