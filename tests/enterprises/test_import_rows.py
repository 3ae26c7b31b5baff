"""What a row of a workbook does: new, changed, same or refused, and why; each sender only inside their scope."""

from datetime import timedelta

import pytest

from core import clock
from enterprises.imports import refused
from enterprises.models import Enterprise, FormerIdentity, ImportBatch, Membership, Person
from tests.enterprises.sheets import FIRMS, STAFF, checked, code, counts, csv, undone, workbook, write, written
from tests.suite.world import CODES

pytestmark = pytest.mark.django_db


def reasons(batch):
    """{row number: the sentences}."""
    return {number: "".join(text for _column, text in errors) for number, _cells, errors in refused.read(batch)}


def staff(*rows):
    return [STAFF, *rows]


def firms(*rows):
    return [FIRMS, *rows]


def test_people_are_written_and_a_second_time_nothing_changes(world):
    rows = staff(
        ["陈示一", "199 1111 0001", CODES["alpha"], "一线", "装配", "钳工", "内审员、文件编写"],
        ["买买提•示例江", "+8619911110002", CODES["beta"], "中层管理人员", "", "", ""],
        ["周没号", "", CODES["alpha"], "其他", "", "", ""],
    )
    batch = written(world.city, "staff", rows)
    assert (batch.state, counts(batch), batch.counts["dots"]) == ("done", (3, 0, 0, 0), 1)
    one = Membership.objects.get(person__phone="19911110001")
    assert (one.enterprise, one.layer, one.post, one.tags) == (world.alpha, "frontline", "钳工", ["auditor", "writer"])
    assert one.person.name_key == "chen shi yi 陈示一"
    assert Person.objects.get(phone="19911110002").name == "买买提·示例江"
    assert Person.objects.get(name="周没号").phone is None
    again = checked(world.city, "staff", rows)
    assert counts(again) == (0, 0, 3, 0)
    assert counts(write(again)) == (0, 0, 3, 0)


def test_a_change_of_post_another_day_begins_a_new_row(world):
    row = ["陈示一", "19911110001", CODES["alpha"], "一线员工", "装配", "钳工", ""]
    written(world.city, "staff", staff(row))
    with clock.moved_to(clock.now() + timedelta(days=30)):
        row[3] = "中层"
        row[4] = ""  # empty: stays
        batch = written(world.city, "staff", staff(row))
        assert counts(batch) == (0, 1, 0, 0)
        old, new = Membership.objects.filter(person__phone="19911110001").order_by("pk")
        assert (old.ended_on, old.layer) == (clock.today() - timedelta(days=1), "frontline")
        assert (new.ended_on, new.layer, new.department) == (None, "middle", "装配")
        assert undone(batch).state == "undone"
    old.refresh_from_db()
    assert old.ended_on is None
    assert Membership.objects.filter(person__phone="19911110001").count() == 1


def test_each_refused_row_names_its_column_and_the_mend(world):
    written(world.city, "staff", staff(["陈示一", "19911110001", CODES["alpha"], "一线员工"]))
    batch = checked(
        world.city,
        "staff",
        staff(
            ["", "19911110003", CODES["alpha"], "一线员工"],
            ["陈另名", "19911110001", CODES["alpha"], "一线员工"],
            ["陈号短", "1991111", CODES["alpha"], "一线员工"],
            ["陈号数", "1.99E+10", CODES["alpha"], "一线员工"],
            ["陈码错", "19911110004", CODES["alpha"][:-1] + "9", "一线员工"],
            ["陈没厂", "19911110005", CODES["spare"][0], "一线员工"],
            ["陈层错", "19911110006", CODES["alpha"], "工人甲"],
            ["陈示二", "19911110007", CODES["alpha"], "一线员工"],
            ["陈示二", "19911110007", CODES["alpha"], "中层"],
            ["陈示三", "19911110007", CODES["beta"], "中层"],
        ),
    )
    assert counts(batch) == (1, 0, 0, 9)
    said = reasons(batch)
    expected = {
        2: "请填上姓名",
        3: "199****0001 已登记为另一位",
        4: "11 位",
        5: "设成“文本”",
        6: "校验不对",
        7: "没有登记过这家企业",
        8: "最高管理者、中层管理人员",
        10: "与第 9 行是同一个人",
        11: "姓名不同的人",
    }
    assert said.keys() == expected.keys()
    for number, words in expected.items():
        assert words in said[number], number
    assert "19911110001" not in "".join(said.values())


