"""The rows of a nation's ledger, made inside the server (PostgreSQL) or row by row (SQLite)."""

import random
from datetime import date, timedelta
from decimal import Decimal

SEED = 2026
FIRST, LAST = date(2024, 11, 1), date(2026, 10, 31)


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
