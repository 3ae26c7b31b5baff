"""The written guide itself: complete, long enough, concrete, and no page repeats another. From the files, nothing is loaded."""

import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import yaml
from openpyxl.utils import get_column_letter

from core import markdown
from core.page_guards import forbidden_phrase
from core.spreadsheets import ROOM, write_form
from guide.content_files import column
from guide.models import ToolPage
from guide.services import fill_tool

pytestmark = pytest.mark.one_engine

CONTENT = Path(__file__).resolve().parents[2] / "guide" / "content"
NUMBERS = """
4.1 4.2 4.3 4.4 4.4.1 4.4.2 5.1 5.1.1 5.1.2 5.2 5.2.1 5.2.2 5.3 6.1 6.1.1 6.1.2 6.1.3 6.2 6.2.1 6.2.2 6.3
7.1 7.1.1 7.1.2 7.1.3 7.1.4 7.1.5 7.1.5.1 7.1.5.2 7.1.6 7.2 7.3 7.4 7.5 7.5.1 7.5.2 7.5.3 7.5.3.1 7.5.3.2
8.1 8.2 8.2.1 8.2.2 8.2.3 8.2.4 8.3 8.3.1 8.3.2 8.3.3 8.3.4 8.3.5 8.3.6 8.4 8.4.1 8.4.2 8.4.3
8.5 8.5.1 8.5.2 8.5.3 8.5.4 8.5.5 8.5.6 8.6 8.7 8.7.1 8.7.2
9.1 9.1.1 9.1.2 9.1.3 9.2 9.2.1 9.2.2 9.3 9.3.1 9.3.2 9.3.3 10.1 10.2 10.2.1 10.2.2 10.3
"""
PARTS = [
    "大白话问题",
    "一分钟听懂",
    "车间里什么样",
    "三步怎么做",
    "用什么工具",
    "常见的坑",
    "审核员会问",
    "小厂最低做到",
    "2026版变了什么",
    "接着学",
]
TOOL_PARTS = ["干什么用", "什么时候用", "五步会用", "填好的样子"]
CASE_PARTS = ["当时什么情况", "按顺序做了什么", "用了哪些工具", "前后对比", "花了多少", "走过的弯路"]
PILOTS = {"gaoduan-zhuangbei", "diandong-zixingche", "qiche-lingbujian", "ditan", "guangfu", "muzhipin"}
RENUMBERED = {"6.1.3": (None, "6.1.3"), "10.1": ("10.1", None), "10.3": ("10.3", "10.1")}
TOPICS = [
    "zenme-yong",
    "qi-yuanze",
    "guocheng-fangfa",
    "pdca",
    "fengxian-siwei",
    "huanban-2026",
    "touhui-renzheng",
    "jiangshi-jizhong",
    "jiangshi-hangye",
    "jiangshi-neishen",
]
PRINCIPLES = [
    "以顾客为关注焦点",
    "领导作用",
    "全员积极参与",
    "过程方法",
    "改进",
    "循证决策",
    "关系管理",
]
TOOL = re.compile(r"TB\d\d")


def sources(kind):
    return {file.stem: markdown.read(file) for file in sorted((CONTENT / kind).glob("*.md"))}


@pytest.fixture(scope="module")
def clauses():
    return {key: source for key, source in sources("clauses").items() if not source.meta.get("chapter")}


@pytest.fixture(scope="module")
def tools():
    return sources("tools")


@pytest.fixture(scope="module")
def cases():
    return sources("cases")


@pytest.fixture(scope="module")
def topics():
    return sources("topics")


@pytest.fixture(scope="module")
def chains():
    return sources("chains")


@pytest.fixture(scope="module")
def words():
    return yaml.safe_load((CONTENT / "glossary.yaml").read_text(encoding="utf-8"))


def prose(body):
    """The body without headings, tables and marks."""
    lines = [line for line in body.split("\n") if not re.match(r"#|\s*\|", line)]
    return re.sub(r"\]\(/guide/[\d-]+/\)|^\s*(?:[-*>]|\d+\.)\s+|[*`\[]", "", "\n".join(lines), flags=re.MULTILINE)


def written(text):
    return len(re.sub(r"\s", "", prose(text)))


def faulty(found):
    """Names of what is wrong, for a failure that says where to look."""
    return sorted({str(name) for name, wrong in found if wrong})


