"""The physical limit: the same questions put to a column store (DuckDB) over the same rows, one thread each.

Needs ``requirements/bench.txt`` in the environment; without it the comparison is left out, and said so.
"""

import statistics
import tempfile
import time
from pathlib import Path

TURNS = 7
COLUMNS = "person_id, enterprise_id, activity_id, district_id, layer, size_class, class_hours, occurred_on"
# 宣传活动 (K9) are counted apart: docs/counting.md, rule A13.
LIVE = f"SELECT {COLUMNS} FROM ledger_entry WHERE reversed_by_id IS NULL AND kind <> 'K9'"  # noqa: S608 - constants
FIGURES = """
    count(*), count(DISTINCT person_id), count(DISTINCT enterprise_id), sum(class_hours),
    count(DISTINCT enterprise_id) FILTER (size_class IN ('small', 'micro')),
    count(DISTINCT (enterprise_id, activity_id)) FILTER (enterprise_id IS NOT NULL)
"""


def compare(connection, year):
    """Print medians of both for all figures and for districts × layers, whole ledger and ``year`` (a Scope); returns faults."""
    try:
        import duckdb
    except ImportError:
        print("DuckDB is not installed (requirements/bench.txt): not compared")
        return []
    from ledger import columns, counts

    def asked_anew(work):
        columns.current().pack.answers.clear()
        return work()

    faults = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entries.csv"
        rows = f"COPY ({LIVE}) TO STDOUT (FORMAT csv, HEADER)"
        with path.open("wb") as out, connection.cursor() as cursor, cursor.copy(rows) as lines:
            for line in lines:
                out.write(line)
        store = duckdb.connect(config={"threads": 1})
        store.execute(f"CREATE TABLE entry AS SELECT * FROM read_csv('{path}') ORDER BY occurred_on")  # noqa: S608 - our file
    whole = counts.Scope()
    days = f"WHERE occurred_on BETWEEN '{year.start}' AND '{year.end}'"
    cells = "district_id, layer, count(*), count(DISTINCT person_id), count(DISTINCT enterprise_id)"
    for name, where, scope in (("whole ledger", "", whole), ("one year", days, year)):
        for question, theirs, ours in (
            ("all figures", f"SELECT {FIGURES} FROM entry {where}", lambda scope=scope: counts.figures(scope)),  # noqa: S608
            (
                "districts × layers",
                f"SELECT {cells} FROM entry {where} GROUP BY ALL",  # noqa: S608 - constants
                lambda scope=scope: counts.grouped(scope, "district", "layer", want=("persons", "enterprises")),
            ),
        ):
            slow, limit = (
                _median(lambda work=ours: asked_anew(work)),
                _median(lambda sql=theirs: store.execute(sql).fetchall()),
            )
            print(f"{question}, {name}: {slow:.1f} ms, DuckDB {limit:.1f} ms, ÷ {slow / limit:.2f}", flush=True)
        found = store.execute(f"SELECT {FIGURES} FROM entry {where}").fetchone()  # noqa: S608 - constants
        mine = counts.figures(scope)
        same = (mine.person_times, mine.persons, mine.enterprises, mine.class_hours, mine.small, mine.visits)
        if tuple(found) != same:
            faults.append(f"DuckDB counts {found} of {name}, the ledger {same}")
    return faults


def _median(work):
    times = []
    for _ in range(TURNS):
        began = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - began))
    return statistics.median(times)
