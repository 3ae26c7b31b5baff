"""Forty people in three rounds, typed by hand with every way a headcount goes wrong; the right numbers are typed beside them.

``typed/*.csv`` are lists as organisers send them, fed through import, sign-in, marks and closing; ``typed/expected.csv`` is the
汇总表 a clerk worked out from them with pencil and paper, ``typed/shortcuts.csv`` what comes of counting in a hurry.
"""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import User
from core import clock, registry
from core.exceptions import DomainError
from courses.models import CourseIndexPage, CoursePage, LessonPage
from courses.progress import report_progress
from courses.services import enrol
from enterprises import identity, merging
from enterprises.models import Enterprise, Layer, Membership, Person, SizeClass
from home.services import ensure_home
from ledger import counts
from ledger.models import Entry
from reports import exporting, organisers, sheets, summary
from tests.training import house
from training import check_in, closing, reconciling, registration, roster, sessions, tickets
from training import sheets as signed_sheets
from training.models import Attendance, Registration, Round, Scan

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

FOLDER = Path(__file__).parent / "typed"
YEAR = counts.Scope(date(2025, 1, 1), date(2025, 12, 31))
OLD_CODE, NEW_CODE = "91120116MA0TE5T081", "91120116MA0TE6T277"


def typed(name):
    """The lines of one typed list, as dicts."""
    return list(csv.DictReader(io.StringIO((FOLDER / f"{name}.csv").read_text(encoding="utf-8"))))


def upload(name):
    file = io.BytesIO((FOLDER / f"{name}.csv").read_bytes())
    file.name = f"{name}.csv"
    return file


def listed(world, round_, name):
    """Put a typed list on the roll, a week before; what happened to its lines."""
    with clock.moved_to(round_.sessions.first().starts_at - timedelta(days=7)):
        batch = roster.receive(round_.pk, upload(name), actor=world.jia_admin)
        return roster.write(batch.pk, actor=world.jia_admin)


def signed(world, round_, name):
    """Type the marks of the signed sheet in, once the round is over; the cells that were refused."""
    with clock.moved_to(clock.at(round_.ends_on + timedelta(days=1), 9)):
        batch = signed_sheets.receive(round_.pk, upload(name), actor=world.jia_trainer)
        batch = signed_sheets.write(batch.pk, actor=world.jia_trainer)
        for session in round_.sessions.all():
            check_in.submit_session(session.pk, actor=world.jia_trainer)
    return {who for _line, _column, who, what, _sentence in batch.outcome if what == "refused"}


def filed_and_closed(world, round_):
    """Signatures counted, and what differs from the register explained; then closed."""
    house.file_papers(round_)
    with clock.moved_to(house.after(round_)):
        for line in reconciling.lines(round_):
            if not line.is_settled:
                said = line.on_sheet or line.registered
                why = "取消的、代码错了没上名单的，名字还在纸上"
                reconciling.count(line.session.pk, said, actor=world.jia_trainer, explanation=why)
    return house.close(world, round_)


def scan(session, person, *, leaving=False):
    """A phone at the door."""
    with clock.moved_to(session.ends_at if leaving else session.starts_at):
        code = tickets.door_code(session, leaving=leaving).url.rstrip("/").rsplit("/", 1)[1]
        check_in.sign_in(tickets.open_ticket(tickets.ticket_for_url(session, code)), person)


def person(name):
    return Person.objects.get(name=name, merged_into=None)


@pytest.fixture
def rounds(world):
    """The three rounds and a course, from the typed lists; the day after, everything is in the books."""
    Enterprise.objects.filter(pk=world.alpha.pk).update(size_class=SizeClass.MICRO)
    Enterprise.objects.filter(pk=world.beta.pk).update(size_class=SizeClass.SMALL)
    for code, name, district, size in (
        ("91120111MA0TE6T194", "示例丙企业有限公司", "120111", SizeClass.MEDIUM),
        (OLD_CODE, "示例丁企业有限公司", "120116", SizeClass.SMALL),
        ("91120114MA0TE6T355", "示例甲改名企业有限公司", "120114", SizeClass.SMALL),
    ):
        Enterprise.objects.create(code=code, name=name, district_id=district, size_class=size)
    return _auditors(world), _together(world), _trade(world)


