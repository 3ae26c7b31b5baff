"""Bringing the guide's content files into the page tree."""

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from core import markdown
from core.exceptions import DomainError
from core.page_loading import PageLoader, Report
from enterprises.models import District, Layer, Pilot

from . import content_files
from .models import (
    CaseClause,
    CaseIndexPage,
    CasePage,
    CaseTool,
    ChainIndexPage,
    ChainPage,
    ClausePage,
    ClauseTool,
    GlossaryTerm,
    GuideIndexPage,
    ToolIndexPage,
    ToolPage,
    TopicPage,
)
from .outline import number_key

GUIDE_INTRODUCTION = (
    "一条一页，都是车间里的话：先看这条问您什么，再看别人家怎么做，最后拿走现成的表。不用登录，也不用从头看。"
)
TOOLS_INTRODUCTION = "下载就能填的表。每张带一行填好的示例，Excel 和 WPS 都能开，打出来就是 A4。"
CHAINS_INTRODUCTION = "从原料到成品一环一环看：哪一环最容易出毛病，那一环该盯什么、用哪张表。"
CASES_INTRODUCTION = "小厂自己的事：原先什么样，一步步做了什么，前后差多少。标“示例”的，厂名人名都是编的。"


def load_guide(path, parent):
    """Bring clauses, tools, cases, chains, topics and the glossary under ``path`` into the tree below ``parent``; returns a Report.

    Safe to run again: what has not changed is left, what an editor has changed since is left and reported. Relations
    named in the files at either end are joined. One transaction.

    Raises DomainError ``content.…`` naming the file and what is wrong in it; then nothing at all has been loaded.
    """
    report = Report()
    tools = _read(path / "tools")
    clauses = _read(path / "clauses")
    cases = _read(path / "cases")
    chains = _read(path / "chains")
    topics = _read(path / "topics")
    with transaction.atomic():
        guide = _index(parent, report, GuideIndexPage, "guide", _("指南"), GUIDE_INTRODUCTION)
        loader = PageLoader(guide, report)
        tool_index = _index(guide, report, ToolIndexPage, "tools", _("表格下载"), TOOLS_INTRODUCTION, loader)
        case_index = _index(guide, report, CaseIndexPage, "cases", _("案例"), CASES_INTRODUCTION, loader)
        tool_pages = _load_tools(tools, tool_index, report)
        clause_pages = _load_clauses(clauses, tools, loader, tool_pages)
        case_pages = _load_cases(cases, clauses, case_index, clause_pages, tool_pages, report)
        if chains:
            chain_index = _index(guide, report, ChainIndexPage, "chains", _("产业链"), CHAINS_INTRODUCTION, loader)
            _load_chains(chains, chain_index, clause_pages, tool_pages, case_pages, report)
        _load_topics(topics, loader, {"clause": clause_pages, "tool": tool_pages, "case": case_pages})
        _load_glossary(path / "glossary.yaml", report)
    return report


def _read(folder):
    """The sources in a folder by their key, in file-name order."""
    found = {}
    for file in sorted(folder.glob("*.md")):
        source = markdown.read(file)
        key = str(content_files.wanted(source, "key"))
        if key in found:
            raise DomainError(
                "content.key", _("{name} 的 key“{key}”和别的文件重了，请换一个。").format(name=source.name, key=key)
            )
        found[key] = source
    return found


def _index(parent, report, model, slug, title, introduction, loader=None):
    def fill(page):
        page.title, page.introduction = title, introduction

    source = markdown.Source(slug, {"title": title}, introduction)
    return (loader or PageLoader(parent, report)).load(model, slug, source.fingerprint(), fill)


def _common(page, source):
    page.title = content_files.wanted(source, "title")
    layers = source.meta.get("layers") or []
    unknown = set(layers) - set(Layer.values)
    if unknown:
        raise DomainError(
            "content.layers",
            _("{name} 的 layers 里有不认识的“{what}”，只能写 top、middle、frontline。").format(
                name=source.name, what="、".join(sorted(unknown))
            ),
        )
    page.layers = layers


# Tools ---------------------------------------------------------------------------------------------------------------


def _load_tools(sources, parent, report):
    loader = PageLoader(parent, report)
    pages = {}
    for key, source in sources.items():

        def fill(page, key=key, source=source):
            fill_tool(page, key, source)

        pages[key] = loader.load(ToolPage, key.lower(), source.fingerprint(), fill)
    return pages


