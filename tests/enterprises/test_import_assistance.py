"""The 帮扶台账 by workbook."""

from datetime import date

import pytest

from core import clock
from enterprises.imports import refused
from enterprises.models import Assistance, AssistanceStep, EligibilityCheck, Enterprise
from tests.enterprises.sheets import checked, counts, undone, write, written
from tests.suite.world import CODES

pytestmark = pytest.mark.django_db

HEAD = [
    "统一社会信用代码",
    "年度",
    "入库日期",
    "帮扶机构",
    "是否已获证",
    "需求与问题：质量管理",
    "紧要级别",
    "诊断日期",
]
HEAD += ["内审开始日期", "内审结束日期", "新获证日期", "证书号", "发证机构"]
NOW = clock.at(date(2026, 11, 2), 10)


@pytest.fixture(autouse=True)
def _today():
    with clock.moved_to(NOW):
        yield


def row(code, **changes):
    values = {
        "年度": "2026",
        "入库日期": "2026-02-10",
        "帮扶机构": "示例培训机构甲",
        "是否已获证": "否",
        "需求与问题：质量管理": "首件检验没有记录",
        "紧要级别": "紧急",
        "诊断日期": "2026年3月2日",
    } | changes
    return [code, *(values.get(name, "") for name in HEAD[1:])]


def reasons(batch):
    return "".join(text for _number, _cells, errors in refused.read(batch) for _column, text in errors)


def test_rows_needs_and_steps_come_in_once(world):
    sheet = [HEAD, row(CODES["alpha"]), row(CODES["beta"], 内审开始日期="2026-08-01", 内审结束日期="2026-08-03")]
    batch = written(world.city, "assistance", sheet)
    assert (batch.state, counts(batch)) == ("done", (2, 0, 0, 0))
    alpha = Assistance.objects.get(enterprise=world.alpha)
    assert (alpha.year, alpha.entered_on, alpha.organiser, alpha.certified_before) == (
        2026,
        date(2026, 2, 10),
        world.jia,
        False,
    )
    assert [(need.dimension, need.text, need.urgency) for need in alpha.needs.all()] == [
        ("management", "首件检验没有记录", "high")
    ]
    assert [(step.kind, step.started_on) for step in alpha.steps.all()] == [("diagnosis", date(2026, 3, 2))]
    audit = AssistanceStep.objects.get(kind="internal_audit")
    assert (audit.ended_on, audit.recorded_by) == (date(2026, 8, 3), world.city)
    assert counts(written(world.city, "assistance", sheet)) == (0, 0, 2, 0)
    assert Assistance.objects.count() == 2


def test_a_later_sheet_adds_what_has_happened_since(world):
    written(world.city, "assistance", [HEAD, row(CODES["alpha"])])
    later = row(CODES["alpha"], 新获证日期="2026-10-20", 证书号="示例-001", 发证机构="示例认证")
    assert counts(written(world.city, "assistance", [HEAD, later])) == (0, 1, 0, 0)
    step = AssistanceStep.objects.get(kind="certificate")
    assert (step.number, step.body) == ("示例-001", "示例认证")
    assert AssistanceStep.objects.count() == 2


def test_a_date_that_differs_is_not_overwritten(world):
    written(world.city, "assistance", [HEAD, row(CODES["alpha"])])
    batch = checked(world.city, "assistance", [HEAD, row(CODES["alpha"], 诊断日期="2026-03-05")])
    assert counts(batch) == (0, 0, 0, 1)
    assert "2026-03-02" in reasons(batch)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"年度": "26"}, "四位数"),
        ({"是否已获证": "也许"}, "是”或“否"),
        ({"帮扶机构": "没登记过的机构"}, "没有登记过这个机构"),
        ({"诊断日期": "2026-12-01"}, "日期还没到"),
        ({"内审开始日期": "2026-08-03", "内审结束日期": "2026-08-01"}, "结束早于开始"),
    ],
)
def test_a_wrong_cell_says_how_to_mend_it(world, changes, words):
    batch = checked(world.city, "assistance", [HEAD, row(CODES["alpha"], **changes)])
    assert counts(batch) == (0, 0, 0, 1)
    assert words in reasons(batch)


def test_who_may_not_be_helped_is_refused(world):
    Enterprise.objects.filter(pk=world.alpha.pk).update(status="closed")
    EligibilityCheck.objects.create(
        enterprise=world.beta, result="dishonest", checked_on=date(2026, 5, 1), source="公示系统"
    )
    batch = checked(world.city, "assistance", [HEAD, row(CODES["alpha"]), row(CODES["beta"])])
    assert counts(batch) == (0, 0, 0, 2)
    assert "已注销" in reasons(batch)
    assert "失信" in reasons(batch)
    EligibilityCheck.objects.create(
        enterprise=world.beta, result="clear", checked_on=date(2026, 9, 1), source="公示系统"
    )
    assert counts(checked(world.city, "assistance", [HEAD, row(CODES["beta"])])) == (1, 0, 0, 0)


def test_the_same_enterprise_twice_and_one_that_left(world):
    batch = written(world.city, "assistance", [HEAD, row(CODES["alpha"]), row(CODES["alpha"])])
    assert counts(batch) == (1, 0, 0, 1)
    Assistance.objects.update(withdrawn_on=date(2026, 10, 1))
    batch = checked(world.city, "assistance", [HEAD, row(CODES["alpha"], 新获证日期="2026-10-20")])
    assert "已退出帮扶" in reasons(batch)


def test_a_district_writes_its_own_only(world):
    batch = written(world.xiqing, "assistance", [HEAD, row(CODES["alpha"]), row(CODES["beta"])])
    assert counts(batch) == (1, 0, 0, 1)
    assert Assistance.objects.get().enterprise == world.alpha


def test_taken_back_while_nothing_depends_on_it(world):
    batch = written(world.city, "assistance", [HEAD, row(CODES["alpha"])])
    assert undone(batch).state == "undone"
    assert not Assistance.objects.exists()
    batch = written(world.city, "assistance", [HEAD, row(CODES["alpha"])])
    AssistanceStep.objects.create(
        assistance=Assistance.objects.get(), kind="plan", started_on=date(2026, 4, 1), recorded_by=world.city
    )
    batch = undone(batch)
    assert batch.state == "done"
    assert "不能撤销" in batch.message
    assert write(batch).state == "done"
    assert AssistanceStep.objects.count() == 2
