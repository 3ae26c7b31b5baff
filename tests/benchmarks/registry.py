"""``python -m tests.benchmarks.registry``: the list screens of the registry with a nation in the tables, on PostgreSQL.

Rows are made inside the server. Each screen is asked as a browser asks, in this process: middleware, view, database, template.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import sys
import time

from lms.embedded import children
from tests.suite import databases

SIZE = 1_000_000
"""Enterprises; twice as many people."""
BIG = 5_000
"""People of the largest enterprise, whose staff list is measured."""
TURNS = 40
SLOW = 15
"""Seconds an index may take before it is named."""
GOAL = 0.150
"""Seconds the slowest twentieth of a screen may take."""
SEARCHED = 2.0
"""The same of the finder of duplicates, which goes through the tables."""

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国玉兰红梅志海文晓东春燕鹏飞龙宇浩然子轩梓涵欣怡嘉俊博思远天佑一诺可馨"
    "雨泽佳琪亦凡若曦沐辰景行知行书瑶清妍凌云柏松青山"
)
BRANDS = (
    "津渤滨海恒泰宏盛兴隆祥瑞金鼎天诚信达通顺丰源永福利和盈康安博远卓越创新腾飞万佳美华东方正中联合力百川鑫磊晶星辰光辉凯旋德"
    "益民昌荣茂"
)
TRADES = (
    "机械制造",
    "汽车部件",
    "电动车",
    "地毯",
    "五金制品",
    "木制品",
    "光伏科技",
    "精密模具",
    "塑料制品",
    "食品",
    "纺织",
    "包装",
)


def fill(connection, size):
    """A nation: enterprises with districts, chains, sizes; people with names, keys, phones and a post. Under two minutes."""
    from core.pinyin import sort_key
    from enterprises.models import Person

    known = Person.objects.order_by("-pk").values_list("pk", flat=True).first()

    def key(character):
        return sort_key(character).split(" ")[0]

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off")
        # Six million foreign keys that are right by construction: looking each up takes as long as everything else.
        cursor.execute("SET session_replication_role = replica")
        rebuilt = _drop_indexes(cursor)
        cursor.execute(
            """
            INSERT INTO enterprises_enterprise (code, code_accepted_because, name, district_id, town, address, industry_code,
                employees, revenue_band, size_class, size_declared, contact_name, contact_phone, iso, iso_number, iso_body,
                source, status, created_at)
            SELECT CASE WHEN n %% 30 = 0 THEN '92' ELSE '91' END || d.code || lpad(n::text, 10, '0'), '',
                '天津' || substr(%(brands)s, 1 + n %% %(b)s, 1) || substr(%(brands)s, 1 + n / %(b)s %% %(b)s, 1)
                    || substr(%(brands)s, 1 + n * 7 %% %(b)s, 1) || (%(trades)s::text[])[1 + n %% %(t)s]
                    || CASE WHEN n %% 30 = 0 THEN '经营部' ELSE '有限公司' END,
                d.code, '', '', (%(codes)s::text[])[1 + n %% 6], n %% 400, (%(bands)s::int[])[1 + n %% 5],
                (ARRAY['micro', 'small', 'small', 'micro', 'medium', 'unknown'])[1 + n %% 6], false, '', '',
                (ARRAY['unknown', 'none', 'none', 'held'])[1 + n / 7 %% 4], '', '', 'self',
                CASE WHEN n %% 50 = 0 THEN 'closed' WHEN n %% 11 = 0 THEN 'claimed' ELSE 'confirmed' END, now()
            FROM generate_series(1, %(count)s) AS n
            JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM enterprises_district) AS d
                ON d.place = n %% 16
            ORDER BY n
            """,
            {
                "brands": BRANDS,
                "b": len(BRANDS),
                "trades": list(TRADES),
                "t": len(TRADES),
                "codes": ["3670", "3770", "2437", "203", "3825", "3311"],
                "bands": [50, 300, 500, 2000, 5000],
                "count": size,
            },
        )
        cursor.execute(
            """
            INSERT INTO enterprises_enterprise_pilots (enterprise_id, pilot_id)
            SELECT e.id, p.slug FROM enterprises_enterprise e
            JOIN (SELECT slug, row_number() OVER (ORDER BY slug) AS place FROM enterprises_pilot) AS p ON p.place = e.id % 40
            """
        )
        cursor.execute(
            """
            INSERT INTO enterprises_formeridentity (enterprise_id, name, code, until, reason)
            SELECT id, '天津老' || substr(name, 3), '', now(), '' FROM enterprises_enterprise WHERE id % 50 = 7
            """
        )
        cursor.execute(
            """
            INSERT INTO enterprises_person (name, name_key, phone, created_at)
            SELECT s || a || b,
                (%(skeys)s::text[])[i] || ' ' || (%(gkeys)s::text[])[j] || ' ' || (%(gkeys)s::text[])[k] || ' ' || s || a || b,
                CASE WHEN n %% 10 = 0 THEN NULL ELSE (13000000000 + n * 17)::text END, now()
            FROM (SELECT n, i, j, k, substr(%(surnames)s, i, 1) AS s, substr(%(given)s, j, 1) AS a,
                        substr(%(given)s, k, 1) AS b
                  FROM (SELECT n, (1 + floor(%(s)s * power(random(), 2)))::int AS i, (1 + n %% %(g)s)::int AS j,
                               (1 + n / %(g)s %% %(g)s)::int AS k
                        FROM generate_series(1, %(count)s) AS n) AS numbers) AS names
            """,
            {
                "surnames": SURNAMES,
                "s": len(SURNAMES),
                "skeys": [key(one) for one in SURNAMES],
                "given": GIVEN,
                "g": len(GIVEN),
                "gkeys": [key(one) for one in GIVEN],
                "count": 2 * size,
            },
        )
        cursor.execute(
            """
            INSERT INTO enterprises_membership (person_id, enterprise_id, layer, department, post, tags, started_on, ended_on,
                confirmed_at)
            SELECT p.id, e.least + CASE WHEN p.place <= %(big)s THEN 0
                    -- By a hash: names and districts both follow the number, and all 王伟 would live in one district.
                    ELSE (hashint8(p.place) & 2147483647) %% %(firms)s END,
                (ARRAY['frontline', 'frontline', 'frontline', 'middle', 'top', 'other'])[1 + p.place %% 6], '', '', '[]',
                '2026-01-05', CASE WHEN p.place %% 12 = 0 THEN '2026-06-30'::date END,
                CASE WHEN p.place %% 15 = 0 THEN NULL ELSE now() END
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM enterprises_person WHERE id > %(known)s) AS p,
                 (SELECT min(id) AS least FROM enterprises_enterprise WHERE name LIKE '天津%%') AS e
            """,
            {"big": BIG, "firms": size, "known": known},
        )
        for statement in rebuilt:
            began = time.perf_counter()
            cursor.execute(statement)
            if time.perf_counter() - began > SLOW:
                print(f"{time.perf_counter() - began:.0f} s: {statement}", flush=True)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")  # autovacuum, which would do it, is off in the embedded server


def _drop_indexes(cursor):
    """Take the plain indexes away; returns the statements that bring them back. Filling first is many times faster."""
    tables = ("enterprise", "enterprise_pilots", "formeridentity", "person", "membership")
    cursor.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE tablename = ANY(%s) AND indexname NOT IN (SELECT conname FROM pg_constraint) AND indexdef NOT LIKE '%%UNIQUE%%'
        """,
        [[f"enterprises_{table}" for table in tables]],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def screens(world, size):
    """(name, who asks, [address of each turn])."""
    from enterprises import duplicates
    from enterprises.models import Enterprise, Membership, Person

    firms = list(Enterprise.objects.filter(pk__gt=size // 3).order_by("pk")[: TURNS * 40 : 40])
    people = list(Person.objects.filter(pk__gt=size).exclude(phone=None).order_by("pk")[: TURNS * 40 : 40])
    big = Enterprise.objects.order_by("pk").exclude(pk__in=[world.alpha.pk, world.beta.pk]).first()
    member = Membership.objects.filter(enterprise=big).order_by("pk")[BIG // 2]
    list_, who = "/desk/enterprises/", "/desk/people/"
    staff = f"/enterprises/{big.pk}/staff/"

    def each(rows, make):
        return [make(row) for row in rows]

    yield "企业 first page", world.city, [list_] * TURNS
    yield "企业 first page, district", world.xiqing, [list_] * TURNS
    yield "企业 deep page", world.city, each(firms, lambda row: f"{list_}?after={row.pk}")
    yield "企业 deep page, district", world.xiqing, each(firms, lambda row: f"{list_}?after={row.pk}")
    yield "企业 part of a name (2)", world.city, each(firms, lambda row: f"{list_}?q={row.name[2:4]}")
    yield "企业 part of a name (5)", world.city, each(firms, lambda row: f"{list_}?q={row.name[3:8]}")
    yield "企业 common part 有限公司", world.city, [f"{list_}?q=有限公司"] * TURNS
    yield "企业 part, of a district", world.xiqing, each(firms, lambda row: f"{list_}?q={row.name[2:5]}")
    yield "企业 nothing found", world.city, [f"{list_}?q=没有这家{n}" for n in range(TURNS)]
    yield "企业 whole code", world.city, each(firms, lambda row: f"{list_}?q={row.code}")
    yield "企业 beginning of code", world.city, each(firms, lambda row: f"{list_}?q={row.code[:14]}")
    yield "企业 one district", world.city, each(firms, lambda row: f"{list_}?district={row.district_id}")
    yield "企业 chain + size", world.city, [f"{list_}?pilot=auto-parts&size=small"] * TURNS
    yield "企业 closed, 92, held", world.city, [f"{list_}?status=closed&kind=92&iso=held"] * TURNS
    yield "企业 one of them", world.city, each(firms, lambda row: f"{list_}{row.pk}/")
    yield "人员 first page", world.city, [who] * TURNS
    yield "人员 first page, district", world.xiqing, [who] * TURNS
    yield "人员 deep page", world.city, each(people, lambda row: f"{who}?after={row.pk}")
    yield "人员 whole name", world.city, each(people, lambda row: f"{who}?q={row.name}")
    yield "人员 part of a name", world.city, each(people, lambda row: f"{who}?q={row.name[1:]}")
    yield "人员 surname", world.city, each(people, lambda row: f"{who}?q={row.name[0]}")
    yield "人员 pinyin", world.city, each(people, lambda row: f"{who}?q={''.join(row.name_key.split()[:3])}")
    yield "人员 pinyin of surname", world.city, each(people, lambda row: f"{who}?q={row.name_key.split()[0]}")
    yield "人员 name, district", world.xiqing, each(people, lambda row: f"{who}?q={row.name}")
    yield "人员 surname, district", world.xiqing, each(people, lambda row: f"{who}?q={row.name[0]}")
    yield "人员 last four digits", world.city, each(people, lambda row: f"{who}?q={row.phone[-4:]}")
    yield "人员 whole phone", world.city, each(people, lambda row: f"{who}?q={row.phone}")
    yield "人员 one of them", world.city, each(people, lambda row: f"{who}{row.pk}/")
    yield f"名单 of {BIG} people", world.city, [staff] * TURNS
    yield "名单 deep page", world.city, [f"{staff}?after={member.pk}"] * TURNS
    yield "名单 search", world.city, each(people, lambda row: f"{staff}?q={row.name[0]}")
    yield "名单 waiting", world.city, [f"{staff}?state=waiting"] * TURNS
    for rule in duplicates.RULES:
        for who_asks, user in (("", world.city), (", district", world.xiqing)):
            yield f"查重 {rule}{who_asks}", user, [f"/desk/duplicates/?rule={rule}"] * 3


def _slowest_twentieth(times):
    return sorted(times)[int(len(times) * 0.95)]


def measure(size, only):
    """Print a line for each screen; returns the faults."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.suite import world

    began = time.perf_counter()
    made = world.make()
    fill(connection, size)
    print(f"{size:,} enterprises, {2 * size:,} people made in {time.perf_counter() - began:.0f} s", flush=True)
    print(f"{'screen':36} {'SQL':>4} {'median ms':>10} {'p95 ms':>8} {'of it SQL':>12}")
    faults, spent = [], []

    def watch(execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - started)

    for name, user, addresses in screens(made, size):
        if only and not any(word in name for word in only):
            continue
        client = Client()
        client.force_login(user)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(addresses[0])
        asked = list(asked.captured_queries)
        times, database = [], []
        for address in addresses:
            spent.clear()
            began = time.perf_counter()
            with connection.execute_wrapper(watch):
                answer = client.get(address)
            times.append(time.perf_counter() - began)
            database.append(sum(spent))
        if answer.status_code != 200:
            faults.append(f"{name}: {answer.status_code}")
        p95 = _slowest_twentieth(times)
        figures = (1e3 * statistics.median(times), 1e3 * p95, 1e3 * _slowest_twentieth(database))
        print(f"{name:36} {len(asked):>4} {figures[0]:>10.1f} {figures[1]:>8.1f} {figures[2]:>12.1f}", flush=True)
        goal = SEARCHED if name.startswith("查重") else GOAL
        if p95 > goal:
            faults.append(f"{name}: p95 {1e3 * p95:.0f} ms, goal {1e3 * goal:.0f}")
            slowest = max(asked, key=lambda query: float(query["time"]))
            if os.environ.get("EXPLAIN"):
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {slowest['sql'].replace('%', '%%')}")
                    print("\n".join(row[0] for row in cursor.fetchall()), flush=True)
    return faults


def on_postgresql(name, work):
    """Do ``work()``, which returns faults, on a fresh database of an embedded PostgreSQL; returns the exit code."""
    folder = databases.scratch(name)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            server, template = stack.enter_context(databases.postgresql())
        except children.CannotStart as error:
            print(error)
            return 3
        os.environ |= {"TEST_SERVER": server, "TEST_TEMPLATE": template}
        database = databases.Copy(folder, name)
        databases.copy_postgresql(server, template, database.name)
        stack.callback(database.drop)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "lms.settings.test",
            "DATABASE_URL": database.url,
            "VAR_DIR": str(folder),
        }
        import django

        django.setup()
        faults = work()
    for fault in faults:
        print(f"WRONG {fault}")
    return 1 if faults else 0


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", action="append", default=[], metavar="WORD", help="screens whose name holds this word"
    )
    parser.add_argument("--size", type=int, default=SIZE, metavar="N", help="enterprises; twice as many people")
    options = parser.parse_args(arguments)
    return on_postgresql("registry", lambda: measure(options.size, options.only))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
