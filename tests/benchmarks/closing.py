"""``python -m tests.benchmarks.closing``: a round of 1,000 people closed, corrected and packed into its archive, on PostgreSQL.

First with a tenth of the people: the statements of both must be the same. The certificates are drawn by a worker of their own and
are not what is measured: one is drawn, and the others have its file.
"""

import argparse
import sys
import time
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from .registry import on_postgresql
from .study import _cpu

SIZE, SHARE = 1_000, 10
SESSIONS = 6
GOAL = 5.0
"""Seconds of processor closing may take, ours and the database's together: what it answers in on a machine that is not shared."""


def fill(made, size):
    """A round of ``size`` people in six half days, everything there that closing asks for; one in twenty missed half of it."""
    from datetime import date

    from core import clock
    from tests.training import house
    from training import scheduling
    from training.models import Attendance, PracticeResult, Registration, Round, Session

    first = date(2025, 3, 4) + timedelta(days=7 * (size % 5))
    lessons = [house.lesson(first + timedelta(days=n // 2), 9 if n % 2 == 0 else 14) for n in range(SESSIONS)]
    lessons[-1]["compulsory"] = True
    round_ = house.planned(made, lessons, seats=size, practice_needed=True, title=f"示例大班 {size}")
    with clock.moved_to(clock.at(first - timedelta(days=7), 9)):
        scheduling.publish(round_.pk, actor=made.jia_admin)
    enterprises = [house.make_enterprise(size * 100 + n, "120111") for n in range(size // 10)]
    members = [
        member
        for n, enterprise in enumerate(enterprises)
        for member in house.make_people(10, enterprise, name=f"示例{n}之")
    ]
    Registration.objects.bulk_create(
        [
            Registration(
                round=round_,
                person=member.person,
                membership=member,
                enterprise=member.enterprise,
                district_id=member.enterprise.district_id,
                layer=member.layer,
                size_class="unknown",
                state="registered",
                sequence=n,
                mark=50 if n % 10 == 0 else 85,
                first_mark=50 if n % 10 == 0 else 85,
                frozen_at=clock.now(),
            )
            for n, member in enumerate(members, 1)
        ]
    )
    rows = list(Registration.objects.filter(round=round_).order_by("sequence"))
    sessions = list(round_.sessions.all())
    Attendance.objects.bulk_create(
        [
            Attendance(
                session=session,
                registration=row,
                state="absent" if row.sequence % 20 == 0 and session.number > SESSIONS // 2 else "present",
                method="desk",
                arrived_at=session.starts_at,
                recorded_by=made.jia_trainer,
            )
            for session in sessions
            for row in rows
        ],
        2000,
    )
    PracticeResult.objects.bulk_create(
        PracticeResult(registration=row, session=sessions[-1], result="passed", judged_by=made.jia_trainer)
        for row in rows
        if row.sequence % 20
    )
    Session.objects.filter(round=round_).update(submitted_at=clock.now())
    Round.objects.filter(pk=round_.pk).update(state=Round.State.TO_CLOSE)
    house.file_papers(round_)
    return round_


def _lend_the_file(round_):
    """Draw one certificate of the round and let all the others have its file."""
    from certificates import rendering
    from certificates.models import Certificate

    papers = Certificate.objects.filter(registration__round=round_)
    drawn = rendering.render(papers.first().pk)
    papers.update(pdf=drawn.pdf.name, pdf_sha256=drawn.pdf_sha256, rendered_at=drawn.rendered_at, render_error="")


def _memory(name):
    """MiB of this process: ``VmRSS`` now, ``VmHWM`` the most since it was forgotten."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - a file of the kernel
        return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024


def _asked(what, work):
    """Do ``work()`` and print its seconds, its processor's (ours + the database's), its statements and how much more memory it took
    at most; (seconds of processor, statements)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    before, used = _memory("VmRSS"), _cpu(connection)
    with open("/proc/self/clear_refs", "w") as forget:  # noqa: PTH123
        forget.write("5")
    with CaptureQueriesContext(connection) as queries:
        began = time.perf_counter()
        work()
        took = time.perf_counter() - began
    ours, database = (after - was for after, was in zip(_cpu(connection), used, strict=True))
    peak = _memory("VmHWM") - before
    print(
        f"{what:40} {took:>7.2f} s {ours:>7.2f} + {database:.2f} CPU {len(queries):>6} SQL {peak:>5.0f} MiB", flush=True
    )
    return ours + database, len(queries)


def _round(made, size):
    """Take a round of ``size`` people through its end; {what: (seconds of processor, statements)}."""
    from django.db import connection

    from certificates import tasks
    from core import clock
    from tests.training import house
    from training import archive_parts, archiving, closing, corrections
    from training import tasks as training_tasks
    from training.models import Archive, Correction, Registration

    round_ = fill(made, size)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    said = {}

    def act(what, work):
        said[what] = _asked(f"{size:>5} people, {what}", work)

    with (
        clock.moved_to(house.after(round_)),
        patch.object(tasks.render, "delay_on_commit"),
        patch.object(training_tasks.make_archive, "delay_on_commit"),
    ):
        act("checklist", lambda: closing.checklist(round_))
        act("closed", lambda: closing.close_round(round_.pk, actor=made.jia_trainer))
        round_.refresh_from_db()
        _lend_the_file(round_)
        session = round_.sessions.first()
        seats = list(Registration.objects.filter(round=round_).order_by("sequence")[1:6])
        ask = partial(
            corrections.ask, actor=made.jia_trainer, reason="签到表没有签名", sessions={str(session.pk): "absent"}
        )
        act("one correction asked", lambda: ask(seats[0].pk))
        for row in seats[1:]:
            ask(row.pk)
        keys = list(Correction.objects.filter(registration__round=round_).values_list("pk", flat=True))
        act("five corrections approved", lambda: corrections.approve_all(keys, actor=made.jia_admin))
        _lend_the_file(round_)
        package = archiving.ask(round_.pk, actor=made.jia_trainer)
        act("archive: report", lambda: archive_parts.report(round_, package))
        for part in (archive_parts.roster, archive_parts.attendance, archive_parts.statistics, archive_parts.letters):
            act(f"archive: {part.__name__}", partial(part, round_))
        act("archive, all of it", lambda: archiving.make(package.pk))
        package = Archive.objects.get(pk=package.pk)
        print(f"{size:>5} people: {package.total} parts, {package.size / 2**20:.0f} MiB, {len(package.faults)} faults")
        act("archived", lambda: archiving.archive(round_.pk, actor=made.jia_trainer, reason="示例"))
    return said


def measure(size):
    """Print a line for each act; returns the faults."""
    from core import pdf_fonts
    from tests.suite import world

    pdf_fonts.prepare()
    made = world.make()
    few, many = _round(made, size // SHARE), _round(made, size)
    faults = [
        f"{what}: {many[what][1]} statements, {few[what][1]} with a tenth of the people"
        for what in many
        if many[what][1] > few[what][1] + size // 500 + 1
    ]
    if many["closed"][0] > GOAL:
        faults.append(f"closed in {many['closed'][0]:.1f} s of processor, goal {GOAL}")
    return faults


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, metavar="N", help="people in the round")
    options = parser.parse_args(arguments)
    return on_postgresql("closing", lambda: measure(options.size))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
