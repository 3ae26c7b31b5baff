"""Questions about many certificates."""

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core import clock
from enterprises.models import Person

from . import numbers


class CertificateQuerySet(models.QuerySet):
    def with_status(self):
        """Adds ``revoked`` and ``replaced``, so that ``status`` of each row asks nothing further."""
        event = apps.get_model("certificates", "CertificateEvent")
        revocations = event.objects.filter(certificate__number=OuterRef("number"), kind=event.Kind.REVOKED)
        return self.annotate(
            revoked=Exists(revocations), replaced=Exists(self.model.objects.filter(replaces=OuterRef("pk")))
        )

    def newest(self):
        """Only the latest version of each number."""
        # Asked so PostgreSQL stops at the rows of a page; from a join that found nothing it would sort all of them.
        return self.filter(~Exists(self.model.objects.filter(replaces=OuterRef("pk"))))

    def to_render(self):
        """Waiting for their PDF, oldest first; not those that failed for a reason of their own, nor the erased."""
        return self.filter(rendered_at=None, render_error="", erased_at=None).order_by("pk")

    def search(self, text):
        """By number (however it is typed, or only the beginning), holder's name, pinyin or phone, or printed enterprise."""
        plain = numbers.comparable(text)
        if plain.startswith(numbers.comparable(settings.CERTIFICATE_PREFIX)):
            return self.filter(number_key__startswith=plain)
        return self.filter(Q(holder__in=Person.objects.search(text)) | Q(words__enterprise__icontains=text))

    def in_state(self, state):
        """With a status as ``Status`` names it, or ``unmade`` (no file yet) or ``failed``."""
        event = apps.get_model("certificates", "CertificateEvent")
        # A list of numbers: asked once, while the ``revoked`` of with_status is asked for every row.
        revoked = Q(number__in=event.objects.filter(kind=event.Kind.REVOKED).order_by().values("certificate__number"))
        over = Q(expires_on__lt=clock.today())
        rows = {
            "valid": ~revoked & ~over,
            "expired": ~revoked & over,
            "revoked": revoked,
            "unmade": Q(rendered_at=None, erased_at=None),
            "failed": ~Q(render_error=""),
        }
        return self.filter(rows[state])
