"""Searching as people ask."""

import pytest

from home.search import extract, find


def titles(typed):
    return [row["title"] for group in find(typed) for row in group.rows]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("内审", "9.2 内审：内部审核"),
        ("9.2", "9.2 内审：内部审核"),
        ("点检", "日点检表（TB12）"),
        ("tb41", "工具TB41（TB41）"),
        ("内审怎么做？", "9.2 内审：内部审核"),
        ("10.1", "10.1 短题10.1：标题10.1"),
    ],
)
def test_finds(guide, typed, first):
    assert first in titles(typed)[:2]


def test_results_are_grouped(guide):
    groups = {str(group.label): [row["title"] for row in group.rows] for group in find("坏件")}
    assert "8.7 坏件：不合格输出的控制" in groups["指南"]
    assert "工具TB41（TB41）" in groups["工具和表格"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "？！", "没有这个词语啊啊", "x" * 5000, "' OR 1=1 --", "\x00", '"', "*", "AND"]
)
def test_nothing_found_is_an_empty_list_never_a_fault(guide, typed):
    assert find(typed) == []


def test_a_page_off_line_is_not_found(guide):
    from guide.models import ToolPage

    ToolPage.objects.get(code="TB12").unpublish()
    assert titles("点检") == []


def test_the_extract_marks_the_words_and_escapes():
    assert extract("先<b>看内审</b>再说", ["内审"]) == "先&lt;b&gt;看<mark>内审</mark>&lt;/b&gt;再说"
    assert extract("啊" * 100 + "内审", ["内审"]).startswith("…")
    assert "<mark>点检</mark>" in extract("每天点检一次", ["怎么点检好"])


def test_the_page_says_what_to_try_when_nothing_is_found(guide, client):
    html = client.get("/search/", {"q": "没有这个词语啊啊"}).content.decode()
    assert "没找到" in html
    assert "看指南目录" in html
    assert "<script>x" not in client.get("/search/", {"q": "<script>x</script>"}).content.decode()
