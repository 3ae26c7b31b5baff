"""佐证材料: kept with its hash; before closing replaced or withdrawn with a reason, after it only added. Nothing is ever deleted."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.uploads import cleaned

from .models import Evidence, Round


def attach(round_, *, kind, file, actor, session=None):
    """Keep a piece of evidence with its SHA-256; returns the Evidence.

    Pictures are re-encoded, which removes the place and device a phone writes into them. Raises DomainError
    ``evidence.type`` for a file that is not a picture, PDF, workbook or document, and ``evidence.size`` above 20 MB.
    """
    # Reading and re-encoding a picture takes a while: not under the lock of the database.
    name, content = cleaned(file)
    with transaction.atomic():
        return _keep(round_.pk, session, kind, name, content, actor)


def _keep(round_id, session, kind, name, content, actor):
    row = Evidence(
        round_id=round_id,
        session=session,
        kind=kind,
        name=name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    row.file.save(name, ContentFile(content), save=False)
    row.save()
    record(actor, "evidence.attach", row, changes={"kind": [None, row.kind], "sha256": [None, row.sha256]})
    return row


def replace(evidence_id, *, file, reason, actor):
    """换一份: the new file stands for the old one, which is kept with the reason; returns the new Evidence.

    Raises DomainError ``reason.missing``, ``evidence.withdrawn`` when it was replaced or withdrawn before, ``evidence.closed`` after
    closing, and those of ``attach``.
    """
    _check(reason)
    name, content = cleaned(file)
    with transaction.atomic():
        old = _open(evidence_id)
        row = _keep(old.round_id, old.session, old.kind, name, content, actor)
        _withdraw(old, reason, actor, row)
        record(actor, "evidence.replace", old, changes={"sha256": [old.sha256, row.sha256]}, reason=reason)
    return row


@transaction.atomic
def withdraw(evidence_id, *, reason, actor):
    """撤下: it is no evidence any more, and is kept with the reason; returns it. Raises as ``replace``."""
    _check(reason)
    row = _open(evidence_id)
    _withdraw(row, reason, actor, None)
    record(actor, "evidence.withdraw", row, changes={"kind": [row.kind, None]}, reason=reason)
    return row


def _check(reason):
    if not reason.strip():
        raise DomainError("reason.missing", _("换下或撤下材料要写明原因，例如“照片糊了，看不清签名”。"))


def _open(evidence_id):
    """The piece behind its round's lock: what closing counted is there when it has counted."""
    round_id = Evidence.everything.values_list("round", flat=True).get(pk=evidence_id)
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    row = Evidence.everything.select_related("session").get(pk=evidence_id)
    if row.withdrawn_at:
        raise DomainError("evidence.withdrawn", _("这份材料已经换下或撤下了，看下面的“换下的材料”。"))
    if round_.is_settled:
        raise DomainError("evidence.closed", _("已经结班（或取消）的班，材料只能补、不能换；请再传一份。"))
    return row


def _withdraw(row, reason, actor, successor):
    row.withdrawn_at = clock.now()
    row.withdrawn_by = actor
    row.withdrawn_reason = reason.strip()[:300]
    row.replaced_by = successor
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "replaced_by"])
