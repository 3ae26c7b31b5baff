"""``python -m tests.benchmarks.door``: a thousand people sign in within a minute, on PostgreSQL and two workers of the web server.

700 sign in once, 300 of the tries are repeats (the same ticket again, or another), 50 are forged. Then a register of a thousand is
saved by four trainers at once, and the live board of five hundred is polled. Printed: how long each took, CPU per operation beside
a view that does nothing in the same run, and whether the rows are exact. Ends with 1 when they are not.
"""

import argparse
import random
import sys
import threading
import time

from lms.embedded import children

from . import load, meter, operations, production, visitors, world

REPEATS, FORGED = 0.3, 0.05
LEVELS = {1: 80, 8: 160, 32: 480}
"""Connections -> sign-ins at that level."""

BARE = 0.25
"""Milliseconds of CPU of the view that does nothing on the machine whose figures are quoted in docs/performance.md."""


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.door", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args(arguments)
    try:
        with production.running() as prepare:
            site, made = prepare(lambda: world.build(options.people + sum(LEVELS.values()) + 2))
            with production.yardstick() as url:
                people = [operations.YARDSTICK.visitor(made, visitors.Wire(url), number) for number in range(8)]
                nothing = load.run(
                    lambda one: operations.YARDSTICK.act(made, one), [iter([one] * 400) for one in people], 8, 2.0
                )
                print(f"a view that does nothing: {nothing.cpu_each * 1000:.2f} ms CPU")
            faults = (
                _levels(site.url, made, nothing)
                + _rush(site.url, made, options)
                + _board(site.url, made, nothing)
                + _register(made)
            )
            for fault in faults:
                print(f"WRONG {fault}")
            return 1 if faults else 0
    except children.CannotStart as error:
        print(error)
        return 3


def _levels(url, made, nothing):
    """Everybody at once and once, so many at a time: SQL, CPU and how long the slowest twentieth waited."""
    for number in (0, 1):
        line = visitors.InProcess()
        operations.check_in(made, operations.arrival(made, line, number))
    print(f"one sign-in: {line.statements} statements")
    faults = []
    for connections, count in LEVELS.items():
        waiting = iter([operations.arrival(made, visitors.Wire(url), number) for number in range(count)])

        def act(visitor):
            operations.check_in(made, visitor)
            visitor.close()

        one = load.run(act, [waiting] * connections, connections, 30.0)
        faults += one.faults
        there = one.slowest_twentieth * BARE / nothing.cpu_each
        print(
            f"{connections} at once: {one.count} sign-ins, CPU {one.cpu_each * 1000:.1f} ms ({_parts(one)}), "
            f"÷ {one.cpu_each / nothing.cpu_each:.0f}, p95 {one.slowest_twentieth * 1000:.0f} ms "
            f"({there:.0f} ms where the view that does nothing takes {BARE}), {one.per_second:.0f}/s, "
            f"others used {one.others:.1f} processors"
        )
    return faults


def _parts(one):
    each = {part: used / max(one.count, 1) * 1000 for part, used in one.cpu.items() if part != "worker"}
    return ", ".join(f"{part} {used:.1f}" for part, used in each.items())


