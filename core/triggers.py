"""Tables the database itself keeps append-only. Installed at post_migrate, because SQLite drops triggers when it rebuilds a table."""

from django.db import connections

_tables = {}


def append_only(model, *, may_set=(), kept=None):
    """Declare ``model``'s table append-only: no DELETE, and no UPDATE but of the columns ``may_set``, each from NULL once.

    ``kept`` is (column, days): a row whose moment in ``column`` is longer ago by the database's own clock may be deleted.
    Called in ``AppConfig.ready()``; ``install()`` makes it so after each migrate.
    """
    _tables[model._meta.db_table] = (tuple(may_set), kept)


def _young(connection, kept):
    """SQL: whether the row is still too young to be deleted."""
    if kept is None:
        return "1 = 1"
    column, days = kept
    if connection.vendor == "sqlite":
        return f"OLD.\"{column}\" > datetime('now', '-{int(days)} days')"
    return f"OLD.\"{column}\" > now() - interval '{int(days)} days'"


def _condition(columns, may_set, differs):
    kept = [f"OLD.{c} {differs} NEW.{c}" for c in columns if c not in may_set]
    once = [f"(OLD.{c} IS NOT NULL AND OLD.{c} {differs} NEW.{c})" for c in may_set]
    return " OR ".join(kept + once)


def _statements(connection, table, may_set, kept):
    with connection.cursor() as cursor:
        columns = [f'"{column.name}"' for column in connection.introspection.get_table_description(cursor, table)]
    allowed = [f'"{name}"' for name in may_set]
    if connection.vendor == "sqlite":
        changed = _condition(columns, allowed, "IS NOT")
        yield f'DROP TRIGGER IF EXISTS "{table}_no_update"'
        yield f'DROP TRIGGER IF EXISTS "{table}_no_delete"'
        yield (
            f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" WHEN {changed} '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        yield (
            f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" WHEN {_young(connection, kept)} '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    else:
        changed = _condition(columns, allowed, "IS DISTINCT FROM")
        yield (
            "CREATE OR REPLACE FUNCTION refuse_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
            "END $$"
        )
        for name, event in (
            ("no_update", f"BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed})"),
            ("no_delete", f"BEFORE DELETE ON {table} FOR EACH ROW WHEN ({_young(connection, kept)})"),
            ("no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"),
        ):
            yield f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
            yield f"CREATE TRIGGER {table}_{name} {event} EXECUTE FUNCTION refuse_append_only()"


def install(using="default", **_):
    """(Re)install the triggers of every declared table that exists. Receiver of post_migrate; safe to run again."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    for table, (may_set, kept) in _tables.items():
        if table in existing:
            with connection.cursor() as cursor:
                for statement in _statements(connection, table, may_set, kept):
                    cursor.execute(statement)


def missing(using="default"):
    """Names of declared tables whose triggers are not in the database."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        present = {row[0] for row in cursor.fetchall()}
    wanted = ("no_update", "no_delete") if connection.vendor == "sqlite" else ("no_update", "no_delete", "no_truncate")
    return [table for table in _tables if any(f"{table}_{name}" not in present for name in wanted)]
