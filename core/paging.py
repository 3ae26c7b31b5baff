"""Pages of a long list without counting it and without skipping rows: each begins after the last row of the one before.

Counting and OFFSET read everything in front; with a million rows that is seconds. Here every page costs the same.
"""

from dataclasses import dataclass

from django.db.models import Q

PAGE = 30


@dataclass
class KeysetPage:
    """One page. ``after`` and ``before`` are the keys (pk) for the links to the next and the previous page, or None."""

    rows: list
    after: int | None
    before: int | None

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    @property
    def is_whole(self):
        """The list has no other page."""
        return self.after is None and self.before is None


def keyset_page(rows, field, query, size=PAGE, by=None, newest_first=False):
    """The page of ``rows`` (a queryset) that ``query`` (GET parameters ``after`` or ``before``: a pk) asks for.

    In the order of ``field``, then pk, both counted down with ``newest_first``; ``field`` is never null. With ``by``, an
    expression, ``field`` is the name it gets. An unknown key begins at the beginning.
    """
    named = {field: by} if by is not None else {}
    backwards = "before" in query
    edge = _edge(rows.model._default_manager.annotate(**named), field, query.get("before") or query.get("after"))
    rows = rows.alias(**named)
    if edge is None:
        backwards = False
    if edge is not None:
        value, pk = edge
        side = ("lte", "lt") if backwards != newest_first else ("gte", "gt")
        # The first condition says nothing new; it lets the index begin at the right place.
        rows = rows.filter(
            Q(**{f"{field}__{side[0]}": value}) & (Q(**{f"{field}__{side[1]}": value}) | Q(**{f"pk__{side[1]}": pk}))
        )
    order = (f"-{field}", "-pk") if backwards != newest_first else (field, "pk")
    found = list(rows.order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = backwards or more
    has_previous = more if backwards else edge is not None
    return KeysetPage(
        rows=found,
        after=found[-1].pk if found and has_next else None,
        before=found[0].pk if found and has_previous else None,
    )


def _edge(everything, field, key):
    try:
        return everything.filter(pk=int(key)).values_list(field, "pk").first()
    except (TypeError, ValueError, OverflowError):
        return None


def newest_page(rows, query, size=PAGE):
    """The page of ``rows`` that ``query`` asks for, the highest key first: by the primary key alone, which every table has in order."""
    backwards = "before" in query
    try:
        edge = int(query.get("before") or query.get("after") or 0)
    except ValueError:
        edge = 0
    if edge:
        rows = rows.filter(pk__gt=edge) if backwards else rows.filter(pk__lt=edge)
    backwards = backwards and bool(edge)
    found = list(rows.order_by("pk" if backwards else "-pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = backwards or more
    has_previous = more if backwards else bool(edge)
    return KeysetPage(
        rows=found,
        after=found[-1].pk if found and has_next else None,
        before=found[0].pk if found and has_previous else None,
    )
