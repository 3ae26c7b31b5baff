"""The Chinese workbook: headings and answers as people spell them, row by row with the reason and the mend."""

import csv
import io

import pytest

from core import tables
from core.exceptions import DomainError
from quizzes.exchange import refused, sheet_reading, sheet_template
from quizzes.exchange.rows import Row

pytestmark = pytest.mark.one_engine

HEADER = ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析", "知识点"]


def sheet(rows, header=HEADER):
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return io.BytesIO(out.getvalue().encode("utf-8-sig"))


def read(*rows, header=HEADER):
    return sheet_reading.read(sheet(rows, header), "题.csv", "检验")[1]


def one(kind, stem, options, answer):
    (row,) = read([kind, stem, *options, *[""] * (4 - len(options)), answer, "", ""])
    assert not row.reasons, row.reasons
    return row.item


ABCD = ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize(
    "spelling", ["AC", "A,C", "A、C", "a c", "Ａ，Ｃ", "ＡＣ", "A;C", "A|C", "1,3", "甲；丙", "甲、丙", "AC。", "C A"]
)
def test_several_letters_however_they_are_written(spelling):
    item = one("多项选择题", "问", ABCD, spelling)
    assert (item["kind"], item["answer"]) == ("multiple", [0, 2])


@pytest.mark.parametrize("spelling", ["B", "b", "Ｂ", "2", "乙", "B."])
def test_one_letter_however_it_is_written(spelling):
    assert one("单选", "问", ABCD, spelling)["answer"] == [1]


@pytest.mark.parametrize(
    ("spelling", "right"),
    [(text, True) for text in ("对", "√", "✓", "正确", "T", "TRUE", "是", "1", "Y", "A", "Ｔ")]
    + [(text, False) for text in ("错", "×", "错误", "F", "false", "否", "0", "N", "B", "不对", "X")],
)
def test_true_and_false_however_they_are_written(spelling, right):
    assert one("判断题", "问", [], spelling)["answer"] is right


def test_letters_of_a_true_false_question_name_its_own_options():
    assert one("是非题", "问", ["错误", "正确"], "A")["answer"] is False
    assert one("判断", "问", ["正确", "错误"], "A")["answer"] is True


@pytest.mark.parametrize(
    ("stem", "answer", "expected_stem", "expected"),
    [
        ("放 ___ 区", "待检|黄区", "放 ___ 区", [["待检", "黄区"]]),
        ("放（　）区，挂（ ）牌", "待检；黄/黄色", "放___区，挂___牌", [["待检"], ["黄", "黄色"]]),
        ("放____区", "待检", "放____区", [["待检"]]),
        ("速度是 ___", r"10 m\/s", "速度是 ___", [["10 m/s"]]),
        ("速度是 ___", "10 m/s|每秒10米", "速度是 ___", [["10 m/s", "每秒10米"]]),
        ("放在哪里？", "红箱", "放在哪里？___", [["红箱"]]),
    ],
)
def test_blanks_and_what_is_accepted_in_them(stem, answer, expected_stem, expected):
    item = one("填空题", stem, [], answer)
    assert (item["stem"], item["answer"]) == (expected_stem, expected)


@pytest.mark.parametrize(
    ("answer", "value", "tolerance", "unit"),
    [
        ("12.5", "12.5", "0", ""),
        ("１２．５±０．１ mm", "12.5", "0.1", "mm"),
        ("12.4~12.6mm", "12.5", "0.1", "mm"),
        ("-3 ℃", "-3", "0", "°C"),
        ("1,200", "1200", "0", ""),
    ],
)
def test_numbers_with_tolerance_and_unit(answer, value, tolerance, unit):
    assert one("计算题", "多少", [], answer)["answer"] == {"value": value, "tolerance": tolerance, "unit": unit}


def test_pairs_order_and_written_answers():
    item = one("连线题", "配", ["红 → 坏", "黄->等", "→好"], "")
    assert item["options"] == {"left": ["红", "黄"], "right": ["坏", "等", "好"]} and item["answer"] == [0, 1]
    assert one("排序题", "排", ["报", "停", "隔"], "BCA")["answer"] == [1, 2, 0]
    assert one("排序题", "排", ["停", "隔", "报"], "")["answer"] == [0, 1, 2]
    assert one("问答题", "说", [], "停机报告")["answer"]["model"] == "停机报告"
    case = one("案例分析题", "卡尺过期了", [], "是不符合")
    assert len(case["options"]) == len(case["answer"]["rubric"]) == 4


