"""Content files into pages: once, again, and after an editor has been there."""

import pytest
from wagtail.models import Page, Revision

from core.exceptions import DomainError
from guide.models import CasePage, ClausePage, GlossaryTerm, ToolPage

from .small import PARTS, write_clause, write_tool

pytestmark = pytest.mark.one_engine


def test_makes_the_pages_and_publishes_them(load):
    assert len(load().created) == 4 + 8 + 2 + 1 + 1 + 1 + 2
    clause = ClausePage.objects.get(slug="8-7")
    assert clause.live
    assert clause.title == "不合格输出的控制"
    assert clause.part_of.slug == "8"
    assert clause.everyday_question == "8.7 问的是什么？"
    assert [part["name"] for part in clause.parts] == [
        "question",
        "minute",
        "scene",
        "steps",
        "tools",
        "pits",
        "audit",
        "minimum",
        "edition",
        "onward",
    ]
    values = {part["name"]: part["block"].value for part in clause.parts if part["block"]}
    assert values["minute"]["frontline"] == "一线的一句。"
    assert [step["title"] for step in values["steps"]["steps"]] == ["拦住", "拿主意", "记下来"]
    assert values["pits"][0]["mistake"] == "修好了直接放回去。"
    assert values["tools"].source == "<ul><li>五色牌自己裁。</li></ul>"


def test_relations_hold_whichever_end_names_them(load):
    load()
    assert [row.tool.code for row in ClausePage.objects.get(slug="9-2").tools] == ["TB41"]
    row = ClausePage.objects.get(slug="8-7").tools.get()
    assert (row.tool.code, row.note) == ("TB41", "一行记一档子事。")
    assert [case.slug for case in ClausePage.objects.get(slug="8-7").cases] == ["hongsheng"]
    case = CasePage.objects.get()
    assert (case.pilot.name, case.district.name, case.consented) == ("地毯", "武清区", False)


def test_a_clause_whose_tools_need_no_words_still_has_its_part_on_tools(load, content, visitor):
    write_clause(content, "8.7", body=PARTS.replace("- 五色牌自己裁。\n", "").format(question="问"), tools=["TB41"])
    load()
    assert len(ClausePage.objects.get(slug="8-7").parts) == 10
    assert "/guide/tools/tb41/" in visitor.get("/guide/8-7/").content.decode()


def test_loading_again_changes_nothing(load):
    load()
    before = set(Revision.objects.values_list("pk", flat=True))
    report = load()
    assert not report.changed
    assert not report.kept
    assert len(report.unchanged) == 19
    assert set(Revision.objects.values_list("pk", flat=True)) == before


def test_a_changed_file_updates_its_page_only(load, content):
    load()
    write_clause(content, "9.2", short_title="自己查自己")
    report = load()
    assert report.updated == ["/home/guide/9-2/"]
    assert ClausePage.objects.get(slug="9-2").short_title == "自己查自己"
    assert not load().changed


def test_what_an_editor_changed_survives(load, content):
    load()
    page = ClausePage.objects.get(slug="9-2")
    page.short_title = "编辑写的"
    page.save_revision().publish()
    write_clause(content, "9.2", short_title="文件写的")
    report = load()
    assert list(report.kept) == ["/home/guide/9-2/"]
    assert ClausePage.objects.get(slug="9-2").short_title == "编辑写的"


def test_an_editors_draft_survives(load, content):
    load()
    page = ClausePage.objects.get(slug="9-2")
    page.short_title = "草稿"
    page.save_revision()
    write_clause(content, "9.2", short_title="文件写的")
    assert list(load().kept) == ["/home/guide/9-2/"]
    assert ClausePage.objects.get(slug="9-2").get_latest_revision_as_object().short_title == "草稿"


def test_a_page_taken_offline_stays_offline(load, content):
    load()
    ToolPage.objects.get(code="TB12").unpublish()
    write_tool(content, "TB12", purpose="改过")
    assert list(load().kept) == ["/home/guide/tools/tb12/"]
    assert not ToolPage.objects.get(code="TB12").live


def test_a_word_an_editor_changed_survives(load, content):
    load()
    GlossaryTerm.objects.filter(iso="输出").update(everyday="编辑改的")
    text = (content / "glossary.yaml").read_text().replace("干出来的东西", "文件改的")
    (content / "glossary.yaml").write_text(text)
    assert "glossary/输出" in load().kept
    assert GlossaryTerm.objects.get(iso="输出").everyday == "编辑改的"


@pytest.mark.parametrize(
    ("spoil", "code", "named"),
    [
        (
            lambda folder: write_clause(folder, "9.2", body=PARTS.replace("## 接着学", "## 别的")),
            "content.part",
            "接着学",
        ),
        (lambda folder: write_clause(folder, "9.2", layers=["boss"]), "content.layers", "boss"),
        (lambda folder: write_clause(folder, "9.2", parent_key="9.9"), "content.parent", "9.9"),
        (lambda folder: (folder / "clauses/9.2.md").write_text("没有抬头"), "content.head", "9.2.md"),
        (
            lambda folder: write_tool(
                folder,
                "TB12",
                workbook={"columns": [{"name": "处置", "kind": "choice", "choices": ["甲"], "example": "乙"}]},
            ),
            "content.choice",
            "乙",
        ),
    ],
)
def test_a_faulty_file_is_named_and_nothing_is_loaded(load, content, spoil, code, named):
    spoil(content)
    with pytest.raises(DomainError) as refusal:
        load()
    assert refusal.value.code == code
    assert named in refusal.value.sentence
    assert ".md" in refusal.value.sentence
    assert not Page.objects.filter(slug="guide").exists()