def _auditors(world):
    round_ = house.opened(world, house.five_half_days(), seats=60, title="内审员班")
    outcome = listed(world, round_, "auditors").outcome
    assert [line for line, what, _sentence, _key in outcome if what == "refused"] == [20, 22]
    with clock.moved_to(clock.at(date(2025, 3, 1), 9)):
        registration.register(round_.pk, world.nobody.person, None, actor=world.nobody)
        registration.cancel(house.of(round_, person("甲六")).pk, actor=world.jia_admin, reason="来不了")
    round_.trainers.add(person("讲师本人"))
    scan(round_.sessions.get(number=1), person("乙二"))
    assert signed(world, round_, "auditors") == {"甲六", "错码", "甲一"}
    nobody = house.of(round_, world.nobody.person)
    with clock.moved_to(clock.at(date(2025, 3, 8), 9)):
        for session in round_.sessions.all():
            present = {nobody.pk: house.PRESENT}
            check_in.enter_list(session, present, actor=world.jia_trainer, reason="纸质签到表")
        for line in typed("auditors"):
            for number, mark in enumerate(line["成绩"].split()):
                seat = round_.registrations.get(person__name=line["姓名"], person__phone=line["手机号"])
                closing.enter_mark(seat, Decimal(mark), actor=world.jia_trainer, resit=number > 0)
        closing.enter_mark(nobody, Decimal(85), actor=world.jia_trainer)
    return filed_and_closed(world, round_)


def _together(world):
    day = date(2025, 3, 19)
    plan = {"kind": "K1", "has_exam": False, "title": "集中培训", "owner": world.yi, "co_organisers": [world.jia]}
    round_ = house.opened(world, [house.lesson(day)], **plan)
    identity.rename(world.alpha.pk, "示例甲改名企业有限公司", actor=world.city)
    firm = Enterprise.objects.get(code=OLD_CODE)
    identity.change_code(firm.pk, NEW_CODE, actor=world.city, reason="换发十八位代码")
    listed(world, round_, "together")
    with clock.moved_to(clock.at(date(2025, 3, 15), 9)):
        start = clock.at(date(2025, 3, 26), 9)
        session = round_.sessions.get()
        sessions.move_session(
            session.pk, starts_at=start, ends_at=start + timedelta(hours=3), actor=world.city, reason="改期",
            confirmed=house.EVERYTHING,
        )  # fmt: skip
        again = roster.receive(round_.pk, upload("together"), actor=world.jia_admin)
    assert [(line, what, said) for line, what, said, _key in again.outcome if what != "same"] == []
    round_ = Round.objects.get(pk=round_.pk)
    assert signed(world, round_, "together") == set()
    return filed_and_closed(world, round_)


def _trade(world):
    plan = {"kind": "K2", "has_exam": False, "title": "行业培训", "sign_out": True}
    round_ = house.opened(world, [house.lesson(date(2025, 4, 9))], **plan)
    listed(world, round_, "trade")
    Membership.objects.filter(person=person("王升")).update(layer=Layer.MIDDLE)
    session = round_.sessions.get()
    for name in ("张转", "王升", "甲十"):
        scan(session, person(name))
    # One phone for six: the ticket is used up by the first.
    with clock.moved_to(session.starts_at):
        code = tickets.door_code(session).url.rstrip("/").rsplit("/", 1)[1]
        ticket = tickets.open_ticket(tickets.ticket_for_url(session, code))
        for name in GROUP:
            try:
                check_in.sign_in(ticket, person(name))
            except DomainError as refused:
                assert refused.code == "check_in.ticket_used"
    for name in ("张转", "王升", GROUP[0]):
        scan(session, person(name), leaving=True)
    assert signed(world, round_, "trade") == set()
    return filed_and_closed(world, round_)


GROUP = ["乙十", "乙十一", "乙十二", "乙十三", "乙十四", "乙十五"]


def study(who):
    """A course of six lessons of ten minutes, in May; how many lessons were read."""
    home, _report = ensure_home()
    index = home.add_child(instance=CourseIndexPage(title="课程", slug="typed"))
    course = index.add_child(instance=CoursePage(title="六课", slug="c", code="YX", layer="top", summary="简介"))
    start = clock.at(date(2025, 5, 6), 20)
    for number in range(6):
        page = LessonPage(title=f"第 {number} 课", slug=f"f{number}", key=f"F{number}", minutes=10)
        course.add_child(instance=page)
    for number, page in enumerate(LessonPage.objects.child_of(course)):
        opened = start + timedelta(minutes=10 * number)
        with clock.moved_to(opened):
            enrolment = enrol(who, course)
        with clock.moved_to(opened + timedelta(minutes=9)):
            report_progress(enrolment, page, seconds=540, percent=100, opened_at=opened)
    return enrolment.progress.exclude(completed_at=None).count()


def printed(month):
    """{district: the figures of its row} of the 汇总表 as it leaves the house, read back from the file."""
    path = exporting.Path("/tmp") / f"typed-{clock.now().timestamp()}.xlsx"
    try:
        exporting.write(path, sheets.summary_sheet(summary.month_scope(date(2025, month, 1))))
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    finally:
        path.unlink(missing_ok=True)
    return {row[1]: [int(cell) for cell in row[2:18]] for row in rows[6:24]}


