"""Questions about many rounds, sessions and registrations."""

from datetime import timedelta

from django.db import models
from django.db.models import Count, DecimalField, Q, Sum
from django.db.models.functions import Coalesce

from core import clock
from core.querysets import count_of


class RoundQuerySet(models.QuerySet):
    def published(self):
        """Rounds anyone may see in the public list."""
        return self.exclude(state__in=["planned", "cancelled"])

    def with_seats_taken(self):
        """Adds ``taken`` (seats held) and ``waiting`` (people in the queue)."""
        from .models import Registration

        rows = Registration.objects
        return self.annotate(
            taken=count_of(rows.holding(), to="round"),
            waiting=count_of(rows.filter(state="waiting"), to="round"),
        )


class SessionQuerySet(models.QuerySet):
    @classmethod
    def as_manager_of_live(cls):
        """A manager of the sessions that were not called off."""
        return _LiveSessions.from_queryset(cls)()

    def overlapping(self, starts_at, ends_at):
        """Sessions that run at any moment between the two; one that begins as the other ends does not."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def on_days(self, first, last):
        """Sessions that run on any day from ``first`` to ``last``, by the calendar of Tianjin."""
        return self.overlapping(clock.at(first), clock.at(last + timedelta(days=1)))


class _LiveSessions(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(cancelled_at=None)


class RegistrationQuerySet(models.QuerySet):
    def on_the_list(self):
        """People who come: registered, no condition left."""
        return self.filter(state="registered")

    def holding(self):
        """Rows that hold a seat: registered, or offered one and not yet decided."""
        return self.filter(state__in=["registered", "offered"])

    def live(self):
        """Rows that were not cancelled."""
        return self.exclude(state="cancelled")

    def with_credited_hours(self):
        """Adds ``credited`` (class hours of the sessions attended) and ``compulsory_attended`` (how many compulsory sessions).

        The rule is that of ``Attendance.credits``.
        """
        from .models import Attendance

        stayed = Q(round__sign_out=False) | Q(attendances__left_at__isnull=False)
        counted = Q(attendances__state__in=Attendance.COUNTED) & (
            Q(attendances__method__in=Attendance.BY_HAND) | (stayed & ~Q(attendances__state=Attendance.State.EARLY))
        )
        hours = DecimalField(max_digits=6, decimal_places=1)
        return self.annotate(
            credited=Coalesce(Sum("attendances__session__class_hours", filter=counted), 0, output_field=hours),
            compulsory_attended=Count("attendances", filter=counted & Q(attendances__session__compulsory=True)),
        )
