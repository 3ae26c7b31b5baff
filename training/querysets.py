"""Questions about many rounds, sessions and registrations."""

from datetime import timedelta

from django.db import models
from django.db.models import Count, DecimalField, F, Q, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Least, RowNumber

from core import clock
from core.querysets import count_of


class RoundQuerySet(models.QuerySet):
    def published(self):
        """Rounds anyone may see in the public list."""
        return self.exclude(state__in=["planned", "cancelled"])

    def coming(self, today):
        """Rounds whose last day is not over."""
        # The day the oldest of those that run began: from there on the index of the first days has them in order. It is asked
        # for as an expression, so that PostgreSQL looks among those not over instead of walking through all that were.
        now = Value(today, output_field=models.DateField())
        running = self.model.objects.filter(starts_on__lt=today, ends_on__gte=today)
        first = running.annotate(_first=Least("starts_on", now)).order_by("_first").values("_first")[:1]
        return self.filter(ends_on__gte=today, starts_on__gte=Coalesce(Subquery(first), now))

    def over(self, today):
        """Rounds whose last day has passed."""
        return self.filter(ends_on__lt=today, starts_on__lt=today)

    def for_layer(self, layer):
        """Rounds for this layer, those for everybody too."""
        return self.filter(Q(layers="") | Q(layers__contains=layer))

    def called(self, text):
        """Rounds whose title holds ``text``, or whose number it is: 12, NSY-2025-012."""
        tail = text.rpartition("-")[2]
        by_number = Q(number=int(tail)) if tail.isdecimal() and len(tail) < 5 else Q(pk=None)
        return self.filter(Q(title__icontains=text) | by_number)

    def first_of_each_state(self, count):
        """The first ``count`` rounds of each state, by their first day, with ``of_state``: how many there are of that state."""
        beside = {"partition_by": "state"}
        place = Window(RowNumber(), order_by=["starts_on", "pk"], **beside)
        return self.annotate(of_state=Window(Count("*"), **beside), place=place).filter(place__lte=count)

    def with_room(self):
        """Rounds one can register for and sit in at once."""
        from .models import Registration

        return self.alias(_held=count_of(Registration.objects.holding(), to="round")).filter(
            state="open", seats__gt=F("_held")
        )

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


class EvidenceQuerySet(models.QuerySet):
    @classmethod
    def as_manager_of_valid(cls):
        """A manager of what was neither replaced nor withdrawn."""
        return _ValidEvidence.from_queryset(cls)()


class _ValidEvidence(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(withdrawn_at=None)


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


class PracticeQuerySet(models.QuerySet):
    def live(self):
        """What is said now; rows that were replaced are history."""
        return self.filter(replaced_at=None)


class ResitQuerySet(models.QuerySet):
    def given(self, today):
        """Sittings that were used, or can be used on this day; one that ran out unused is none."""
        return self.filter(Q(mark__isnull=False) | Q(until__gte=today))

    def waiting(self, today):
        """Opened, not sat yet, not run out."""
        return self.filter(mark=None, until__gte=today)
