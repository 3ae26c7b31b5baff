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
from tests.benchmarks import registry
from tests.suite import databases

SEED = 2026
FIRST, LAST = date(2024, 11, 1), date(2026, 10, 31)
GOALS = {"figures": 150, "warm": 150, "cold": 400, "page": 150, "post": 200, "audit": 300_000}
"""Milliseconds; p95 where a question is asked many times."""


def fill(connection, size):
    """The ledger of ``size`` enterprises: 3 entries each, in rounds of about a hundred."""
    rounds = size * 3 // 100
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'; SET synchronous_commit = off")
        cursor.execute("SET session_replication_role = replica; SELECT setseed(0.2026)")
        cursor.execute(
            """
            INSERT INTO enterprises_organiser (name, kind, district_id)
            SELECT '示例机构' || n, 'association', CASE WHEN n % 5 > 0 THEN d.code END
            FROM generate_series(1, 200) AS n
            JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM enterprises_district) d ON d.place = n % 16
            """
        )
        # Who can come, by district, colleagues beside each other; some districts are far more often drawn from.
        cursor.execute(
            """
            CREATE TEMP TABLE pool AS
            SELECT row_number() OVER (ORDER BY e.district_id, hashint8(e.id), m.id) AS place, m.person_id, m.enterprise_id,
                e.district_id, m.layer, e.size_class, hashint8(m.id) % 20 = 0 AS is_auditor
            FROM enterprises_membership m JOIN enterprises_enterprise e ON e.id = m.enterprise_id
            """
        )
        cursor.execute("CREATE UNIQUE INDEX ON pool (place); ANALYZE pool")
        cursor.execute(
            """
            CREATE TEMP TABLE held AS
            SELECT n, %(first)s::date + floor(%(days)s * power((n - 0.5) / %(rounds)s, 0.7))::int AS day,
                (30 + floor(140 * random()))::int AS many,
                1 + floor((SELECT max(place) FROM pool) * power(random(), 1.6))::int AS start,
                (ARRAY['K1','K2','K3','K5','K6','K7','K7','K8','K9','K11'])[1 + floor(10 * random())::int] AS kind,
                (ARRAY['on_site','on_site','on_site','online','blended'])[1 + floor(5 * random())::int] AS mode,
                (ARRAY['free','free','free','reduced','paid'])[1 + floor(5 * random())::int] AS fee,
                floor(random() * 200)::int AS owner, floor(random() * 12)::int AS pilot
            FROM generate_series(1, %(rounds)s) AS n
            """,
            {"first": FIRST, "days": (LAST - FIRST).days, "rounds": rounds},
        )
        cursor.execute(
            """
            INSERT INTO ledger_posting (number, posted_at, kind, reason)
            SELECT n, day + interval '2 days' + n * interval '1 microsecond', 'closing', '' FROM held
            """
        )
        cursor.execute(
            """
            INSERT INTO ledger_activity (id, key, title, kind, mode, fee_nature, owner_id, district_id, pilot_id, started_on,
                ended_on, class_hours, held, posting_id)
            SELECT n, CASE WHEN kind = 'K6' THEN 'course:' || n || ':v1:2026' ELSE 'round:' || n END, '第' || n || '期', kind, mode, fee,
                o.id, o.district_id, p.slug, day - 1, day, 16, kind <> 'K6', n
            FROM held
            JOIN (SELECT id, district_id, row_number() OVER (ORDER BY id) - 1 AS place FROM enterprises_organiser) o
                ON o.place = held.owner
            LEFT JOIN (SELECT slug, row_number() OVER (ORDER BY slug) - 1 AS place FROM enterprises_pilot) p
                ON p.place = held.pilot
            """
        )
        rebuilt = _drop_indexes(cursor)
        # Nine in ten are neighbours, the tenth comes from elsewhere; who finishes a course does so on a day of their own.
        cursor.execute(
            """
            INSERT INTO ledger_entry (activity_id, person_id, enterprise_id, district_id, layer, is_auditor, enterprise_pilots,
                size_class, pilot_id, kind, mode, fee_nature, owner_id, class_hours, occurred_on, posting_id, reason)
            SELECT a.id, p.person_id, CASE WHEN p.place % 50 > 0 THEN p.enterprise_id END,
                CASE WHEN p.place % 50 > 0 THEN p.district_id END, p.layer, p.is_auditor OR a.kind = 'K7', '[]', p.size_class,
                a.pilot_id, a.kind, a.mode, a.fee_nature, a.owner_id, 8 + (p.place + a.id) % 17 * 0.5,
                a.ended_on - CASE WHEN a.held THEN 0 ELSE (p.place % 60)::int END, a.id, ''
            FROM held JOIN ledger_activity a ON a.id = held.n
            CROSS JOIN LATERAL generate_series(0, held.many - 1) AS j
            JOIN pool p ON p.place = 1 + (held.start + CASE WHEN j % 10 = 0 THEN 700001 + j * 977 ELSE j END)
                % (SELECT max(place) FROM pool)
            ON CONFLICT DO NOTHING
            """
        )
        cursor.execute(
            """
            INSERT INTO ledger_activityfact (activity_id, district_id, name, value, posting_id)
            SELECT activity_id, district_id, name, n * share / 100, activity_id
            FROM (SELECT activity_id, district_id, count(*) AS n FROM ledger_entry GROUP BY 1, 2) AS counted
            CROSS JOIN (VALUES ('expected', 115), ('registered', 120), ('examined', 100), ('passed', 93), ('passed_first', 81))
                AS f (name, share)
            """
        )
        # One row in a hundred was corrected later: reversed, half of them written again for another layer.
        cursor.execute(
            """
            INSERT INTO ledger_posting (number, posted_at, kind, reason)
            SELECT %(rounds)s + n, %(last)s::date + interval '10 days' + n * interval '1 second', 'correction', '签到表为准'
            FROM generate_series(1, 300) AS n
            """,
            {"rounds": rounds, "last": LAST},
        )
        cursor.execute("UPDATE ledger_entry SET reversed_by_id = %s + 1 + id %% 300 WHERE id %% 100 = 3", [rounds])
        cursor.execute(
            """
            INSERT INTO ledger_entry (activity_id, person_id, enterprise_id, district_id, layer, is_auditor, enterprise_pilots,
                size_class, pilot_id, kind, mode, fee_nature, owner_id, class_hours, occurred_on, posting_id, reason)
            SELECT activity_id, person_id, enterprise_id, district_id, 'middle', is_auditor, '[]', size_class, pilot_id, kind, mode,
                fee_nature, owner_id, class_hours, occurred_on, reversed_by_id, '签到表为准'
            FROM ledger_entry WHERE reversed_by_id IS NOT NULL AND id % 2 = 1
            """
        )
        for statement in rebuilt:
            cursor.execute(statement)
        cursor.execute("UPDATE ledger_ledgerhead SET last_number = %s", [rounds + 300])
        cursor.execute("SELECT setval(pg_get_serial_sequence('ledger_activity', 'id'), %s)", [rounds + 1])
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def _drop_indexes(cursor):
    """Take the plain indexes of entries away; returns the statements that bring them back."""
    cursor.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'ledger_entry' AND indexdef NOT LIKE '%UNIQUE%'
        """
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def fill_sqlite(connection, size):
    """The same kind of ledger of ``size`` enterprises on SQLite, written row by row; seeded."""
    from enterprises.models import District, Enterprise, Layer, Organiser, Person, Pilot, SizeClass
    from ledger.models import Activity, ActivityFact, Entry, FeeNature, Kind, LedgerHead, Mode, Posting

    pick = random.Random(SEED)
    districts = list(District.objects.values_list("pk", flat=True))
    pilots = [None, *Pilot.objects.values_list("pk", flat=True)]
    owners = Organiser.objects.bulk_create(
        Organiser(name=f"示例机构{n}", kind="association", district_id=pick.choice(districts)) for n in range(50)
    )
    # A district drawn from more often than the one behind it.
    firms = Enterprise.objects.bulk_create(
        (
            Enterprise(
                code=f"9112{n:014d}",
                name=f"第{n}企业",
                district_id=districts[int(16 * pick.random() ** 1.6)],
                size_class=pick.choice(SizeClass.values),
            )
            for n in range(size)
        ),
        batch_size=2000,
    )
    people = Person.objects.bulk_create((Person(name=f"学员{n}") for n in range(2 * size)), batch_size=2000)
    rounds = size * 3 // 100
    days = sorted(FIRST + timedelta(days=int((LAST - FIRST).days * pick.random() ** 0.7)) for _ in range(rounds))
    held, entries, facts = [], [], []
    for n, day in enumerate(days, start=1):
        kind = pick.choice(Kind.values)
        owner = pick.choice(owners)
        row = Activity(
            pk=n,
            key=f"{'course' if kind == Kind.NETWORK else 'round'}:{n}",
            title=f"第{n}期",
            kind=kind,
            mode=pick.choice(Mode.values),
            fee_nature=pick.choice(FeeNature.values),
            owner=owner,
            district_id=owner.district_id,
            pilot_id=pick.choice(pilots),
            started_on=day,
            ended_on=day,
            class_hours=Decimal(16),
            held=kind != Kind.NETWORK,
            posting_id=n,
        )
        held.append(row)
        start = int(2 * size * pick.random() ** 1.6)
        for j in range(pick.randint(30, 169)):
            place = (start + (size // 2 + 97 * j if j % 10 == 0 else j)) % (2 * size)
            firm = firms[place // 2] if place % 50 else None
            entries.append(
                Entry(
                    activity=row,
                    person=people[place],
                    enterprise=firm,
                    district_id=firm and firm.district_id,
                    size_class=firm.size_class if firm else SizeClass.UNKNOWN,
                    layer=pick.choice(Layer.values),
                    is_auditor=kind == Kind.INTERNAL_AUDITOR,
                    pilot_id=row.pilot_id,
                    owner_id=row.owner_id,
                    kind=kind,
                    mode=row.mode,
                    fee_nature=row.fee_nature,
                    class_hours=Decimal(16),
                    occurred_on=day - timedelta(days=0 if row.held else place % 60),
                    posting_id=n,
                )
            )
        facts += [
            ActivityFact(
                activity=row, district_id=pick.choice(districts), name=name, value=pick.randint(0, 90), posting_id=n
            )
            for name in ("expected", "registered", "examined", "passed", "passed_first")
        ]
    Posting.objects.bulk_create(
        Posting(number=n, posted_at=f"{day}T08:00:00Z", kind="closing") for n, day in enumerate(days, start=1)
    )
    Activity.objects.bulk_create(held, batch_size=1000)
    seen = {(entry.activity_id, entry.person_id): entry for entry in entries}
    Entry.objects.bulk_create(seen.values(), batch_size=2000)
    ActivityFact.objects.bulk_create(facts, batch_size=2000)
    LedgerHead.objects.update(last_number=rounds)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


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
            spent, keys = timed(lambda scope=scope, before=before: counts.page(scope, before=before))
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