def test_every_clause_has_a_page_with_its_numbers(clauses):
    assert set(clauses) == set(NUMBERS.split())
    for key, source in clauses.items():
        meta = source.meta
        assert (meta["number_2015"], meta["number_2026"]) == RENUMBERED.get(key, (key, key)), key
        parent = key.rpartition(".")[0]
        assert meta["parent_key"] == parent, key
        assert meta["layers"], key


def test_a_clause_has_ten_parts_in_order_and_enough_to_read(clauses):
    assert not faulty((key, list(markdown.sections(source.body)) != PARTS) for key, source in clauses.items())
    assert not faulty((key, written(source.body) < 900) for key, source in clauses.items())


def test_a_clause_shows_one_shop_with_figures(clauses):
    for key, source in clauses.items():
        scene = markdown.sections(source.body)["车间里什么样"]
        assert scene.count("（示例）") == 1, key
        assert len(re.findall(r"\d+", scene)) >= 3, key


def test_no_shop_stands_in_two_clauses(clauses):
    shops = defaultdict(set)
    for key, source in clauses.items():
        scene = markdown.sections(source.body)["车间里什么样"]
        shops[re.search(r"([\u4e00-\u9fff]+)（示例）", scene).group(1)].add(key)
    assert not [pages for pages in shops.values() if len(pages) > 1]


def test_a_clause_speaks_to_each_layer_in_three_steps(clauses):
    for key, source in clauses.items():
        parts = markdown.sections(source.body)
        for layer in ("老板", "中层", "一线"):
            assert parts["一分钟听懂"].count(f"> [{layer}] ") == 1, (key, layer)
        steps = [step for step in markdown.sections(parts["三步怎么做"], 3) if step]
        assert [step[:4] for step in steps] == ["第一步：", "第二步：", "第三步："], key
        assert list(markdown.sections(parts["小厂最低做到"], 3)) == ["最低", "再好一点"], key
        assert "明天就能做" in parts["三步怎么做"], key
        assert len(markdown.list_items(parts["常见的坑"])) >= 3, key
        assert len(markdown.sections(parts["审核员会问"], 3)) >= 3, key


def test_a_clause_has_tools_that_exist_and_says_what_for(clauses, tools):
    for key, source in clauses.items():
        named = TOOL.findall(markdown.sections(source.body)["用什么工具"])
        assert named, key
        assert set(named) | set(source.meta["tools"]) <= set(tools), key
        assert set(source.meta["tools"]) <= set(named), key


def test_a_tool_is_named_as_it_is_titled(clauses, tools):
    for key, source in clauses.items():
        for code, name in re.findall(r"\*\*(TB\d\d) (.+?)\*\*", source.body):
            assert name == tools[code].meta["title"], (key, code)


def test_lessons_are_named_as_they_are_titled(clauses, topics, tools, cases):
    lessons = [markdown.read(file).meta for file in CONTENT.parents[1].glob("courses/content/*/*.md")]
    titles = {meta["key"]: meta["title"] for meta in lessons}
    for key, source in [*clauses.items(), *topics.items(), *tools.items(), *cases.items()]:
        assert set(source.meta.get("lessons", [])) <= set(titles), key
        for lesson, title in re.findall(r"\b([TMFU]\d+)《(.+?)》", source.body):
            assert title == titles[lesson], (key, lesson)


def test_links_lead_to_pages_there_are_and_bear_their_name(clauses, tools, cases, topics):
    there = {key.replace(".", "-"): source.meta["short_title"] for key, source in clauses.items()}
    for key, source in [*clauses.items(), *tools.items(), *cases.items(), *topics.items()]:
        for words, address in re.findall(r"(?<!!)\[([^\]]*)\]\((.*?)\)", source.body):
            match = re.fullmatch(r"/guide/([a-z\d-]+)/", address)
            assert match and match.group(1) in {*there, *topics}, (key, address)
            assert words == there.get(match.group(1), words), (key, address, words)


def test_sixty_tools_each_with_its_form(tools):
    assert list(tools) == [f"TB{number:02}" for number in range(1, 61)]
    for code, source in tools.items():
        parts = markdown.sections(source.body)
        assert list(parts) == TOOL_PARTS, code
        assert source.meta["purpose"], code
        assert 4 <= len(markdown.list_items(parts["五步会用"])) <= 5, code
        assert "（示例" in parts["填好的样子"], code
        assert parts["填好的样子"].count("\n|") >= 3, code
        assert written(source.body) >= 180, code


