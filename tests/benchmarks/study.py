"""``python -m tests.benchmarks.study``: how far 100,000 people are in one course, on PostgreSQL; a rule that reaches all of them.

Rows are made inside the server. Each screen is asked as a browser asks, in this process: middleware, view, database, template.
"""

import argparse
import os
import statistics
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from .registry import on_postgresql

SIZE = 100_000
TURNS = 15
GOAL = 0.300
"""Seconds of processor a screen may take, ours and the database's together: what it answers in on a machine that is not shared."""


def _cpu(connection):
    """Seconds of processor used so far by this process and by the backend it talks to."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")  # a worker's time would be nobody's
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    ticks = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return time.process_time(), (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")


def fill(connection, course, lessons, size):
    """``size`` people of as many small firms in 16 districts, each enrolled, most of them somewhere on the way."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO enterprises_enterprise (code, code_accepted_because, name, district_id, town, address, industry_code,
                size_class, size_declared, contact_name, contact_phone, iso, iso_number, iso_body, source, status, created_at)
            SELECT '91' || d.code || lpad(n::text, 10, '0'), '', '天津示例' || n || '有限公司', d.code, '', '', '3670', 'small', false,
                '', '', 'unknown', '', '', 'self', 'confirmed', now()
            FROM generate_series(1, %(firms)s) AS n
            JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM enterprises_district) AS d ON d.place = n %% 16
            """,
            {"firms": size // 10},
        )
        cursor.execute(
            """
            WITH made AS (
                INSERT INTO enterprises_person (name, name_key, phone, created_at)
                SELECT '示例' || n, 'shi li ' || lpad(n::text, 7, '0'), (13000000000 + n)::text, now()
                FROM generate_series(1, %(size)s) AS n RETURNING id
            ), firms AS (
                SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM enterprises_enterprise WHERE name LIKE '天津示例%%'
            )
            INSERT INTO enterprises_membership (person_id, enterprise_id, layer, department, post, tags, started_on, confirmed_at)
            SELECT made.id, firms.id, (ARRAY['frontline', 'frontline', 'middle', 'top'])[1 + made.id %% 4], '', '', '[]',
                '2026-01-05', now()
            FROM made JOIN firms ON firms.place = made.id %% %(firms)s
            """,
            {"size": size, "firms": size // 10},
        )
        cursor.execute(
            """
            INSERT INTO courses_enrolment (person_id, course_id, version, year, membership_id, enterprise_id, district_id, layer,
                is_auditor, enterprise_pilots, size_class, enrolled_at, completed_at, pinned)
            SELECT m.person_id, %(course)s, 1, 2026, m.id, m.enterprise_id, e.district_id, m.layer, false, '[]', 'small',
                now() - make_interval(secs => m.id), CASE WHEN m.id %% 3 = 0 THEN now() END, '{}'
            FROM enterprises_membership m JOIN enterprises_enterprise e ON e.id = m.enterprise_id WHERE e.name LIKE '天津示例%%'
            """,
            {"course": course.pk},
        )
        for place, lesson in enumerate(lessons):
            cursor.execute(
                """
                INSERT INTO courses_lessonprogress (enrolment_id, lesson_id, seconds, percent, watched, position, updated_at,
                    completed_at)
                SELECT id, %s, 400, 100, '{}', '{}', now(), now() FROM courses_enrolment WHERE id %% 7 > %s
                """,
                [lesson.pk, place],
            )
        cursor.execute("UPDATE courses_enrolment SET begun_at = enrolled_at WHERE id % 7 > 0")
        cursor.execute("SET session_replication_role = origin")
    # As autovacuum, which the embedded server has off, leaves tables that have been filled.
    connection.cursor().execute("VACUUM ANALYZE")


def measure(size):
    """Print a line for each screen; returns the faults."""
    from django.db import connection, transaction
    from django.test import Client
    from wagtail.models import Page

    from courses import assigning
    from courses.models import CourseIndexPage, CoursePage, Enrolment, LessonPage, Path, PathStep
    from tests.suite import world

    made = world.make()
    index = Page.get_first_root_node().add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    course = index.add_child(instance=CoursePage(title="课", slug="c", code="YX", layer="frontline", summary="示例"))
    lessons = [
        course.add_child(instance=LessonPage(title=f"第 {n} 课", slug=f"f{n}", key=f"F{n}", minutes=12))
        for n in range(6)
    ]
    began = time.perf_counter()
    fill(connection, course, lessons, size)
    people = Enrolment.objects.count()
    print(f"{people:,} people in one course, made in {time.perf_counter() - began:.0f} s", flush=True)
    base = f"/desk/study/{course.pk}/"
    deep = Enrolment.objects.order_by("enrolled_at")[people // 2].pk
    screens = [
        ("courses", made.city, "/desk/study/"),
        ("first page", made.city, base),
        ("first page, district", made.xiqing, base),
        ("deep page", made.city, f"{base}?after={deep}"),
        ("finished", made.city, f"{base}?state=done"),
        ("under way", made.city, f"{base}?state=begun"),
        ("never opened", made.city, f"{base}?state=idle"),
        ("layer and district", made.city, f"{base}?layer=top&district=120111"),
        ("by name", made.city, f"{base}?q=示例{size // 2}"),
    ]
    faults = []
    for name, user, address in screens:
        client = Client()
        client.force_login(user)
        client.get(address)
        times, used = [], _cpu(connection)
        for _turn in range(TURNS):
            began = time.perf_counter()
            answer = client.get(address)
            times.append(time.perf_counter() - began)
        ours, database = ((after - before) / TURNS for after, before in zip(_cpu(connection), used, strict=True))
        print(
            f"{name:24} median {1e3 * statistics.median(times):6.1f} ms, slowest {1e3 * max(times):6.1f} ms; CPU of one: "
            f"{1e3 * ours:5.1f} ms in our process, {1e3 * database:5.1f} ms in PostgreSQL",
            flush=True,
        )
        if answer.status_code != 200:
            faults.append(f"{name}: {answer.status_code}")
        if ours + database > GOAL:
            faults.append(f"{name}: {1e3 * (ours + database):.0f} ms of CPU, goal {1e3 * GOAL:.0f}")
    client = Client()
    client.force_login(made.city)
    with _timed(f"export of {people:,}"):
        size_of_file = sum(len(piece) for piece in client.post(f"{base}export.csv").streaming_content)
    print(f"  {size_of_file / 1e6:.1f} MB", flush=True)
    path = Path.objects.create(title="全员", layer="frontline")
    PathStep.objects.create(path=path, course=course, sort_order=0)
    rule = assigning.create(made.city, path=path)
    with _timed(f"preview of a rule that reaches {people:,}"):
        plan = assigning.plan(rule)
    with _timed("the click"), transaction.atomic(), patch("courses.tasks.apply_assignment.delay_on_commit"):
        run = assigning.apply(made.city, rule, plan.fingerprint)
    with _timed("the worker writes it"):
        assigning.write(run.pk)
    return faults


@contextmanager
def _timed(name):
    """Print how long it takes, and the processor's share of it: ours and the database's."""
    from django.db import connection

    used, began = _cpu(connection), time.perf_counter()
    yield
    wall = time.perf_counter() - began
    ours, database = (after - before for after, before in zip(_cpu(connection), used, strict=True))
    print(f"{name}: {wall:.2f} s; CPU {ours:.2f} s in our process, {database:.2f} s in PostgreSQL", flush=True)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE, metavar="N", help="people")
    options = parser.parse_args(arguments)
    return on_postgresql("study", lambda: measure(options.size))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
