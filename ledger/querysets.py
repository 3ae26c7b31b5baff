"""Questions about rows of the ledger."""

from django.db import models
from django.db.models import Q


class LedgerQuerySet(models.QuerySet):
    def as_of(self, posting=None):
        """Rows that stood when ``posting`` (a number) was the last one; today's when None. Exact under concurrency."""
        if posting is None:
            return self.filter(reversed_by=None)
        return self.filter(posting__lte=posting).filter(Q(reversed_by=None) | Q(reversed_by__gt=posting))


class ActivityQuerySet(LedgerQuerySet):
    pass


class EntryQuerySet(LedgerQuerySet):
    pass
