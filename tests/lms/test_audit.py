"""``manage.py audit``: a clean world exits 0; whatever is broken behind the application's back exits 2 and is named."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from certificates.models import Certificate, CertificateSeries
from core import registry, triggers
from ledger.models import Activity, Entry, LedgerHead, Posting
from tests.suite.fixtures import no_drawing  # noqa: F401 - fixtures
from tests.training import house
from training import correcting
from training.models import Attendance, Registration, Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(world):
    """Closed and once corrected: two people count, one of them with fewer hours since; the third missed too much."""
    people = house.make_people(3, world.alpha)
    sessions = [house.lesson(hour=9, hours=4), house.lesson(hour=14, hours=1)]
    round_ = house.held(world, sessions, people, absent=[(people[2].person, 1)], seats=3)
    row = house.of(round_, people[0].person)
    session = round_.sessions.get(number=2)
    correcting.correct(row.pk, actor=world.city, reason="核对签到表", sessions={session: house.ABSENT})
    return round_


def audit(*options):
    """(exit code, what was printed)."""
    out = io.StringIO()
    try:
        call_command("audit", *options, stdout=out)
    except SystemExit as stopped:
        return stopped.code, out.getvalue()
    return 0, out.getvalue()


def checks():
    """The names of the checks that found something."""
    code, text = audit("--json")
    found = {row["check"] for row in json.loads(text)}
    assert code == (2 if found else 0)
    return found


def by_hand(statement, *tables):
    """An SQL statement past the triggers of ``tables``, which are back afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table with rows still to be checked at commit cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            _drop(cursor, table, "no_update")
            _drop(cursor, table, "no_delete")
        cursor.execute(statement)
    triggers.install()


def _drop(cursor, table, event):
    where = f" ON {table}" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER {table}_{event}{where}")


def test_a_clean_world_exits_0_and_says_how_much_was_checked(round_):
    code, text = audit()
    assert code == 0
    assert text.splitlines() == [f"核对了 {len(registry.audit)} 项，0 处差异。"]
    assert audit("--json") == (0, "[]\n")


def test_an_empty_site_is_clean(db):
    assert audit()[0] == 0


def test_a_finding_is_said_in_a_sentence_and_in_json(round_):
    by_hand(f"UPDATE ledger_entry SET layer = 'top' WHERE id = {_live().first().pk}", "ledger_entry")
    code, text = audit()
    assert code == 2
    assert "[training.entry]" in text
    assert "台账和考勤对不上" in text
    assert text.splitlines()[-1].endswith("1 处差异。")
    code, text = audit("--json")
    row = json.loads(text)[0]
    assert (code, row["check"], row["round"]) == (2, "training.entry", round_.pk)
    assert set(row) == {"check", "sentence", "round", "person"}


def test_the_audit_writes_nothing(round_):
    seen = []

    def watch(execute, sql, params, many, context):
        seen.append(sql.split()[0].upper())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        audit()
    assert set(seen) <= {"SELECT", "SAVEPOINT", "RELEASE", "SET"}


# The ledger against attendance -----------------------------------------------------------------------------------


def _live():
    return Entry.objects.as_of().order_by("pk")


def test_an_entry_that_is_gone(round_):
    by_hand(f"DELETE FROM ledger_entry WHERE id = {_live().first().pk}", "ledger_entry")
    assert checks() == {"training.counted"}


def test_an_entry_too_many(round_):
    extra = _live().first()
    extra.pk, extra.person = None, Registration.objects.order_by("sequence").last().person
    extra.save(force_insert=True)
    assert checks() == {"training.counted"}
    assert "计入了却不达标" in audit()[1]


@pytest.mark.parametrize(
    "change",
    [
        "layer = 'top'",
        "enterprise_id = NULL",
        "class_hours = 3.5",
        "district_id = '120101'",
        "occurred_on = '2024-12-31'",
    ]
    + ["size_class = 'micro'", "pilot_id = 'ditan'", "kind = 'K9'"],
)
def test_an_entry_that_says_something_else(round_, change):
    by_hand(f"UPDATE ledger_entry SET {change} WHERE id = {_live().first().pk}", "ledger_entry")
    assert checks() == {"training.entry"}


def test_attendance_changed_behind_the_ledger(round_):
    first = Registration.objects.earliest("sequence")
    Attendance.objects.filter(registration=first, session__number=1).update(state="absent")
    assert "training.counted" in checks()


def test_a_reversed_entry_that_lives_again(round_):
    by_hand("UPDATE ledger_entry SET reversed_by_id = 2 WHERE reversed_by_id IS NULL", "ledger_entry")
    assert "training.counted" in checks()


def test_a_closed_round_that_was_never_posted(world, round_):
    other = house.ready(world, None, house.make_people(1, world.beta), title="没记账", has_exam=False)
    Round.objects.filter(pk=other.pk).update(state="closed")
    assert checks() == {"training.unposted"}