def fill_tool(page, key, source):
    """The fields of a ToolPage from its content file."""
    _common(page, source)
    page.code = key
    page.purpose = content_files.wanted(source, "purpose")
    page.minutes = source.meta.get("minutes") or 5
    parts = markdown.sections(source.body)
    page.body = [
        ("use", markdown.rich_text(content_files.part(source, parts, "干什么用"))),
        ("when", markdown.rich_text(content_files.part(source, parts, "什么时候用"))),
        ("how", [markdown.plain(item) for item in markdown.list_items(content_files.part(source, parts, "五步会用"))]),
        ("sample", markdown.stream(content_files.part(source, parts, "填好的样子"))),
    ]
    form = source.meta.get("workbook") or {}
    page.form_title = form.get("title", "")
    page.form_instructions = "\n".join(str(line) for line in form.get("instructions", []))
    page.blank_rows = form.get("rows", 15)
    page.landscape = bool(form.get("landscape"))
    page.card = bool(form.get("card"))
    page.form_head = " ".join(form.get("head", []))
    page.form_rows = "\n".join(" | ".join(str(cell) for cell in row) for row in form.get("printed", []))
    page.columns = [("column", content_files.column(source, column)) for column in form.get("columns", [])]


# Clauses -------------------------------------------------------------------------------------------------------------


def _load_clauses(sources, tools, loader, tool_pages):
    pages = {}
    for key, source in sorted(sources.items(), key=lambda item: number_key(item[0])):
        # A relation written at either end holds: the clause names its tools, a tool names its clauses.
        named = [str(code) for code in source.meta.get("tools") or []]
        named += [code for code, tool in tools.items() if key in _clauses_of(tool) and code not in named]
        related = [code for code in named if code in tool_pages]
        parent_key = source.meta.get("parent_key")
        part_of = pages.get(str(parent_key)) if parent_key else None
        if parent_key and part_of is None:
            raise DomainError(
                "content.parent",
                _("{name} 挂在“{parent}”下面，可是没有这一条，请先写上一级，或改挂到章上。").format(
                    name=source.name, parent=parent_key
                ),
            )

        def fill(page, source=source, part_of=part_of, related=related):
            _fill_clause(page, source, part_of, [tool_pages[code] for code in related])

        pages[key] = loader.load(ClausePage, key.replace(".", "-"), source.fingerprint(related), fill)
    return pages


def _clauses_of(tool):
    return [str(key) for key in tool.meta.get("clauses") or []]


def _fill_clause(page, source, part_of, tools):
    _common(page, source)
    page.number_2015 = str(source.meta.get("number_2015") or "")
    page.number_2026 = str(source.meta.get("number_2026") or "")
    page.short_title = content_files.wanted(source, "short_title")
    page.is_chapter = bool(source.meta.get("chapter"))
    page.part_of = part_of
    page.reading_minutes = source.meta.get("reading_minutes") or 5
    page.reviewed_on = source.meta.get("reviewed_on")
    notes = {}
    if page.is_chapter:
        *introduction, question = markdown.paragraphs(source.body)
        page.introduction = "\n\n".join(markdown.plain(text) for text in introduction)
        page.everyday_question = markdown.plain(question)
        page.body = []
    else:
        parts = markdown.sections(source.body)
        page.everyday_question = markdown.plain(content_files.part(source, parts, "大白话问题"))
        page.body, notes = content_files.clause_body(source, parts)
    page.clause_tools = [
        ClauseTool(tool=tool, note=notes.get(tool.code, ""), sort_order=order) for order, tool in enumerate(tools)
    ]


# Cases ---------------------------------------------------------------------------------------------------------------


