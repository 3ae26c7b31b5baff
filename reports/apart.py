"""What stands in columns of its own and is never inside the figures of training: 外部平台 (rule A12) and 宣传活动 (A13)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from courses.models import PriorStudy
from enterprises.models import Membership
from ledger import counts
from ledger.models import Kind

from .measures import moment_of


@dataclass(frozen=True)
class External:
    """外部平台: approved pieces of study elsewhere. ``times`` 人次, ``persons`` 人数, ``class_hours`` 学时."""

    times: int
    persons: int
    class_hours: Decimal


def external(scope):
    """The External of a scope: by the day it was finished, and by where the person worked that day (district, layer, enterprise,
    size); other filters know nothing of it, and a scope that names one has none. Approved by the moment of ``as_of``. One query."""
    if any(getattr(scope, name) is not None for name in ("pilot", "kind", "organiser", "mode", "fee_nature")):
        return External(0, 0, Decimal(0))
    rows = PriorStudy.objects.filter(state=PriorStudy.State.APPROVED, decided_at__lte=moment_of(scope.as_of))
    if scope.start:
        rows = rows.filter(finished_on__gte=scope.start)
    if scope.end:
        rows = rows.filter(finished_on__lte=scope.end)
    wanted = {
        "enterprise__district": scope.district,
        "layer": scope.layer,
        "enterprise": scope.enterprise,
        "enterprise__size_class": scope.size_class,
    }
    wanted = {
        name if not isinstance(value, tuple) else f"{name}__in": value
        for name, value in wanted.items()
        if value is not None
    }
    posts = Membership.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=OuterRef("finished_on")),
        person=OuterRef("who"),
        started_on__lte=OuterRef("finished_on"),
    )
    if counts.WITHOUT in wanted.values():
        rows = rows.annotate(who=F("person")).filter(~Exists(posts))
    elif wanted:
        rows = rows.annotate(who=F("person")).filter(Exists(posts.filter(**wanted)))
    # A person merged into another is that one.
    found = rows.annotate(whose=Coalesce("person__merged_into", "person")).values_list("whose", "class_hours")
    pieces = list(found)
    return External(len(pieces), len({who for who, _hours in pieces}), sum((h for _who, h in pieces), Decimal(0)))


def promotion(scope):
    """The Figures of 宣传活动 alone in a scope, whatever kind it names."""
    return counts.figures(scope.of(kind=Kind.PROMOTION))
