"""Two at once, and the power goes in the middle: each row once, whole or not at all."""

import json
import os
import signal
import subprocess
import sys

import pytest

from enterprises.imports import writing
from enterprises.models import ImportBatch, ImportChange, Membership, Person
from tests.enterprises.sheets import STAFF, checked, counts
from tests.suite.databases import ROOT
from tests.suite.world import CODES

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [STAFF[:4]] + [[f"陈示{n}", f"199333300{n:02d}", CODES["alpha"], "一线员工"] for n in range(30)]


def confirmed(world, count=1):
    batches = [checked(world.city, "staff", ROWS) for _ in range(count)]
    ImportBatch.objects.update(state=ImportBatch.State.WRITING)
    return batches


def changed_rows():
    return sum(len(record.rows) for record in ImportChange.objects.all())


def test_the_same_file_twice_at_once(world, at_once):
    batches = confirmed(world, 2)
    done = at_once(2, lambda number: writing.write(batches[number].pk))
    assert sorted(counts(batch) for batch in done) == [(0, 0, 30, 0), (30, 0, 0, 0)]
    assert Person.objects.filter(phone__startswith="1993333").count() == 30
    assert Membership.objects.filter(person__phone__startswith="1993333").count() == 30


def test_the_same_batch_by_two_workers(world, at_once):
    (batch,) = confirmed(world)
    done = at_once(2, lambda number: writing.write(batch.pk))
    assert [each.state for each in done] == ["done", "done"]
    assert Person.objects.filter(phone__startswith="1993333").count() == 30
    assert changed_rows() == 60


def test_somebody_joins_with_a_phone_of_the_file_meanwhile(world, monkeypatch):
    """The write finds the person its plan did not know, starts over, and comes to one person."""
    from django.db import IntegrityError

    (batch,) = confirmed(world)
    real = writing.kinds.KINDS["staff"].write
    calls = []

    def write(rows, scope, log):
        calls.append(1)
        if len(calls) == 1:
            raise IntegrityError("phone")
        real(rows, scope, log)

    monkeypatch.setattr("enterprises.imports.staff.write", write)
    assert counts(writing.write(batch.pk)) == (30, 0, 0, 0)
    assert len(calls) == 2


@pytest.fixture(scope="module")
def killer(database, django_db_setup, test_folder):
    """``killer(point, batch)``: another process writes the batch on this database and is killed at the point."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "DATABASE_URL": database.url,
        "VAR_DIR": str(test_folder),
        "MEDIA_ROOT": str(test_folder / "media"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, str(ROOT / "tests" / "enterprises" / "dying_import.py")]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == "ready\n"

        def kill(point, batch):
            print(json.dumps({"point": point, "batch": batch.pk}), file=process.stdin, flush=True)
            assert int(process.stdout.readline()) == signal.SIGKILL

        yield kill
        process.stdin.close()


@pytest.mark.parametrize(("point", "left"), [("people", 0), ("log", 0), ("before commit", 0), ("after commit", 30)])
def test_killed_anywhere_it_is_whole_or_never_was(world, killer, point, left):
    (batch,) = confirmed(world)
    killer(point, batch)

    def rows():
        return (
            Person.objects.filter(phone__startswith="1993333").count(),
            Membership.objects.filter(person__phone__startswith="1993333").count(),
            changed_rows(),
        )

    assert rows() == (left, left, 2 * left)
    assert ImportBatch.objects.get().state == ("done" if left else "writing")
    assert writing.write(batch.pk).state == "done"
    assert rows() == (30, 30, 60)
