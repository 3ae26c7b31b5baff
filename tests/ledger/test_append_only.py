"""What is written stays written: the database itself refuses, whoever asks and by whatever statement."""

import pytest
from django.db import DatabaseError, connection, transaction

from core import triggers
from core.models import AuditRecord
from ledger.models import Activity, ActivityFact, Entry, Posting
from tests.training import house
from training import check_in
from training.models import RegistrationChange, RoundChange, Scan

pytestmark = pytest.mark.django_db

KEPT = [Posting, Activity, Entry, ActivityFact, RoundChange, RegistrationChange, Scan, AuditRecord]
REVERSIBLE = [Activity, Entry]


@pytest.fixture
def full(world):
    """At least one row in every kept table."""
    members = house.make_people(1, world.alpha)
    round_ = house.ready(world, None, members)
    check_in.refuse(round_.sessions.get(), "check_in.code")
    house.give_marks(world, round_, {members[0].person: 90})
    house.close(world, round_)
    assert [model.objects.count() > 0 for model in KEPT] == [True] * len(KEPT)


def refused(statement, parameters=()):
    """The database's own words when it refuses the statement."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return str(error.value)


@pytest.mark.parametrize("model", KEPT)
def test_no_row_is_deleted(full, model):
    table = model._meta.db_table
    assert f"{table} is append-only" in refused(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete(using="default")
    assert model.objects.exists()


@pytest.mark.parametrize("model", KEPT)
def test_no_column_is_changed(full, model):
    """Every column but the one that may be set once; the value is kept, only its change is refused."""
    table = model._meta.db_table
    reversal = "reversed_by_id" if model in REVERSIBLE else None
    for field in model._meta.concrete_fields:
        if field.column != reversal:
            words = refused(f'UPDATE {table} SET "{field.column}" = {other_value(model, field)}')
            assert f"{table} is append-only" in words, field.name


def other_value(model, field):
    """An SQL expression for a value the column does not hold now."""
    kind = (field.target_field if field.is_relation else field).get_internal_type()
    if field.null:
        is_empty = not model.objects.filter(**{f"{field.name}__isnull": False}).exists()
        filled = {"CharField": "'9'", "SlugField": "'9'", "GenericIPAddressField": "'9.9.9.9'"}.get(kind, "9")
        return filled if is_empty else "NULL"
    return {
        "BigAutoField": f'"{field.column}" + 1000',
        "BigIntegerField": f'"{field.column}" + 1000',
        "IntegerField": f'"{field.column}" + 1000',
        "DecimalField": f'"{field.column}" + 1',
        "BooleanField": f'NOT "{field.column}"',
        "CharField": "'K1'",
        "JSONField": "'[\"changed\"]'",
        "DateField": "'1999-01-01'",
        "DateTimeField": "'1999-01-01 00:00:00+00'",
    }[kind]


@pytest.mark.parametrize("model", REVERSIBLE)
def test_reversal_is_set_once_and_never_again(full, model):
    Posting.objects.create(number=2, posted_at="2025-04-01T00:00Z", kind="correction")
    Posting.objects.create(number=3, posted_at="2025-04-02T00:00Z", kind="correction")
    table = model._meta.db_table
    assert model.objects.update(reversed_by=2) > 0
    for value in ("3", "NULL"):
        assert f"{table} is append-only" in refused(f"UPDATE {table} SET reversed_by_id = {value}")
    assert set(model.objects.values_list("reversed_by", flat=True)) == {2}


def test_a_reversal_does_not_carry_another_change_with_it(full):
    Posting.objects.create(number=2, posted_at="2025-04-01T00:00Z", kind="correction")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.update(reversed_by=2, class_hours=99)
    assert Entry.objects.get().reversed_by is None


def test_truncate_is_refused_where_it_exists(full):
    if connection.vendor != "postgresql":
        assert "syntax error" in refused("TRUNCATE ledger_entry")
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in KEPT:
        assert "is append-only" in refused(f"TRUNCATE {model._meta.db_table} CASCADE")
    assert Entry.objects.exists()


def test_one_live_entry_per_person_and_activity_is_held_by_the_database(full):
    row = Entry.objects.get()
    row.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)
    assert Entry.objects.count() == 1


def test_one_live_activity_per_key_is_held_by_the_database(full):
    row = Activity.objects.get()
    row.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("district", ["120111", None])
def test_one_value_per_fact_and_posting_is_held_by_the_database(full, district):
    """Also for people without a district: NULL is not a way around it, on neither engine."""
    fact = {"activity": Activity.objects.get(), "name": "passed", "posting_id": 1, "district_id": district, "value": 1}
    with pytest.raises(DatabaseError), transaction.atomic():
        ActivityFact.objects.create(**fact)
        ActivityFact.objects.create(**fact)


def test_one_accepted_scan_a_ticket_is_held_by_the_database(full, world):
    from training.models import Session

    scan = {
        "session": Session.objects.get(),
        "at": "2025-03-05T01:00Z",
        "method": "qr",
        "outcome": "accepted",
        "nonce": "n",
    }
    Scan.objects.create(person=world.wang.person, **scan)
    with pytest.raises(DatabaseError), transaction.atomic():
        Scan.objects.create(person=world.zhao, **scan)


@pytest.mark.django_db(transaction=True)
def test_migrating_again_puts_lost_triggers_back():
    with connection.cursor() as cursor:
        name = "ledger_entry_no_delete"
        cursor.execute(
            f"DROP TRIGGER {name}" if connection.vendor == "sqlite" else f"DROP TRIGGER {name} ON ledger_entry"
        )
    assert triggers.missing() == ["ledger_entry"]
    triggers.install()
    assert triggers.missing() == []
