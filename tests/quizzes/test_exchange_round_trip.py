"""Out and in again changes nothing, whatever a question holds; what a format cannot carry it names beforehand."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizzes.exchange import gift_reading, gift_writing, moodle_reading, moodle_writing, sheet_reading, sheet_writing
from quizzes.exchange.rows import Image
from quizzes.kinds import KINDS

pytestmark = pytest.mark.one_engine

SIGNS = "=~#{}:\\%/|;；→->*<>&\"'[]（）()…_＿．.、，, ABCabc019甲乙丙质量\n$@！？"
"""Signs that mean something in one of the formats, and a few words."""

lines = st.text(st.sampled_from(SIGNS.replace("\n", "")), min_size=1, max_size=14).map(str.strip).filter(bool)
texts = st.text(st.sampled_from(SIGNS), min_size=1, max_size=30).map(str.strip).filter(bool)
several = st.lists(lines, min_size=2, max_size=6, unique=True)


@st.composite
def _choice(draw, kind):
    options = draw(several)
    most = 1 if kind == "single" else len(options)
    answer = draw(st.lists(st.integers(0, len(options) - 1), min_size=1, max_size=most, unique=True))
    return options, sorted(answer)


@st.composite
def _fill(draw):
    blanks = draw(st.integers(1, 4))
    pieces = [draw(texts).replace("_", "-").replace("＿", "-") for _n in range(blanks + 1)]
    if draw(st.booleans()):
        pieces[-1] = ""
    stem = "".join(piece + mark for piece, mark in zip(pieces, [*(["___", "_____"] * 2)[:blanks], ""], strict=False))
    return stem, [draw(st.lists(lines, min_size=1, max_size=3, unique=True)) for _n in range(blanks)]


@st.composite
def _matching(draw):
    left = draw(several)
    right = draw(several)
    answer = draw(st.lists(st.integers(0, len(right) - 1), min_size=len(left), max_size=len(left)))
    return {"left": left, "right": right}, answer


@st.composite
def _marked(draw, rows):
    shares = [100 // rows] * (rows - 1)
    shares.append(100 - sum(shares))
    return {
        "model": draw(texts),
        "rubric": [{"text": draw(st.one_of(st.just(""), lines)), "share": share} for share in shares],
    }


@st.composite
def items(draw):
    kind = draw(st.sampled_from(sorted(KINDS)))
    stem, options, answer = draw(texts), [], None
    match kind:
        case "single" | "multiple":
            options, answer = draw(_choice(kind))
        case "true_false":
            answer = draw(st.booleans())
        case "fill":
            stem, answer = draw(_fill())
        case "numeric":
            value = draw(st.decimals(-1000, 1000, places=3)) + 0
            tolerance = draw(st.decimals(0, 10, places=2)) + 0
            answer = {
                "value": f"{value:f}",
                "tolerance": f"{tolerance:f}",
                "unit": draw(st.sampled_from(["", "mm", "m/s", "℃", "%"])),
            }
        case "matching":
            options, answer = draw(_matching())
        case "ordering":
            options = draw(several)
            answer = draw(st.permutations(range(len(options))))
        case "short":
            answer = draw(_marked(draw(st.integers(1, 4))))
        case "case":
            options = draw(several)
            answer = draw(_marked(len(options)))
    options, answer = KINDS[kind].check(stem, options, answer)
    return {
        "kind": kind,
        "stem": stem,
        "options": options,
        "answer": answer,
        "topic": draw(lines),
        "lesson": draw(st.sampled_from(["", "F1"])),
        "clause": draw(st.sampled_from(["", "8.5.1", "8.10"])),
        "layer": draw(st.sampled_from(["", "top", "middle", "frontline", "other"])),
        "difficulty": draw(st.integers(1, 3)),
        "explanation": draw(st.one_of(st.just(""), texts)),
        "source": draw(st.one_of(st.just(""), lines)),
    }


banks = st.lists(items(), min_size=1, max_size=4).map(
    lambda found: [item | {"key": f"q-{number}"} for number, item in enumerate(found, 1)]
)
tried = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def back(rows):
    assert [row.reasons for row in rows] == [[]] * len(rows)
    return [row.item for row in rows]


@tried
@given(banks)
def test_gift_loses_nothing(bank):
    assert back(gift_reading.read(gift_writing.write(bank))) == bank


@tried
@given(banks)
def test_moodle_xml_loses_nothing(bank):
    assert back(moodle_reading.read(moodle_writing.write(bank))) == bank


@tried
@given(banks)
def test_the_workbook_loses_nothing(bank):
    _header, rows = sheet_reading.read(io.BytesIO(sheet_writing.write(bank)), "题库.xlsx")
    assert back(rows) == bank


PICTURED = {
    "key": "q-9",
    "kind": "single",
    "stem": "图里是\n哪一种牌？",
    "options": ["红牌", "黄牌"],
    "answer": [1],
    "topic": "8/5 检验",
    "lesson": "",
    "clause": "8.7",
    "layer": "",
    "difficulty": 2,
    "explanation": "",
    "source": "",
    "picture_alt": "一块黄色的牌",
    "image": Image("card.png", b"\x89PNG not looked at here"),
}


def test_moodle_xml_carries_the_picture_and_the_others_say_they_do_not():
    (row,) = moodle_reading.read(moodle_writing.write([PICTURED]))
    assert row.image == PICTURED["image"]
    assert row.item == {name: value for name, value in PICTURED.items() if name != "image"}
    assert not list(moodle_writing.lost([PICTURED]))
    for format_ in (gift_writing, sheet_writing):
        assert "q-9" in "".join(format_.lost([PICTURED]))
        assert not list(format_.lost([PICTURED | {"image": None}]))


def test_what_was_edited_elsewhere_is_kept_and_the_rubric_comes_along():
    """The comment beside the question belongs to the words it was written for."""
    short = PICTURED | {"kind": "short", "image": None, "picture_alt": "", "options": []}
    short["answer"] = {"model": "停机", "rubric": [{"text": "停", "share": 40}, {"text": "报", "share": 60}]}
    ordered = PICTURED | {
        "key": "q-8",
        "kind": "ordering",
        "image": None,
        "options": ["停", "隔", "报"],
        "answer": [0, 1, 2],
    }
    text = gift_writing.write([short, ordered]).decode()
    edited = text.replace("哪一种牌", "哪一块牌")
    first, second = gift_reading.read(edited.encode())
    assert (first.item["stem"], first.item["answer"]) == ("图里是\n哪一块牌？", short["answer"])
    assert first.notes and second.item["kind"] == "matching" and second.item["stem"] == "图里是\n哪一块牌？"
