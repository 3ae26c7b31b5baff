"""Paper: printed by the day, its marks back from a workbook; and the register of a session saved at once."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock, tables
from enterprises.models import Person
from tests.training import house
from training import check_in, register, sheets, tickets
from training.models import Attendance, SheetImport

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

NINE = clock.at(house.DAY, 9)
EVENING = clock.at(house.DAY, 18)


@pytest.fixture
def round_(world):
    members = house.make_people(3, world.alpha)
    return house.opened(world, [house.lesson(hour=9), house.lesson(hour=14)], members)


def sheet(*lines, head="姓名,第 1 课 3月5日上午,第 2 课 3月5日下午"):
    return SimpleUploadedFile("签到表.csv", "\n".join(["内审员班签到表", head, *lines]).encode("utf-8-sig"))


def said(batch):
    return [(number, column[:4], who, what) for number, column, who, what, _why in batch.outcome]


def states():
    rows = Attendance.objects.order_by("registration__sequence", "session__number")
    return [(row.registration.person.name, row.session.number, row.state) for row in rows]


def test_the_workbook_of_a_class_comes_back_marked_is_looked_at_then_written_once(world, round_, code_of):
    book = io.BytesIO(sheets.workbook(round_))
    header, *rows = [cells for _number, cells in tables.read(book, "空表.xlsx")]
    assert header == ["报名号", "姓名", "单位", "手机尾号", "第 1 课 2025年3月5日上午", "第 2 课 2025年3月5日下午"]
    marked = [cells + [""] * (6 - len(cells)) for cells in rows]
    for cells, marks in zip(marked, (("√", "√"), ("迟", "缺"), ("", "请假")), strict=True):
        cells[4:] = marks
    file = SimpleUploadedFile("表.csv", "\n".join(map(",".join, [header, *marked])).encode("utf-8-sig"))
    with clock.moved_to(EVENING):
        batch = sheets.receive(round_.pk, file, actor=world.jia_trainer)
        assert {cell[3] for cell in batch.outcome} == {"new"}
        assert not Attendance.objects.exists()
        for _time in range(2):
            sheets.write(batch.pk, actor=world.jia_trainer)
        file.seek(0)
        again = sheets.receive(round_.pk, file, actor=world.jia_trainer)
        assert {cell[3] for cell in again.outcome} == {"same"}
        assert code_of(sheets.write, again.pk, actor=world.jia_trainer) == "sheet.nothing"
    assert states() == [
        ("学员1", 1, "present"),
        ("学员1", 2, "present"),
        ("学员2", 1, "late"),
        ("学员2", 2, "absent"),
        ("学员3", 2, "leave"),
    ]
    assert set(Attendance.objects.values_list("method", "reason")) == {("paper", "纸质签到表：表.csv")}


def test_a_cell_nobody_understands_is_refused_by_row_column_and_reason_and_the_rest_goes_on(world, round_):
    first = round_.sessions.first()
    row = round_.registrations.get(person__name="学员1")
    with clock.moved_to(NINE):
        code = tickets.door_code(first).url.rstrip("/").rsplit("/", 1)[1]
        check_in.sign_in(tickets.open_ticket(tickets.ticket_for_url(first, code)), row.person)
    Person.objects.filter(name="学员3").update(name="学员2")
    lines = ("学员1,缺,√", "学员2,√,", "张生人,√,", "学员1,√,", "王小二,?,补签")
    with clock.moved_to(EVENING - timedelta(hours=5)):  # the second lesson is still to come
        batch = sheets.receive(round_.pk, sheet(*lines), actor=world.jia_trainer)
    why = {
        (number, column[:5]): sentence for number, column, _who, what, sentence in batch.outcome if what == "refused"
    }
    assert "扫码 到" in why[3, "第 1 课"]
    assert "还没上" in why[3, "第 2 课"]
    assert "同名" in why[4, "第 1 课"]
    assert "名单上没有这个人" in why[5, "第 1 课"]
    assert "第 3 行" in why[6, "第 1 课"]
    assert len(why) == len(batch.outcome) == 7


def test_files_that_are_no_sheet_of_this_class_are_refused(world, round_, code_of):
    how = {"actor": world.jia_trainer}
    assert code_of(sheets.receive, round_.pk, sheet("学员1,√,", head="姓名,上午,下午"), **how) == "sheet.header"
    assert code_of(sheets.receive, round_.pk, sheet("学员1,√,", head="姓名,第 9 课,备注"), **how) == "sheet.header"
    assert code_of(sheets.receive, round_.pk, sheet("学员1,,"), **how) == "sheet.rows"
    assert not SheetImport.objects.exists()


def test_the_register_writes_what_was_changed_and_never_over_what_another_wrote(world, round_, code_of):
    session = round_.sessions.first()
    one, two, three = round_.registrations.order_by("sequence").values_list("pk", flat=True)
    how = {"actor": world.jia_trainer, "reason": "课上点名"}
    with clock.moved_to(NINE):
        assert register.save(session, {one: "present", two: "absent", three: ""}, {}, **how) == (2, [])
        assert register.save(session, {one: "present", two: "absent"}, {}, **how) == (0, [])
        # drawn before the first saving: the second person is now absent, which this trainer never saw
        assert register.save(session, {two: "late", three: "leave"}, {}, **how) == (1, ["学员2"])
        assert code_of(register.save, session, {one: "late"}, {one: "present"}, actor=world.city, reason="") == (
            "reason.missing"
        )
        assert code_of(register.save, session, {one: "made_up"}, {one: "present"}, **how) == "mark.second"
    assert [state for _name, number, state in states()] == ["present", "absent", "leave"]


@pytest.mark.django_db(transaction=True)
def test_a_register_saved_by_four_at_once_is_one_row_a_person(world, at_once):
    members = house.make_people(40, world.alpha)
    round_ = house.opened(world, members=members)
    session = round_.sessions.get()
    wanted = {row.pk: house.PRESENT for row in round_.registrations.all()}

    def save(n):
        with clock.moved_to(NINE):
            return register.save(session, wanted, {}, actor=world.jia_trainer, reason=f"讲师 {n} 点名")

    results = at_once(4, save)
    assert sorted(results) == [(0, [])] * 3 + [(40, [])]
    assert Attendance.objects.count() == 40
    assert len(set(Attendance.objects.values_list("reason", flat=True))) == 1


@pytest.fixture
def desk(world, client_of):
    return client_of(world.jia_trainer)


def test_the_sheet_of_a_day_has_a_column_for_each_half_day(round_, desk):
    page = desk.get(reverse("desk:sheet", args=[round_.sessions.first().pk]))
    assert [one.number for one in page.context["day"]] == [1, 2]
    text = page.content.decode()
    assert "上午签名" in text
    assert "下午签名" in text
    assert reverse("desk:sheets", args=[round_.pk]) not in text  # it is in the code, not in words


def test_the_screens_of_paper_and_register(world, round_, desk):
    with clock.moved_to(EVENING):
        url = reverse("desk:sheets", args=[round_.pk])
        assert desk.post(url).status_code == 422
        shown = desk.post(url, {"file": sheet("学员1,√,?")}, follow=True)
        assert shown.context["counts"] == {"new": 1, "same": 0, "refused": 1}
        desk.post(shown.redirect_chain[0][0], {"act": "look"})
        done = desk.post(shown.redirect_chain[0][0], follow=True)
        assert done.context["batch"].state == "done"
        assert desk.get(reverse("desk:sheet-template", args=[round_.pk])).content[:2] == b"PK"
        session = round_.sessions.first()
        url = reverse("desk:register", args=[session.pk])
        page = desk.get(url)
        first, second, _third = round_.registrations.order_by("sequence").values_list("pk", flat=True)
        assert page.context["seen"] == f"{first}:present"
        fields = {f"s-{first}": "present", f"s-{second}": "late", "s-x": "late", "seen": page.context["seen"]}
        assert desk.post(url, fields).status_code == 422
        assert "改了 1 位" in str(list(desk.post(url, fields | {"reason": "点名"}, follow=True).context["messages"])[0])
    assert states() == [("学员1", 1, "present"), ("学员2", 1, "late")]


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_asks_the_same_questions_for_one_and_three(world, count, desk, django_assert_num_queries):
    session = house.opened(world, members=house.make_people(count, world.alpha)).sessions.get()
    url = reverse("desk:register", args=[session.pk])
    desk.get(url)
    with django_assert_num_queries(6):
        desk.get(url)
