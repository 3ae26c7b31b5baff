"""Statements of every request, whose SQL is written once a process instead of each time, and planned once a connection."""

import inspect
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.constants import OnConflict
from django.db.models.expressions import RawSQL
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.transaction import TransactionManagementError

_EXAMPLE = 7_110_000_001
"""Keys no row has and no statement contains: where they turn up, the real keys go."""


def _ask(connection, sql, values):
    """Execute, values beside the statement so that PostgreSQL keeps its plan; returns the open cursor.

    Where statements are logged Django's own cursor writes the values in, as in every other line of that log.
    """
    cursor = connection.cursor()
    if connection.vendor == "postgresql" and not connection.queries_logged:
        from django.db.backends.postgresql.base import ServerBindingCursor

        cursor.cursor = ServerBindingCursor(connection.connection)
    cursor.execute(sql, values)
    return cursor


@dataclass(frozen=True)
class _Question:
    """A queryset as written for one kind of database."""

    sql: str
    places: list
    """For each value of the statement: (which key, or None; the value itself)."""
    locks: bool
    compiler: object
    converters: dict
    model: type
    columns: slice
    names: list
    populators: list
    annotations: dict


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
        question = self.written.get(connection.vendor) or self._write(connection)
        if question.locks and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        values = tuple(keys[what] if what is not None else given for what, given in question.places)
        with _ask(connection, question.sql, values) as cursor:
            rows = cursor.fetchall()
        if question.converters:
            rows = question.compiler.apply_converters(rows, question.converters)
        return [self._made(question, row) for row in rows]

    def first(self, *keys):
        """The first row, or None; the queryset itself says how many are read."""
        return next(iter(self(*keys)), None)

    @staticmethod
    def _made(question, row):
        made = question.model.from_db(DEFAULT_DB_ALIAS, question.names, row[question.columns])
        for populator in question.populators:
            populator.populate(row, made)
        for name, place in question.annotations.items():
            setattr(made, name, row[place])
        return made

    def _write(self, connection):
        queryset = self.build(*self.examples)
        if queryset._iterable_class is not ModelIterable or queryset._prefetch_related_lookups:
            raise TypeError("Only rows of a model, with what select_related and annotate add, can be prepared.")
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, given = compiler.as_sql()
        places = [(self.examples.index(one) if one in self.examples else None, one) for one in given]
        if {what for what, _given in places if what is not None} != set(range(len(self.examples))):
            raise TypeError("Each key must stand in the statement as it was given.")
        select, known = compiler.select, compiler.klass_info
        columns = slice(known["select_fields"][0], known["select_fields"][-1] + 1)
        self.written[connection.vendor] = question = _Question(
            sql=sql,
            places=places,
            locks=compiler.query.select_for_update,
            compiler=compiler,
            # They belong to the kind of database, not to a connection.
            converters=compiler.get_converters([column[0] for column in select[: compiler.col_count]]),
            model=known["model"],
            columns=columns,
            names=[column[0].target.attname for column in select[columns]],
            populators=get_related_populators(known, select, DEFAULT_DB_ALIAS),
            annotations=compiler.annotation_col_map or {},
        )
        return question


class _Write:
    """A statement that writes one row: SQL by kind of database, and the fields whose values stand in it, in their order."""

    def __init__(self, model):
        self.model = model
        self.written = {}

    def __call__(self, row):
        write_together((self, row))

    def sql(self, connection, row):
        """The statement as written for this kind of database."""
        if connection.vendor not in self.written:
            self.written[connection.vendor] = self._write(row)
        return self.written[connection.vendor]

    def note(self, row, answered):
        """Tell the row what the database answered."""


class PreparedInsert(_Write):
    """Called with a new row, it writes it as ``bulk_create([row], **conflicts)`` would: no signal, no default but the model's.

    ``conflicts``: ``ignore_conflicts``, or ``update_conflicts`` with ``unique_fields`` and ``update_fields``. The row knows its key
    afterwards, unless it was ignored. Raises IntegrityError like any other insert.
    """

    def __init__(self, model, **conflicts):
        super().__init__(model)
        self.conflicts = conflicts
        self.fields = [field for field in model._meta.concrete_fields if not field.primary_key]

    def values(self, connection, row):
        """What the statement is given."""
        return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in self.fields]

    def note(self, row, answered):
        if answered:
            row.pk = answered[0]
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS

    def _write(self, row):
        kind, chosen = None, {}
        if self.conflicts.get("ignore_conflicts"):
            kind = OnConflict.IGNORE
        elif self.conflicts.get("update_conflicts"):
            kind = OnConflict.UPDATE
            for names in ("unique_fields", "update_fields"):
                chosen[names] = [self.model._meta.get_field(name) for name in self.conflicts[names]]
        query = InsertQuery(self.model, on_conflict=kind, **chosen)
        query.insert_values(self.fields, [row])
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.returning_fields = [self.model._meta.pk]
        [(sql, given)] = compiler.as_sql()
        if len(given) != len(self.fields):
            raise TypeError("Each value of the row must stand in the statement once.")
        return sql


class PreparedSave(_Write):
    """Called with a row, it writes the named columns as ``save(update_fields=names)`` would: no signal, no look whether it is there."""

    def __init__(self, model, *names):
        super().__init__(model)
        self.fields = [model._meta.get_field(name) for name in names]

    def values(self, connection, row):
        """What the statement is given."""
        given = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in self.fields]
        return [*given, row.pk]

    def _write(self, row):
        query = self.model._base_manager.filter(pk=_EXAMPLE).query.chain(UpdateQuery)
        query.add_update_fields([(field, None, RawSQL("%s", [0])) for field in self.fields])  # noqa: S611 - a bare place
        sql, given = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        if given != (*[0] * len(self.fields), _EXAMPLE):
            raise TypeError("Each value of the row must stand in the statement once.")
        return sql


def write_together(*pairs):
    """Write each (prepared write, row); on PostgreSQL in one statement. None may need what another one writes, and only the last row
    learns its key."""
    connection = connections[DEFAULT_DB_ALIAS]
    steps = [(write.sql(connection, row), write.values(connection, row)) for write, row in pairs]
    if connection.vendor == "postgresql" and len(steps) > 1:
        steps = [_in_one(steps)]
    for sql, values in steps:
        with _ask(connection, sql, values) as cursor:
            answered = cursor.fetchone() if cursor.description else None
    write, row = pairs[-1]
    write.note(row, answered)


def _in_one(steps):
    *before, last = [sql for sql, _values in steps]
    parts = ", ".join(f"w{number} AS ({sql})" for number, sql in enumerate(before))
    return f"WITH {parts} {last}", [value for _sql, values in steps for value in values]