def test_a_sender_writes_only_inside_their_scope(world):
    rows = staff(
        ["陈示一", "19911110001", CODES["alpha"], "一线员工"], ["陈示二", "19911110002", CODES["beta"], "一线员工"]
    )
    batch = written(world.xiqing, "staff", rows)
    assert counts(batch) == (1, 0, 0, 1)
    assert "不在您管的范围" in reasons(batch)[3] or "没有登记过" in reasons(batch)[3]
    own = written(world.beta_contact, "staff", rows, world.beta)
    assert counts(own) == (1, 0, 0, 1)
    assert Membership.objects.get(person__phone="19911110002").enterprise == world.beta
    assert not Membership.objects.filter(person__phone="19911110001", enterprise=world.beta).exists()
    with_two = written(world.alpha_contact, "staff", [["姓名", "层级"], ["陈示九", "一线"]], world.alpha)
    assert counts(with_two) == (1, 0, 0, 0)


def test_rights_lost_since_the_upload_write_nothing(world):
    batch = checked(world.xiqing, "staff", staff(["陈示一", "19911110001", CODES["alpha"], "一线员工"]))
    world.xiqing.appointments.all().delete()
    batch = write(batch)
    assert (batch.state, "权限" in batch.message) == ("failed", True)
    assert not Person.objects.filter(phone="19911110001").exists()


def test_enterprises_new_changed_renamed_and_the_same(world):
    rows = firms(
        ["示例新厂(天津)有限公司", code(1), "西青", "C3670", "36人", "汽车零部件"],
        ["示例甲企业改名有限公司", CODES["alpha"], "西青区", "", "", ""],
        ["示例个体工商户", "92120111MA0TE5T08" + "X", "武清区", "", "", ""],
    )
    from stdnum.cn import uscc

    rows[3][1] = rows[3][1][:17] + uscc.calc_check_digit(rows[3][1])
    batch = written(world.city, "enterprises", rows)
    assert reasons(batch) == {}
    assert counts(batch) == (2, 1, 0, 0)
    assert batch.counts["individual"] == 1
    new = Enterprise.objects.get(code=code(1))
    assert (new.name, new.district_id, new.industry_code, new.employees) == (
        "示例新厂（天津）有限公司",
        "120111",
        "3670",
        36,
    )
    assert [pilot.name for pilot in new.pilots.all()] == ["汽车零部件"]
    world.alpha.refresh_from_db()
    assert world.alpha.name == "示例甲企业改名有限公司"
    assert FormerIdentity.objects.get(enterprise=world.alpha).name == "示例甲企业有限公司"
    assert counts(checked(world.city, "enterprises", rows)) == (0, 0, 3, 0)
    assert undone(batch).state == "undone"
    world.alpha.refresh_from_db()
    assert world.alpha.name == "示例甲企业有限公司"
    assert not Enterprise.objects.filter(code=code(1)).exists()
    assert not FormerIdentity.objects.exists()


def test_a_district_neither_takes_nor_gives_an_enterprise(world):
    batch = written(
        world.xiqing,
        "enterprises",
        firms(
            ["示例乙企业有限公司", CODES["beta"], "西青区"],
            ["示例甲企业有限公司", CODES["alpha"], "武清区"],
            ["示例丙企业有限公司", code(2), ""],
        ),
    )
    assert counts(batch) == (1, 0, 0, 2)
    assert "别的区" in reasons(batch)[2]
    assert "本区" in reasons(batch)[3]
    assert Enterprise.objects.get(code=code(2)).district_id == "120111"
    world.beta.refresh_from_db()
    assert world.beta.district_id == "120114"


