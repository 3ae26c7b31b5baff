"""Counting by the database: the answers of ``counts`` for a ledger whose rows it counts in milliseconds."""

from django.db.models import BigIntegerField, Count, F, Q, Sum, Value, Window
from django.db.models.functions import RowNumber, TruncMonth

from enterprises.models import SizeClass

from .models import FEWEST_ANSWERS, ActivityFact, Kind
from .scope import named

SMALL = (SizeClass.SMALL, SizeClass.MICRO)

_COLUMN = {"organiser": "owner", "held": "activity__held"}


def _grouped(rows, axes, day, counted):
    """Rows of (axis values …, counted …), each group once; one row without axes."""
    if not axes:
        found = rows.aggregate(**counted)
        return [tuple(found[name] for name in counted)]
    if "month" in axes:
        rows = rows.annotate(month=TruncMonth(day))
    columns = [_COLUMN.get(axis, axis) for axis in axes]
    return rows.order_by().values_list(*columns).annotate(**counted).values_list(*columns, *counted)


WAYS = {
    "persons": Count("person", distinct=True),
    "enterprises": Count("enterprise", distinct=True),
    "small": Count("enterprise", filter=Q(size_class__in=SMALL), distinct=True),
    "class_hours": Sum("class_hours"),
    "auditors": Count("pk", filter=Q(is_auditor=True)),
    "small_times": Count("pk", filter=Q(size_class__in=SMALL)),
    # A pair as one number: keys of activities are below 2 ** 32, and without an enterprise there is no pair.
    "visits": Count(F("enterprise") * Value(2**32) + F("activity"), distinct=True, output_field=BigIntegerField()),
}
"""What the database aggregates for a field of People."""


def people(scope, axes, want=()):
    """{axis values: People} of the entries in scope; only the fields ``want``, when named. One query."""
    from .counts import People

    names = [name for name in WAYS if name in (want or WAYS)]
    # Names of the aggregates must not be those of columns.
    counted = {"n": Count("pk")} | {f"{name}_": WAYS[name] for name in names}
    found = {}
    for row in _grouped(scope.entries(), axes, "occurred_on", counted):
        key, (n, *values) = tuple(row[: len(axes)]), row[len(axes) :]
        if n:
            found[key] = People(person_times=n, **dict(zip(names, values, strict=True)))
    return found


def held(scope, axes):
    """{axis values: (场次, 轮次)} of the activities in scope. One query."""
    counted = {
        "n": Count("pk", filter=Q(held=True)),
        "rounds": Count("pk", filter=Q(held=True, kind=Kind.INTERNAL_AUDITOR)),
    }
    return {tuple(key): (n, rounds) for *key, n, rounds in _grouped(scope.activities(), axes, "ended_on", counted) if n}


def page(scope, edge, size, newer=False):
    """Keys of the newest entries in scope, newest first; of those behind ``edge`` (day, key), or with ``newer`` the ones just in
    front of it. One query."""
    entries, beyond = scope.entries(), "gt" if newer else "lt"
    if edge:
        day, pk = edge
        entries = entries.filter(Q(**{f"occurred_on__{beyond}": day}) | Q(occurred_on=day, **{f"pk__{beyond}": pk}))
    order = ("occurred_on", "pk") if newer else ("-occurred_on", "-pk")
    found = list(entries.order_by(*order).values_list("pk", flat=True)[:size])
    return found[::-1] if newer else found


def facts(scope):
    """{district or None: {fact: sum of the newest values}}, without what nobody may read. One query."""
    known = ActivityFact.objects.filter(activity__in=scope.of(district=None).activities())
    if scope.as_of is not None:
        known = known.filter(posting__lte=scope.as_of)
    known = known.filter(**named({"district": "district"}, scope))
    same = [F("activity"), F("district"), F("name")]
    newest = Window(RowNumber(), partition_by=same, order_by=F("posting").desc())
    found = known.annotate(rank=newest).filter(rank=1).values_list("activity", "district", "name", "value")
    sums = {}
    for (_activity, district, name), value in readable({tuple(key): value for *key, value in found}).items():
        of = sums.setdefault(district, {})
        of[name] = of.get(name, 0) + value
    return sums


def readable(facts):
    """``facts`` {(activity, district, name): value} without the questionnaires of an activity that has fewer than FEWEST_ANSWERS.

    Left out whole, not only hidden where they stand alone: else two sums would give them away.
    """
    few = {
        (activity, district)
        for (activity, district, name), value in facts.items()
        if name == ActivityFact.Name.ANSWERED and value < FEWEST_ANSWERS
    }
    return {key: value for key, value in facts.items() if key[2] not in ActivityFact.OF_SURVEYS or key[:2] not in few}
