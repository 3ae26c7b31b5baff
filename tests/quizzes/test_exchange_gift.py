"""GIFT as Moodle reads it: every form of a question, comments, escapes, categories; what is wrong is said with its line."""

import pytest

from core.exceptions import DomainError
from quizzes.exchange import gift_reading

pytestmark = pytest.mark.one_engine


def read(text, topic="检验"):
    return gift_reading.read(text.encode(), topic)


def one(text):
    (row,) = read(text)
    assert not row.reasons, row.reasons
    return row.item


SINGLE = {"kind": "single", "options": ["甲", "乙", "丙"], "answer": [1]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("问？{~甲 =乙 ~丙}", {"stem": "问？"} | SINGLE),
        ("::标题::[html]<p>问<b>谁</b>？</p>\n{\n~甲\n=乙\n~丙\n}", {"stem": "问谁？"} | SINGLE),
        ("先 {~甲 =乙 ~丙} 后", {"stem": "先 _____ 后"} | SINGLE),
        ("选{~%50%甲 ~%50%乙 ~%-100%丙}", {"kind": "multiple", "options": ["甲", "乙", "丙"], "answer": [0, 1]}),
        ("对吗{T}", {"kind": "true_false", "options": [], "answer": True}),
        ("对吗{FALSE#想想看#是的}", {"kind": "true_false", "answer": False, "explanation": "答错：想想看\n答对：是的"}),
        (
            "谁？{=王 =李#也对}",
            {"kind": "fill", "stem": "谁？___", "answer": [["王", "李"]], "explanation": "李：也对"},
        ),
        ("谁？ {王}", {"kind": "fill", "stem": "谁？ ___", "answer": [["王"]]}),
        ("先{=停}再报", {"kind": "fill", "stem": "先___再报", "answer": [["停"]]}),
        ("填 ___ 吧{=停}", {"kind": "fill", "stem": "填 ___ 吧", "answer": [["停"]]}),
        ("多少？{#12.5:0.1}", {"kind": "numeric", "answer": {"value": "12.5", "tolerance": "0.1", "unit": ""}}),
        ("多少？{#1..3}", {"kind": "numeric", "answer": {"value": "2", "tolerance": "1", "unit": ""}}),
        ("多少？{#=7:1 =%50%7:3#差不多}", {"kind": "numeric", "answer": {"value": "7", "tolerance": "1", "unit": ""}}),
        (
            "配{=红 -> 坏 =黄 -> 等 = -> 好}",
            {"kind": "matching", "options": {"left": ["红", "黄"], "right": ["坏", "等", "好"]}, "answer": [0, 1]},
        ),
        (
            "说说看{####停、报}",
            {"kind": "short", "answer": {"model": "停、报", "rubric": [{"text": "", "share": 100}]}},
        ),
        ("问{=甲#好 ~乙#不好 ####总的说}", {"answer": [0], "explanation": "总的说\n甲：好\n乙：不好"}),
        (r"1\=1 \{吗\}\: \#\~ \\ 好\n{=是\=的 ~否}", {"stem": "1=1 {吗}: #~ \\ 好", "options": ["是=的", "否"]}),
        ("// 注\n问？{ // 不是注\n~甲\n// 注\n=乙\n\n~丙\n}", {"stem": "问？"}),
        ("问 a<b ？{=是 ~a&lt;b}", {"stem": "问 a<b ？", "options": ["是", "a<b"]}),
    ],
)
def test_each_form_is_read_as_moodle_reads_it(text, expected):
    item = one(text)
    assert {name: item[name] for name in expected} == expected


def test_categories_ids_and_tags_say_where_a_question_belongs():
    rows = read(
        "无类{T}\n\n$CATEGORY: $course$/top/质量/首\\:件//巡检\n\n// [id:fj-01] [tag:条款=8.6] [tag:难度=难] [tag:层级=一线员工]\n"
        "// [tag:别人的]\n首检{T}\n\n$CATEGORY: 尾\n\n尾{F}"
    )
    assert [row.item["topic"] for row in rows] == ["检验", "质量/首:件/巡检", "尾"]
    facts = rows[1].item
    assert (facts["key"], facts["clause"], facts["difficulty"], facts["layer"]) == ("fj-01", "8.6", 3, "frontline")
    assert rows[0].item["key"] == read("无类{T}")[0].item["key"] != rows[2].item["key"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("只是一段说明", "不是题"),
        ("问？{=甲 ~乙", "花括号没有关上"),
        ("问？{=甲 =乙 ~丙}", "只留一个"),
        ("问？{#十二}", "不是数"),
        ("问？{#=1 =2}", "几个不同的满分答案"),
        ("配{=红 -> 坏 =黄}", "左边 -> 右边"),
        ("说说看{}", "没有参考答案"),
        ("问？{~甲 ~乙}", "答案"),
        ("{=甲 ~乙}", "没有题干"),
    ],
)
def test_a_bad_question_is_refused_with_its_line_and_the_next_one_is_read(text, sentence):
    bad, good = read(f"// 头\n\n{text}\n\n::好的::对吗{{T}}")
    assert bad.number == 3 and bad.item is None and sentence in bad.reasons[0][1]
    assert good.item["stem"] == "对吗"


def test_weights_that_our_kinds_do_not_know_are_named():
    (row,) = read("选{~%70%甲 ~%30%乙 ~丙}")
    assert row.item["answer"] == [0, 1] and "权重" in row.notes[0]


def test_the_encodings_of_chinese_machines_and_the_limits():
    for coding in ("utf-8-sig", "gb18030", "utf-16"):
        assert gift_reading.read("对吗{T}".encode(coding), "检验")[0].item["stem"] == "对吗"
    for content, code in [
        (b"x" * (10 * 2**20 + 1), "exchange.large"),
        (b"{T}\n\n" * 5001, "exchange.many"),
        (b"// only\n", "exchange.empty"),
        (b"\x81\xff\xff", "exchange.encoding"),
    ]:
        with pytest.raises(DomainError) as refused:
            gift_reading.read(content, "检验")
        assert refused.value.code == code
