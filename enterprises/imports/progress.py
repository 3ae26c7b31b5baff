"""How far a batch is. Inside one transaction nobody else sees its rows, so the percentage goes through the shared cache."""

from django.core.cache import cache

from .rows import CHANGED, NEW, REFUSED, SAME

PATIENCE = 3600


def report(batch_id, percent):
    """Say how far it is, 0–100."""
    cache.set(f"import:{batch_id}", min(99, int(percent)), PATIENCE)


def of(batch):
    """Percent done."""
    return cache.get(f"import:{batch.pk}", batch.progress)


def forget(batch_id):
    """It has ended."""
    cache.delete(f"import:{batch_id}")


def totals(counts, notes):
    """What ``ImportBatch.counts`` holds."""
    answer = {name: counts[name] for name in (NEW, CHANGED, SAME, REFUSED)}
    return answer | {"total": counts.total()} | dict(notes)
