"""Power off in the middle of closing: afterwards everything is in the books or nothing, and closing again is closing once."""

import io
import json
import os
import signal
import subprocess
import sys
from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command

from certificates.models import Certificate
from core import clock
from enterprises import merging
from enterprises.models import Enterprise, Merge, Person
from ledger.models import Activity, ActivityFact, Entry, LedgerHead, Posting
from reports import returning
from reports.models import Freeze, Return, ReturnChange
from tests.suite.databases import ROOT
from tests.suite.fixtures import no_drawing  # noqa: F401 - fixtures
from tests.training import house
from training import correcting
from training.models import Attendance, Round

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING = {"posting": 0, "head": 0, "activity": 0, "entry": 0, "facts": 0, "certificate": 0, "state": "running"}
EVERYTHING = {"posting": 1, "head": 1, "activity": 1, "entry": 3, "facts": 6, "certificate": 3, "state": "closed"}


@pytest.fixture(scope="module")
def killer(database, django_db_setup, test_folder):
    """``killer(verb, point, **arguments)``: another process does it on this test's database and is killed at the point; whether
    it was (with ``may_live`` it may have been through before)."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "DATABASE_URL": database.url,
        "VAR_DIR": str(test_folder),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, str(ROOT / "tests" / "lms" / "dying.py")]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == "ready\n"

        def kill(verb, point, *, may_live=False, **arguments):
            arguments["at"] = arguments["at"].isoformat()
            print(json.dumps({"verb": verb, "point": point, "arguments": arguments}), file=process.stdin, flush=True)
            died_of = int(process.stdout.readline())
            assert died_of == signal.SIGKILL or (may_live and died_of == 0)
            return died_of == signal.SIGKILL

        yield kill
        process.stdin.close()


@pytest.fixture
def round_(world):
    return house.ready(world, None, house.make_people(3, world.alpha))


def books():
    return {
        "posting": Posting.objects.count(),
        "head": LedgerHead.objects.get().last_number,
        "activity": Activity.objects.count(),
        "entry": Entry.objects.count(),
        "facts": ActivityFact.objects.count(),
        "certificate": Certificate.objects.count(),
        "state": Round.objects.get().state,
    }


def audit():
    """Exit code of ``manage.py audit``."""
    try:
        call_command("audit", stdout=io.StringIO())
    except SystemExit as stopped:
        return stopped.code
    return 0


@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("before certificates", NOTHING),
        ("after certificates", NOTHING),
        ("before posting", NOTHING),
        ("after posting", NOTHING),
        ("before commit", NOTHING),
        ("after commit", EVERYTHING),
    ],
)
def test_a_closing_killed_anywhere_is_whole_or_never_was(world, round_, killer, point, left):
    killer("close", point, round=round_.pk, actor=world.city.pk, at=house.after(round_))
    assert books() == left
    assert audit() == 0
    for _ in range(2):
        assert house.close(world, round_).state == Round.State.CLOSED
    assert books() == EVERYTHING
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2, 3]
    assert audit() == 0


def test_what_was_committed_but_not_drawn_waits_for_the_next_run(world, round_, killer):
    """The tasks that draw certificates start after COMMIT; killed before that, the papers are found by the minute's job."""
    killer("close", "after commit", round=round_.pk, actor=world.city.pk, at=house.after(round_))
    assert Certificate.objects.to_render().count() == 3


@pytest.mark.parametrize(
    ("point", "postings"),
    [("before correction", 1), ("after correction", 1), ("before commit", 1), ("after commit", 2)],
)
def test_a_correction_killed_anywhere_is_whole_or_never_was(world, round_, killer, point, postings):
    house.close(world, round_)
    row = round_.registrations.order_by("sequence").first()
    session = round_.sessions.get()
    when = house.after(round_, days=3)
    killer("correct", point, registration=row.pk, session=session.pk, actor=world.city.pk, at=when)
    done = postings == 2
    assert (Posting.objects.count(), Entry.objects.as_of().count()) == (postings, 2 if done else 3)
    assert Attendance.objects.filter(state="absent").exists() == done
    assert audit() == 0
    again = correcting.correct(row.pk, actor=world.city, reason="查实", sessions={session: house.ABSENT})
    assert (again is None) == done
    assert (Posting.objects.count(), Entry.objects.as_of().count()) == (2, 2)
    assert audit() == 0


