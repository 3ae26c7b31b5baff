"""Questions about many messages."""

from django.db import models
from django.db.models import Exists, OuterRef


class NoticeQuerySet(models.QuerySet):
    def about(self, subject):
        """Messages about one thing, e.g. ``round:17``."""
        return self.filter(subject=subject)

    def unread(self):
        return self.filter(read_at=None)

    def unreached(self):
        """Messages their person has neither opened here nor been sent by any way."""
        from .models import Delivery

        sent = Delivery.objects.filter(notice=OuterRef("pk"), state=Delivery.State.SENT)
        return self.unread().filter(~Exists(sent))
