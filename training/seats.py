"""Seats of a round: how many are left, all in all and for each district."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import F

from .models import DistrictQuota, Registration, Round


@dataclass
class Seats:
    """Free seats of a round whose lock is held. ``districts``: what is left for each district that has a quota."""

    left: int
    districts: dict = field(default_factory=dict)

    def fits(self, district):
        """Whether one more person of this district (a key or None) finds a seat."""
        return self.left > 0 and self.districts.get(district, 1) > 0

    def take(self, district):
        """Count a seat as taken."""
        self.left -= 1
        if district in self.districts:
            self.districts[district] -= 1


def seats_of(round_):
    """The Seats of a round. Two queries."""
    held = Counter(Registration.objects.holding().filter(round=round_).order_by().values_list("district", flat=True))
    quotas = DistrictQuota.objects.filter(round=round_).values_list("district", "seats")
    return Seats(round_.seats - held.total(), {key: seats - held[key] for key, seats in quotas})


def oversold():
    """Rounds in which more people hold a seat than there are; for the audit."""
    return Round.objects.with_seats_taken().filter(taken__gt=F("seats"))
