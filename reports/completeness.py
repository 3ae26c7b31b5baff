"""How complete the figures are: what is known to be missing from them. A number without this beside it is not to be trusted."""

from dataclasses import dataclass

from django.db.models import Count

from core import clock
from ledger import counts
from ledger.models import Kind
from ledger.scope import Scope, named
from training.models import Registration, Round

UNSETTLED = [
    Round.State.PLANNED,
    Round.State.OPEN,
    Round.State.FULL,
    Round.State.RUNNING,
    Round.State.EXAM,
    Round.State.TO_CLOSE,
]

OF_ROUNDS = {
    "owner__district": "district",
    "pilot": "pilot",
    "kind": "kind",
    "owner": "organiser",
    "mode": "mode",
    "fee_nature": "fee_nature",
}
"""What a scope asks of a round: as of an activity."""


@dataclass(frozen=True)
class Completeness:
    """``closed`` of ``held`` rounds are in the books; ``waiting`` people sit in rounds that are over but not closed;
    ``homeless`` entries name no enterprise."""

    held: int
    closed: int
    waiting: int
    homeless: int

    @property
    def share(self):
        """0..1, or None when nothing was held: no data is not complete data."""
        return self.closed / self.held if self.held else None

    @property
    def open_rounds(self):
        return self.held - self.closed


def unclosed_rounds(scope):
    """Rounds in scope that are over but not closed: the worklist behind an incomplete figure."""
    rounds = _of(scope).filter(state__in=UNSETTLED, ends_on__lt=clock.today())
    if scope.names_people:
        rounds = rounds.filter(pk__in=_waiting(scope).values("round"))
    return rounds


def closed_rounds(scope):
    """Rounds in scope that were closed: those behind its activities, as they are today."""
    return _of(scope).filter(state__in=[Round.State.CLOSED, Round.State.ARCHIVED])


def _of(scope):
    rounds = Round.objects.filter(**named(OF_ROUNDS, scope))
    if scope.start:
        rounds = rounds.filter(ends_on__gte=scope.start)
    if scope.end:
        rounds = rounds.filter(ends_on__lte=scope.end)
    return rounds if scope.kind else rounds.exclude(kind=Kind.PROMOTION)


def _waiting(scope):
    """Who sits in any round and is whom a scope asks for."""
    return Registration.objects.on_the_list().filter(**named(Scope.OF_PEOPLE, scope))


def completeness(scope):
    """The Completeness of a scope. Four queries."""
    unclosed = unclosed_rounds(scope)
    closed = scope.activities().filter(held=True).count()
    waiting = _waiting(scope).filter(round__in=unclosed.values("pk")).count()
    return Completeness(
        held=closed + unclosed.count(),
        closed=closed,
        waiting=waiting,
        homeless=homeless(scope),
    )


def person_times(scope):
    """人次 of a scope. One query."""
    return counts.grouped(scope, want=counts.TIMES).get((), counts.People()).person_times


def narrowed_to(scope, **wanted):
    """The Scope with one more filter; None when nothing of the scope fits it."""
    ((name, value),) = wanted.items()
    now = getattr(scope, name)
    fits = now is None or value in (now if isinstance(now, tuple) else (now,))
    return scope.of(**wanted) if fits else None


def homeless(scope):
    """人次 that name no enterprise. One query."""
    asked = narrowed_to(scope, enterprise=counts.WITHOUT)
    return person_times(asked) if asked else 0


def unclosed_by_district(scope):
    """{district code or None: rounds over but not closed}. One query."""
    rows = unclosed_rounds(scope).order_by().values_list("owner__district").annotate(n=Count("pk"))
    return dict(rows)