def test_the_city_takes_a_code_that_fails_the_check_with_a_reason(world):
    wrong = code(3)[:-1] + ("0" if code(3)[-1] != "0" else "1")
    head = [*FIRMS[:3], "代码校验不符仍收下的理由"]
    row = ["示例丁企业有限公司", wrong, "西青区", "营业执照如此，已打电话核过"]
    assert "市级管理员" in reasons(checked(world.xiqing, "enterprises", [head, row]))[2]
    assert counts(checked(world.city, "enterprises", [head, [*row[:3], ""]])) == (0, 0, 0, 1)
    assert counts(written(world.city, "enterprises", [head, row])) == (1, 0, 0, 0)
    assert Enterprise.objects.get(code=wrong).code_accepted_because == row[3]
    assert counts(checked(world.xiqing, "enterprises", [head, [*row[:3], ""]])) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("utf-16", "\t")]
)
def test_a_csv_in_any_of_the_usual_encodings(world, encoding, delimiter):
    rows = [
        ["名单", "", ""],
        ["姓 名*", "联系电话", "信用代码", "人员层级"],
        ["陈示一", "19911110001", CODES["alpha"], "高管"],
    ]
    batch = checked(world.city, "staff", None, upload=csv(rows, encoding, delimiter))
    assert (batch.columns["header"], counts(batch)) == (2, (1, 0, 0, 0))


def test_the_dry_run_and_the_write_agree_over_chunks(world, monkeypatch):
    """What one chunk wrote is what the next one finds; duplicates across chunks are refused in both."""
    monkeypatch.setattr("enterprises.imports.rows.CHUNK", 2)
    rows = staff(
        ["陈示一", "19911110001", CODES["alpha"], "一线员工"],
        ["陈示二", "19911110002", CODES["alpha"], "一线员工"],
        ["陈示一", "19911110001", CODES["beta"], "中层"],
        ["陈示二", "19911110002", CODES["alpha"], "一线员工"],
        ["陈示三", "19911110001", CODES["alpha"], "一线员工"],
        ["周没号", "", CODES["alpha"], "其他"],
        ["周没号", "", CODES["alpha"], "其他"],
    )
    batch = checked(world.city, "staff", rows)
    assert counts(batch) == (4, 0, 0, 3)
    before = reasons(batch)
    batch = write(batch)
    assert (counts(batch), reasons(batch)) == ((4, 0, 0, 3), before)
    assert Person.objects.filter(phone="19911110001").count() == 1
    codes = [["示例一厂", code(5), "西青区"], ["示例二厂", code(6), "西青区"], ["示例一厂", code(5), "武清区"]]
    batch = checked(world.city, "enterprises", firms(*codes))
    assert counts(batch) == (2, 0, 0, 1)
    assert counts(write(batch)) == (2, 0, 0, 1)


def test_a_batch_written_twice_is_written_once(world):
    batch = written(world.city, "staff", staff(["陈示一", "19911110001", CODES["alpha"], "一线员工"]))
    from enterprises.imports import writing

    assert counts(writing.write(batch.pk)) == (1, 0, 0, 0)
    assert Membership.objects.filter(person__phone="19911110001").count() == 1
    assert ImportBatch.objects.get(pk=batch.pk).changes.count() == 2


def test_constant_queries(world, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(first, count):
        rows = [[f"陈示{n}", f"199222200{n:02d}", CODES["alpha"], "一线员工"] for n in range(first, first + count)]
        batch = checked(world.city, "staff", staff(*rows))
        with CaptureQueriesContext(connection) as queries:
            write(batch)
        return len(queries)

    assert cost(0, 1) == cost(10, 3)
    assert workbook  # the helper is what sends them
