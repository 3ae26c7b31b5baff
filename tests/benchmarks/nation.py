"""``python -m tests.benchmarks.nation``: counting with a nation's ledger, on PostgreSQL; ``--keep FOLDER`` keeps the rows for the next run.

1,000,000 enterprises, 2,000,000 people, 30,000 rounds, 3,000,000 entries; months and districts uneven. Every filter is asked with
random values; after corrections, merges and new rounds the packed columns must say what the database says, to the last one.
``--sqlite`` asks the same of a thirtieth of it on SQLite.
"""

import argparse
import contextlib
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from lms.embedded import children, postgres
from tests.benchmarks import column_store, registry
from tests.benchmarks.nation_rows import FIRST, LAST, SEED, fill, fill_sqlite
from tests.suite import databases

GOALS = {"figures": 150, "warm": 150, "cold": 400, "page": 150, "workbook": 5_000, "post": 200, "audit": 300_000}
"""Milliseconds; p95 where a question is asked many times."""


# Questions -------------------------------------------------------------------------------------------------------------


class Questions:
    """Random scopes of every kind of filter, from values the tables have."""

    def __init__(self, connection, seed):
        from enterprises.models import District, Layer, Organiser, SizeClass
        from ledger.models import FeeNature, Kind, Mode

        self.random = random.Random(seed)
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT pilot_id FROM ledger_activity WHERE pilot_id IS NOT NULL ORDER BY 1")
            pilots = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT enterprise_id FROM ledger_entry WHERE enterprise_id IS NOT NULL LIMIT 500")
            enterprises = [row[0] for row in cursor.fetchall()]
        self.values = {
            "district": list(District.objects.values_list("pk", flat=True)),
            "pilot": pilots,
            "layer": Layer.values,
            "kind": Kind.values,
            "mode": Mode.values,
            "fee_nature": FeeNature.values,
            "size_class": SizeClass.values,
            "organiser": list(Organiser.objects.values_list("pk", flat=True)),
            "enterprise": enterprises,
        }

    def period(self):
        """A month, a year, everything, or any days."""
        day = FIRST + timedelta(days=self.random.randrange((LAST - FIRST).days))
        return self.random.choice(
            [
                (day.replace(day=1), day.replace(day=28)),
                (date(2025, 1, 1), date(2025, 12, 31)),
                (date(2026, 1, 1), date(2026, 12, 31)),
                (None, None),
                (day, day + timedelta(days=self.random.randrange(300))),
            ]
        )

    def scope(self, name, last):
        """A scope with a value (or two) for the filter ``name`` and, half the time, for another."""
        from ledger.counts import Scope

        start, end = self.period()
        scope = Scope(start=start, end=end)
        names = [name] if name in self.values else []
        if self.random.random() < 0.5:
            names.append(self.random.choice(list(self.values)))
        for one in names:
            values = self.values[one]
            picked = self.random.choice(values)
            if self.random.random() < 0.3:
                picked = tuple(self.random.sample(values, 2))
            scope = scope.of(**{one: picked})
        if name == "as_of" or self.random.random() < 0.2:
            scope = scope.of(as_of=self.random.randint(1, last))
        return scope


FILTERS = (
    "period",
    "district",
    "pilot",
    "layer",
    "kind",
    "mode",
    "fee_nature",
    "size_class",
    "organiser",
    "enterprise",
)


def p95(times):
    return sorted(times)[int(len(times) * 0.95)]


def timed(work):
    """(milliseconds, answer)."""
    began = time.perf_counter()
    answer = work()
    return 1e3 * (time.perf_counter() - began), answer


class Report:
    def __init__(self):
        self.faults = []

    def line(self, name, times, goal=None):
        worst = p95(times)
        print(f"{name:44} {statistics.median(times):>10.1f} {worst:>10.1f} {goal or '':>8}", flush=True)
        if goal and worst > goal:
            self.faults.append(f"{name}: p95 {worst:.0f} ms, goal {goal}")


def dashboard(scope):
    """What the overview asks of the ledger: totals, districts × layers, months × layers, rates, organisers, kinds."""
    from ledger import counts

    counts.figures(scope)
    counts.by_district(scope)
    counts.by_month(scope)
    counts.auditors_by_month(scope)
    counts.rates(scope)
    counts.grouped(scope, "kind", want=("person_times", "enterprises"))
    counts.grouped(scope, "district", "month", want=("person_times",))
    counts.held_by(scope, "month")


def month_workbook(last):
    """The city's 汇总表 of a month of the whole nation's rows, as a file."""
    from ledger.counts import Scope
    from reports import exporting, sheets

    scope = Scope(date(2026, 9, 1), date(2026, 9, 30), as_of=last)
    with tempfile.TemporaryDirectory() as folder:
        return exporting.write(Path(folder) / "汇总表.xlsx", sheets.SHEETS["summary"](scope))


