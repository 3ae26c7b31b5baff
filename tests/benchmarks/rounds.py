"""``python -m tests.benchmarks.rounds``: the lists of rounds with 30,000 of them in the tables, on PostgreSQL.

Half are over, half are to come; of those to come nineteen in twenty are full, so that who asks for a seat makes the database look.
Each screen is asked as a browser asks, in this process. Beside the time by the clock stand the CPU of this process and of
PostgreSQL, and ÷, the same as a multiple of ``/healthz`` in the same run. ``EXPLAIN=1`` prints the plan of each slowest statement.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import timedelta

from .registry import on_postgresql

SIZE = 30_000
ORGANISERS = 200
PEOPLE = 60_000
SEATS = 30
TURNS = 40
GOAL = 0.100
"""Seconds the slowest twentieth of a list may take."""


def fill(connection, size):
    """Rounds from two years ago to two years ahead, three sessions and at most 30 people each."""
    from core import clock
    from enterprises.models import District, Organiser, Person, Pilot
    from training.models import Round, Session

    today = clock.today()
    districts = list(District.objects.values_list("pk", flat=True))
    pilots = [None, None, *Pilot.objects.values_list("pk", flat=True)]
    Organiser.objects.bulk_create(
        Organiser(name=f"示例机构{n}", kind=Organiser.Kind.ASSOCIATION, district_id=districts[n % 16])
        for n in range(ORGANISERS)
    )
    owners = list(Organiser.objects.order_by("pk").values_list("pk", "district"))
    layers = ["", "", "", "top", "middle", "frontline", "top,middle", "other"]
    states = Round.State
    over = [states.CLOSED] * 16 + [states.TO_CLOSE, states.EXAM, states.CANCELLED, states.ARCHIVED]
    coming = [states.OPEN] * 16 + [states.PLANNED, states.FULL, states.CANCELLED, states.OPEN]
    rounds = []
    for n in range(size):
        first = today + timedelta(days=(n - size // 2) * 730 // (size // 2))
        past = first + timedelta(days=2) < today
        state = (over if past else coming)[n * 7 % 20]
        rounds.append(
            Round(
                title=f"示例班 {n}",
                year=first.year,
                number=None if state == states.PLANNED else n + 1,
                pilot_id=pilots[n * 11 % len(pilots)],
                layers=layers[n * 13 % 8],
                owner_id=owners[n * 17 % len(owners)][0],
                venue="示例园区",
                seats=SEATS,
                state=states.RUNNING if first <= today <= first + timedelta(days=2) else state,
                starts_on=first,
                ends_on=first + timedelta(days=2),
            )
        )
    Round.objects.bulk_create(rounds, batch_size=5000)
    Session.everything.bulk_create(
        (
            Session(
                round=row,
                number=k + 1,
                title=f"第 {k + 1} 课",
                starts_at=clock.at(row.starts_on + timedelta(days=k), 9),
                ends_at=clock.at(row.starts_on + timedelta(days=k), 12),
            )
            for row in rounds
            for k in range(3)
        ),
        batch_size=5000,
    )
    Person.objects.bulk_create((Person(name=f"示例{n}", name_key="shi li") for n in range(PEOPLE)), batch_size=10000)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO training_registration (round_id, person_id, district_id, layer, is_auditor, enterprise_pilots, size_class,
                state, sequence, registered_at)
            SELECT r.id, p.least + (r.id * 37 + k) %% %(people)s, (%(districts)s::text[])[1 + (o.place + k * k) %% 16 * (k %% 10 / 9)
                    + o.place %% 16 * (1 - k %% 10 / 9)],
                'frontline', false, '[]', 'unknown', CASE WHEN k > %(seats)s THEN 'waiting' ELSE 'registered' END, k, now()
            FROM training_round r
            JOIN (SELECT id, array_position(%(districts)s::text[], district_id::text) - 1 AS place
                  FROM enterprises_organiser) AS o ON o.id = r.owner_id
            CROSS JOIN (SELECT min(id) AS least FROM enterprises_person WHERE name LIKE '示例%%') AS p
            CROSS JOIN LATERAL generate_series(1, CASE WHEN r.id %% 20 = 0 THEN 12 ELSE %(seats)s + r.id %% 3 END) AS k
            WHERE r.state NOT IN ('planned', 'cancelled') AND o.place IS NOT NULL
            """,
            {"people": PEOPLE, "districts": districts, "seats": SEATS},
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")  # autovacuum, which would do it, is off in the embedded server
        cursor.execute("SELECT count(*) FROM training_registration")
        return cursor.fetchone()[0]


