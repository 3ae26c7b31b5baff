"""Aggregates that do not multiply each other's rows."""

from django.db.models import Aggregate, CharField, Count, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce


class Joined(Aggregate):
    """The texts of a group with commas between, in no order; None of an empty group."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ',')"
    output_field = CharField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)


class CountedUpTo(Subquery):
    """How many rows a queryset has, counted no further than ``most``: what it costs does not grow with the table."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()

    def __init__(self, queryset, most):
        super().__init__(queryset.order_by().values("pk")[:most])


def count_of(queryset, to, distinct=None):
    """A correlated count for ``annotate``: rows of ``queryset`` whose field ``to`` is the outer row's key (0 when none).

    Two joined ``Count`` in one query multiply each other; two of these do not. ``distinct`` names a field to count once.
    """
    what = Count(distinct, distinct=True) if distinct else Count("*")
    rows = queryset.order_by().filter(**{to: OuterRef("pk")}).values(to).annotate(_n=what).values("_n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def sum_of(queryset, to, field, output_field):
    """A correlated sum of ``field`` for ``annotate``; None when there are no rows: no data is not 0."""
    rows = queryset.order_by().filter(**{to: OuterRef("pk")}).values(to).annotate(_n=Sum(field)).values("_n")
    return Subquery(rows, output_field=output_field)
