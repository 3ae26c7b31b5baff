"""Making classes happen as people make them happen: planned, published, registered, attended, closed, by the services."""

from datetime import date, timedelta
from decimal import Decimal

from core import clock
from enterprises.models import Enterprise, Layer, Membership, Person
from training import check_in, closing, reconciling, registration, scheduling
from training.models import Attendance, Evidence, Headcount, Registration, Round

DAY = date(2025, 3, 5)
"""The usual day of a class: a Wednesday."""

EVERYTHING = ("trainer", "trainee", "holiday")
"""Classes of tests are held on one day by one trainer; only tests of clashes care."""

PRESENT, ABSENT = Attendance.State.PRESENT, Attendance.State.ABSENT


def lesson(day=DAY, hour=9, hours=4, **fields):
    """One session for ``create_round``: ``hours`` class hours of 45 minutes from ``hour`` o'clock."""
    start = clock.at(day, hour)
    end = start + timedelta(minutes=int(45 * Decimal(hours)))
    return {"title": f"{hour} 点的课", "starts_at": start, "ends_at": end, "class_hours": Decimal(hours)} | fields


def five_half_days(day=DAY):
    """20 class hours in five sessions of 4; the last one is compulsory."""
    plan = [lesson(day + timedelta(days=n // 2), 9 if n % 2 == 0 else 14) for n in range(5)]
    plan[-1]["compulsory"] = True
    return plan


def make_people(count, enterprise, layer=Layer.FRONTLINE, name="学员"):
    """``count`` persons without login, working in ``enterprise``; their memberships."""
    people = Person.objects.bulk_create(Person(name=f"{name}{n}") for n in range(1, count + 1))
    day = DAY - timedelta(days=100)
    rows = [Membership(person=person, enterprise=enterprise, layer=layer, started_on=day) for person in people]
    return Membership.objects.bulk_create(rows)


def make_enterprise(number, district, **fields):
    """A further enterprise; its code is made up and not checked here."""
    return Enterprise.objects.create(code=f"9112{number:014d}", name=f"第{number}企业", district_id=district, **fields)


def planned(world, sessions=None, owner=None, **fields):
    """A planned round of organiser 甲, made two weeks before it begins."""
    sessions = sessions or [lesson()]
    with clock.moved_to(min(one["starts_at"] for one in sessions) - timedelta(days=14)):
        return scheduling.create_round(
            actor=world.jia_admin,
            owner=owner or world.jia,
            sessions=sessions,
            confirmed=EVERYTHING,
            **{"title": "内审员班", "seats": 40} | fields,
        )


def opened(world, sessions=None, members=(), **fields):
    """A published round with ``members`` (memberships) registered."""
    round_ = planned(world, sessions, **fields)
    with clock.moved_to(round_.sessions.first().starts_at - timedelta(days=7)):
        scheduling.publish(round_.pk, actor=world.jia_admin)
        for member in members:
            registration.register(round_.pk, member.person, member, actor=world.jia_admin, clash_ok=True)
    return Round.objects.get(pk=round_.pk)


def begun(world, minutes, members, **fields):
    """The one session (three hours) of a published round: it began so many ``minutes`` ago by today's clock, ``members`` are on the
    list."""
    start = clock.now() - timedelta(minutes=minutes)
    session = lesson(title="条款 4—7", starts_at=start, ends_at=start + timedelta(hours=3))
    round_ = scheduling.create_round(
        actor=world.jia_admin,
        owner=world.jia,
        sessions=[session],
        confirmed=EVERYTHING,
        **{"title": "内审员班（示例）"} | fields,
    )
    scheduling.publish(round_.pk, actor=world.jia_admin)
    for member in members:
        registration.register(round_.pk, member.person, member, actor=world.jia_admin, clash_ok=True)
    return round_.sessions.get()


def attend(world, round_, absent=()):
    """Everybody on the list was in every session but for ``absent``: pairs of (person, number of the session)."""
    gone = {(person.pk, number) for person, number in absent}
    rows = Registration.objects.on_the_list().filter(round=round_)
    for session in round_.sessions.all():
        states = {row.pk: ABSENT if (row.person_id, session.number) in gone else PRESENT for row in rows}
        with clock.moved_to(session.ends_at + timedelta(minutes=5)):
            check_in.enter_list(session, states, actor=world.jia_trainer, reason="纸质签到表")
            check_in.submit_session(session.pk, actor=world.jia_trainer)


def file_papers(round_):
    """All the evidence closing asks for, without files on disk, and the signatures counted as the register now says."""
    kinds = [Evidence.Kind.SIGN_IN] * round_.sessions.count()
    kinds += [Evidence.Kind.PHOTO] * closing.PHOTOS + [Evidence.Kind.MARKS]
    Evidence.objects.bulk_create(
        Evidence(round=round_, kind=kind, file="evidence/example.jpg", name="材料.jpg", sha256="0" * 64)
        for kind in kinds
    )
    count_signatures(round_)


def count_signatures(round_):
    """Somebody has counted the signatures of each session, and finds as many as the register has."""
    Headcount.objects.filter(session__round=round_).delete()
    Headcount.objects.bulk_create(
        Headcount(session=line.session, signed=line.registered, registered=line.registered)
        for line in reconciling.lines(round_)
    )


def give_marks(world, round_, marks=None):
    """85 points for everybody on the list, but what ``marks`` (person -> mark) says, entered by the trainer."""
    rows = Registration.objects.on_the_list().filter(round=round_)
    rows.filter(mark=None).exclude(person__in=marks or []).update(mark=85, first_mark=85)
    for person, mark in (marks or {}).items():
        closing.enter_mark(rows.get(person=person), Decimal(mark), actor=world.jia_trainer)


def after(round_, days=2):
    """16:00, ``days`` days after the round ended: the usual moment of closing."""
    return clock.at(round_.ends_on + timedelta(days=days), 16)


def close(world, round_):
    """结班 two days after the end."""
    with clock.moved_to(after(round_)):
        return closing.close_round(round_.pk, actor=world.jia_trainer)


def ready(world, sessions=None, members=(), absent=(), marks=None, **fields):
    """A round that lacks nothing but the closing."""
    round_ = opened(world, sessions, members, **fields)
    attend(world, round_, absent)
    file_papers(round_)
    if round_.has_exam:
        give_marks(world, round_, marks)
    return Round.objects.get(pk=round_.pk)


def held(world, sessions=None, members=(), **fields):
    """A closed round."""
    return close(world, ready(world, sessions, members, **fields))


def of(round_, person):
    """The registration of a person in a round."""
    return Registration.objects.get(round=round_, person=person)
