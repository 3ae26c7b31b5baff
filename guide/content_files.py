"""From a content file to the values of a page's fields. Pure: files in, values out.

Every fault names the file and how to mend it (DomainError ``content.…``).
"""

import re

from django.utils.translation import gettext as _

from core import markdown
from core.exceptions import DomainError

_LENS = {"老板": "top", "中层": "middle", "一线": "frontline"}
_STEP_NUMBER = re.compile(r"^第[一二三四五六七八九十]步[：:]\s*")
_TOOL_CODE = re.compile(r"^(TB\d+)\b")


def wanted(source, name):
    try:
        return source.meta[name]
    except KeyError:
        raise DomainError(
            "content.field", _("{name} 的抬头少了“{field}”，请补上。").format(name=source.name, field=name)
        ) from None


def column(source, column):
    kind = column.get("kind", "text")
    choices = [str(choice) for choice in column.get("choices", [])]
    example = "" if column.get("example") is None else str(column["example"])
    if kind == "choice" and example and example not in choices:
        raise DomainError(
            "content.choice",
            _("{name} 的“{column}”一栏，示例“{example}”不在选项里，请改成选项之一。").format(
                name=source.name, column=column["name"], example=example
            ),
        )
    return {
        "name": column["name"],
        "width": column.get("width", 12),
        "kind": kind,
        "choices": choices,
        "example": example,
    }


def node(source, node, clauses, tools, cases):
    """A node of a chain as the values of its block; pages that are not written yet are left out."""
    for name in ("stage", "work"):
        if not node.get(name):
            raise DomainError(
                "content.node", _("{name} 的环节里有一个没写 {field}，请补上。").format(name=source.name, field=name)
            )
    value = {name: str(node.get(name) or "") for name in ("stage", "work", "weak", "watch")}
    for name, pages in (("clauses", clauses), ("tools", tools), ("cases", cases)):
        value[name] = [pages[str(key)] for key in node.get(name) or [] if str(key) in pages]
    return value


def clause_body(source, parts):
    """The nine blocks of a clause, and {tool code: what it is for here} taken out of the tools' list."""
    tools, notes = _tool_notes(part(source, parts, "用什么工具"))
    steps = markdown.sections(part(source, parts, "三步怎么做"), 3)
    minimum = markdown.sections(part(source, parts, "小厂最低做到"), 3)
    body = [
        ("minute", _minute(part(source, parts, "一分钟听懂"))),
        ("scene", _scene(part(source, parts, "车间里什么样"))),
        (
            "steps",
            {
                "introduction": markdown.rich_text(steps.pop("", "")),
                "steps": [
                    {"title": _STEP_NUMBER.sub("", title), "text": markdown.rich_text(text)}
                    for title, text in steps.items()
                ],
            },
        ),
        ("tools", markdown.rich_text(tools)),
        (
            "pits",
            [
                {"mistake": mistake, "better": markdown.rich_text(better)}
                for mistake, better in map(markdown.bold_lead, markdown.list_items(part(source, parts, "常见的坑")))
            ],
        ),
        (
            "audit",
            [
                {"question": question, "answer": markdown.rich_text(answer)}
                for question, answer in markdown.sections(part(source, parts, "审核员会问"), 3).items()
                if question
            ],
        ),
        (
            "minimum",
            {
                "least": markdown.rich_text(part(source, minimum, "最低")),
                "better": markdown.rich_text(part(source, minimum, "再好一点")),
            },
        ),
        ("edition", markdown.stream(part(source, parts, "2026版变了什么"))),
        ("onward", markdown.rich_text(part(source, parts, "接着学"))),
    ]
    return [(name, value) for name, value in body if value or (name == "tools" and notes)], notes


def part(source, parts, heading):
    try:
        return parts[heading]
    except KeyError:
        raise DomainError(
            "content.part",
            _("{name} 少了“{heading}”这一节，请照内容说明补上。").format(name=source.name, heading=heading),
        ) from None


def _minute(text):
    """Paragraphs for everyone; the quotes that begin with [老板] [中层] [一线] go to their layer."""
    value, shared = {"top": "", "middle": "", "frontline": ""}, []
    for piece in markdown.paragraphs(text):
        match = re.match(r"> *\[(老板|中层|一线)\]\s*", piece)
        if match:
            said = re.sub(r"^> ?", "", piece[match.end() :], flags=re.MULTILINE)
            value[_LENS[match.group(1)]] = markdown.plain(said)
        else:
            shared.append(piece)
    return value | {"text": markdown.rich_text("\n\n".join(shared))}


def _scene(text):
    """Prose with at most one drawing: ``![what is seen](fig-name "caption")``."""
    value = {"text": "", "figure": {"image": None, "drawing": "", "alt": "", "caption": ""}}
    prose = []
    for piece in markdown.paragraphs(text):
        drawn = markdown.figure(piece)
        if drawn:
            value["figure"] = drawn
        else:
            prose.append(piece)
    return value | {"text": markdown.rich_text("\n\n".join(prose))}


def _tool_notes(text):
    """List items '**TB41 name**：what for' become notes of the tools; everything else stays prose."""
    prose, notes = [], {}
    for piece in markdown.paragraphs(text):
        if not re.match(r"[-*] ", piece):
            prose.append(piece)
            continue
        kept = []
        for item in markdown.list_items(piece):
            lead, rest = markdown.bold_lead(item)
            code = _TOOL_CODE.match(lead)
            if code:
                notes[code.group(1)] = markdown.plain(rest)[:200]
            else:
                kept.append(f"- {item}")
        if kept:
            prose.append("\n".join(kept))
    return "\n\n".join(prose), notes