@pytest.mark.parametrize("kind", ["person", "enterprise"])
@pytest.mark.parametrize(
    ("point", "done"),
    [
        ("before people", False),
        ("after people", False),
        ("before numbering", False),
        ("after numbering", False),
        ("before commit", False),
        ("after commit", True),
    ],
)
def test_a_merge_killed_anywhere_is_whole_or_never_was(world, killer, kind, point, done):
    firms = [world.alpha, house.make_enterprise(5, world.alpha.district_id)]
    people = [house.make_people(1, firm, name=firm.name[:4])[0] for firm in firms]
    round_ = house.held(world, None, people)
    winner, loser = [row.person_id for row in people] if kind == "person" else [firm.pk for firm in firms]
    pair = {"kind": kind, "winner": winner, "loser": loser}
    killer("merge", point, **pair, actor=world.city.pk, at=house.after(round_, days=3))
    one, two = (1, 2) if kind == "person" else (2, 2)
    assert Merge.objects.count() == (1 if done else 0)
    assert Entry.objects.as_of().count() == (one if done else two)
    assert Person.objects.exclude(merged_into=None).count() + firms_merged() == done
    assert audit() == 0
    row = merging.merge(world.city, kind, winner, loser, reason="同一个")
    assert (Entry.objects.as_of().count(), Merge.objects.count(), audit()) == (one, 1, 0)
    if point == "after commit":
        killer("undo", "before commit", merge=row.pk, actor=world.city.pk, at=house.after(round_, days=4))
        assert (Entry.objects.as_of().count(), audit()) == (one, 0)
        merging.undo(world.city, row.pk, reason="认错了")
        assert (Entry.objects.as_of().count(), firms_merged(), audit()) == (two, 0, 0)


def firms_merged():
    return Enterprise.objects.exclude(merged_into=None).count()


@pytest.mark.parametrize(
    ("point", "done"),
    [("before figures", False), ("after step", False), ("before commit", False), ("after commit", True)],
)
def test_a_freeze_killed_anywhere_froze_all_seventeen_or_none(world, round_, killer, point, done):
    house.close(world, round_)
    when = clock.at(date(2025, 4, 3), 10)
    with clock.moved_to(when):
        returning.prepare(house.DAY)
        Return.objects.update(state=Return.State.APPROVED)
        city = Return.objects.get(scope="city")
        killer("freeze", point, **{"return": city.pk}, actor=world.statistician.pk, at=when)
        assert Freeze.objects.count() == Return.objects.filter(state="frozen").count() == (17 if done else 0)
        assert audit() == 0
        returning.freeze(city.pk, actor=world.statistician)
    assert (Freeze.objects.count(), ReturnChange.objects.filter(state="frozen").count()) == (17, 17)
    assert audit() == 0


def every_row():
    """How many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


@pytest.mark.parametrize("verb", ["close", "merge", "freeze"])
def test_killed_before_any_of_its_writes_nothing_of_it_stays(world, round_, killer, verb):
    """Before the first row it writes, the second, the fourth, the eighth …: each time as if it had never begun."""
    when = house.after(round_)
    what = {"round": round_.pk}
    if verb != "close":
        house.close(world, round_)
        pair = [row.person_id for row in round_.registrations.order_by("sequence")[:2]]
        what = {"kind": "person", "winner": pair[0], "loser": pair[1]}
    if verb == "freeze":
        when = clock.at(date(2025, 4, 3), 10)
        with clock.moved_to(when):
            returning.prepare(house.DAY)
        Return.objects.update(state=Return.State.APPROVED)
        what = {"return": Return.objects.get(scope="city").pk}
    what |= {"actor": (world.statistician if verb == "freeze" else world.city).pk, "at": when}
    before, number, deaths = every_row(), 1, 0
    while killer(verb, f"write {number}", may_live=True, **what):
        assert every_row() == before, number
        assert audit() == 0, number
        number, deaths = 2 * number, deaths + 1
    assert deaths >= 3, "it must write more than a few rows"
    assert every_row() != before
    assert audit() == 0
