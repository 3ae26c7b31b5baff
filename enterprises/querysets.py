"""Questions about many enterprises and appointments."""

from django.db import models
from django.db.models import Q

from core import clock
from core.text import normalise


class EnterpriseQuerySet(models.QuerySet):
    def by_code(self, text):
        """The enterprise whose code is ``text`` as typed (full width, blanks, hyphens allowed), or None."""
        return self.filter(code=normalise(text).replace(" ", "").replace("-", "").upper()).first()


class AppointmentQuerySet(models.QuerySet):
    def in_force(self):
        """Appointments that still hold today (Asia/Shanghai)."""
        return self.filter(Q(expires_on=None) | Q(expires_on__gte=clock.today()))
