"""帮扶台账: who is in it, how far, with which papers; the experts and where they must keep out."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from core.exceptions import DomainError
from core.models import AuditRecord
from enterprises import assisting
from enterprises.models import Assistance, AssistancePaper, Conflict, Enterprise, Expert, Person
from tests.suite.world import WUQING, XIQING
from tests.training import house

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

YEAR = 2025
DAY = date(2025, 6, 2)


@pytest.fixture(autouse=True)
def _late_in_2025():
    with clock.moved_to(clock.at(date(2025, 12, 20), 10)):
        yield


@pytest.fixture
def row(world):
    return assisting.enter(world.xiqing, world.alpha, year=YEAR, organiser=world.jia, certified_before=False)


@pytest.fixture
def expert(world):
    return Expert.objects.create(person=world.jia_trainer.person, organiser=world.jia, specialities="机械加工")


def paper(name="报告.pdf", content=b"%PDF-1.4 paper"):
    return SimpleUploadedFile(name, content)


def step(world, row, kind, started_on=DAY, **kwargs):
    return assisting.record_step(world.city, row, kind=kind, started_on=started_on, **kwargs)


def refused(work, *args, **kwargs):
    with pytest.raises(DomainError) as error:
        work(*args, **kwargs)
    return error.value.code


def warnings(row):
    return assisting.warnings_of(Assistance.objects.for_rows().get(pk=row.pk))


# Verbs ---------------------------------------------------------------------------------------------------------------


def test_one_row_for_each_enterprise_and_year(world, row):
    assert assisting.enter(world.city, world.alpha, year=YEAR) == row
    assert assisting.enter(world.city, world.alpha, year=YEAR - 1) != row
    Enterprise.objects.filter(pk=world.beta.pk).update(iso="held")
    assert assisting.enter(world.wuqing, world.beta, year=YEAR).certified_before is True
    assert [a.action for a in AuditRecord.objects.all()] == ["assistance.enter"] * 3


def test_who_may_not_be_entered_and_by_whom(world):
    for actor in (world.wuqing, world.jia_admin, world.alpha_contact, world.auditor):
        assert refused(assisting.enter, actor, world.alpha, year=YEAR) == "assistance.not_yours"
    assert refused(assisting.enter, world.city, world.alpha, year=1925) == "assistance.year"
    check = world.alpha.eligibility_checks.create(source="公示系统", result="dishonest", checked_on=date(2024, 1, 5))
    assert refused(assisting.enter, world.city, world.alpha, year=YEAR) == "assistance.dishonest"
    check.checked_on = date(2023, 11, 1)
    check.save()
    assert assisting.enter(world.city, world.alpha, year=YEAR)
    Enterprise.objects.filter(pk=world.beta.pk).update(status="closed")
    assert refused(assisting.enter, world.city, world.beta, year=YEAR) == "assistance.closed"


def test_needs(world, row):
    need = assisting.add_need(world.jia_admin, row, dimension="people", text="缺　内审员 ", urgency="high")
    assert assisting.add_need(world.jia_admin, row, dimension="people", text="缺 内审员") == need
    assert refused(assisting.add_need, world.jia_admin, row, dimension="people", text=" ") == "need.missing"
    assert refused(assisting.add_need, world.wuqing, row, dimension="people", text="x") == "assistance.not_yours"
    assert assisting.solve_need(world.jia_admin, need).solved_on == clock.today()
    assert assisting.solve_need(world.jia_admin, need, on=DAY).solved_on == clock.today()
    assert refused(assisting.solve_need, world.city, need, on=date(2026, 1, 1)) == "step.future"


def test_refused_steps_leave_nothing(world, row):
    assert refused(step, world, row, "diagnosis", date(2026, 1, 1)) == "step.future"
    assert refused(step, world, row, "internal_audit", DAY, ended_on=DAY - timedelta(days=1)) == "step.dates"
    assert refused(step, world, row, "certificate") == "step.number"
    fake = [("report", paper("报告.pdf", b"MZ\x90 no report"))]
    assert refused(step, world, row, "diagnosis", papers=fake) == "evidence.type"
    assert not row.steps.exists()
    assisting.withdraw(world.city, row, reason="自愿退出")
    assert refused(step, world, row, "diagnosis") == "assistance.withdrawn"


@pytest.mark.parametrize(
    ("begun", "due"),
    [
        (date(2025, 3, 5), date(2025, 6, 5)),
        (date(2024, 11, 30), date(2025, 2, 28)),
        (date(2025, 10, 31), date(2026, 1, 31)),
    ],
)
def test_three_months_are_months(begun, due):
    assert assisting.months_later(begun, 3) == due


def test_the_three_months_before_audit_and_application(world, row):
    step(world, row, "trial", date(2025, 3, 5))
    both = [("plan", paper()), ("report", paper())]
    step(world, row, "internal_audit", date(2025, 6, 4), ended_on=date(2025, 6, 5), papers=both)
    assert warnings(row) == ["内部审核在 2025-06-04，试运行要到 2025-06-05 才满三个月。"]
    step(world, row, "application", date(2025, 6, 5))
    assert len(warnings(row)) == 1


def test_papers_and_order_are_asked_for_not_forced(world, row):
    audit = step(world, row, "internal_audit", date(2025, 9, 1))
    step(world, row, "review", date(2025, 8, 1), papers=[("plan", paper())])
    said = "".join(warnings(row))
    assert "有内部审核，还没记试运行" in said
    assert "内部审核还缺：结束日期、计划（方案）、报告（记录）" in said
    assert "管理评审还缺：报告（记录）" in said
    assert "管理评审（2025-08-01）早于内部审核" in said
    assisting.add_paper(world.jia_admin, audit, kind="plan", file=paper())
    assert "内部审核还缺：结束日期、报告（记录）" in "".join(warnings(row))


def test_certified_already_and_audited_this_year_is_only_checked(world, row):
    assisting.describe(world.city, row, organiser=world.jia, certified_before=True)
    step(world, row, "internal_audit", checked_only=True)
    assert warnings(row) == []
    done = Assistance.objects.for_rows().get(pk=row.pk)
    assert assisting.next_step(done) == "diagnosis"


def test_a_photo_is_kept_without_its_place(world, row):
    from tests.training.test_evidence import with_place

    done = step(world, row, "diagnosis", papers=[("other", paper("现场.jpg", with_place()))])
    kept = done.papers.get()
    content = kept.file.read()
    assert b"PhoneModel X" not in content
    assert (kept.name, len(kept.sha256)) == ("现场.jpg", 64)


# Experts and conflicts -----------------------------------------------------------------------------------------------


def test_helping_is_a_conflict_for_two_years_after(world, row, expert):
    for _ in range(2):
        assisting.assign_expert(world.xiqing, row, expert)
    tie = Conflict.objects.get()
    assert (tie.kind, tie.started_on, tie.is_in_force, tie.free_on) == ("assisted", clock.today(), True, None)
    assisting.withdraw(world.xiqing, row, reason="自愿退出")
    assisting.withdraw(world.xiqing, row, reason="自愿退出")
    tie.refresh_from_db()
    assert tie.ended_on == clock.today()
    assert Conflict.objects.in_force().count() == 1
    with clock.moved_to(clock.now() + timedelta(days=729)):
        assert (tie.is_in_force, Conflict.objects.in_force().count()) == (True, 1)
    with clock.moved_to(clock.now() + timedelta(days=730)):
        assert (tie.is_in_force, Conflict.objects.in_force().count()) == (False, 0)


def test_another_expert_takes_over(world, row, expert):
    assisting.assign_expert(world.city, row, expert)
    other = Expert.objects.create(person=world.yi_trainer.person)
    assisting.assign_expert(world.city, row, other)
    assert [(tie.expert, tie.ended_on) for tie in Conflict.objects.order_by("pk")] == [
        (expert, clock.today()),
        (other, None),
    ]


def test_what_speaks_against_is_confirmed_not_refused(world, row, expert):
    expert.districts.add(WUQING)
    for number in (1, 2):
        firm = house.make_enterprise(number, WUQING)
        assisting.assign_expert(world.city, assisting.enter(world.city, firm, year=YEAR), expert)
    with pytest.raises(DomainError) as error:
        assisting.assign_expert(world.city, row, expert)
    assert error.value.code == "assign.confirm"
    assert ["2 家" in text or "区域" in text for text in error.value.params["against"]] == [True, True]
    assert not Conflict.objects.filter(enterprise=world.alpha).exists()
    assisting.assign_expert(world.city, row, expert, confirmed=True)
    assert "建议" in AuditRecord.objects.filter(action="assistance.assign").latest("pk").reason
    Expert.objects.filter(pk=expert.pk).update(active=False)
    expert.refresh_from_db()
    third = assisting.enter(world.city, world.beta, year=YEAR)
    assert refused(assisting.assign_expert, world.city, third, expert) == "expert.unavailable"
    assert refused(assisting.assign_expert, world.jia_admin, third, expert) == "assistance.not_yours"


# Questions -----------------------------------------------------------------------------------------------------------


def test_denominator_and_targets(world, row):
    held = assisting.enter(world.city, world.beta, year=YEAR, certified_before=True)
    out = assisting.enter(world.city, house.make_enterprise(3, XIQING), year=YEAR)
    assisting.withdraw(world.city, out, reason="自愿退出")
    for one in (row, held):
        step(world, one, "diagnosis", date(2025, 4, 1))
        step(world, one, "certificate", date(2025, 11, 1), number="示例-1", body="示例机构")
    step(world, row, "diagnosis", date(2025, 5, 1))
    year = (date(2025, 1, 1), date(2025, 12, 31))
    rows = Assistance.objects.standing().in_scope(year=YEAR)
    assert (rows.count(), rows.in_scope(district=XIQING).count(), rows.in_scope(organiser=world.jia).count()) == (
        2,
        1,
        1,
    )
    assert rows.with_step("diagnosis", year).count() == 2
    assert rows.with_step("diagnosis", (date(2025, 4, 2), date(2025, 12, 31))).count() == 1
    # Who held a certificate before is no new one.
    assert list(rows.newly_certified(year)) == [row]
    assert rows.lacking("plan").count() == 2


# Screens -------------------------------------------------------------------------------------------------------------


def test_the_list_shows_ones_scope_and_what_is_missing(world, row, client_of):
    other = assisting.enter(world.city, world.beta, year=YEAR)
    step(world, other, "diagnosis")

    def seen(user, **query):
        page = client_of(user).get(reverse("desk:assistances"), {"year": YEAR} | query)
        return {one.enterprise.name for one in page.context["page_obj"].object_list}

    both = {world.alpha.name, world.beta.name}
    assert seen(world.city) == seen(world.auditor) == both
    assert seen(world.xiqing) == seen(world.jia_admin) == {world.alpha.name}
    assert seen(world.city, lacking="diagnosis") == {world.alpha.name}
    assert seen(world.city, district=WUQING) == {world.beta.name}
    assert seen(world.city, organiser=world.jia.pk) == {world.alpha.name}
    assert seen(world.city, year=2024) == set()


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_any_number(world, client_of, rows, django_assert_num_queries):
    client = client_of(world.city)
    for number in range(rows):
        one = assisting.enter(world.city, house.make_enterprise(number, XIQING), year=YEAR, organiser=world.jia)
        step(world, one, "diagnosis", papers=[("report", paper())])
        assisting.add_need(world.city, one, dimension="people", text="缺内审员")
        person = Person.objects.create(name=f"专家{number}")
        assisting.assign_expert(world.city, one, Expert.objects.create(person=person, organiser=world.jia))
    for name, queries in (("desk:assistances", 10), ("desk:experts", 5), ("desk:conflicts", 4)):
        client.get(reverse(name))
        with django_assert_num_queries(queries):
            assert client.get(reverse(name)).status_code == 200


def test_an_enterprise_is_entered_at_the_desk(world, client_of):
    client = client_of(world.xiqing)
    form = {"enterprise": world.beta.code, "year": YEAR, "certified_before": "no"}
    assert client.post(reverse("desk:assistance-new"), form).status_code == 422
    assert client.post(reverse("desk:assistance-new"), form | {"enterprise": world.alpha.code}).status_code == 302
    assert Assistance.objects.get().certified_before is False
    assert client_of(world.jia_admin).get(reverse("desk:assistance-new")).status_code == 403


def test_acts_on_the_page_of_one(world, row, expert, client_of):
    client = client_of(world.xiqing)

    def do(act, **data):
        return client.post(reverse(f"desk:assistance-{act}", args=[row.pk]), data)

    do("need", dimension="product", text="尺寸超差", urgency="high")
    do("step", kind="diagnosis", started_on="2025-06-02", report=paper(), note="到厂两小时")
    assert do("step", kind="certificate", started_on="2025-06-02").status_code == 422
    expert.districts.add(WUQING)
    assert "仍要指派" in do("assign", expert=expert.pk).content.decode()
    do("assign", expert=expert.pk, confirmed="1")
    do("solve", need=row.needs.get().pk)
    do("paper", step=row.steps.get().pk, kind="other", file=paper("照片.pdf"))
    page = client.get(reverse("desk:assistance", args=[row.pk])).content.decode()
    for words in ("尺寸超差", "已解决", "到厂两小时", "照片.pdf", "甲讲师", "回避"):
        assert words in page
    do("withdraw", reason="自愿退出")
    page = client.get(reverse("desk:assistance", args=[row.pk])).content.decode()
    assert "自愿退出" in page
    assert "记一步" not in page


def test_readers_read_and_the_contact_sees_only_their_own(world, row, client_of):
    step(world, row, "diagnosis", papers=[("report", paper())])
    assisting.enter(world.city, world.beta, year=YEAR)
    kept = AssistancePaper.objects.get()
    desk, own = reverse("desk:assistance", args=[row.pk]), reverse("enterprises:assistance", args=[world.alpha.pk])
    file = reverse("enterprises:assistance-paper", args=[kept.pk])
    auditor, contact = client_of(world.auditor), client_of(world.alpha_contact)
    assert "记一步" not in auditor.get(desk).content.decode()
    assert auditor.post(reverse("desk:assistance-need", args=[row.pk]), {}).status_code == 403
    assert "现场诊断" in contact.get(own).content.decode()
    assert b"".join(contact.get(file).streaming_content) == b"%PDF-1.4 paper"
    assert contact.get(desk).status_code == 404
    stranger = client_of(world.beta_contact)
    assert [stranger.get(url).status_code for url in (desk, own, file)] == [404, 404, 404]
    helper = client_of(world.jia_admin)
    assert helper.get(desk).status_code == 200
    assert helper.post(reverse("desk:assistance-withdraw", args=[row.pk]), {"reason": "x"}).status_code == 403


def test_the_workbooks(world, row, expert, client_of):
    Enterprise.objects.filter(pk=world.alpha.pk).update(contact_name="张示例", contact_phone="19912345678")
    assisting.add_need(world.city, row, dimension="technology", text="=cmd()", urgency="high")
    step(world, row, "trial", date(2025, 3, 5))
    assisting.assign_expert(world.city, row, expert)
    client = client_of(world.xiqing)
    answer = client.post(reverse("desk:assistance-export"), {"year": YEAR})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    heads = [cell.value for cell in sheet[2]]
    found = dict(zip(heads, (cell.value for cell in sheet[3]), strict=True))
    assert found["统一社会信用代码"] == world.alpha.code
    assert (found["联系人"], found["联系电话"], found["技术工艺"]) == ("张*例", "199****5678", "=cmd()")
    assert found["试运行起始日"].date() == date(2025, 3, 5)
    assert sheet.max_row == 3
    assert AuditRecord.objects.filter(action="assistance.export", actor=world.xiqing).count() == 1
    answer = client.post(reverse("desk:conflicts"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[3]][1:6] == [
        "甲讲师",
        world.jia.name,
        world.alpha.name,
        world.alpha.code,
        "做过帮扶或咨询",
    ]
    assert (
        openpyxl.load_workbook(io.BytesIO(client_of(world.wuqing).post(reverse("desk:conflicts")).content))
        .worksheets[0]
        .max_row
        == 2
    )


def test_experts_are_kept_by_the_city(world, client_of):
    client = client_of(world.city)
    form = {
        "name": "王小二",
        "phone": "19900000041",
        "organiser": world.jia.pk,
        "trains": "on",
        "assists": "on",
        "active": "on",
    }
    assert client.post(reverse("desk:expert-new"), form | {"name": "别的人"}).status_code == 422
    assert client.post(reverse("desk:expert-new"), form).status_code == 302
    assert client.post(reverse("desk:expert-new"), form).status_code == 422
    row = Expert.objects.get()
    assert row.person == world.wang.person
    client.post(
        reverse("desk:expert-change", args=[row.pk]), {"title": "高级工程师", "districts": [XIQING], "active": "on"}
    )
    row.refresh_from_db()
    assert (row.title, row.assists, [d.pk for d in row.districts.all()]) == ("高级工程师", False, [XIQING])
    page = reverse("desk:expert", args=[row.pk])
    tie = {"enterprise": world.beta.code, "kind": "family", "started_on": "2025-01-01"}
    assert client_of(world.xiqing).post(page, tie).status_code == 422
    assert client_of(world.wuqing).post(page, tie).status_code == 302
    assert "亲属关系" in client.get(page).content.decode()
    assert "没有登记" in client_of(world.xiqing).get(page).content.decode()
    assert client_of(world.jia_admin).get(page).status_code == 404
