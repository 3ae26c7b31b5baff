"""An organiser with nothing but a phone: a three-day class from a template, filled from a workbook, one lesson moved, one called off."""

import re
from datetime import timedelta

import pytest

from core import clock, workdays
from tests.enterprises import sheets
from tests.suite.world import CODES
from training import plans
from training.models import Registration, Round, RoundTemplate, Session

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_three_day_class_from_template_to_a_full_list(world, open_page):
    plans.ensure_templates()
    template = RoundTemplate.objects.get(key="auditor-3-days")
    first = workdays.working_days(clock.today() + timedelta(days=20), 1)[0]
    page = open_page(world.jia_trainer)
    page.goto("/desk/rounds/")
    page.get_by_role("link", name="从班型建").click()
    page.get_by_label("班型").select_option(str(template.pk))
    page.get_by_label("班名").fill("手机上建的班")
    page.get_by_label("第一天").fill(f"{first:%Y-%m-%d}")
    page.get_by_role("button", name="排好课次，建班").click()
    page.get_by_role("button", name="发布报名").click()
    page.wait_for_url(re.compile(r"/desk/rounds/\d+/$"))
    round_ = Round.objects.get(title="手机上建的班")
    assert (round_.state, round_.sessions.count()) == (Round.State.OPEN, 6)

    rows = [["姓名", "手机号", "统一社会信用代码", "层级"]]
    rows += [[f"陈示{word}", f"1990000100{n}", CODES["alpha"], "一线员工"] for n, word in enumerate("一二三")]
    rows += [["陈示四", "123", CODES["beta"], "一线员工"]]
    book = sheets.workbook(rows)
    page.get_by_role("link", name="用表格加名单").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "名单.xlsx", "mimeType": "application/octet-stream", "buffer": book.read()}
    )
    page.get_by_role("button", name="上传，看看会怎样").click()
    assert "3 位上名单" in page.locator("main").inner_text()
    page.get_by_role("button", name="确认，上名单").click()
    page.wait_for_url(re.compile(r"/desk/rounds/\d+/$"))
    assert Registration.objects.on_the_list().filter(round=round_).count() == 3

    numbers = {session.number: session.pk for session in round_.sessions.all()}
    later = workdays.working_days(round_.ends_on + timedelta(days=3), 1)[0]
    page.locator(f'a[href="/desk/sessions/{numbers[2]}/move/"]').click()
    page.get_by_label("日期").fill(f"{later:%Y-%m-%d}")
    page.get_by_label("为什么改").fill("讲师出差")
    page.get_by_role("button", name="改这一课").click()
    page.wait_for_url(re.compile(r"/desk/rounds/\d+/$"))
    page.locator(f'a[href="/desk/sessions/{numbers[6]}/move/"]').click()
    page.get_by_label("原因").fill("考试改到下一期")
    page.get_by_role("button", name="取消这一课").click()
    page.wait_for_url(re.compile(r"/desk/rounds/\d+/$"))
    assert "取消了：考试改到下一期" in " ".join(page.locator("main").inner_text().split())
    assert Session.objects.get(pk=numbers[2]).day == later
    assert Session.everything.get(pk=numbers[6]).cancelled_at
    # Nothing stands out of a phone's screen.
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
