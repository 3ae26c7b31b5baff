"""Questions about many rounds and registrations."""

from django.db import models
from django.db.models import Count, DecimalField, Q, Sum
from django.db.models.functions import Coalesce

from core.querysets import count_of


class RoundQuerySet(models.QuerySet):
    def published(self):
        """Rounds anyone may see in the public list."""
        return self.exclude(state__in=["planned", "cancelled"])

    def with_seats_taken(self):
        """Adds ``taken`` (registered people) and ``waiting`` (people in the queue)."""
        from .models import Registration

        rows = Registration.objects
        return self.annotate(
            taken=count_of(rows.filter(state="registered"), to="round"),
            waiting=count_of(rows.filter(state="waiting"), to="round"),
        )


class RegistrationQuerySet(models.QuerySet):
    def on_the_list(self):
        """People who hold a seat."""
        return self.filter(state="registered")

    def with_credited_hours(self):
        """Adds ``credited`` (class hours of the sessions attended) and ``compulsory_attended`` (how many compulsory sessions).

        With sign-out switched on for the round, a session without a sign-out credits nothing.
        """
        from .models import Attendance

        counted = Q(attendances__state__in=Attendance.COUNTED) & (
            Q(round__sign_out=False)
            | Q(attendances__left_at__isnull=False)
            | Q(attendances__method__in=["manual", "paper"])
        )
        hours = DecimalField(max_digits=6, decimal_places=1)
        return self.annotate(
            credited=Coalesce(Sum("attendances__session__class_hours", filter=counted), 0, output_field=hours),
            compulsory_attended=Count("attendances", filter=counted & Q(attendances__session__compulsory=True)),
        )