def test_other_headings_extra_rows_above_and_options_in_one_cell():
    header = [
        "序号",
        "试题类型",
        "题目内容",
        "选项",
        "正确答案(必填)",
        "答案解析",
        "难易程度",
        "章节",
        "适用对象",
        "标准条款",
        "试题编号",
        "来源",
    ]
    rows = [
        ["1", "单项选择题", "问", "A.甲\nB.乙", "B", "因为", "较难", "首件", "一线", "8.6", "fj-01", "自编"],
        ["2", "", "问二", "甲|乙|丙", "AB", "", "", "首件", "", "", "", ""],
    ]
    out = io.StringIO()
    csv.writer(out).writerows([["某厂题库"], [], header, *rows])
    _header, (first, second) = sheet_reading.read(io.BytesIO(out.getvalue().encode("gb18030")), "题.csv")
    assert first.item == {
        "key": "fj-01",
        "kind": "single",
        "stem": "问",
        "options": ["甲", "乙"],
        "answer": [1],
        "explanation": "因为",
        "topic": "首件",
        "lesson": "",
        "clause": "8.6",
        "layer": "frontline",
        "difficulty": 3,
        "source": "自编",
    }
    assert second.item["kind"] == "multiple" and second.item["key"].startswith("q-")
    assert second.number == 5


@pytest.mark.parametrize(
    ("row", "where", "sentence"),
    [
        (["单选", "问", *ABCD, "E", "", ""], "答案", "选项只到 D"),
        (["单选", "问", *ABCD, "", "", ""], "答案", "填上答案"),
        (["单选", "问", *ABCD, "AB", "", ""], "选项和答案", "只能有一个"),
        (["单选", "", *ABCD, "A", "", ""], "题干", "没有题干"),
        (["单选", "问", "甲", "", "丙", "", "A", "", ""], "答案", "空的"),
        (["打字题", "问", *ABCD, "A", "", ""], "题型", "可以填"),
        (["", "问", "", "", "", "", "说一说", "", ""], "题型", "没有写题型"),
        (["判断", "问", "", "", "", "", "大概", "", ""], "答案", "对"),
        (["填空", "放 ___ 和 ___", "", "", "", "", "待检", "", ""], "答案", "2 个空"),
        (["数值", "多少", "", "", "", "", "很多", "", ""], "答案", "12.5"),
        (["匹配", "配", "红", "黄", "", "", "", "", ""], "答案", "左边 → 右边"),
        (["简答", "说", "", "", "", "", "", "", ""], "答案", "参考答案"),
    ],
)
def test_a_bad_row_says_where_and_how_to_mend_and_the_next_is_read(row, where, sentence):
    bad, good = read(row, ["判断", "好的", "", "", "", "", "对", "", ""])
    assert bad.item is None and bad.number == 2 and bad.reasons[0][0] == where and sentence in bad.reasons[0][1]
    assert good.item["answer"] is True


def test_a_file_without_the_columns_is_refused_whole():
    for header in (["题型", "答案"], ["题型", "题干"]):
        with pytest.raises(DomainError, match="列"):
            read(["a", "b"], header=header)
    with pytest.raises(DomainError):
        read()


def test_the_template_holds_every_kind_and_its_examples_are_passed_over():
    content = sheet_template.template()
    with pytest.raises(DomainError) as caught:
        sheet_reading.read(io.BytesIO(content), "模板.xlsx")
    assert caught.value.code == "exchange.empty"
    rows = [cells for _number, cells in tables.read(io.BytesIO(content), "模板.xlsx")]
    place = next(number for number, cells in enumerate(rows) if cells[0] == "题号")
    mended = [rows[place], *([f"x-{number}", *cells[1:]] for number, cells in enumerate(rows[place + 1 :]))]
    _header, read_rows = sheet_reading.read(sheet(mended[1:], mended[0]), "题.csv")
    assert [row.reasons for row in read_rows] == [[]] * 9
    assert len({row.item["kind"] for row in read_rows}) == 9


def test_refused_rows_come_back_as_they_were_with_the_reason_in_front():
    header, rows = sheet_reading.read(sheet([["单选", "问", *ABCD, "E", "", "检验"]]), "题.csv")
    ((_n, first), (_m, cells)) = tables.read(io.BytesIO(refused.of_sheet(header, rows)), "退回.xlsx")
    assert first == ["错误原因", *HEADER] and cells[1:] == ["单选", "问", *ABCD, "E", "", "检验"]
    assert "选项只到 D" in cells[0]
    # Mended, the same workbook can be sent as it is.
    assert sheet_reading.read(sheet([["旧", *cells[1:7], "A", *cells[8:]]], first), "题.csv")[1][0].item
    listed = list(tables.read(io.BytesIO(refused.of_text([Row(7, label="题", reasons=[("答案", "没有")])])), "x.xlsx"))
    assert listed[1][1] == ["答案：没有", "7", "题"]
