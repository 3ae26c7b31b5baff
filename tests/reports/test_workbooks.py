"""汇总表, 场次台账, 名册 as they go out: the numbers typed by hand from a list, the shape offices expect, and nothing a cell could run."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core import clock
from core.official_sheets import Heading, merged_cells
from enterprises.models import Layer, Membership, Person, SizeClass
from ledger import counts
from reports import exporting, returning, sheets, summary
from reports.models import Return, Workbook
from reports.narrowing import narrowed
from tests.training import house
from training import correcting, registration
from training.models import Registration

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

MARCH = date(2025, 3, 1)
APRIL_3 = clock.at(date(2025, 4, 3), 10)


@pytest.fixture
def forty(world):
    """Forty people and three rounds in March, with what goes wrong on such lists; the typed figures are in ``TYPED``.

    甲's auditors' class (东丽, two days, four half days): 12 of alpha (西青), 3 of beta (武清), one of nobody, the trainer on the list,
    one who came to one half day of four, one cancelled. 乙's concentrated training (武清): 6 of the 12 again, 16 of beta, two of one
    name, one who changed to beta in between, one of a medium-sized firm in 西青. A promotion of 甲 with 5 people. A class not
    closed. One who was marked absent by mistake and is corrected.
    """
    from enterprises.models import Enterprise

    Enterprise.objects.filter(pk__in=[world.alpha.pk, world.beta.pk]).update(size_class=SizeClass.SMALL)
    big = house.make_enterprise(7, "120111", size_class=SizeClass.MEDIUM)
    alpha = house.make_people(12, world.alpha, name="甲")
    beta = house.make_people(19, world.beta, Layer.MIDDLE, name="乙")
    namesakes = house.make_people(1, world.beta, Layer.TOP, name="李伟") + house.make_people(1, world.beta, name="李伟")
    (mover, medium, late, gone), trainer = house.make_people(4, big, Layer.TOP, name="丙"), None
    (few,) = house.make_people(1, world.alpha, name="少")
    trainer = Membership.objects.create(
        person=Person.objects.create(name="讲师本人"), enterprise=world.alpha, layer=Layer.OTHER
    )
    first, second = date(2025, 3, 5), date(2025, 3, 6)
    halves = [house.lesson(day, hour) for day in (first, second) for hour in (9, 14)]
    auditors = house.opened(world, halves, [*alpha, *beta[:3], few, trainer, gone, late], seats=60)
    registration.register(auditors.pk, world.nobody.person, None, actor=world.nobody)
    auditors.trainers.add(trainer.person)
    registration.cancel(house.of(auditors, gone.person).pk, actor=world.city, reason="来不了")
    absent = [(few.person, n) for n in (2, 3, 4)] + [(late.person, n) for n in (1, 2)]
    house.attend(world, auditors, absent)
    house.file_papers(auditors)
    house.give_marks(world, auditors, {alpha[0].person: 60, few.person: 90})
    house.close(world, auditors)
    row = Registration.objects.get(round=auditors, person=late.person)
    with clock.moved_to(clock.at(date(2025, 3, 10), 9)):
        marks = dict.fromkeys(auditors.sessions.filter(number__lte=2), "present")
        correcting.correct(row.pk, actor=world.city, reason="签到表有签名", sessions=marks)
    Membership.objects.filter(pk=mover.pk).update(ended_on=date(2025, 3, 1))
    moved = Membership.objects.create(person=mover.person, enterprise=world.beta, layer=Layer.MIDDLE)
    people = [*alpha[:6], *beta[3:], *namesakes, moved, medium]
    plan = [house.lesson(date(2025, 3, 12))]
    house.held(world, plan, people, owner=world.yi, kind="K1", has_exam=False, title="=1+1 集中培训", seats=60)
    house.held(world, [house.lesson(date(2025, 3, 13))], alpha[6:11], kind="K9", has_exam=False, title="宣传活动")
    house.ready(world, [house.lesson(date(2025, 3, 20))], alpha[:2], title="没结班", has_exam=False)


TYPED = {
    # district: online, on site, sessions, year; top, middle, frontline, other, all, year; firms, small, firms of the year, small;
    # rounds, 人次 of auditors' rounds
    "东丽区": (0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0),
    "西青区": (0, 0, 0, 0, 2, 0, 18, 0, 20, 20, 2, 1, 2, 1, 0, 13),
    "武清区": (0, 1, 1, 1, 1, 20, 1, 0, 22, 22, 1, 1, 1, 1, 0, 3),
    "市级": (0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1),
    "合计": (0, 2, 2, 2, 3, 20, 19, 1, 43, 43, 3, 2, 3, 2, 1, 17),
}
"""Counted by hand from the list above."""


def made(scope, kind, ending="xlsx", table=None):
    sheet = sheets.SHEETS[kind](scope)
    path = exporting.Path("/tmp") / f"w-{clock.now().timestamp()}.{ending}"
    try:
        count = exporting.write(path, sheet, ending=ending)
        return path.read_bytes(), count
    finally:
        path.unlink(missing_ok=True)


def cells(content, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def test_the_summary_is_what_a_clerk_counts_by_hand_from_the_list(world, forty):
    with clock.moved_to(APRIL_3):
        content, count = made(summary.month_scope(MARCH), "summary")
    table = cells(content)
    assert (count, table[0][0]) == (17, "附件1")
    assert table[1][0] == "天津市小微企业质量管理体系认证提升行动培训情况汇总表（2025年3月）"
    rows = {row[1]: row for row in table[6:24]}
    assert list(rows)[:2] + list(rows)[-3:] == ["和平区", "河东区", "蓟州区", "市级", "合计"]
    nothing = (0,) * 16
    for name, row in rows.items():
        assert tuple(int(n) for n in row[2:18]) == TYPED.get(name, nothing), name
    assert (rows["合计"][18], rows["和平区"][18], rows["合计"][19]) == (pytest.approx(16 / 17), "—", "—")
    assert "填报日期：2025年4月3日" in table[24][0]
    assert "口径说明" in CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    people = counts.figures(summary.month_scope(MARCH))
    assert (people.persons, people.person_times) == (37, 43)


def test_sql_written_apart_agrees(world, forty):
    """From attendance alone, without the ledger and its code: persons who were credited enough of the class hours of closed rounds."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT reg.layer, COUNT(*), COUNT(DISTINCT reg.enterprise_id) FROM training_registration reg
            JOIN training_round rnd ON rnd.id = reg.round_id
            WHERE rnd.state IN ('closed', 'archived') AND rnd.kind <> 'K9' AND reg.state = 'registered'
              AND rnd.ends_on BETWEEN '2025-03-01' AND '2025-03-31'
              AND NOT EXISTS (SELECT 1 FROM training_round_trainers t WHERE t.round_id = rnd.id AND t.person_id = reg.person_id)
              AND 100 * (SELECT COALESCE(SUM(ses.class_hours), 0) FROM training_attendance att
                         JOIN training_session ses ON ses.id = att.session_id
                         WHERE att.registration_id = reg.id AND att.state IN ('present', 'late', 'left_early'))
                  >= rnd.attendance_percent * (SELECT SUM(class_hours) FROM training_session s WHERE s.round_id = rnd.id)
            GROUP BY reg.layer
            """
        )
        found = {layer: n for layer, n, _firms in cursor.fetchall()}
    total = summary.table(summary.month_scope(MARCH)).total
    assert found == {layer: getattr(total, layer) for layer in ("top", "middle", "frontline", "other")}
    assert found == {"top": 3, "middle": 20, "frontline": 19, "other": 1}


def test_the_roster_and_the_ledger_of_events_have_a_row_each(world, forty):
    scope = summary.month_scope(MARCH)
    content, count = made(scope, "people")
    table = cells(content)
    assert (count, len([row for row in table if str(row[0]).isdigit() or isinstance(row[0], float)])) == (43, 43)
    row = next(row for row in table if row[6] == "甲1" and row[17])
    assert (row[3], row[4], row[15], row[16], row[17]) == (world.alpha.code, "小型", 1.0, 60.0, "不合格")
    events, count = made(scope, "activities")
    rows = {row[2]: row for row in cells(events)[4:]}
    assert (count, rows["内审员班"][14:21]) == (2, [19.0, 17.0, 3.0, 2.0, 17.0, 16.0, pytest.approx(16 / 17)])
    assert rows["内审员班"][23] == "签到表扫描件 4、现场照片 3、试卷和成绩单 1"
    # What starts with = is a text in the workbook and guarded in its twin.
    assert "=1+1 集中培训" in rows
    with zipfile.ZipFile(io.BytesIO(events)) as book:
        assert not any(b"<f>" in book.read(name) for name in book.namelist() if "sheet" in name)
    twin, _count = made(scope, "activities", "csv")
    lines = list(csv.reader(io.StringIO(twin.decode("utf-8-sig"))))
    assert (len(lines), "'=1+1 集中培训" in {line[2] for line in lines}) == (3, True)


def test_it_prints_on_a4_landscape_one_page_wide_under_a_merged_header(world):
    content, _count = made(summary.month_scope(MARCH), "summary")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert all(each in sheet for each in ('paperSize="9"', 'orientation="landscape"', 'fitToHeight="0"'))
    assert 'ySplit="6"' in sheet
    assert "$4:$6" in names
    assert '<mergeCell ref="C4:F4"/>' in sheet
    assert [cells(content)[row][6] for row in (3, 4, 5)] == ["培训人次", "本月", "最高"]
    headings = [Heading(["甲"]), Heading(["乙", "丙"]), Heading(["乙", "丁"])]
    assert merged_cells(headings) == [(0, 0, 1, 0, "甲"), (0, 1, 0, 2, "乙"), (1, 1, 1, 1, "丙"), (1, 2, 1, 2, "丁")]


def test_coverage_prints_its_denominator(world, forty):
    from enterprises import assisting

    spare = house.make_enterprise(8, "120111")
    for firm in (world.alpha, spare):
        assisting.enter(world.city, firm, year=2025)
    content, _count = made(summary.month_scope(MARCH), "coverage")
    rows = {row[1]: row for row in cells(content)}
    assert rows["西青区"][2:] == rows["合计"][2:] == [2.0, 1.0, 0.5]
    assert rows["和平区"][4] == "—"


def test_asking_watching_and_fetching(world, forty, client_of, django_capture_on_commit_callbacks):
    client = client_of(world.xiqing)
    with clock.moved_to(APRIL_3), django_capture_on_commit_callbacks(execute=True):
        asked = client.post(reverse("desk:workbooks"), {"table": "people", "year": 2025, "district": "120114"})
    row = Workbook.objects.get()
    assert asked.url == reverse("desk:workbook", args=[row.pk])
    assert (row.state, row.rows, row.progress) == ("done", 20, 100), "a district gets its own rows, whatever it asks"
    assert row.name == "天津市小微企业参训人员名册_西青区_2025年1—12月_20250403.xlsx"
    page = client.get(asked.url)
    assert "20 行" in page.content.decode()
    answer = client.get(reverse("desk:workbook-file", args=[row.pk]))
    assert cells(b"".join(answer.streaming_content))[1][0] == "参训人员名册（2025年1—12月）"
    assert client_of(world.city).get(asked.url).status_code == 404
    assert client.get(asked.url, headers={"hx-request": "true"})["HX-Refresh"] == "true"
    exporting.build(row.pk)
    for wrong in ({"table": "nonsense"}, {"table": "summary", "year": 2025}):
        assert client.post(reverse("desk:workbooks"), wrong).url == reverse("desk:workbooks")
    assert Workbook.objects.count() == 1
    assert exporting.forget(clock.now() + timedelta(days=1)) == 1


def test_a_narrowed_table_says_so_and_one_that_was_not_understood_is_not_made(
    world, forty, client_of, django_capture_on_commit_callbacks
):
    client = client_of(world.city)
    asking = {"table": "people", "year": 2025, "layer": "middle", "organiser": world.yi.pk}
    with clock.moved_to(APRIL_3), django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("desk:workbooks"), asking)
        client.post(reverse("desk:workbooks"), {"table": "people", "year": 2025})
        for wrong in ({"district": "999999"}, {"enterprise": "没有这家公司"}):
            refused = client.post(reverse("desk:workbooks"), asking | wrong, follow=True)
            assert "没有导出" in refused.content.decode()
    part, whole = Workbook.objects.order_by("pk")
    posting = part.scope["as_of"]
    assert part.name == "天津市小微企业参训人员名册_部分_2025年1—12月_20250403.xlsx"
    last = f"按截至 {posting} 号记账的账。"
    said = f"只算一部分，不是全部——层级：{Layer.MIDDLE.label}；主办单位：{world.yi.name}。{last}"
    assert [row[0] for row in cells(part.file.read())][-1] == said
    assert [row[0] for row in cells(whole.file.read())][-1] == last
    every = counts.Scope(
        pilot="-", kind=("K1", "K2"), enterprise=world.alpha.pk, mode="online", fee_nature="free", size_class="small"
    )
    assert narrowed(every) == [
        "产业链：没有",
        "类型：集中培训、行业培训",
        f"企业：{world.alpha.name}",
        "授课方式：线上",
        "收费性质：公益免费",
        f"企业规模：{SizeClass.SMALL.label}",
    ]


def test_a_frozen_return_is_printed_as_it_was_frozen(world, forty, client_of, django_capture_on_commit_callbacks):
    with clock.moved_to(APRIL_3):
        returning.prepare(MARCH)
        Return.objects.update(state="approved")
        city = Return.objects.get(scope="city")
        returning.freeze(city.pk, actor=world.statistician)
        house.held(world, [house.lesson(date(2025, 3, 25))], house.make_people(2, world.alpha, name="晚"))
        with django_capture_on_commit_callbacks(execute=True):
            for live in ({}, {"live": "1"}):
                data = {"table": "summary", "return": city.pk} | live
                client_of(world.city).post(reverse("desk:workbooks"), data)
    totals = [cells(row.file.read())[23][10] for row in Workbook.objects.order_by("pk")]
    assert totals == [43, 45]
