"""Who sees a certificate with the full name. Whoever has number and code sees the masked one on the public page."""

from django.db.models import Q

from core.policies import Policy
from enterprises.models import Role
from enterprises.policies import rights_of

from .models import Batch, Certificate

also_visible = []
"""``f(user) -> Q`` on certificates. The issuing apps (rounds, courses) add who sees theirs: organiser, enterprise contact."""


class CertificatePolicy(Policy):
    """The holder, city staff, and whom an issuing app names."""

    model = Certificate

    def visible(self, user):
        rights = rights_of(user)
        rows = Certificate.objects.with_status()
        if rights.city:
            return rows
        mine = Q(holder=rights.person_id) if rights.person_id else Q(pk__in=[])
        for more in also_visible:
            mine |= more(user)
        return rows.filter(mine)

    def may(self, user, action, row):
        """Correcting and revoking is for the city's administrators and, through their own screens, the issuing apps."""
        return Role.CITY_ADMIN in rights_of(user).roles


class BatchPolicy(Policy):
    """A file of many names is for who asked for it."""

    model = Batch

    def visible(self, user):
        return Batch.objects.filter(asked_by=user)