def test_a_form_can_be_filled_in(tools):
    for code, source in tools.items():
        form = source.meta["workbook"]
        assert form["title"], code
        assert len(form["instructions"]) >= 3, code
        assert form.get("card") or form["rows"] >= 5, code
        assert isinstance(form["landscape"], bool), code
        assert not (form.get("card") and (form["landscape"] or form.get("printed"))), code
        # A list squeezed below four fifths cannot be read or written on.
        assert form.get("card") or sum(one["width"] for one in form["columns"]) <= ROOM[form["landscape"]] * 5 / 4, code
        assert 6 <= len(form["columns"]) <= 20, code
        names = [one["name"] for one in form["columns"]]
        assert len(set(names)) == len(names), code
        for one in form["columns"]:
            place = (code, one["name"])
            assert one["kind"] in {"text", "date", "number", "choice"}, place
            assert one["example"] not in (None, ""), place
            assert 5 <= one["width"] <= 40, place
            if one["kind"] == "choice":
                assert len(one["choices"]) >= 2, place
            if one["kind"] == "number":
                assert isinstance(one["example"], int | float), place
            if one["kind"] == "date":
                assert re.fullmatch(r"20\d\d-\d\d-\d\d", str(one["example"])), place
            assert column(source, one)["example"], place


def test_every_workbook_opens_ready_to_print(db, tools):
    for code, source in tools.items():
        page = ToolPage()
        fill_tool(page, code, source)
        arguments = page.form_arguments()
        book = openpyxl.load_workbook(BytesIO(write_form(**arguments)))
        sheet, usage = book.worksheets[:2]
        form = source.meta["workbook"]
        names = [one["name"] for one in form["columns"]]
        assert sheet["A1"].value == f"{form['title']}（{code}）", code
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        if form.get("card"):
            (start,) = [number for number, row in enumerate(rows) if row[0] == "栏目"]
            lines = rows[start + 1 :]
            assert [row[0] for row in lines] == [*form.get("head", []), *names], code
            assert all(row[1] not in (None, "") for row in lines[-len(names) :]), code
            assert not any(row[2] for row in lines), code
        else:
            (start,) = [number for number, row in enumerate(rows) if row == names]
            assert all(value not in (None, "") for value in rows[start + 1]), code
            assert len(rows) == start + 2 + max(form["rows"], len(form.get("printed", []))), code
            assert sheet.print_title_rows == f"${start + 1}:${start + 1}", code
        header = sheet.cell(start + 1, 1)
        assert header.font.bold and header.border.left.style == "thin", code
        assert sheet.print_area == f"'{sheet.title}'!$A$1:${get_column_letter(sheet.max_column)}${len(rows)}", code
        assert sheet.page_setup.paperSize == 9 and sheet.sheet_properties.pageSetUpPr.fitToPage, code
        assert len(sheet.data_validations.dataValidation) == sum(one["kind"] == "choice" for one in form["columns"]), (
            code
        )
        said = [row[0].value for row in usage.iter_rows() if row[0].value]
        assert usage.title == "使用说明" and set(form["instructions"]) <= set(said), code
        assert {"怎么填", "干什么用", "什么时候用", "五步会用"} <= set(said), code


def test_every_clause_of_a_tool_is_known_by_the_guide(clauses, tools):
    for code, source in tools.items():
        assert source.meta["clauses"], code
        assert set(source.meta["clauses"]) <= set(clauses), code


def test_twelve_cases_complete_and_marked(clauses, tools, cases):
    assert len(cases) >= 12
    for key, source in cases.items():
        meta, parts = source.meta, markdown.sections(source.body)
        assert meta["key"] == key
        assert list(parts) == CASE_PARTS, key
        assert meta["consent"] == "示例", key
        assert "（示例）" in meta["enterprise"], key
        assert meta["enterprise"] in parts["当时什么情况"], key
        assert meta["pilot"] in PILOTS, key
        assert set(meta["clauses"]) <= set(clauses) and meta["clauses"], key
        assert set(meta["tools"]) <= set(tools) and meta["tools"], key
        rows = [row.strip("|").split("|") for row in parts["前后对比"].split("\n") if row.startswith("|")][2:]
        assert len(rows) >= 4, key
        assert all(len(row) == 3 for row in rows), key
        assert sum(bool(re.search(r"\d", row[1]) and re.search(r"\d", row[2])) for row in rows) >= 3, key
        assert re.search(r"\d", parts["花了多少"]), key
        assert len(markdown.list_items(parts["走过的弯路"])) >= 3, key
        assert written(source.body) >= 700, key