def test_a_posted_round_that_is_not_closed(round_):
    Round.objects.update(state="running")
    assert checks() == {"training.orphan"}


@pytest.mark.parametrize(
    "change", ["ended_on = '2024-12-31'", "mode = 'online'", "kind = 'K1'", "held = false", "pilot_id = 'ditan'"]
)
def test_an_activity_that_says_something_else(round_, change):
    by_hand(f"UPDATE ledger_activity SET {change}", "ledger_activity")
    assert "training.activity" in checks()


def test_facts_that_say_something_else(round_):
    by_hand("UPDATE ledger_activityfact SET value = value + 1 WHERE name = 'passed'", "ledger_activityfact")
    assert checks() == {"training.facts"}


def test_more_people_than_seats(round_):
    Round.objects.update(seats=2)
    assert checks() == {"training.seats"}


def test_who_passed_without_a_certificate(round_):
    Registration.objects.filter(sequence=2).update(certificate=None)
    assert checks() == {"training.certificate"}


def test_who_failed_with_a_certificate(round_):
    Registration.objects.filter(sequence=2).update(mark=69)
    assert checks() == {"training.certificate", "training.facts"}


# The ledger itself -----------------------------------------------------------------------------------------------


def test_a_gap_in_the_numbers(round_):
    Posting.objects.create(number=4, posted_at=house.after(round_), kind="closing")
    LedgerHead.objects.update(last_number=4)
    assert checks() == {"ledger.numbers"}


def test_a_head_that_is_not_the_last_number(round_):
    LedgerHead.objects.update(last_number=7)
    assert checks() == {"ledger.head"}


def test_the_head_is_gone(round_):
    LedgerHead.objects.all().delete()
    assert checks() == {"ledger.head"}


def test_a_reversal_before_what_it_reverses(round_):
    reversed_entry = Entry.objects.exclude(reversed_by=None).latest("pk")
    by_hand(
        f"UPDATE ledger_entry SET reversed_by_id = {reversed_entry.posting_id} WHERE id = {reversed_entry.pk}",
        "ledger_entry",
    )
    assert checks() == {"ledger.order"}


def test_one_person_live_twice(round_):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP INDEX one_live_entry_per_activity_and_person")
    twin = _live().first()
    twin.pk = None
    twin.save(force_insert=True)
    assert checks() == {"ledger.twice"}


@pytest.mark.parametrize(
    "table", ["ledger_entry", "ledger_posting", "ledger_activity", "training_scan", "core_auditrecord"]
)
@pytest.mark.parametrize("event", ["no_update", "no_delete"])
def test_a_trigger_that_is_gone(round_, table, event):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _drop(cursor, table, event)
    assert checks() == {"triggers"}
    assert table in audit()[1]


# Certificates ----------------------------------------------------------------------------------------------------


def test_words_changed_after_issue(round_):
    row = Certificate.objects.first()
    Certificate.objects.filter(pk=row.pk).update(words=row.words | {"name": "别人"})
    assert checks() == {"certificates.words"}
    assert row.number in audit()[1]


def test_a_number_that_is_not_its_series(round_):
    row = Certificate.objects.filter(version=1).latest("serial")
    Certificate.objects.filter(pk=row.pk).update(number=row.number[:-1] + ("A" if row.number[-1] != "A" else "B"))
    assert "certificates.number" in checks()


def test_a_serial_that_was_jumped(round_):
    CertificateSeries.objects.update(last_serial=9)
    assert checks() == {"certificates.serials"}


def test_a_certificate_without_a_beginning(round_):
    last = Certificate.objects.filter(version=1).latest("serial")
    by_hand(
        f"DELETE FROM certificates_certificateevent WHERE certificate_id = {last.pk}", "certificates_certificateevent"
    )
    assert checks() == {"certificates.history"}


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_file_that_is_not_what_was_made(round_, damage, settings):
    from django.core.files.base import ContentFile

    row = Certificate.objects.first()
    row.pdf.save("certificates/paper.pdf", ContentFile(b"%PDF-1.4 paper"), save=False)
    path = Path(row.pdf.path)
    Certificate.objects.filter(pk=row.pk).update(
        pdf=row.pdf.name,
        rendered_at=house.after(round_),
        pdf_sha256="3c1bb4c8ae9b3d5d2e7e3b5a3f1a5b5e6a1e4e9c1a9f0a3b8d5d0b3f9f3e2d1c",
    )
    if damage == "gone":
        path.unlink()
    assert checks() == {"certificates.file"}
    assert ("找不到了" if damage == "gone" else "被改过") in audit()[1]


def test_every_app_that_counts_has_its_say():
    said_by = {check.__module__ for check in registry.audit}
    assert {"ledger.checks", "training.checks", "certificates.checks", "core.apps"} <= said_by
    assert Activity._meta.db_table not in triggers.missing()
