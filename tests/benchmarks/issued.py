"""``python -m tests.benchmarks.issued``: 10,000 certificates at the desk, on PostgreSQL; each page as a browser asks for it.

Issued by the service in rounds of forty, as they come; three in a hundred corrected, one revoked. In this process: middleware,
view, database, template.
"""

import argparse
import statistics
import sys
import time

from .registry import on_postgresql
from .study import _cpu

SIZE, ROUND = 10_000, 40
TURNS = 20
GOAL = 0.300
"""Seconds of processor a screen may take, ours and the database's together: what it answers in on a machine that is not shared."""
STATEMENTS = 4


def fill(made, size):
    """Issue ``size`` certificates to as many people, by the service."""
    from certificates import services
    from core import clock
    from enterprises.models import Person

    people = Person.objects.bulk_create(
        [Person(name=f"示例{n}", name_key=f"shi li {n}", phone=str(13000000000 + n)) for n in range(size)], 1000
    )
    for at in range(0, size, ROUND):
        items = [
            {
                "source_key": f"bench:{at + n}",
                "holder": person,
                "words": {
                    "name": person.name,
                    "enterprise": f"天津示例{(at + n) // 3}有限公司",
                    "course_title": "小微企业内审员培训",
                    "round_label": f"2026年第{at // ROUND + 1}轮",
                    "period": "2026年3月2日至2026年3月4日",
                    "class_hours": "20",
                    "result": "合格",
                    "organiser": "示例机构甲",
                },
            }
            for n, person in enumerate(people[at : at + ROUND])
        ]
        rows = services.issue_many(
            items, series_key=f"NSY-2026-{at // ROUND + 1:03d}", template_key="round", issued_on=clock.today()
        )
        services.correct(rows[0], {"name": f"{rows[0].words['name']}甲"}, actor=made.city, reason="姓名写错")
        if at % (2 * ROUND) == 0:
            services.revoke(rows[1], actor=made.city, reason="示例", authority="示例")


def measure(size):
    """Print a line for each screen; returns the faults."""
    from unittest.mock import patch

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from certificates import tasks
    from certificates.models import Certificate
    from tests.suite import world

    made = world.make()
    began = time.perf_counter()
    with patch.object(tasks.render, "delay_on_commit"):  # the files are not what is measured
        fill(made, size)
    connection.cursor().execute("VACUUM ANALYZE")
    issued = Certificate.objects.count()
    print(f"{issued:,} papers, {size:,} numbers, issued in {time.perf_counter() - began:.0f} s", flush=True)
    base, deep = "/desk/certificates/", Certificate.objects.order_by("pk")[issued // 2]
    screens = {
        "first page": base,
        "deep page": f"{base}?after={deep.pk}",
        "a round": f"{base}?series=NSY-2026-100",
        "valid": f"{base}?state=valid",
        "revoked": f"{base}?state=revoked",
        "whose file waits": f"{base}?state=unmade",
        "by number": f"{base}?q={deep.number}",
        "by name": f"{base}?q={deep.words['name']}",
        "by enterprise": f"{base}?q={deep.words['enterprise'][2:-4]}",
        "by four digits": f"{base}?q={size // 2}",
        "nobody": f"{base}?q=不存在的名字",
        "one certificate": f"{base}{deep.number}/",
        "statistics": "/verify/statistics/",
    }
    faults, client = [], Client()
    client.force_login(made.city)
    for name, address in screens.items():
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        statements = len(asked)
        times, used = [], _cpu(connection)
        for _turn in range(TURNS):
            began = time.perf_counter()
            client.get(address)
            times.append(time.perf_counter() - began)
        ours, database = ((after - before) / TURNS for after, before in zip(_cpu(connection), used, strict=True))
        worst = statistics.quantiles(times, n=20)[-1]
        print(
            f"{name:18} {statements:2} statements, median {1e3 * statistics.median(times):6.1f} ms, p95 {1e3 * worst:6.1f} ms; "
            f"CPU of one: {1e3 * ours:5.1f} ms in our process, {1e3 * database:5.1f} ms in PostgreSQL",
            flush=True,
        )
        if (
            answer.status_code != 200
            or ours + database > GOAL
            or (address.startswith(f"{base}?") and statements > STATEMENTS)
        ):
            faults.append(f"{name}: {answer.status_code}, {statements} statements, {ours + database:.2f} s of CPU")
    return faults


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, metavar="N", help="numbers")
    options = parser.parse_args(arguments)
    return on_postgresql("issued", lambda: measure(options.size))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