def test_what_was_typed_by_hand_is_what_is_counted(world, rounds):
    auditors, together, trade = rounds
    read = study(person("甲一"))
    before = counts.figures(YEAR)
    winner = Person.objects.get(phone="19900030001")
    loser = Person.objects.get(phone="19900030009")
    merging.merge(world.city, "person", winner.pk, loser.pk, reason="换了手机号")
    User.objects.create(username="demo-typed", is_demo=True)

    wanted = {}
    for line in typed("expected"):
        cells = [int(text) for name, text in line.items() if name not in ("月", "区")]
        wanted.setdefault(int(line["月"]), {})[line["区"]] = cells
    for month, places in wanted.items():
        assert {name: row for name, row in printed(month).items() if any(row) or name in places} == places

    year, march = counts.figures(YEAR), summary.month_scope(date(2025, 3, 1))
    assert (year.sessions, year.rounds, year.person_times, year.persons, year.enterprises, year.small) == (
        3,
        1,
        41,
        32,
        5,
        4,
    )
    assert (year.class_hours, counts.figures(march).class_hours, counts.figures(march).persons) == (397, 360, 26)
    rates, whole = counts.rates_by_district(YEAR)
    assert whole.shown[:3] == (counts.Rate(40, 46), counts.Rate(14, 15), counts.Rate(13, 15))
    assert (rates["120111"].passed, rates["120114"].passed, rates["120116"].passed) == (
        counts.Rate(7, 7), counts.Rate(5, 5), counts.Rate(1, 2),
    )  # fmt: skip
    assert {row.organiser: (row.sessions, row.people.person_times, row.helped, row.helped_times) for row in organisers.table(YEAR)} == {
        world.jia: (2, 24, 1, 16), world.yi: (1, 16, 0, 0),
    }  # fmt: skip

    def seen(round_, name):
        return Entry.objects.as_of().filter(activity__key=round_.activity_key, person=person(name)).count()

    def half_days(round_):
        return Attendance.objects.filter(session__round=round_, state__in=Attendance.COUNTED)

    lines = [line for name in ("auditors", "together", "trade") for line in typed(name)]
    months = [counts.figures(summary.month_scope(date(2025, month, 1))) for month in range(1, 13)]
    alpha, moved = Enterprise.objects.get(pk=world.alpha.pk), Enterprise.objects.get(code=NEW_CODE)
    live = Entry.objects.as_of()
    found = {
        1: (counts.figures(march).person_times, half_days(auditors).count() + half_days(together).count()),
        2: (seen(auditors, "甲一"), half_days(auditors).filter(registration__person=person("甲一")).count()),
        3: (seen(trade, "张转"), Scan.objects.filter(session__round=trade, person=person("张转")).count()),
        4: (seen(auditors, "乙二"), Scan.objects.filter(person=person("乙二")).count() + 1),
        5: (
            Person.objects.filter(name="甲一").count(),
            len({line["手机号"] for line in lines if line["姓名"] == "甲一"}),
        ),
        6: (year.persons, before.persons),
        7: (
            live.filter(enterprise=alpha).values("enterprise").distinct().count(),
            1 + alpha.former.exclude(name="").count(),
        ),
        8: (live.filter(enterprise=moved).values("enterprise").distinct().count(), len({OLD_CODE, moved.code})),
        9: (year.enterprises, len(set(live.exclude(enterprise=None).values_list("enterprise__name", flat=True)))),
        10: (
            Enterprise.objects.filter(code=alpha.code).count(),
            len({alpha.code, typed("auditors")[18]["统一社会信用代码"]}),
        ),
        11: (year.persons, sum(month.persons for month in months)),
        12: (year.persons, sum(row.people.persons for row in counts.by_district(YEAR))),
        13: (year.persons, sum(counts.figures(YEAR.of(layer=layer)).persons for layer in Layer.values)),
        14: (
            sum(seen(trade, name) for name in GROUP),
            Scan.objects.filter(person__name__in=GROUP, outcome="accepted").count(),
        ),
        15: (whole.passed.whole, 1 + sum(len(line["成绩"].split()) for line in typed("auditors"))),
        16: (live.filter(kind="K6").count(), read),
        17: (together.registrations.count(), 2 * len(typed("together"))),
        18: (whole.attended.whole, Registration.objects.count()),
        19: (year.sessions, sum(row.sessions + row.helped for row in organisers.table(YEAR))),
        20: (whole.attended.part, whole.attended.whole),
        21: (year.enterprises, year.visits),
        22: (year.persons, year.persons + User.objects.filter(is_demo=True).count()),
    }
    shortcuts = typed("shortcuts")
    assert found == {int(row["哪个坑"]): (int(row["对的数"]), int(row["图省事的数"])) for row in shortcuts}
    assert len({line["手机号"] for line in lines}) >= 40
    assert [finding.sentence for check in registry.audit for finding in check()] == []
