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
    return _page(list(rows.order_by(*order)[: size + 1]), size, edge is not None, backwards)


def _page(found, size, begun, backwards):
    """The KeysetPage of ``found``, one row more than it shows where there are more; ``begun``: not at the beginning."""
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = backwards or more
    has_previous = more if backwards else begun
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
    return _page(list(rows.order_by("pk" if backwards else "-pk")[: size + 1]), size, bool(edge), backwards)


def page_of_keys(rows, field, keys, query, size=PAGE):
    """As ``keyset_page``, newest first, of a list whose order something quicker than the database knows.

    ``keys(edge, size, newer)`` gives the keys behind ``edge`` = (value of ``field``, pk; None for the beginning), or with ``newer``
    those just in front of it, newest first; ``rows`` is the queryset they are fetched from.
    """
    edge = _edge(rows.model._default_manager, field, query.get("before") or query.get("after"))
    newer = "before" in query and edge is not None
    wanted = keys(edge, size + 1, newer)
    fetched = rows.in_bulk(wanted)
    return _page([fetched[pk] for pk in (reversed(wanted) if newer else wanted)], size, edge is not None, newer)
