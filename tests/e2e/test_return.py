"""A clerk's September: the returns prepared, submitted, one sent back, approved, frozen, corrected, issued again; the workbook printed."""

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from core import clock
from reports import returning
from reports.models import Freeze, Return
from tests.training import house
from training import correcting
from training.models import Registration

from .shots import shoot

pytestmark = pytest.mark.django_db(transaction=True)

SEPTEMBER = date(2025, 9, 1)


@pytest.fixture
def september(world, monkeypatch):
    monkeypatch.setattr("certificates.services._render_later", lambda ids: None)
    members = house.make_people(3, world.alpha) + house.make_people(2, world.beta, layer="top")
    for member in members:
        member.started_on = SEPTEMBER - timedelta(days=100)
        member.save()
    return house.held(world, [house.lesson(date(2025, 9, 17))], members, absent=[(members[0].person, 1)])


def test_a_clerk_takes_september_the_whole_way_and_issues_it_again(world, september, open_page):
    clerk = open_page(world.statistician, phone=False)
    clerk.goto("/desk/returns/")
    clerk.get_by_label("统计期").fill("2025-09")
    clerk.get_by_role("button", name="生成月报").click()
    clerk.get_by_text("生成了 17 份草稿").wait_for()
    for report in Return.objects.exclude(scope__in=["city", "120111"]):
        returning.submit(report.pk, actor=world.statistician, reason="电话核过，代报")
    clerk.get_by_role("link", name="第 1 版 · 草稿").click()
    assert clerk.get_by_role("button", name="提交", exact=True).is_disabled()
    assert clerk.get_by_text("16 个区还没审核通过").is_visible()
    shoot(clerk, "60-return-draft")

    own = open_page(world.xiqing, phone=False)
    own.goto("/desk/returns/")
    own.get_by_role("link", name="西青区", exact=True).click()
    own.get_by_role("button", name="提交", exact=True).click()
    own.get_by_text("已提交，等市里审核").wait_for()

    city = open_page(world.city, phone=False)
    district = Return.objects.get(scope="120111")
    city.goto(f"/desk/returns/{district.pk}/")
    city.get_by_label("退回原因").fill("请核对 17 日的人次")
    city.get_by_role("button", name="退回", exact=True).click()
    city.get_by_text("已退回，改好可以再提交").wait_for()
    own.reload()
    assert own.get_by_text("请核对 17 日的人次").is_visible()
    own.get_by_role("button", name="提交", exact=True).click()
    own.get_by_text("已提交，等市里审核").wait_for()

    clerk.reload()
    whole = Return.objects.get(scope="city")
    city.goto(f"/desk/returns/{whole.pk}/")
    city.get_by_role("button", name="已提交的区全部审核通过").click()
    city.get_by_text("16 个区审核通过").wait_for()
    clerk.reload()
    clerk.get_by_role("button", name="提交", exact=True).click()
    clerk.get_by_text("已提交，等市里审核").wait_for()
    city.reload()
    city.get_by_role("button", name="审核通过", exact=True).click()
    city.get_by_text("审核通过，等统计员封账").wait_for()
    clerk.reload()
    clerk.get_by_role("button", name="封账", exact=True).click()
    clerk.get_by_text("这些数从此不再变动").wait_for()
    clerk.get_by_role("link", name="现在校验").click()
    clerk.get_by_text("校验通过").wait_for()
    shoot(clerk, "61-return-frozen")

    late = Registration.objects.get(round=september, person__name="学员1", enterprise=world.alpha)
    session = september.sessions.get()
    correcting.correct(late.pk, actor=world.city, reason="补交签到表", sessions={session: "present"})
    clerk.goto(f"/desk/returns/{whole.pk}/")
    clerk.locator("summary", has_text="开更正单").click()
    clerk.get_by_label("重开，出第 2 版").check()
    clerk.get_by_label("原因", exact=True).fill("补交 17 日纸质签到表")
    clerk.get_by_role("button", name="开更正单").click()
    clerk.get_by_text("等另一位审批").first.wait_for()
    shoot(clerk, "62-return-amended")
    city.goto(f"/desk/returns/{whole.pk}/")
    city.get_by_role("button", name="同意", exact=True).click()
    city.get_by_text("第 2 版的草稿开好了").wait_for()
    second = Return.objects.get(scope="city", version=2)
    clerk.goto(f"/desk/returns/{second.pk}/")
    clerk.get_by_role("button", name="提交", exact=True).click()
    clerk.get_by_text("已提交，等市里审核").wait_for()
    city.reload()
    city.get_by_role("button", name="审核通过", exact=True).click()
    city.get_by_text("审核通过，等统计员封账").wait_for()
    clerk.reload()
    clerk.get_by_role("button", name="封账", exact=True).click()
    clerk.get_by_text("这些数从此不再变动").wait_for()
    kept = [row.figures["total"]["person_times"] for row in Freeze.objects.filter(report__scope="city").order_by("pk")]
    assert kept == [4, 5]
    clerk.goto(f"/desk/returns/{whole.pk}/")
    assert clerk.get_by_text("已有新版，本版作废存查").is_visible()

    clerk.get_by_role("button", name="导出封账版").click()
    clerk.get_by_role("link", name="下载").wait_for()
    with clerk.expect_download() as coming:
        clerk.get_by_role("link", name="下载").click()
    today = f"{clock.today():%Y%m%d}"
    assert coming.value.suggested_filename == f"天津市小微企业培训情况汇总表_2025年9月_{today}.xlsx"
    content = io.BytesIO(coming.value.path().read_bytes())
    table = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert table[23][10] == 4
