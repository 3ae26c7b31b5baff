"""Moodle XML as Moodle writes it; nothing hostile is expanded, fetched or run."""

import base64

import pytest

from core.exceptions import DomainError
from quizzes.exchange import moodle_reading

pytestmark = pytest.mark.one_engine


def read(inner, head='<?xml version="1.0" encoding="UTF-8"?>'):
    return moodle_reading.read(f"{head}\n<quiz>\n{inner}\n</quiz>".encode(), "检验")


def question(kind, body, stem="<p>问&nbsp;？</p>", form="html"):
    return f"""<question type="{kind}"><name><text>名</text></name>
<questiontext format="{form}"><text><![CDATA[{stem}]]></text></questiontext>
<generalfeedback format="html"><text><![CDATA[<p>解析</p>]]></text></generalfeedback>{body}</question>"""


def answer(text, fraction, more=""):
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{more}</answer>'


def pair(left, right):
    return f"<subquestion><text>{left}</text><answer><text>{right}</text></answer></subquestion>"


FEEDBACK = "<feedback><text>&lt;p&gt;再想想&lt;/p&gt;</text></feedback>"
CLOZE = "先{1:SHORTANSWER:=停~%100%停机~%50%慢}，再{2:MC:走~=报\\~告#对}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            question("multichoice", "<single>true</single>" + answer("甲", 0, FEEDBACK) + answer("乙", 100)),
            {
                "kind": "single",
                "stem": "问 ？",
                "options": ["甲", "乙"],
                "answer": [1],
                "explanation": "解析\n甲：再想想",
            },
        ),
        (
            question(
                "multichoice", "<single>false</single>" + answer("甲", 50) + answer("乙", 50) + answer("丙", -100)
            ),
            {"kind": "multiple", "options": ["甲", "乙", "丙"], "answer": [0, 1]},
        ),
        (question("truefalse", answer("true", 0) + answer("false", 100)), {"kind": "true_false", "answer": False}),
        (
            question("shortanswer", answer("停", 100) + answer("2\\*3", 100)),
            {"kind": "fill", "stem": "问 ？ ___", "answer": [["停", "2*3"]]},
        ),
        (
            question(
                "numerical",
                answer("12.5", 100, "<tolerance>0.1</tolerance>")
                + "<units><unit><multiplier>1</multiplier><unit_name>mm</unit_name></unit></units>",
            ),
            {"kind": "numeric", "answer": {"value": "12.5", "tolerance": "0.1", "unit": "mm"}},
        ),
        (
            question("matching", pair("红", "坏") + pair("黄", "等") + pair("", "好")),
            {"kind": "matching", "options": {"left": ["红", "黄"], "right": ["坏", "等", "好"]}, "answer": [0, 1]},
        ),
        (
            question("ordering", answer("后", 2) + answer("先", 1)),
            {"kind": "ordering", "options": ["先", "后"], "answer": [0, 1]},
        ),
        (
            question("essay", "<graderinfo format='html'><text>看证据</text></graderinfo>"),
            {"kind": "short", "answer": {"model": "看证据", "rubric": [{"text": "", "share": 100}]}},
        ),
        (
            question("cloze", "", CLOZE),
            {"kind": "fill", "stem": "先___，再___", "answer": [["停", "停机"], ["报~告"]]},
        ),
        (
            question("cloze", "", "量得 {1:NUMERICAL:=12.5:0.1} mm"),
            {"kind": "numeric", "stem": "量得 ___ mm", "answer": {"value": "12.5", "tolerance": "0.1", "unit": ""}},
        ),
        (
            question("truefalse", answer("true", 100), stem="a < b & c", form="plain_text"),
            {"stem": "a < b & c", "answer": True},
        ),
        (
            question(
                "truefalse",
                answer("true", 100),
                stem="<style>x{}</style>第一行<br>第二行<script>alert(1)</script><ul><li>一</li><li onclick='x()'>二</li></ul>",
            ),
            {"stem": "第一行\n第二行\n一\n二"},
        ),
    ],
)
def test_each_type_becomes_its_kind(text, expected):
    (row,) = read(text)
    assert not row.reasons, row.reasons
    assert {name: row.item[name] for name in expected} == expected


def test_categories_tags_and_id_numbers():
    rows = read(
        question("truefalse", answer("true", 100))
        + '<question type="category"><category><text>$course$/top/质量/a//b</text></category></question>'
        + question(
            "truefalse",
            answer("true", 100) + "<idnumber>q-7</idnumber><tags><tag><text>条款=8.6</text></tag></tags>",
        )
    )
    assert [row.item["topic"] for row in rows] == ["检验", "质量/a/b"]
    assert (rows[1].item["key"], rows[1].item["clause"]) == ("q-7", "8.6")
    assert [row.number for row in rows] == [3, 5]


def test_a_picture_comes_along_and_what_is_missing_or_elsewhere_is_said():
    image = '<p>看图<img src="@@PLUGINFILE@@/a.png" alt="一块牌"></p>'
    file = f'<file name="a.png" encoding="base64">{base64.b64encode(b"bytes").decode()}</file>'
    whole = question("truefalse", answer("true", 100), stem=image)
    (row,) = read(whole.replace("</questiontext>", file + "</questiontext>"))
    assert (row.image.content, row.item["picture_alt"], row.item["stem"]) == (b"bytes", "一块牌", "看图")
    assert "文件里却没有它" in read(whole)[0].reasons[0][1]
    assert (
        "坏了"
        in read(whole.replace("</questiontext>", file.replace(">", ">é", 1) + "</questiontext>"))[0].reasons[0][1]
    )
    (row,) = read(question("truefalse", answer("true", 100), stem='<img src="https://example.org/x.png">看'))
    assert row.image is None and "网上的图" in row.notes[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (question("description", ""), "不是题"),
        (question("calculated", answer("{x}+1", 100)), "定数"),
        (question("ddimageortext", ""), "ddimageortext"),
        (question("truefalse", answer("true", 0) + answer("false", 0)), "哪个是对的"),
        (question("numerical", answer("十", 100)), "不是数"),
        (question("multichoice", answer("甲", 100)), "两个选项"),
        (question("cloze", "", "没有空"), "没有要填的空"),
    ],
)
def test_what_has_no_counterpart_is_refused_with_the_mend(text, sentence):
    bad, good = read(text + question("truefalse", answer("true", 100)))
    assert bad.item is None and sentence in bad.reasons[0][1]
    assert good.item


BOMB = '<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f"{BOMB}<quiz>&b;</quiz>".encode(), "exchange.entities"),
        (f"{OUTSIDE}<quiz>&x;</quiz>".encode(), "exchange.entities"),
        (b'<!DOCTYPE quiz SYSTEM "http://example.org/x.dtd"><quiz/>', "exchange.entities"),
        (b"<quiz><question>", "exchange.damaged"),
        (b'<?xml version="1.0" encoding="no-such"?><quiz/>', "exchange.damaged"),
        (b"<html/>", "exchange.kind"),
        (b"<quiz/>", "exchange.empty"),
        (b" " * (10 * 2**20 + 1), "exchange.large"),
        (b"<quiz>" + b'<question type="x"/>' * 5001 + b"</quiz>", "exchange.many"),
    ],
)
def test_hostile_and_broken_files_are_refused_whole(content, code):
    with pytest.raises(DomainError) as refused:
        moodle_reading.read(content, "检验")
    assert refused.value.code == code
