"""Many rows in a few statements: COPY on PostgreSQL, which is five times faster than INSERT, multi-row INSERT elsewhere."""

import contextvars
import gc
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.db import connection, models
from django.db.models.lookups import In

BATCH = 1_000

PLAIN = (bool, date, datetime, Decimal)
"""What PostgreSQL reads as Python writes it."""


@models.Field.register_lookup
class Among(In):
    """``phone__among=numbers``: as ``in``, for thousands of values. PostgreSQL gets them as one array instead of as many parameters."""

    lookup_name = "among"

    def get_prep_lookup(self):
        return super().get_prep_lookup() if connection.vendor != "postgresql" else list(self.rhs)

    def as_postgresql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", [*params, self.rhs]


@contextmanager
def uncollected():
    """Without Python's search for cycles: among rows by the hundred thousand, which hold none, it costs a quarter of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def ahead(items):
    """The ``items``, each made in another thread while the one before it is being written: the database and Python work at once.

    What makes them must not touch the database, whose connection is this thread's own. Close the generator when it is left
    early; an exception of theirs comes out here.
    """
    context, source, end = contextvars.copy_context(), iter(items), object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(context.run, next, source, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(context.run, next, source, end)
            yield item


def insert(model, names, rows):
    """Insert ``rows`` (sequences in the order of the field ``names``, foreign keys as keys) and return their keys in order.

    Fields not named get their defaults. Runs in the caller's transaction; nothing of ``save`` happens (``pre_save`` included on
    PostgreSQL: name every such field).
    """
    rows = list(rows)
    if not rows:
        return []
    fields = [model._meta.get_field(name) for name in names]
    if connection.vendor != "postgresql":
        made = (model(**{field.attname: value for field, value in zip(fields, values, strict=True)}) for values in rows)
        keys = []
        while batch := list(islice(made, BATCH)):
            keys.extend(row.pk for row in model.objects.bulk_create(batch))
        return keys
    keys = _keys(model, len(rows))
    rest = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field not in fields and not _has_no_value(field)
    ]
    columns = [model._meta.pk, *fields, *rest]
    constants = tuple(_prepared(field)(field.get_default()) for field in rest)
    change = [(place, _prepared(field)) for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    if change:
        rows = [_changed(values, change) for values in rows]
    quoted = ", ".join(connection.ops.quote_name(field.column) for field in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy,
    ):
        for start in range(0, len(rows), BATCH):
            piece = [
                (key, *values, *constants)
                for key, values in zip(keys[start : start + BATCH], rows[start : start + BATCH], strict=True)
            ]
            text = _copy_text(piece)
            if text:
                copy.write(text)
            else:
                for values in piece:
                    copy.write_row(values)
    return keys


def _changed(values, change):
    values = list(values)
    for place, prepare in change:
        values[place] = prepare(values[place])
    return values


def _copy_text(rows):
    """The rows in the text form of COPY, three times as fast as one by one; None when a value would have to be escaped."""
    known = {}
    nothing = 0
    lines = []
    for row in rows:
        line = []
        for value in row:
            kind = type(value)
            if kind is str:
                line.append(value)
            elif kind is int:
                line.append(str(value))
            elif value is None:
                nothing += 1
                line.append("\\N")
            elif kind in PLAIN:
                text = known.get((kind, value))
                if text is None:
                    text = known[kind, value] = str(value)
                line.append(text)
            else:
                return None
        lines.append("\t".join(line))
    text = "\n".join(lines) + "\n"
    signs = (len(rows) * (len(rows[0]) - 1), len(rows), nothing, 0)
    return text if tuple(map(text.count, "\t\n\\\r")) == signs else None


def _has_no_value(field):
    """Nullable and without a default: the database writes NULL by itself."""
    return field.null and not field.has_default()


def _prepared(field):
    if not isinstance(field, models.JSONField):
        return lambda value: value
    encode = (field.encoder or json.JSONEncoder)(ensure_ascii=False).encode
    known = {}  # the same object in many rows is written once

    def prepare(value):
        if value is None:
            return None
        if id(value) not in known:
            known[id(value)] = value, encode(value)
        return known[id(value)][1]

    return prepare


def _keys(model, count):
    """As many new keys of a table as rows are to come."""
    with connection.cursor() as cursor:
        # The name of the sequence by itself: within the second statement it would be looked up for every key.
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return [key for (key,) in cursor.fetchall()]


def update(model, names, rows):
    """Set the fields ``names`` of many rows: ``rows`` are ``(key, value, …)`` in the order of ``names``."""
    fields = [model._meta.get_field(name) for name in names]
    if not rows:
        return
    if connection.vendor == "postgresql":
        _update_postgresql(model, fields, rows)
        return
    for start in range(0, len(rows), BATCH):
        objects = []
        for key, *values in rows[start : start + BATCH]:
            each = model(pk=key)
            for field, value in zip(fields, values, strict=True):
                setattr(each, field.attname, value)
            objects.append(each)
        model.objects.bulk_update(objects, names, batch_size=BATCH // 4)


def _update_postgresql(model, fields, rows):
    """One statement: the values of each column as an array."""
    quote = connection.ops.quote_name
    columns = [model._meta.pk, *fields]
    arrays = []
    for field, values in zip(columns, zip(*rows, strict=True), strict=True):
        prepare = _prepared(field)
        arrays.append([prepare(value) for value in values])
    json_fields = {field for field in fields if isinstance(field, models.JSONField)}
    types = [
        "text"
        if field in json_fields
        else field.rel_db_type(connection)
        if field.primary_key
        else field.db_type(connection)
        for field in columns
    ]
    own = quote(model._meta.db_table)
    assigned = ", ".join(
        f"{quote(field.column)} = given.{quote(field.column)}" + ("::jsonb" if field in json_fields else "")
        for field in fields
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {own} SET {assigned} FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)}) "  # noqa: S608 - own names
            f"AS given ({', '.join(quote(field.column) for field in columns)}) "
            f"WHERE {own}.{quote(columns[0].column)} = given.{quote(columns[0].column)}",
            arrays,
        )
