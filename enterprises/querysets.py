"""Questions about many enterprises, people, memberships and appointments."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from core import clock
from core.text import normalise


class EnterpriseQuerySet(models.QuerySet):
    def by_code(self, text):
        """The enterprise whose code is (or was) ``text`` as typed (full width, blanks, hyphens allowed), or None.

        One that was merged away answers with the one it was merged into.
        """
        code = normalise(text).replace(" ", "").replace("-", "").upper()
        found = self.filter(code=code).first() or self.filter(former__code=code).first() if code else None
        return found.merged_into if found and found.merged_into_id else found

    def listed(self):
        """Those that stand for themselves: not merged into another."""
        return self.filter(merged_into=None)

    def individual_businesses(self):
        """个体工商户 (codes beginning with 92), which reports show apart."""
        return self.filter(code__startswith="92")


class PersonQuerySet(models.QuerySet):
    def listed(self):
        """Those that stand for themselves: neither merged into another nor erased."""
        return self.filter(merged_into=None, erased_at=None)


class MembershipQuerySet(models.QuerySet):
    def open(self):
        """Where people work now."""
        return self.filter(ended_on=None)

    def waiting(self):
        """Said by the person, not yet confirmed by the enterprise's contact."""
        return self.filter(ended_on=None, confirmed_at=None)


class AppointmentQuerySet(models.QuerySet):
    def in_force(self):
        """Appointments that still hold today (Asia/Shanghai)."""
        return self.standing().exclude(user=None)

    def standing(self):
        """Neither withdrawn nor expired; waiting ones too."""
        return self.filter(withdrawn_at=None).filter(Q(expires_on=None) | Q(expires_on__gte=clock.today()))

    def ending_within(self, days):
        """Standing ones whose last day is at most ``days`` days away."""
        return self.standing().filter(expires_on__lte=clock.today() + timedelta(days=days))
