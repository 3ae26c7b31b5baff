"""The kinds beyond choices: what the bank takes, what an answer may be, what it earns. No database."""

import random
from decimal import Decimal

import pytest

from core.exceptions import DomainError
from quizzes import grading
from quizzes.kinds import KINDS

pytestmark = pytest.mark.one_engine

GOOD = {
    "fill": ("先看___，再量___。", [], [["图纸", "图样"], ["首件"]]),
    "numeric": ("孔径是多少？", [], {"value": "12.5", "tolerance": "0.1", "unit": "mm"}),
    "matching": ("配对。", {"left": ["卡尺", "塞规"], "right": ["外径", "通止", "重量"]}, [0, 1]),
    "ordering": ("先后。", ["隔离", "标识", "评审", "处置"], [1, 0, 2, 3]),
    "short": ("为什么？", [], {"model": "因为过期", "rubric": [{"text": "说到过期", "share": 100}]}),
    "case": (
        "【案例】三把卡尺。",
        ["是不是", "哪一条"],
        {"model": "是，7.1.5", "rubric": [{"text": "是", "share": 40}, {"text": "7.1.5", "share": 60}]},
    ),
}


def frozen(kind, *, part=False, seed=1, points=12):
    """(item of the paper, item of the key) of the good question."""
    stem, options, answer = GOOD[kind]
    options, answer = KINDS[kind].check(stem, options, answer)
    shown, right = KINDS[kind].freeze(options, answer, random.Random(seed), True)
    item = {"kind": kind, "stem": stem, "points": points, **shown}
    return item, {"kind": kind, "answer": right, "points": points} | ({"part": True} if part else {})


def earned(key, response):
    return grading.grade_paper([key], {1: response}).marks[0].points


@pytest.mark.parametrize(
    ("kind", "stem", "options", "answer", "word"),
    [
        ("fill", "没有空", [], [["甲"]], "___"),
        ("fill", "一个___空", [], [["甲"], ["乙"]], "1 个空"),
        ("fill", "一个___空", [], [[" "]], "至少"),
        ("numeric", "多少", [], {"value": "十二"}, "数值题"),
        ("numeric", "多少", [], {"value": "NaN"}, "数值题"),
        ("numeric", "多少", [], {"value": "1", "tolerance": "-1"}, "允差"),
        ("matching", "配", ["甲", "乙"], [0, 1], "两列"),
        ("matching", "配", {"left": ["甲", "乙"], "right": ["丙", "丁"]}, [0], "左边每一项"),
        ("matching", "配", {"left": ["甲", "乙"], "right": ["丙", "丁"]}, [0, 2], "序号"),
        ("ordering", "排", ["甲", "乙", "丙"], [0, 1], "写一次"),
        ("ordering", "排", ["甲", "乙", "乙"], [0, 1, 2], "重复"),
        ("short", "答", [], {"model": ""}, "参考答案"),
        ("short", "答", [], {"model": "甲", "rubric": [{"text": "乙", "share": 90}]}, "100"),
        ("case", "案", ["甲", "乙"], {"model": "丙", "rubric": [{"text": "丁", "share": 100}]}, "2 问"),
    ],
)
def test_the_bank_says_what_is_wrong(kind, stem, options, answer, word):
    with pytest.raises(ValueError, match=word):
        KINDS[kind].check(stem, options, answer)


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("fill", [" 图纸 ", "首件"], ["图纸", "首件"]),
        ("fill", ["图纸"], ["图纸", ""]),
        ("fill", ["", " "], []),
        ("fill", ["图\x00纸", "\ud800首件"], ["图纸", "首件"]),
        ("numeric", ["１２．５"], ["12.5"]),
        ("numeric", ["1,200 mm"], ["1200"]),
        ("numeric", ["12.5ｍｍ"], ["12.5"]),
        ("numeric", [12.5], ["12.5"]),
        ("numeric", ["−3"], ["-3"]),
        ("numeric", [""], []),
        ("matching", ["0", ""], [0, None]),
        ("matching", ["", ""], []),
        ("matching", [2, 2], [2, 2]),
        ("ordering", ["1", "2", "4", "3"], [1, 2, 4, 3]),
        ("ordering", ["1", "", "", ""], [1, None, None, None]),
        ("ordering", ["", "", "", ""], []),
        ("short", ["第一行\r\n第二行 "], ["第一行\n第二行"]),
        ("short", [" "], []),
        ("case", ["是", ""], ["是", ""]),
    ],
)
def test_what_is_stored(kind, raw, stored):
    assert grading.clean_response(frozen(kind)[0], raw) == stored


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("fill", ["甲", "乙", "丙"], "answer.too_large"),
        ("fill", ["甲" * 201], "answer.too_long"),
        ("fill", [1], "answer.format"),
        ("fill", "图纸", "answer.format"),
        ("numeric", ["NaN"], "answer.number"),
        ("numeric", ["Infinity"], "answer.number"),
        ("numeric", ["1e999999"], "answer.number"),
        ("numeric", ["9" * 40], "answer.number"),
        ("numeric", ["十二"], "answer.number"),
        ("numeric", ["12.5 cm"], "answer.unit"),
        ("numeric", [float("nan")], "answer.format"),
        ("numeric", [float("inf")], "answer.format"),
        ("numeric", [True], "answer.format"),
        ("numeric", ["1", "2"], "answer.too_large"),
        ("matching", ["3", "0"], "answer.option"),
        ("matching", ["A", "0"], "answer.option"),
        ("matching", ["0", "1", "2"], "answer.too_large"),
        ("ordering", ["0", "1", "2", "3"], "answer.option"),
        ("ordering", ["5", "1", "2", "3"], "answer.option"),
        ("ordering", [1.5], "answer.option"),
        ("short", ["字" * 3001], "answer.too_long"),
        ("short", ["一", "二"], "answer.too_large"),
        ("case", [None], "answer.format"),
        ("case", ["一", "二", "三"], "answer.too_large"),
    ],
)
def test_what_is_refused(kind, raw, code):
    with pytest.raises(DomainError) as refused:
        grading.clean_response(frozen(kind)[0], raw)
    assert refused.value.code == code


