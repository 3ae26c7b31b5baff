"""Questions about the 帮扶台账 and the register of conflicts."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q

from core import clock

COOLING = timedelta(days=730)
"""Two years between advice and audit by the same person (ISO/IEC 17021-1), counted in days."""


class AssistanceQuerySet(models.QuerySet):
    def standing(self):
        """In the ledger now: neither withdrawn nor of an enterprise merged into another. The denominator of coverage."""
        return self.filter(withdrawn_on=None, enterprise__merged_into=None)

    def in_scope(self, *, year=None, district=None, organiser=None):
        """Of a year, of enterprises of a district, helped by an organiser; None is all."""
        wanted = {"year": year, "enterprise__district": district, "organiser": organiser}
        return self.filter(**{name: value for name, value in wanted.items() if value})

    def with_step(self, kind, between=None):
        """Those with a step of a kind, begun between two dates (both included): diagnoses for the targets on diagnosis,
        certificates for those on new certificates."""
        return self.filter(Exists(_steps(kind, between)))

    def lacking(self, kind):
        """Those without any step of a kind."""
        return self.filter(~Exists(_steps(kind)))

    def newly_certified(self, between):
        """Those whose certificate falls between two dates and who held none when they entered (docs/counting.md, 新获证)."""
        return self.with_step("certificate", between).filter(certified_before=False)

    def for_rows(self):
        """With everything a row of the ledger shows, in a constant number of queries."""
        return self.select_related("enterprise__district", "organiser", "expert__person").prefetch_related(
            "needs", "steps__papers", "enterprise__pilots"
        )


def _steps(kind, between=None):
    from ..models import AssistanceStep

    rows = AssistanceStep.objects.filter(assistance=OuterRef("pk"), kind=kind)
    return rows.filter(started_on__range=between) if between else rows


class ConflictQuerySet(models.QuerySet):
    def in_force(self):
        """Whose expert must keep out of the enterprise's audit and certification today: lasting, or over for less than two years."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=clock.today() - COOLING))
