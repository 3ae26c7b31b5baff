"""What changed in the books between two postings: entries and activities added and taken back, row by row."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, Sum

from enterprises.models import Layer
from ledger.models import Entry, Kind, Posting

ADDED = {
    "person_times": Count("pk"),
    **{layer: Count("pk", filter=Q(layer=layer)) for layer in Layer.values},
    "class_hours": Sum("class_hours"),
}
HELD = {
    "sessions": Count("pk", filter=Q(held=True)),
    "rounds": Count("pk", filter=Q(held=True, kind=Kind.INTERNAL_AUDITOR)),
}


def added(rows, since):
    """Of ``rows`` (as of some posting) those that did not stand yet when ``since`` was the last posting."""
    return rows.filter(posting__gt=since)


def taken_back(rows, until=None):
    """Of ``rows`` (as of an earlier posting) those reversed up to ``until`` (default: now)."""
    rows = rows.filter(reversed_by__isnull=False)
    return rows if until is None else rows.filter(reversed_by__lte=until)


def adjustments(scope, since):
    """{figure: [调增, 调减]} of the additive figures of ``scope`` between the postings ``since`` and ``scope.as_of``. Four queries.

    A figure's value at ``since`` plus 调增 minus 调减 is its value at ``scope.as_of``, exactly.
    """
    before = scope.of(as_of=since)
    pairs = [
        (added(scope.entries(), since), taken_back(before.entries(), scope.as_of), ADDED),
        (added(scope.activities(), since), taken_back(before.activities(), scope.as_of), HELD),
    ]
    found = {}
    for up, down, sums in pairs:
        more, less = up.aggregate(**sums), down.aggregate(**sums)
        for name in sums:
            found[name] = [more[name] or 0, less[name] or 0]
    found["class_hours"] = [Decimal(value) for value in found["class_hours"]]
    return found


def as_dict(found):
    """``adjustments`` as JSON holds them."""
    return {
        name: [f"{value:.1f}" if isinstance(value, Decimal) else value for value in pair]
        for name, pair in found.items()
    }


@dataclass
class Act:
    """What one posting did to the entries of one activity: ``up`` and ``down`` count entries, ``layers`` maps a layer to its net."""

    posting: Posting
    activity: object
    up: int = 0
    down: int = 0
    layers: dict = field(default_factory=lambda: defaultdict(int))

    @property
    def net(self):
        return self.up - self.down

    @property
    def layer_words(self):
        """[(label, net)] of the layers whose number changed."""
        return [(Layer(layer).label, n) for layer, n in self.layers.items() if n]


def acts(scope, since, limit=200):
    """[Act]: the changes of ``adjustments`` by posting and activity, in the order they were written, ``limit`` at most. Four queries."""
    before = scope.of(as_of=since)
    counted = {"n": Count("pk")}
    found = {}
    for rows, by, sign in (
        (added(scope.entries(), since), "posting", 1),
        (taken_back(before.entries(), scope.as_of), "reversed_by", -1),
    ):
        grouped = rows.order_by().values_list(by, "activity", "layer").annotate(**counted)
        for posting, activity, layer, n in grouped.order_by(by, "activity")[: limit * len(Layer.values)]:
            act = found.setdefault((posting, activity), Act(posting, activity))
            if sign > 0:
                act.up += n
            else:
                act.down += n
            act.layers[layer] += sign * n
    chosen = [found[key] for key in sorted(found)][:limit]
    postings = Posting.objects.select_related("actor__person").in_bulk({act.posting for act in chosen})
    activities = Entry.activity.field.related_model.objects.select_related("owner", "district").in_bulk(
        {act.activity for act in chosen}
    )
    for act in chosen:
        act.posting, act.activity = postings[act.posting], activities[act.activity]
    return chosen
