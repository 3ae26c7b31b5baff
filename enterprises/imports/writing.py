"""Writing a batch: one transaction, planned anew inside it, so that two at once write each row once and a kill leaves nothing."""

import time
from collections import Counter

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from core import bulk, clock
from core.audit_trail import record
from core.exceptions import DomainError

from ..models import ImportBatch, ImportChange
from . import kinds, progress
from .refused import RefusedRows
from .rows import REFUSED, Seen, chunks, scope_of

LOCK = 4_770_318
"""Number of the advisory lock under which one import at a time is written. Any number nobody else uses."""

TRIES = 3


class Log:
    """What a batch does, kept as ImportChange records."""

    def __init__(self, batch):
        self.batch = batch
        self.records = []
        self.changes = {}

    def made(self, model, names, keys, rows):
        """Rows that did not exist: for each of ``keys`` the values of ``names``, which must not have changed for an undo."""
        if keys:
            kept = [[key, *values] for key, values in zip(keys, rows, strict=True)]
            self._add(model, True, names, kept)

    def changed(self, model, key, before, after):
        """Fields of a row that was there, by name."""
        values = [list(before.values()), list(after.values())]
        self.changes.setdefault((model, tuple(after)), []).append([key, *values])

    def _add(self, model, made, names, rows):
        keys = [row[0] for row in rows]
        self.records.append((self.batch.pk, model._meta.model_name, made, list(names), rows, min(keys), max(keys)))

    def flush(self):
        """Write what has gathered."""
        for (model, names), rows in self.changes.items():
            self._add(model, False, names, rows)
        bulk.insert(ImportChange, ("batch", "object_type", "made", "names", "rows", "first", "last"), self.records)
        self.records.clear()
        self.changes.clear()


def one_at_a_time():
    """Wait for another import that is being written. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def write(batch_id):
    """Write what was confirmed; returns the ImportBatch. Doing it again, or twice at once, is doing it once.

    Whatever else is being entered meanwhile (a person joins with a phone that is in the file) makes it start over, at most
    TRIES times. The state is FAILED with the reason when nothing could be written.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return _write(batch_id)
        except DomainError as error:
            return fail(batch_id, error.sentence)
        except IntegrityError:
            if attempt == TRIES:
                return fail(batch_id, _("导入时有人同时在改同样的企业或人员，没有写入任何一行，请再试一次。"))
            time.sleep(0.2 * attempt)
    return None


def _write(batch_id):
    refused = RefusedRows()
    with bulk.uncollected(), transaction.atomic():
        one_at_a_time()
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state != ImportBatch.State.WRITING:
            return batch
        scope, seen, log, counts = scope_of(batch), Seen(), Log(batch), Counter()
        kind = kinds.KINDS[batch.kind]
        total = max(batch.counts.get("total", 0), 1)
        for rows in chunks(batch, scope, seen):
            kind.write([row for row in rows if row.outcome != REFUSED], scope, log)
            log.flush()
            counts.update(row.outcome for row in rows)
            refused.add(rows)
            progress.report(batch.pk, 100 * counts.total() / total)
        batch.counts = progress.totals(counts, seen.notes)
        batch.state = ImportBatch.State.DONE
        batch.message = ""
        batch.progress = 100
        batch.finished_at = clock.now()
        refused.keep(batch)
        batch.save()
        record(batch.uploaded_by, "import.write", batch, changes={"counts": [None, batch.counts]})
    progress.forget(batch.pk)
    return batch


def fail(batch_id, sentence):
    """Nothing was written; the batch says why and may be tried again."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state in (ImportBatch.State.CHECKING, ImportBatch.State.WRITING):
            batch.state = ImportBatch.State.FAILED
            batch.message = sentence[:300]
            batch.save(update_fields=["state", "message"])
    progress.forget(batch_id)
    return batch