def _rush(url, made, options):
    from training.models import Attendance, Scan

    rng = random.Random(8)  # noqa: S311 - the same rush every time
    tries = []
    for learner in made.learners[: options.people - int(options.people * REPEATS)]:
        tries.append((learner, made.ticket()))
    repeats = [rng.choice(tries) for _number in range(int(options.people * REPEATS))]
    tries += [(one, ticket if n % 2 else made.ticket()) for n, (one, ticket) in enumerate(repeats)]
    forged = [(learner, f"forged-{n}") for n, (learner, _t) in enumerate(tries[: int(options.people * FORGED)])]
    everything = tries + forged
    rng.shuffle(everything)
    took, faults, lock = [], [], threading.Lock()
    for learner, _ticket in everything:
        learner.signed_in()
    before = meter.cpu()
    began = time.perf_counter()

    def arrive(learner, ticket, wait):
        visitor = visitors.Visitor(visitors.Wire(url), learner.signed_in() | {"check-in-ticket": ticket}, learner)
        try:
            time.sleep(max(0.0, began + wait - time.perf_counter()))
            at = time.perf_counter()
            visitor.post(made.check_in_path, {}, follow=False)
            with lock:
                took.append(time.perf_counter() - at)
            wanted = 403 if ticket.startswith("forged") else 200
            if visitor.status != wanted:
                faults.append(f"answered {visitor.status}, should be {wanted}")
        except Exception as fault:  # told at the end; the others go on
            faults.append(f"{type(fault).__name__}: {fault}")
        finally:
            visitor.close()

    threads = [
        threading.Thread(target=arrive, args=(learner, ticket, rng.uniform(0, options.seconds)), daemon=True)
        for learner, ticket in everything
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = meter.cpu()
    cpu = sum(after[part] - before[part] for part in after if part != "worker") / len(everything)
    ordered = sorted(took)
    print(
        f"{len(everything)} tries in {time.perf_counter() - began:.0f} s: median {ordered[len(ordered) // 2] * 1000:.0f} ms,"
        f" p95 {ordered[int(len(ordered) * 0.95)] * 1000:.0f} ms, CPU {cpu * 1000:.1f} ms each"
    )
    people = len({learner.person.pk for learner, _ticket in tries}) + len(made.arrivals)
    found = {
        "rows": (Attendance.objects.filter(session=made.session).count(), people),
        "accepted": (Scan.objects.filter(session=made.session, outcome="accepted").count(), people),
        "forged kept": (Scan.objects.filter(session=made.session, outcome="check_in.expired").count(), len(forged)),
    }
    print(", ".join(f"{what} {have} of {want}" for what, (have, want) in found.items()) + f", faults {len(faults)}")
    return faults + [f"{what}: {have}, should be {want}" for what, (have, want) in found.items() if have != want]


def _board(url, made, nothing):
    from accounts import consents
    from accounts.models import Consent, User
    from enterprises.models import Appointment, Role

    boss = User.objects.create(username="bench-trainer")
    Appointment.objects.create(user=boss, role=Role.TRAINER, organiser=made.session.round.owner)
    for text in consents.current_policies().values():
        Consent.objects.create(user=boss, policy=text.slug, version=text.version)
    visitor = visitors.Visitor(visitors.Wire(url), world.Learner(boss, None, None).signed_in())
    path = f"/desk/sessions/{made.session.pk}/board/live/"

    def changed(_one):
        visitor.get(path).expect('name="v"')

    figures = load.run(changed, [iter([visitor] * 200)], 1, 4.0)
    version = visitor.find(r'name="v" value="([^"]*)"')

    def unchanged(_one):
        visitor.get(f"{path}?v={version}")

    same = load.run(unchanged, [iter([visitor] * 300)], 1, 4.0)
    for name, one in (("board, drawn anew", figures), ("board, unchanged", same)):
        print(
            f"{name}: {one.cpu_each * 1000:.1f} ms CPU, ÷ {one.cpu_each / nothing.cpu_each:.0f}, "
            f"p95 {one.slowest_twentieth * 1000:.0f} ms"
        )
    return figures.faults + same.faults


def _register(made):
    from django.db import connection

    from tests.suite.threads import at_once
    from training import register
    from training.models import Attendance, Registration

    session = made.session
    Attendance.objects.filter(session=session).delete()
    rows = Registration.objects.on_the_list().filter(round=session.round_id)
    wanted = dict.fromkeys(rows.values_list("pk", flat=True), "present")
    rows.update(frozen_at=None)
    connection.close()
    took = []

    def save(number):
        at = time.perf_counter()
        done = register.save(session, wanted, {}, actor=None, reason=f"trainer {number}")
        took.append(time.perf_counter() - at)
        return done

    results = at_once(4, save)
    faults = [repr(result) for result in results if isinstance(result, Exception)]
    count = Attendance.objects.filter(session=session).count()
    print(
        f"register of {len(wanted)} saved by four at once: {', '.join(f'{one:.2f}' for one in sorted(took))} s, {count} rows"
    )
    return faults + ([] if count == len(wanted) else [f"register: {count} rows, should be {len(wanted)}"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
