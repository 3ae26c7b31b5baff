"""Questions about many certificates."""

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef


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
        return self.filter(replaced_by=None)

    def to_render(self):
        """Waiting for their PDF, oldest first; not those that failed for a reason of their own, nor the erased."""
        return self.filter(rendered_at=None, render_error="", erased_at=None).order_by("pk")
