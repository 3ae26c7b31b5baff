"""By organiser (rule A8): what each one owns adds up to the whole; what it helped to hold stands beside it and never does."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, F

from enterprises.models import Organiser
from ledger import counts
from training.models import Round

from .completeness import closed_rounds


@dataclass(frozen=True)
class Row:
    """One organiser: ``sessions``, ``rounds`` and ``people`` of what it owns; ``helped`` sessions owned by others and the 人次
    ``helped_times`` in them: the same ones stand in the owner's row, and in the row of every other that helped."""

    organiser: Organiser
    sessions: int = 0
    rounds: int = 0
    people: counts.People = field(default_factory=counts.People)
    helped: int = 0
    helped_times: int = 0


def table(scope):
    """[Row] of the organisers that own or helped with anything in scope, most 人次 first. Six queries.

    Who helped is as the round has it today, not as of a posting: it is in no figure.
    """
    people = counts.grouped(scope, "organiser", want=("persons", "enterprises", "small"))
    held = counts.held_by(scope, "organiser")
    helped = helped_by(scope)
    keys = {key for (key,) in people if key} | {key for (key,) in held if key} | set(helped)
    rows = []
    for organiser in Organiser.objects.filter(pk__in=keys).select_related("district"):
        sessions, rounds = held.get((organiser.pk,), (0, 0))
        own = people.get((organiser.pk,), counts.People())
        rows.append(Row(organiser, sessions, rounds, own, *helped.get(organiser.pk, (0, 0))))
    return sorted(rows, key=lambda row: (-row.people.person_times, -row.sessions, row.organiser.name))


def helped_by(scope, organiser=None):
    """{key of the organiser: (场次, 人次) it helped to hold}; of one, when named. Three queries."""
    links = Round.co_organisers.through.objects.filter(round__in=closed_rounds(scope.of(organiser=None)))
    links = links.exclude(round__owner=F("organiser"))
    if organiser:
        links = links.filter(organiser=organiser)
    found = defaultdict(set)
    for who, round_ in links.values_list("organiser", "round"):
        found[who].add(f"round:{round_}")
    keys = set().union(*found.values())
    held = set(scope.activities().filter(held=True, key__in=keys).values_list("key", flat=True))
    entries = scope.entries().filter(activity__key__in=keys).order_by().values_list("activity__key")
    times = dict(entries.annotate(n=Count("pk")))
    answer = {who: (len(rounds & held), sum(times.get(key, 0) for key in rounds)) for who, rounds in found.items()}
    return {who: both for who, both in answer.items() if any(both)}
