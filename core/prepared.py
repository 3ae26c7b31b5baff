"""Questions asked at every request, whose SQL is written once a process instead of each time."""

import copy
import inspect
from types import SimpleNamespace

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError

_EXAMPLE = 7_110_000_001
"""Keys no row has and no statement contains: where they turn up, the real keys go."""


class Prepared:
    """Decorates a function of keys that gives a queryset of models; called, it gives the rows.

    Django writes the SQL of a queryset anew each time, which costs more than asking the database. Here the function is called once
    with example keys, and from then on a call only puts the keys in. So it must do the same whatever the keys are (nothing
    of the moment, of a user or of the language), each key is a number, and none may be None. For the few questions that every
    request asks; elsewhere a plain queryset is the right word.
    """

    def __init__(self, build):
        self.build = build
        self.examples = [_EXAMPLE + number for number, _name in enumerate(inspect.signature(build).parameters)]
        self.written = {}

    def __call__(self, *keys):
        """The rows as a list. Raises TransactionManagementError when they are to be locked outside a transaction."""
        connection = connections[DEFAULT_DB_ALIAS]
        queryset, compiler, converters, sql, places = self.written.get(connection.vendor) or self._write(connection)
        if compiler.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        compiler = copy.copy(compiler)
        compiler.connection = connection
        compiler.get_converters = lambda expressions: converters
        compiler.as_sql = lambda: (sql, tuple(keys[what] if what is not None else given for what, given in places))
        asked = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            query=SimpleNamespace(get_compiler=lambda using: compiler),
            model=queryset.model,
            _known_related_objects={},
        )
        return list(ModelIterable(asked))

    def first(self, *keys):
        """The first row, or None; the queryset itself says how many are read."""
        return next(iter(self(*keys)), None)

    def _write(self, connection):
        queryset = self.build(*self.examples)
        if queryset._iterable_class is not ModelIterable or queryset._prefetch_related_lookups:
            raise TypeError("Only rows of a model, with what select_related and annotate add, can be prepared.")
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, given = compiler.as_sql()
        places = [(self.examples.index(one) if one in self.examples else None, one) for one in given]
        if {what for what, _given in places if what is not None} != set(range(len(self.examples))):
            raise TypeError("Each key must stand in the statement as it was given.")
        # They belong to the kind of database, not to a connection.
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        written = self.written[connection.vendor] = (queryset, compiler, converters, sql, places)
        return written
