"""Two rows become one: what was changed for it, step by step, so that it can be taken apart again exactly.

Each app says in a ``MergePart`` (``core.registry.merge_persons``, ``merge_enterprises``) what it does; ``Moves`` is the list of
steps they write. Append-only tables have no steps: their app writes and takes back rows of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.apps import apps
from django.utils.translation import gettext as _

from .exceptions import DomainError

BATCH = 2000


@dataclass(frozen=True)
class MergePart:
    """What one app does when two rows become one. Each function runs inside the caller's transaction.

    ``preview(winner, loser) -> [(what, rows of the loser, rows of the winner)]``; ``move(merging)``; ``put_back(merging)``, after
    the steps have been put back. A part that ``settles`` runs after all others: it writes down what came of what they did.
    """

    preview: Callable
    move: Callable
    put_back: Callable = None
    settles: bool = False


@dataclass
class Merging:
    """One merge on its way, or on its way back.

    ``notes`` is for what an app must find again when it is taken apart (JSON). ``wanted`` is what the parts before tell the one
    that settles: {key of an activity: what it is to say of the winner}; ``facts`` likewise.
    """

    winner: object
    loser: object
    actor: object = None
    reason: str = ""
    moves: "Moves" = field(default_factory=lambda: Moves())
    notes: dict = field(default_factory=dict)
    wanted: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)


def in_order(parts):
    """MergeParts in the order they run."""
    return sorted(parts, key=lambda part: part.settles)


def hanging(*tables):
    """The ``preview`` of plain tables: ``(model, field)`` whose rows hang on the row, and what to call them where the model has no
    name of its own. One query for each."""
    from django.db.models import Count, Q

    def preview(winner, loser):
        answer = []
        for label, name, *called in tables:
            model = apps.get_model(label)
            n = model.objects.filter(**{f"{name}__in": [winner, loser]}).aggregate(
                loser=Count("pk", filter=Q(**{name: loser})), winner=Count("pk", filter=Q(**{name: winner}))
            )
            answer.append((called[0] if called else model._meta.verbose_name, n["loser"], n["winner"]))
        return answer

    return preview


def _plain(row, name):
    """A field's value as JSON holds it."""
    column = row._meta.get_field(name)
    value = getattr(row, column.attname)
    if isinstance(value, datetime):
        # As it is read back, whatever the zone it was written in.
        return value.astimezone(UTC).isoformat()
    return value if value is None or isinstance(value, bool | int | str | list | dict) else column.value_to_string(row)


class Moves:
    """The steps of a merge, in order; as JSON in ``steps``."""

    def __init__(self, steps=None):
        self.steps = [] if steps is None else steps

    def point(self, model, name, merging, rows=None):
        """The foreign key ``name`` of the loser's rows (or of ``rows`` among them) leads to the winner; returns how many.

        The rows are locked in the order of their keys.
        """
        rows = model.objects.all() if rows is None else rows
        rows = rows.filter(**{name: merging.loser}).select_for_update().order_by("pk")
        keys = list(rows.values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            model.objects.filter(pk__in=keys[start : start + BATCH]).update(**{name: merging.winner})
        if keys:
            step = {"table": model._meta.label_lower, "field": name, "rows": keys}
            self.steps.append(step | {"before": merging.loser.pk, "after": merging.winner.pk})
        return len(keys)

    def set(self, row, **values):
        """Give fields of one row other values and save them."""
        before = {name: _plain(row, name) for name in values}
        for name, value in values.items():
            setattr(row, row._meta.get_field(name).attname, getattr(value, "pk", value))
        row.save(update_fields=list(values))
        after = {name: _plain(row, name) for name in values}
        self.wrote(row, before, after)

    def wrote(self, row, before, after):
        """Note down what somebody else has already saved."""
        if before != after:
            table = row._meta.label_lower
            self.steps.append({"table": table, "row": row.pk, "before": before, "after": after})

    def put_back(self):
        """Undo every step, the last first. Raises DomainError ``merge.changed`` when a row is not as the merge left it."""
        for step in reversed(self.steps):
            model = apps.get_model(step["table"])
            if "rows" in step:
                _point_back(model, step)
            else:
                _set_back(model, step)


def _point_back(model, step):
    keys, name = step["rows"], step["field"]
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        rows = model.objects.filter(pk__in=batch, **{name: step["after"]})
        if len(rows.select_for_update().order_by("pk").values_list("pk")) != len(batch):
            raise _changed(model)
        rows.update(**{name: step["before"]})


def _set_back(model, step):
    row = model.objects.select_for_update(of=("self",)).filter(pk=step["row"]).first()
    if row is None or {name: _plain(row, name) for name in step["after"]} != step["after"]:
        raise _changed(model)
    for name, value in step["before"].items():
        column = model._meta.get_field(name)
        setattr(row, column.attname, value if column.is_relation else column.to_python(value))
    row.save(update_fields=list(step["before"]))


def _changed(model):
    return DomainError(
        "merge.changed",
        _("合并以后“%(what)s”又改过，撤不回去了；请按现在的情况逐条改正。") % {"what": model._meta.verbose_name},
    )