def screens(world):
    """(name, who asks, [address of each turn])."""
    from enterprises.models import District, Pilot
    from training.models import Round

    districts = list(District.objects.values_list("pk", flat=True))
    pilots = list(Pilot.objects.values_list("pk", flat=True))
    open_ = Round.objects.filter(state="open").order_by("starts_on", "pk")
    deep = [row.pk for row in open_[len(open_) // 2 :: 97][:TURNS]]
    gone = [row.pk for row in Round.objects.filter(state="closed").order_by("starts_on", "pk")[1000::97][:TURNS]]
    list_, desk = "/rounds/", "/desk/rounds/"

    def turns(make):
        return [make(n) for n in range(TURNS)]

    yield "public, first page", None, [list_] * TURNS
    yield "public, deep page", None, [f"{list_}?after={key}" for key in deep]
    yield "public, page before", None, [f"{list_}?before={key}" for key in deep]
    yield "public, one district", None, turns(lambda n: f"{list_}?district={districts[n % 16]}")
    yield (
        "public, several districts",
        None,
        turns(lambda n: list_ + "?" + "&".join(f"district={districts[(n + k) % 16]}" for k in range(4))),
    )
    yield "public, near me", world.wang, [f"{list_}?near=1"] * TURNS
    yield "public, layer", None, turns(lambda n: f"{list_}?layer={['top', 'middle', 'frontline', 'other'][n % 4]}")
    yield "public, pilot", None, turns(lambda n: f"{list_}?pilot={pilots[n % len(pilots)]}")
    yield "public, seats left", None, [f"{list_}?free=1"] * TURNS
    yield "public, seats left, deep page", None, [f"{list_}?free=1&after={key}" for key in deep]
    yield (
        "public, everything at once",
        None,
        turns(lambda n: f"{list_}?free=1&layer=top&pilot={pilots[n % len(pilots)]}&district={districts[n % 16]}"),
    )
    yield "public, past", None, [f"{list_}?past=1"] * TURNS
    yield "public, past, deep page, district", None, [f"{list_}?past=1&after={key}&district=120111" for key in gone]
    yield "public, one round", None, [f"{list_}{key}/" for key in deep]
    yield "desk, first page, city", world.city, [desk] * TURNS
    yield "desk, deep page, city", world.city, [f"{desk}?after={key}" for key in deep]
    yield "desk, by state, city", world.city, turns(lambda n: f"{desk}?state={['open', 'to_close', 'planned'][n % 3]}")
    yield "desk, part of a name, city", world.city, turns(lambda n: f"{desk}?q=班 {17 * n}")
    yield "desk, first page, district", world.xiqing, [desk] * TURNS
    yield "desk, by state, district", world.xiqing, turns(lambda n: f"{desk}?state={['exam', 'planned'][n % 2]}")
    yield "desk, first page, organiser", world.jia_admin, [desk] * TURNS
    yield "desk, board by state, organiser", world.jia_admin, [f"{desk}today/"] * TURNS
    yield "desk, calendar of a month, city", world.city, [f"{desk}calendar/"] * 5


def _cpu(pids):
    """Seconds of CPU these processes and this one have had."""
    ticks = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - a file of the kernel
                fields = stat.read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def measure(size, only):
    """Print a line for each screen; returns the faults."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.suite import world
    from training.models import Round

    began = time.perf_counter()
    made = world.make()
    rows = fill(connection, size)
    # The organiser of the world has its share, a busy one: every hundredth round.
    mine = Round.objects.order_by("pk").values_list("pk", flat=True)[::100]
    Round.objects.filter(pk__in=list(mine)).update(owner=made.jia)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = [cursor.fetchone()[0]]
    said = f"{size:,} rounds, {rows:,} registrations made in {time.perf_counter() - began:.0f} s"
    print(f"{said}; load {os.getloadavg()[0]:.1f}", flush=True)
    print(f"{'screen':36} {'SQL':>4} {'median ms':>10} {'p95 ms':>8} {'CPU ms':>8} {'÷':>6}")
    faults, unit = [], None
    for name, user, addresses in [("/healthz", None, ["/healthz"] * TURNS), *screens(made)]:
        if only and unit and not any(word in name for word in only):
            continue
        client = Client()
        if user:
            client.force_login(user)
        client.get(addresses[0])
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(addresses[0])
        asked = list(asked.captured_queries)
        times, used = [], _cpu(server)
        for address in addresses:
            began = time.perf_counter()
            answer = client.get(address)
            times.append(time.perf_counter() - began)
        used = (_cpu(server) - used) / len(addresses)
        unit = unit or used
        if answer.status_code != 200:
            faults.append(f"{name}: {answer.status_code}")
        p95 = sorted(times)[int(len(times) * 0.95)]
        figures = f"{1e3 * statistics.median(times):>10.1f} {1e3 * p95:>8.1f} {1e3 * used:>8.1f} {used / unit:>6.0f}"
        print(f"{name:36} {len(asked):>4} {figures}", flush=True)
        if p95 > GOAL and "calendar" not in name:
            faults.append(f"{name}: p95 {1e3 * p95:.0f} ms, goal {1e3 * GOAL:.0f}")
        if os.environ.get("EXPLAIN") and asked:
            slowest = max(asked, key=lambda query: float(query["time"]))
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {slowest['sql'].replace('%', '%%')}")
                print("\n".join(row[0] for row in cursor.fetchall()), flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")
    return faults


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", action="append", default=[], metavar="WORD", help="screens whose name holds this word"
    )
    parser.add_argument("--size", type=int, default=SIZE, metavar="N", help="rounds")
    options = parser.parse_args(arguments)
    return on_postgresql("rounds", lambda: measure(options.size, options.only))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
