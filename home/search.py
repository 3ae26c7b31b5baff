"""Searching the way people ask: a clause number, a tool's code, a word, or a whole question in everyday words.

Three tries, the strict one first: all that was typed; what is left of a question without its asking words; any two
characters of it.
"""

import math
import re
from dataclasses import dataclass

from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from modelsearch.query import Or, Phrase

from core.search import HAN, spread
from courses.models import CoursePage, LessonPage
from guide.models import CasePage, ClausePage, ToolPage

PER_GROUP = 8
_NUMBER = re.compile(r"(?<![\d.])(\d{1,2}(?:\.\d{1,2}){0,3})(?![\d.])")
_CODE = re.compile(r"\b([A-Za-z]{2}\d{2})\b")
_RUN = re.compile(f"[{HAN}]+|[A-Za-z0-9]+")
_ASKING = re.compile(
    "怎么办|怎么做|怎么弄|怎么填|怎么检|怎么|怎样|如何|为什么|什么是|是什么|什么|多久|多少|哪些|哪里|哪儿|哪个|能不能|要不要|"
    "是不是|有没有|可以|需要|一下|请问|应该|会问|我们|咱们|没有|这个|那个|一个|的|了|吗|呢|啊|是|要|会|说"
)


@dataclass
class Group:
    """Results of one kind: label, and rows as dicts title, url, meta, extract (safe HTML with <mark>)."""

    label: str
    rows: list


def find(typed):
    """Groups with results for what was typed, at most PER_GROUP rows each; an empty list when nothing fits."""
    typed = typed.strip()[:100]
    if not typed:
        return []
    words = _RUN.findall(typed)
    if not words:
        return []
    asked = [run for run in _RUN.findall(_ASKING.sub(" ", typed)) if len(run) > 1]
    exact = _numbered(typed)
    groups = _groups(typed, exact, asked or words)
    if not groups and asked:
        groups = _groups(" ".join(asked), exact, asked) or _groups(*_any_pair(asked))
    return groups


def _numbered(typed):
    """Keys of clauses and tools named by number or code in what was typed."""
    numbers, codes = _NUMBER.findall(typed), [code.upper() for code in _CODE.findall(typed)]
    clauses = Q(number_2015__in=numbers) | Q(number_2026__in=numbers)
    return {
        ClausePage: list(ClausePage.objects.live().filter(clauses).values_list("pk", flat=True)) if numbers else [],
        ToolPage: list(ToolPage.objects.live().filter(code__in=codes).values_list("pk", flat=True)) if codes else [],
    }


def _any_pair(words):
    """Arguments of ``_groups`` for pages that hold a third of the pairs of neighbouring characters of ``words``."""
    pairs = [pair for word in words for pair in _pairs(word)]
    query = Or([Phrase(spread(pair).strip()) for pair in pairs])
    return query, {}, pairs, math.ceil(len(pairs) / 3)


def _pairs(word):
    """['卡尺', '尺校'] of 卡尺校; a Latin word stays whole."""
    return [word[i : i + 2] for i in range(len(word) - 1)] if re.match(f"[{HAN}]", word) else [word]


def _groups(query, exact, words, least=0):
    """Results by kind, pages named in ``exact`` first; only pages whose text holds ``least`` of ``words``."""
    found = []
    for label, model, describe in _kinds():
        rows = list(model.objects.live().search(query)[:PER_GROUP])
        first = exact.get(model, [])
        if first:
            known = [page for page in rows if page.pk in first]
            missing = [pk for pk in first if pk not in {page.pk for page in known}]
            rows = [*known, *model.objects.filter(pk__in=missing), *(page for page in rows if page.pk not in first)]
        if least:
            rows = [page for page in rows if sum(word in f"{page.title} {_text(page)}" for word in words) >= least]
        if rows:
            found.append(Group(label, [describe(page, words) for page in rows[:PER_GROUP]]))
    return found


def _kinds():
    return [
        (_("指南"), ClausePage, _clause),
        (_("工具和表格"), ToolPage, _tool),
        (_("案例"), CasePage, _case),
        (_("课程"), CoursePage, _course),
        (_("课"), LessonPage, _lesson),
    ]


def _clause(page, words):
    return {
        "title": f"{page.number_2015 or page.number_2026} {page.short_title}：{page.title}",
        "url": page.url,
        "meta": " · ".join(page.layer_words),
        "extract": extract(f"{page.everyday_question} {_text(page)}", words),
    }


def _tool(page, words):
    return {
        "title": f"{page.title}（{page.code}）",
        "url": page.url,
        "meta": "",
        "extract": extract(f"{page.purpose} {_text(page)}", words),
    }


def _case(page, words):
    return {"title": page.title, "url": page.url, "meta": page.enterprise_name, "extract": extract(_text(page), words)}


def _course(page, words):
    return {"title": page.title, "url": page.url, "meta": "", "extract": extract(_text(page), words)}


def _lesson(page, words):
    return {
        "title": f"{page.key} {page.title}",
        "url": page.url,
        "meta": _("{n} 分钟").format(n=page.minutes),
        "extract": extract(f"{page.lead} {_text(page)}", words),
    }


def _text(page):
    if not hasattr(page, "body"):
        return page.summary
    field = page._meta.get_field("body")
    return " ".join(map(str, field.get_searchable_content(page.body)))


def extract(text, words, width=72):
    """About ``width`` characters of ``text`` around the first of ``words``, the words marked; safe HTML.

    A word that does not stand in the text as a whole is looked for by its pairs of characters.
    """
    text = re.sub(r"\s+", " ", text).strip()
    marks = [word for word in words if word in text]
    if not marks:
        marks = [pair for word in words for pair in (word[i : i + 2] for i in range(len(word) - 1)) if pair in text]
    place = min((text.index(mark) for mark in marks), default=0)
    start = max(0, place - width // 3)
    piece = ("…" if start else "") + text[start : start + width] + ("…" if start + width < len(text) else "")
    if not marks:
        return mark_safe(escape(piece))  # noqa: S308 - escaped
    pattern = re.compile("|".join(re.escape(escape(mark)) for mark in sorted(set(marks), key=len, reverse=True)))
    return mark_safe(pattern.sub(r"<mark>\g<0></mark>", escape(piece)))  # noqa: S308 - escaped before marking