def _load_cases(sources, clauses, parent, clause_pages, tool_pages, report):
    loader = PageLoader(parent, report)
    pages = {}
    pilots = {pilot.pk: pilot for pilot in Pilot.objects.all()}
    districts = {district.pk: district for district in District.objects.all()}
    for key, source in sources.items():
        named = [str(number) for number in source.meta.get("clauses") or []]
        naming = [number for number, clause in clauses.items() if key in (clause.meta.get("cases") or [])]
        named += [number for number in naming if number not in named]
        about = [number for number in named if number in clause_pages]
        used = [str(code) for code in source.meta.get("tools") or [] if code in tool_pages]
        pilot = pilots.get(source.meta.get("pilot"))
        district = districts.get(str(source.meta.get("district") or ""))

        def fill(page, source=source, about=about, used=used, pilot=pilot, district=district):
            _common(page, source)
            page.enterprise_name = content_files.wanted(source, "enterprise")
            page.consented = source.meta.get("consent") not in (None, "", False, "示例")
            page.pilot, page.district = pilot, district
            page.body = [
                ("section", {"heading": heading, "content": markdown.stream(text)})
                for heading, text in markdown.sections(source.body).items()
                if heading
            ]
            page.case_clauses = [CaseClause(clause=clause_pages[number]) for number in about]
            page.case_tools = [CaseTool(tool=tool_pages[code]) for code in used]

        fingerprint = source.fingerprint(about, used, pilot and pilot.pk, district and district.pk)
        pages[key] = loader.load(CasePage, key, fingerprint, fill)
    return pages


# Industry chains -----------------------------------------------------------------------------------------------------


def _load_chains(sources, parent, clause_pages, tool_pages, case_pages, report):
    loader = PageLoader(parent, report)
    for key, source in sources.items():
        nodes = [
            content_files.node(source, node, clause_pages, tool_pages, case_pages)
            for node in content_files.wanted(source, "nodes")
        ]
        linked = [[page.pk for name in ("clauses", "tools", "cases") for page in node[name]] for node in nodes]
        pilot = Pilot.objects.filter(pk=source.meta.get("pilot")).first()

        def fill(page, source=source, nodes=nodes, pilot=pilot):
            page.title = content_files.wanted(source, "title")
            page.summary = content_files.wanted(source, "summary")
            page.reviewed_on = source.meta.get("reviewed_on")
            page.introduction = "\n\n".join(markdown.plain(text) for text in markdown.paragraphs(source.body))
            page.pilot = pilot
            page.nodes = [("node", node) for node in nodes]

        loader.load(ChainPage, key, source.fingerprint(linked, pilot and pilot.pk), fill)


# What to read first ---------------------------------------------------------------------------------------------------


def _load_topics(sources, loader, pages):
    """``pages``: kind ("clause", "tool", "case") -> {key: page}; what a topic names and is not written yet is left out."""
    for key, source in sources.items():
        links = [
            (kind, pages[kind][str(named)])
            for kind in pages
            for named in source.meta.get(f"{kind}s") or []
            if str(named) in pages[kind]
        ]

        def fill(page, source=source, links=links):
            _common(page, source)
            page.place = content_files.wanted(source, "place")
            page.summary = content_files.wanted(source, "summary")
            page.reading_minutes = source.meta.get("reading_minutes") or 5
            page.reviewed_on = source.meta.get("reviewed_on")
            page.body = [
                ("section", {"heading": heading, "content": markdown.stream(text)})
                for heading, text in markdown.sections(source.body).items()
            ]
            page.links = links

        loader.load(TopicPage, key, source.fingerprint([page.pk for _kind, page in links]), fill)


# Glossary ------------------------------------------------------------------------------------------------------------


def _load_glossary(path, report):
    """New words are added, words as they were loaded are brought up to date, words an editor has changed are left."""
    if not path.exists():
        return
    known = {term.iso: term for term in GlossaryTerm.objects.all()}
    for row in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
        values = {
            "everyday": row["everyday"],
            "sentence": row["sentence"],
            "synonyms": [str(word) for word in row.get("synonyms") or []],
        }
        fingerprint = markdown.Source("glossary", values).fingerprint()
        address = f"glossary/{row['iso']}"
        term = known.get(row["iso"])
        if term is None:
            GlossaryTerm.objects.create(iso=row["iso"], source_hash=fingerprint, **values)
            report.created.append(address)
            continue
        now = markdown.Source("glossary", {name: getattr(term, name) for name in values}).fingerprint()
        if now == fingerprint:
            report.unchanged.append(address)
        elif now != term.source_hash:
            report.kept[address] = _("载入之后在后台改过，以后台为准")
        else:
            for name, value in values.items():
                setattr(term, name, value)
            term.source_hash = fingerprint
            term.save()
            report.updated.append(address)
