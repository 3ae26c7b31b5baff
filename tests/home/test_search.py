"""Searching as people ask."""

import pytest

from home.search import extract, find


def titles(typed, **narrowed):
    return [row.document.title for row in find(typed, **narrowed).rows]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("内审", "9.2 内审：内部审核"),
        ("內部審核", "9.2 内审：内部审核"),
        ("9.2", "9.2 内审：内部审核"),
        ("点检", "日点检表（TB12）"),
        ("rdjb", "日点检表（TB12）"),
        ("tb41", "工具TB41（TB41）"),
        ("内审怎么做？", "9.2 内审：内部审核"),
        ("10.1", "10.1 短题10.1：标题10.1"),
    ],
)
def test_finds(guide, typed, first):
    assert first in titles(typed)[:2]


def test_kinds_stand_in_one_list_and_can_be_narrowed(guide):
    results = find("坏件")
    assert {"8.7 坏件：不合格输出的控制", "工具TB41（TB41）"} <= set(titles("坏件"))
    kinds = {value: count for value, _label, count in results.facets["kind"]}
    assert sum(kinds.values()) == results.total
    assert titles("坏件", kind="tool") == [title for title in titles("坏件") if "TB" in title]
    assert find("坏件", kind="tool").total == kinds["tool"]
    assert {value: count for value, _label, count in find("坏件", kind="tool").facets["kind"]} == kinds


def test_a_layer_narrows(guide):
    counted = {value: count for value, _label, count in find("坏件").facets["layer"]}
    for layer, count in counted.items():
        assert find("坏件", layer=layer).total == count
    assert titles("坏件", layer="nobody") == []


def test_words_of_the_glossary_find_each_other(guide):
    from guide.models import GlossaryTerm

    GlossaryTerm.objects.update_or_create(
        iso="内部审核", defaults={"everyday": "自查", "sentence": "自己先查一遍。", "synonyms": ["厂内体检"]}
    )
    assert "9.2 内审：内部审核" in titles("厂内体检")[:2]


@pytest.mark.parametrize(
    "typed", ["", "   ", "？！", "没有这个词语啊啊", "x" * 5000, "' OR 1=1 --", "\x00", '"', "*", "AND"]
)
def test_nothing_found_is_an_empty_list_never_a_fault(guide, typed):
    assert find(typed).rows == []


def test_a_page_off_line_is_not_found(guide):
    from guide.models import ToolPage

    assert titles("点检")
    ToolPage.objects.get(code="TB12").unpublish()
    assert "日点检表（TB12）" not in titles("点检")


def test_the_extract_marks_the_words_and_escapes():
    assert extract("先<b>看内审</b>再说", ["内审"]) == "先&lt;b&gt;看<mark>内审</mark>&lt;/b&gt;再说"
    assert extract("啊" * 100 + "内审", ["内审"]).startswith("…")
    assert "<mark>点检</mark>" in extract("每天点检一次", ["怎么点检好"])


def test_the_extract_is_taken_where_the_words_stand_together_and_begins_with_a_sentence():
    text = "内审一年一次。" + "别的话。" * 40 + "谁干的活谁不审。内审计划年初排好，检查表跟着走。" + "别的话。" * 40
    assert extract(text, ["内审", "检查表"]).startswith("<mark>内审</mark>计划年初排好，<mark>检查表</mark>跟着走。")


def test_what_a_page_asks_is_not_said_twice(guide):
    row = next(row for row in find("8.7").rows if row.document.title.startswith("8.7"))
    assert row.extract.count("问的是什么") == 1


def test_the_page_says_what_to_try_when_nothing_is_found(guide, client):
    html = client.get("/search/", {"q": "没有这个词语啊啊"}).content.decode()
    assert "没找到" in html
    assert "看指南目录" in html
    assert "<script>x" not in client.get("/search/", {"q": "<script>x</script>"}).content.decode()
    assert "看全部结果" in client.get("/search/", {"q": "坏件", "layer": "nobody"}).content.decode()


def test_a_search_takes_a_constant_number_of_queries(guide, client, django_assert_num_queries):
    client.get("/search/", {"q": "内审"})
    with django_assert_num_queries(2):
        client.get("/search/", {"q": "坏件"})
