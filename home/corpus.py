"""What can be found on the site: every live page of the guide and the courses, its words ready to be compared."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _
from modelsearch.query import And, Or, Phrase, PlainText
from wagtail.models import Page

from core.blocks import plain_text
from core.page_cache import kept_here
from core.pinyin import initials
from core.search import spread
from courses.models import CoursePage, LessonPage
from enterprises.models import Pilot
from guide.models import CasePage, ChainPage, ClausePage, GlossaryTerm, ToolPage, TopicPage

MOST = 1000
KINDS = {
    "clause": _("指南"),
    "tool": _("工具和表格"),
    "case": _("案例"),
    "chain": _("产业链"),
    "topic": _("入门"),
    "course": _("课程"),
    "lesson": _("课"),
}


@dataclass
class Document:
    """A page as the search sees it. ``title`` is printed; ``name``, ``question`` and ``text`` are looked through."""

    pk: int
    kind: str
    title: str
    url: str
    name: str
    question: str
    text: str
    meta: str = ""
    numbers: tuple = ()
    initials: str = ""
    layers: tuple = ()
    pilot: str = ""

    @property
    def kind_word(self):
        """指南, 工具和表格 …"""
        return KINDS[self.kind]


@dataclass
class Corpus:
    documents: dict = field(default_factory=dict)
    synonyms: list = field(default_factory=list)
    """Groups of words that mean the same (the glossary), each a tuple, the ISO word first."""
    pilots: dict = field(default_factory=dict)


def corpus():
    """The Corpus of what is live now; made anew after anything is published."""
    return kept_here("search", _read)


def _read():
    documents = {}
    for make, pages in (
        (_clause, ClausePage.objects.live()),
        (_tool, ToolPage.objects.live()),
        (_case, CasePage.objects.live().select_related("pilot")),
        (_chain, ChainPage.objects.live().select_related("pilot")),
        (_topic, TopicPage.objects.live()),
        (_course, CoursePage.objects.live()),
        (_lesson, LessonPage.objects.live().select_related("course")),
    ):
        for page in pages:
            documents[page.pk] = make(page)
    synonyms = [_group(term) for term in GlossaryTerm.objects.all()]
    return Corpus(
        documents, [group for group in synonyms if len(group) > 1], dict(Pilot.objects.values_list("slug", "name"))
    )


def _group(term):
    everyday = [part for part in re.split("[，、和]", term.everyday) if 2 <= len(part) <= 6]
    return tuple(dict.fromkeys([term.iso, *everyday, *(word for word in term.synonyms if len(word) > 1)]))


def _clause(page):
    number = page.number_2015 or page.number_2026
    return Document(
        page.pk,
        "clause",
        f"{number} {page.short_title}：{page.title}",
        page.url,
        f"{page.short_title} {page.title}",
        f"{page.everyday_question} {page.introduction}",
        f"{page.everyday_question} {plain_text(page.body)}",
        " · ".join(page.layer_words),
        tuple(filter(None, [page.number_2015, page.number_2026])),
        layers=tuple(page.layers),
    )


def _tool(page):
    return Document(
        page.pk,
        "tool",
        f"{page.title}（{page.code}）",
        page.url,
        page.title,
        page.purpose,
        f"{page.purpose} {plain_text(page.body)}",
        " · ".join(page.layer_words),
        (page.code.upper(),),
        initials(page.title),
        tuple(page.layers),
    )


def _case(page):
    text = plain_text(page.body)
    pilot = page.pilot.name if page.pilot else ""
    return Document(
        page.pk,
        "case",
        page.title,
        page.url,
        page.title,
        f"{page.enterprise_name} {pilot}",
        text,
        " · ".join(filter(None, [page.enterprise_name, pilot])),
        layers=tuple(page.layers),
        pilot=page.pilot_id or "",
    )


def _chain(page):
    return Document(
        page.pk,
        "chain",
        page.title,
        page.url,
        page.title,
        page.summary,
        f"{page.introduction} {plain_text(page.nodes)}",
        page.pilot.name if page.pilot else "",
        pilot=page.pilot_id or "",
    )


def _topic(page):
    return Document(
        page.pk,
        "topic",
        page.title,
        page.url,
        page.title,
        page.summary,
        f"{page.summary} {plain_text(page.body)}",
        " · ".join(page.layer_words),
        layers=tuple(page.layers),
    )


def _course(page):
    return Document(
        page.pk, "course", page.title, page.url, page.title, page.summary, page.summary, layers=(page.layer,)
    )


def _lesson(page):
    return Document(
        page.pk,
        "lesson",
        f"{page.key} {page.title}",
        page.url,
        page.title,
        page.lead,
        f"{page.lead} {plain_text(page.body)}",
        _("{n} 分钟").format(n=page.minutes),
        (page.key.upper(),),
        layers=(page.course.layer,) if page.course else (),
    )


def matching(wanted):
    """Keys of pages whose index holds every one of ``wanted``, each a list of words of which one is enough. One query.

    Pages of any type and state: the corpus says which of them can be found.
    """
    asked = [_any(words) for words in wanted]
    query = asked[0] if len(asked) == 1 else And(asked)
    # The order is made in home.search; ranking here would cost ten times the rest.
    found = Page.objects.only("pk", "content_type").search(query, order_by_relevance=False)
    return {page.pk for page in found[:MOST]}


def _any(words):
    queries = [PlainText(word) if word.isascii() else Phrase(spread(word).strip()) for word in words]
    return queries[0] if len(queries) == 1 else Or(queries)
