"""``make bench``: measure and print. ``ARGS=--quick`` for a first look, ``ARGS="--only lesson --only answer"`` for a few rows."""

import argparse
import itertools
import sys
import time

from lms.embedded import children

from . import certificates, guide, imports, load, meter, operations, papers, production, table, visitors, world

FULL = {
    "levels": (1, 8, 32),
    "seconds": 1.5,
    "once": (40, 90, 140),
    "journeys": (10, 40, 64),
    "people": 300,
    "papers": 100,
    "rows": 100_000,
    "analysed": 100_000,
}
QUICK = {
    "levels": (1, 8),
    "seconds": 0.5,
    "once": (10, 40),
    "journeys": (2, 10),
    "people": 100,
    "papers": 20,
    "rows": 5_000,
    "analysed": 2_000,
}
"""``once`` and ``journeys``: how many at each level of what a person does only once."""

WARM = 0.3
"""Seconds before the clock starts, in which the web server's workers read templates and settings."""

PATIENCE = 30
"""Seconds after which no further journey of a level is begun, however slow the machine."""


def main(arguments):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute: two levels, fewer turns")
    parser.add_argument(
        "--times",
        type=int,
        default=1,
        metavar="N",
        help="measure each level N times, print the calmest (for a shared machine)",
    )
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="rows whose name holds this word")
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else FULL
    started = time.monotonic()
    try:
        with production.running() as prepare:
            site, people = prepare(lambda: world.build(size["people"] * options.times))
            table.heading(size, time.monotonic() - started)
            faults = _measure(site, people, size, options.only, options.times)
    except children.CannotStart as error:
        print(error)
        return 3
    print(f"{time.monotonic() - started:.0f} s")
    for fault in faults:
        print(f"WRONG {fault}")
    return 1 if faults else 0


def _measure(site, people, size, only, times):
    def wanted(name):
        return not only or any(word in name for word in only)

    def levels(url, operation, seconds, turns):
        figures = []
        for connections, most in zip(size["levels"], size[turns], strict=True):
            tries = [_level(url, people, operation, connections, seconds, most) for _time in range(times)]
            faults.extend(f"{operation.name}: {fault}" for level in tries for fault in level.faults)
            figures.append(min(tries, key=lambda level: level.others))
        return figures

    faults = []
    with production.yardstick() as url:
        nothing = levels(url, operations.YARDSTICK, size["seconds"], "once")
    table.row(operations.YARDSTICK.name, 0, nothing, nothing)
    for operation in operations.OPERATIONS:
        if wanted(operation.name):
            statements, _requests = _count(operation, people)
            table.row(operation.name, statements, levels(site.url, operation, size["seconds"], "once"), nothing)
    for way in (operations.ATTEMPT, operations.JOURNEY):
        if wanted(way.name):
            statements, requests = _count(way, people)
            table.ways(way.name, statements, requests, levels(site.url, way, PATIENCE, "journeys"), nothing)
    if wanted("guide pages"):
        table.pages(*guide.measure())
    if wanted("certificates"):
        table.papers(certificates.measure(people, size["papers"]))
    if wanted("import"):
        figures = imports.measure(size["rows"])
        table.workbooks(figures)
        faults.extend(figures.faults)
    if wanted("analysis"):
        table.analysed(papers.measure(size["analysed"]))
    _hang_up()
    table.memory(meter.memory())
    return faults + operations.differences(people)


def _hang_up():
    """End this process's own connections to the database: their 25 MiB are no part of the production."""
    from django.db import connection

    connection.close()
    connection.close_pool()
    time.sleep(0.5)  # the server's side of them ends a moment later


def _count(operation, people):
    """``(statements, requests)`` of one operation, the second time it is done: what is kept in memory has been read."""
    for number in (0, 1):
        line = visitors.InProcess()
        visitor = operation.visitor(people, line, number)
        operation.act(people, visitor)
    if operation.each_another:
        return line.statements, visitor.requests
    line.statements = visitor.requests = 0
    operation.act(people, visitor)
    return line.statements, visitor.requests


def _level(url, people, operation, connections, seconds, most):
    def visitor(number):
        return operation.visitor(people, visitors.Wire(url), number)

    def act(visitor):
        operation.act(people, visitor)
        if operation.each_another:
            visitor.close()

    if operation.each_another:
        waiting = iter([visitor(number) for number in range(most)])
        return load.run(act, [waiting] * connections, connections, seconds)
    everyone = [visitor(number) for number in range(connections)]
    turns = [itertools.repeat(each) for each in everyone]
    load.run(act, turns, connections, WARM)
    figures = load.run(act, turns, connections, seconds)
    for each in everyone:
        each.close()
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
