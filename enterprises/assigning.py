"""What a new statement about where somebody works does to the membership they have: the rule, without the database."""

from datetime import timedelta

FIELDS = ("layer", "department", "post", "tags")


def decide(row, wanted, *, today):
    """``(verb, fields)`` for an open membership ``row`` (None = there is none) and the ``wanted`` values.

    ``row`` is a mapping of FIELDS with ``started_on`` and ``confirmed_at``; what ``wanted`` does not name stays. Verbs: ``begin``
    (all fields of a new row), ``keep`` (nothing), ``update`` (the fields to set: begun today, or only the confirmation is new),
    ``replace`` (end the old row on ``last_day(today)``, begin one with these fields). A membership is never overwritten: it is
    dated.
    """
    if row is None:
        return "begin", {"department": "", "post": "", "tags": []} | wanted
    changed = {name: value for name, value in wanted.items() if row[name] != value}
    if not changed:
        return "keep", {}
    if row["started_on"] == today or set(changed) == {"confirmed_at"}:
        return "update", changed
    return "replace", {name: row[name] for name in (*FIELDS, "confirmed_at")} | wanted


def last_day(today):
    """The last day of a membership that another one follows today."""
    return today - timedelta(days=1)