def measure(connection, turns, compared):
    from ledger import checks, columns, counts, rows
    from ledger.models import Entry, LedgerHead, Posting
    from ledger.services import ActivityLine, EntryLine, correct, post

    report = Report()
    last = LedgerHead.objects.get().last_number
    print(f"{Entry.objects.count():,} entries, {last:,} postings; load {os.getloadavg()[0]:.1f}", flush=True)
    spent, _ = timed(columns.pack)
    folder = Path(columns.folder())
    size = sum(one.stat().st_size for one in folder.rglob("*.npy")) / 2**20
    print(f"packed in {spent / 1e3:.1f} s, {size:.0f} MiB", flush=True)
    print(f"{'question':44} {'median ms':>10} {'p95 ms':>10} {'goal':>8}", flush=True)

    questions = Questions(connection, SEED)
    for name in (*FILTERS, "as_of"):
        times = [timed(lambda name=name: counts.figures(questions.scope(name, last)))[0] for _ in range(turns)]
        report.line(f"figures by {name}", times, GOALS["figures"])
    whole = counts.Scope()
    year = counts.Scope(date(2026, 1, 1), date(2026, 12, 31))
    for name, scope in (
        ("nation, all", whole),
        ("nation, one year", year),
        ("district, one year", year.of(district="120116")),
    ):
        cold, warm = [], []
        for _ in range(5):
            columns._state = None
            cold.append(timed(lambda scope=scope: dashboard(scope))[0])
            warm.append(timed(lambda scope=scope: dashboard(scope))[0])
        report.line(f"dashboard, {name}, cold", cold, GOALS["cold"])
        report.line(f"dashboard, {name}, warm", warm, GOALS["warm"])
    times = []
    for n in range(turns):
        scope = questions.scope(FILTERS[n % len(FILTERS)], last)
        before = None
        for _ in range(3):
            spent, keys = timed(lambda scope=scope, edge=before: counts.page(scope, edge=edge))
            times.append(
                spent + timed(lambda keys=keys: list(Entry.objects.filter(pk__in=keys).select_related("person")))[0]
            )
            if not keys:
                break
            before = Entry.objects.values_list("occurred_on", "pk").get(pk=keys[-1])
    report.line("a page of the drill-down, rows included", times, GOALS["page"])
    times = []
    for _ in range(max(turns // 10, 3)):
        times.append(timed(lambda: rows.people(year, ()))[0])
    report.line("(the database: nation, one year)", times)

    report.line(
        "汇总表 of a month as a workbook", [timed(lambda: month_workbook(last))[0] for _ in range(3)], GOALS["workbook"]
    )
    if connection.vendor == "postgresql":
        report.faults += column_store.compare(connection, year)

    # Rounds of 60 closed, corrections, a merge: each changes the books, and the next question must know.
    members = list(
        Entry.objects.as_of().filter(pk__lt=200_000).exclude(enterprise=None).order_by("pk").values()[: 60 * 25]
    )
    closing, after = [], []
    for n in range(25):
        people = members[n * 60 : n * 60 + 60]
        lines = [
            EntryLine(
                one["person_id"],
                {name: one[name] for name in Entry.FIELDS},
                date(2026, 10, 20),
                Decimal(16),
            )
            for one in {one["person_id"]: one for one in people}.values()
        ]
        held = ActivityLine(
            f"bench:{last}:{n}", "示例班", "K7", "on_site", "free", date(2026, 10, 19), date(2026, 10, 20), Decimal(16), True,
            questions.values["organiser"][n], None, None, {("120116", "examined"): 60, ("120116", "passed"): 50 + n % 9},
        )  # fmt: skip
        closing.append(timed(lambda held=held, lines=lines: post(held, lines, kind=Posting.Kind.CLOSING))[0])
        after.append(timed(lambda: counts.figures(year))[0])
        if n % 5 == 4:
            facts = {("120116", "passed"): 40}
            who = [lines[0].person_id, lines[1].person_id]
            correct(held.key, remove=who, add=[lines[0]], actor=None, reason="签到表为准", facts=facts)
    report.line("posting a round of 60", closing, GOALS["post"])
    report.line("the first question after it (nation, year)", after, GOALS["figures"])
    merges(report)

    axes = [
        (),
        ("district", "layer"),
        ("month",),
        ("kind", "mode"),
        ("district", "month", "size_class"),
        ("organiser",),
    ]
    wrong = 0
    for n in range(compared):
        scope = questions.scope((*FILTERS, "as_of")[n % 11], last + 25)
        asked = columns.current(scope.as_of)
        ways = axes[n % len(axes)]
        same = (
            asked.people(scope, ways) == rows.people(scope, ways)
            and asked.held(scope, ()) == rows.held(scope, ())
            and asked.page(scope, None, 50) == rows.page(scope, None, 50)
            and (n % 4 or asked.facts(scope) == rows.facts(scope))
        )
        if not same:
            wrong += 1
            report.faults.append(f"columns and database differ: {scope} {ways}")
    print(
        f"{compared} random filters compared with the database, {wrong} differences; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    spent, found = timed(lambda: list(checks.audit()))
    report.line("audit of the ledger itself", [spent], GOALS["audit"])
    report.faults += [finding.sentence for finding in found[:5]]
    return report.faults


def merges(report):
    """Two people with many rounds become one, and two enterprises: the ledger's part of a merge."""
    from types import SimpleNamespace

    from django.db import transaction

    from enterprises.models import Enterprise, Person
    from ledger import merging
    from ledger.models import Entry

    times = []
    rows = list(
        Entry.objects.as_of().exclude(enterprise=None).order_by("-pk").values_list("person", "enterprise")[:2000:100]
    )
    for (one, firm), (other, second) in zip(rows[::2], rows[1::2], strict=True):
        for model, pair, move in (
            (Person, (one, other), merging.move_person),
            (Enterprise, (firm, second), merging.move_enterprise),
        ):
            winner, loser = (model.objects.get(pk=pk) for pk in pair)
            if winner == loser:
                continue
            what = SimpleNamespace(
                winner=winner, loser=loser, wanted={}, facts={}, notes={}, actor=None, reason="重复登记"
            )
            with transaction.atomic():
                times.append(timed(lambda move=move, what=what: move(what))[0])
    report.line("the ledger's part of a merge", times)


# Running ---------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def database(folder, size):
    """A nation's database in ``folder``, made when it is not there; Django is set up on it."""
    folder.mkdir(parents=True, exist_ok=True)
    with postgres.running(folder) as server:
        name = f"nation_{size}"
        is_new = not databases._is_there(server, name)
        if is_new:
            template = databases.postgresql_template(server)
            databases.copy_postgresql(server, template, name + "_filling")
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "lms.settings.test",
            "DATABASE_URL": f"{server}/{name}{'_filling' if is_new else ''}",
            "VAR_DIR": str(folder),
        }
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        settings.LEDGER_COLUMNS = folder / "columns"
        if is_new:
            from tests.suite import world

            began = time.perf_counter()
            world.make()
            registry.fill(connection, size)
            fill(connection, size)
            print(f"{size:,} enterprises and their ledger made in {time.perf_counter() - began:.0f} s", flush=True)
            connection.close()
            connection.close_pool()
            databases._administer(server, f"ALTER DATABASE {name}_filling RENAME TO {name}")
            connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        else:
            call_command("migrate", verbosity=0)
        settings.LEDGER_COLUMNS_FROM = 1
        yield connection
        connection.close()
        connection.close_pool()


@contextlib.contextmanager
def sqlite(folder, size):
    """The same on a file of SQLite, made anew."""
    file = folder / "nation.sqlite3"
    databases.copy_sqlite(databases.sqlite_template(), file)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "DATABASE_URL": f"sqlite:///{file}",
        "VAR_DIR": str(folder),
    }
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from tests.suite import world

    settings.LEDGER_COLUMNS, settings.LEDGER_COLUMNS_FROM = folder / "columns", 1
    world.make()
    began = time.perf_counter()
    fill_sqlite(connection, size)
    print(f"{size:,} enterprises and their ledger made in {time.perf_counter() - began:.0f} s", flush=True)
    yield connection
    connection.close()


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, metavar="N", help="enterprises; three entries each")
    parser.add_argument("--sqlite", action="store_true", help="on SQLite, a thirtieth of the size")
    parser.add_argument("--turns", type=int, default=40, metavar="N", help="questions of each kind")
    parser.add_argument(
        "--compared", type=int, default=60, metavar="N", help="random filters compared with the database"
    )
    parser.add_argument("--keep", metavar="FOLDER", help="keep the database here, and use it when it is there")
    options = parser.parse_args(arguments)
    folder = Path(options.keep) if options.keep else Path(tempfile.mkdtemp(prefix="academy-nation-"))
    try:
        size = options.size or (33_000 if options.sqlite else 1_000_000)
        with (sqlite if options.sqlite else database)(folder, size) as connection:
            faults = measure(connection, options.turns, options.compared)
    except children.CannotStart as error:
        print(error)
        return 3
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    for fault in faults:
        print(f"WRONG {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
