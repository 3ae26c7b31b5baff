"""The dry run: what would happen to each row, without writing any."""

from collections import Counter

from django.db import transaction

from core import bulk
from core.exceptions import DomainError

from ..models import ImportBatch
from . import progress
from .refused import RefusedRows
from .rows import Seen, chunks, scope_of
from .writing import fail


def check(batch_id):
    """Compare every row with the database; the batch then waits for confirmation. Done again it comes to today's answer."""
    batch = ImportBatch.objects.select_related("enterprise", "uploaded_by").get(pk=batch_id)
    if batch.state != ImportBatch.State.CHECKING:
        return batch
    counts, seen, refused = Counter(), Seen(), RefusedRows()
    total = max(batch.counts.get("total", 0), 1)
    try:
        scope = scope_of(batch)
        with bulk.uncollected():
            for rows in chunks(batch, scope, seen):
                counts.update(row.outcome for row in rows)
                refused.add(rows)
                progress.report(batch.pk, 100 * counts.total() / total)
    except DomainError as error:
        return fail(batch_id, error.sentence)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state == ImportBatch.State.CHECKING:
            batch.counts = progress.totals(counts, seen.notes)
            batch.state = ImportBatch.State.CHECKED
            batch.progress = 100
            refused.keep(batch)
            batch.save()
    progress.forget(batch_id)
    return batch
