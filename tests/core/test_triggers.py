"""Append-only tables: the database itself refuses, whoever asks."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from core import audit_trail, clock, triggers
from core.models import AuditRecord
from ledger.models import Activity, Entry, Posting
from ledger.services import take_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(world):
    return audit_trail.record(world.city, "test", world.alpha, reason="试")


def refused(statement, *parameters):
    """Whether the database refuses the statement; it does nothing then."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
    except DatabaseError as error:
        assert "append-only" in str(error)
        return True
    return False


def test_every_declared_table_has_its_triggers():
    assert triggers.missing() == []
    assert {"core_auditrecord", "ledger_posting", "ledger_entry", "ledger_activity"} <= set(triggers._tables)


def test_a_row_can_be_added_but_not_changed_or_deleted(record):
    assert refused("UPDATE core_auditrecord SET reason = 'x' WHERE id = %s", record.pk)
    assert refused("DELETE FROM core_auditrecord WHERE id = %s", record.pk)
    assert AuditRecord.objects.get().reason == "试"


def test_the_orm_is_refused_too(record):
    for act in (record.delete, AuditRecord.objects.all().delete, lambda: AuditRecord.objects.update(reason="")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_what_is_older_than_it_is_kept_may_go(world):
    """By the database's own clock: moving ours changes nothing."""
    old = clock.now() - timedelta(days=audit_trail.KEPT_DAYS + 1)
    with clock.moved_to(old):
        audit_trail.record(world.city, "old", world.alpha)
    young = audit_trail.record(world.city, "young", world.alpha)
    assert refused("UPDATE core_auditrecord SET reason = 'x' WHERE action = %s", "old")
    assert audit_trail.forget(clock.now() - timedelta(days=audit_trail.KEPT_DAYS)) == 1
    assert list(AuditRecord.objects.all()) == [young]
    with clock.moved_to(clock.now() + timedelta(days=4000)), pytest.raises(DatabaseError), transaction.atomic():
        audit_trail.forget(clock.now() - timedelta(days=audit_trail.KEPT_DAYS))


def test_it_says_from_where_and_in_which_capacity(world, client_of):
    client_of(world.xiqing).post("/my/security/end-others/")
    row = AuditRecord.objects.get(action="account.end_sessions")
    assert (row.actor, row.ip, row.capacity) == (world.xiqing, "127.0.0.1", "区级管理员 · 西青区")
    assert len(row.request_id) > 8
    audit_trail.record(None, "by the clock", world.alpha)
    assert AuditRecord.objects.filter(actor=None, ip=None, capacity="").exists()


def test_an_update_that_changes_nothing_passes(record):
    assert not refused("UPDATE core_auditrecord SET reason = reason WHERE id = %s", record.pk)


@pytest.mark.django_db(transaction=True)
def test_a_table_cannot_be_emptied_at_once():
    audit_trail.record(None, "test", Posting(number=1))
    if connection.vendor == "postgresql":
        assert refused("TRUNCATE core_auditrecord CASCADE")
    assert refused("DELETE FROM core_auditrecord")
    assert AuditRecord.objects.count() == 1


@pytest.fixture
def activity():
    today = clock.today()
    return Activity.objects.create(
        key="test:1",
        title="试",
        kind="K1",
        mode="on_site",
        fee_nature="free",
        started_on=today,
        ended_on=today,
        class_hours=4,
        held=True,
        posting=take_number(Posting.Kind.CLOSING),
    )


def test_a_reversal_is_set_once_and_stays(activity):
    first, second = take_number(Posting.Kind.CORRECTION), take_number(Posting.Kind.CORRECTION)
    change = "UPDATE ledger_activity SET reversed_by_id = %s WHERE id = %s"
    assert not refused(change, first.number, activity.pk)
    assert refused(change, second.number, activity.pk)
    assert refused(change, None, activity.pk)
    activity.refresh_from_db()
    assert activity.reversed_by_id == first.number


def test_a_reversal_carries_no_other_change_with_it(activity):
    number = take_number(Posting.Kind.CORRECTION).number
    assert refused("UPDATE ledger_activity SET reversed_by_id = %s, class_hours = 8 WHERE id = %s", number, activity.pk)


def test_missing_triggers_are_noticed_and_put_back():
    table = AuditRecord._meta.db_table
    drop = f"DROP TRIGGER {table}_no_delete" + (f" ON {table}" if connection.vendor == "postgresql" else "")
    with connection.cursor() as cursor:
        cursor.execute(drop)
    assert triggers.missing() == [table]
    triggers.install()
    assert triggers.missing() == []


def test_installing_again_changes_nothing(record):
    triggers.install()
    assert refused("DELETE FROM core_auditrecord WHERE id = %s", record.pk)


def test_columns_named_for_a_table_exist():
    """A misspelt column in ``append_only(may_set=…)`` would forbid the one change that is allowed."""
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, (may_set, kept) in triggers._tables.items():
        columns = {field.column for field in models[table]._meta.concrete_fields}
        assert {*may_set, *(kept or ())[:1]} <= columns, table
    assert triggers._tables[Entry._meta.db_table] == (("reversed_by_id",), None)
