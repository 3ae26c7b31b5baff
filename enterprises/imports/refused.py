"""The rows that were refused, kept as lines of JSON: the cells as they were sent and what is wrong with them."""

import json
import tempfile
from itertools import islice

from django.core.files import File
from django.db import transaction


class RefusedRows:
    """Collects refused rows on disk while a batch is gone through."""

    def __init__(self):
        self.file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed when it is kept
        self.count = 0

    def add(self, rows):
        """Those of a chunk that are refused."""
        for row in rows:
            if row.errors:
                self.count += 1
                self.file.write(json.dumps([row.number, row.cells, row.errors], ensure_ascii=False) + "\n")

    def keep(self, batch):
        """Give them to the batch (not saved here)."""
        old = batch.refused.name
        self.file.flush()
        self.file.buffer.seek(0)
        if self.count:
            batch.refused.save("refused.json", File(self.file.buffer), save=False)
        else:
            batch.refused = ""
        self.file.close()
        if old:
            storage = batch.refused.storage
            transaction.on_commit(lambda: storage.delete(old))


def read(batch, start=0, stop=None):
    """``(row number, cells, [(column, sentence), …])`` of a batch's refused rows, from ``start`` to before ``stop``."""
    if not batch.refused:
        return
    with batch.refused.open("rb") as file:
        for line in islice(file, start, stop):
            yield tuple(json.loads(line))