@pytest.mark.parametrize("kind", [kind for kind in GOOD if not KINDS[kind].is_manual])
@pytest.mark.parametrize("seed", range(5))
def test_the_right_answer_earns_everything_and_is_never_shown_in_order(kind, seed):
    item, key = frozen(kind, seed=seed)
    right = {
        "fill": lambda: ["图样", " 首件。"],
        "numeric": lambda: ["12.4"],
        "matching": lambda: key["answer"],
        "ordering": lambda: key["answer"],
    }[kind]()
    assert earned(key, grading.clean_response(item, right)) == 12
    if kind == "ordering":
        assert key["answer"] != [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("kind", "response", "whole", "part"),
    [
        ("fill", ["图纸", "末件"], 0, 6),
        ("fill", ["", ""], 0, 0),
        ("numeric", ["12.39"], 0, 0),
        ("numeric", ["12.6"], 12, 12),
        ("matching", "one", 0, 6),
        ("ordering", "last two swapped", 0, 4),
        ("ordering", "backwards", 0, 0),
    ],
)
def test_part_marks_only_where_the_quiz_gives_them(kind, response, whole, part):
    for gives_part, points in ((False, whole), (True, part)):
        _item, key = frozen(kind, part=gives_part)
        given = {
            "one": lambda key=key: [key["answer"][0], None],
            "last two swapped": lambda key=key: [{3: 4, 4: 3}.get(rank, rank) for rank in key["answer"]],
            "backwards": lambda key=key: [5 - rank for rank in key["answer"]],
        }
        given = given[response]() if isinstance(response, str) else response
        assert earned(key, given) == points


def test_too_few_of_a_multiple_choice_earn_their_share_and_a_wrong_one_nothing():
    key = {"kind": "multiple", "answer": [0, 2, 3], "points": 2, "part": True}
    assert [earned(key, given) for given in ([0, 2, 3], [0, 2], [3], [0, 1, 2, 3], [1])] == [
        2,
        Decimal("1.33"),
        Decimal("0.67"),
        0,
        0,
    ]


@pytest.mark.parametrize("kind", ["short", "case"])
def test_what_a_person_marks_waits_for_that_person(kind):
    _item, key = frozen(kind)
    waiting = grading.grade_paper([key], {1: ["写了"]})
    assert (waiting.waiting, waiting.score) == ([1], 0)
    assert grading.grade_paper([key], {1: ["写了"]}, {1: Decimal("7.5")}).score == Decimal("7.5")
    assert grading.grade_paper([key], {}).waiting == []  # nothing written earns nothing, nobody has to look


def test_a_kind_has_its_own_pass_mark():
    items = [{"kind": "single"}, {"kind": "case"}, {"kind": "case"}]
    marks = [grading.Mark(Decimal(points), Decimal(out_of)) for points, out_of in ((70, 70), (10, 15), (7, 15))]
    missed = grading.floors_missed(items, grading.Result(tuple(marks)), {"case": 60, "short": 50})
    assert missed == ["case"]
    assert grading.floors_missed(items, grading.Result(tuple(marks)), {"case": 56}) == []


@pytest.mark.parametrize("kind", GOOD)
def test_answers_and_keys_can_be_read(kind):
    item, key = frozen(kind)
    words = KINDS[kind].key_words(item, key["answer"])
    assert words
    assert all(isinstance(line, str) for line in words)
    sample = {"fill": ["图纸", ""], "numeric": ["3"], "matching": [0, None], "ordering": [1, None, None, 2]}
    assert KINDS[kind].words(item, sample.get(kind, ["一", "二"][: len(item.get("parts", "1"))]))
