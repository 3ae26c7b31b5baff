"""What other apps ask of certificates through ``core.registry``: a person exported, erased, merged."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.text import mask_name

from .models import Certificate


def export_person(person):
    """What is held about a person here: their certificates with every printed word."""
    rows = Certificate.objects.with_status().filter(holder=person)
    return _("培训合格证明"), [
        {"number": row.number, "version": row.version, "status": row.status.value} | row.words for row in rows
    ]


def erase_person(person):
    """Remove PDF and name from a person's certificates; number, hash and history stay and can still be verified."""
    for row in Certificate.objects.select_for_update(of=("self",)).filter(holder=person, erased_at=None):
        if row.pdf:
            transaction.on_commit(partial(row.pdf.storage.delete, row.pdf.name))
        row.words = row.words | {"name": mask_name(row.words["name"])}
        row.pdf = row.proof = ""
        row.erased_at = clock.now()
        row.save(update_fields=["words", "pdf", "proof", "erased_at"])


def merge_persons(merging):
    """The loser's certificates belong to the winner from now on; what is printed on them stays."""
    merging.moves.point(Certificate, "holder", merging)