def test_what_to_read_first(clauses, tools, cases, topics):
    assert sorted(topics, key=lambda key: topics[key].meta["place"]) == TOPICS
    for key, source in topics.items():
        meta, parts = source.meta, markdown.sections(source.body)
        assert meta["key"] == key
        assert meta["summary"] and meta["layers"] and meta["reviewed_on"], key
        assert meta["clauses"] and set(meta["clauses"]) <= set(clauses), key
        assert meta["tools"] and set(meta["tools"]) <= set(tools), key
        assert set(meta["cases"]) <= set(cases), key
        assert len(parts) >= 4 and "" not in parts, key
        assert "（示例）" in source.body, key
        assert len(re.sub(r"\s", "", source.body)) >= 900, key  # tables count: here they are the text
        assert set(TOOL.findall(source.body)) <= set(tools), key


def test_seven_principles_each_with_a_scene(topics):
    parts = markdown.sections(topics["qi-yuanze"].body)
    scenes = {heading: text for heading, text in parts.items() if "、" in heading[:3]}
    assert [heading.split("、")[1].split("：")[0] for heading in scenes] == PRINCIPLES
    for heading, text in scenes.items():
        assert text.count("（示例）") == 1, heading
        assert len(re.findall(r"\d+", text)) >= 4, heading
        assert "**记住**" in text, heading


def test_the_new_edition_is_told_clause_by_clause(clauses, topics):
    told = topics["huanban-2026"]
    for key in told.meta["clauses"]:
        assert re.search(rf"(?<![\d.]){re.escape(key)}(?![\d.]*\d)", told.body), key
    moved = {key for key, source in clauses.items() if source.meta["number_2015"] != source.meta["number_2026"]}
    assert moved <= set(told.meta["clauses"])


def test_two_chains_from_raw_material_to_product(clauses, tools, cases, chains):
    assert {"ditan", "diandong-zixingche"} <= set(chains)
    for key, source in chains.items():
        meta, nodes = source.meta, source.meta["nodes"]
        assert meta["key"] == meta["pilot"] == key and key in PILOTS
        assert meta["reviewed_on"] and len(meta["summary"]) <= 120, key
        assert len(nodes) >= 10, key
        assert len({node["stage"] for node in nodes}) == len(nodes), key
        assert 3 <= sum("weak" in node for node in nodes) <= len(nodes) // 2, key
        for node in nodes:
            place = (key, node["stage"])
            assert len(node["stage"]) <= 6 and len(node["work"]) <= 60, place
            assert len(node.get("weak", "")) <= 80 and len(node["watch"]) <= 200, place
            assert re.search(r"[\d一两三四五六七八九十]", node["watch"]), place
            assert node["clauses"] and set(node["clauses"]) <= set(clauses), place
            assert node["tools"] and set(node["tools"]) <= set(tools), place
            assert set(node.get("cases", [])) <= set(cases), place
            assert node.get("cases") or "weak" not in node, place
        assert len(markdown.paragraphs(source.body)) >= 3 and "编来" in source.body, key
        linked = {case for node in nodes for case in node.get("cases", [])}
        assert {case for case, one in cases.items() if one.meta["pilot"] == key} <= linked, key


def test_eighty_words_each_once(words):
    assert len(words) >= 80
    assert len({word["iso"] for word in words}) == len(words)
    assert not faulty((word["iso"], not (word["everyday"] and word["sentence"])) for word in words)


def test_no_two_pages_share_a_sentence(clauses, tools, cases, topics, chains, words):
    where = defaultdict(set)
    for key, source in [*clauses.items(), *tools.items(), *cases.items(), *topics.items(), *chains.items()]:
        form, nodes = source.meta.get("workbook") or {}, source.meta.get("nodes") or []
        said = [node.get(name, "") for node in nodes for name in ("work", "weak", "watch")]
        head = [source.meta.get(name, "") for name in ("purpose", "summary")]
        text = "\n".join([prose(source.body), *head, *said, *form.get("instructions", [])])
        for sentence in re.split(r"[。！？；\n]", text):
            said = re.sub(r"\W", "", sentence)
            if len(said) > 15:
                where[said].add(key)
    for word in words:
        where[re.sub(r"\W", "", word["sentence"])].add(f"glossary/{word['iso']}")
    assert not {said: sorted(pages) for said, pages in where.items() if len(pages) > 1}


def test_nothing_promises_what_may_not_be_promised(clauses, tools, cases, topics, chains):
    for key, source in [*clauses.items(), *tools.items(), *cases.items(), *topics.items(), *chains.items()]:
        for line in f"{source.meta}\n{source.body}".split("\n"):
            assert forbidden_phrase(line) is None, (key, line)
