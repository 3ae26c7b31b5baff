"""What a reader sees."""

import re

import pytest

from guide.glossary import explain
from guide.models import ClausePage, GlossaryTerm
from tests.suite.html import faults

pytestmark = pytest.mark.one_engine

PAGES = [
    "/",
    "/guide/",
    "/guide/8/",
    "/guide/8-7/",
    "/guide/8-7/?edition=2026",
    "/guide/tools/",
    "/guide/tools/?layer=middle",
    "/guide/tools/tb41/",
    "/guide/cases/",
    "/guide/cases/hongsheng/",
    "/guide/chains/",
    "/guide/chains/ditan/",
    "/guide/words/",
    "/search/?q=坏件",
    "/search/?q=没有这个词语",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_opens_and_has_nothing_inline(guide, visitor, address):
    answer = visitor.get(address)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", html)
    assert "csrfmiddlewaretoken" not in html
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "nonce" not in answer["Content-Security-Policy"]
    assert not faults(html)


@pytest.mark.parametrize("address", ["/guide/print/8-7/", "/guide/print/all/", "/offline/", "/accounts/login/"])
def test_pages_with_a_form_are_sound_html(guide, visitor, address):
    assert not faults(visitor.get(address).content.decode())


def test_a_clause_shows_its_ten_parts(guide, visitor):
    html = visitor.get("/guide/8-7/").content.decode()
    headings = re.findall(r'<h2 id="p\d+">.*?</span>(.*?)</h2>', html)
    assert headings == [
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
    for words in (
        "读完 8 分钟",
        "lens--boss",
        "一线的一句",
        "/guide/tools/tb41/blank.xlsx",
        "一行记一档子事",
        "案例hongsheng",
    ):
        assert words in html
    assert 'aria-current="page"><span class="num">8.7</span>坏件' in html
    assert 'rel="next"' in html


def test_links_show_at_both_ends(guide, visitor):
    tool = visitor.get("/guide/tools/tb41/").content.decode()
    assert '<a href="/guide/8-7/">8.7 坏件</a>' in tool
    assert '<a href="/guide/9-2/">9.2 内审</a>' in tool
    assert "案例hongsheng" in tool
    case = visitor.get("/guide/cases/hongsheng/").content.decode()
    assert '<a href="/guide/8-7/">8.7 坏件</a>' in case
    assert "/guide/tools/tb41/" in case
    assert "示例" in case


def test_a_topic_and_its_pages_lead_to_each_other(guide, visitor):
    topic = visitor.get("/guide/pdca/").content.decode()
    for address in ("/guide/8-7/", "/guide/tools/tb41/", "/guide/cases/hongsheng/"):
        assert f'href="{address}"' in topic
        other = visitor.get(address).content.decode()
        assert 'href="/guide/pdca/"' in other
        assert 'href="/guide/chains/ditan/"' in other or "cases" in address
    assert 'href="/guide/pdca/"' in visitor.get("/guide/").content.decode()
    assert "<td" in topic


def test_what_points_at_a_clause_from_another_app_is_listed(guide, visitor, monkeypatch):
    from guide import related

    monkeypatch.setattr(
        related, "lessons", [lambda page: [{"title": f"课{page.slug}", "url": "/x/", "meta": "12 分钟"}]]
    )
    assert "课8-7" in visitor.get("/guide/8-7/").content.decode()


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("/guide/9.2/", "/guide/9-2/"),
        ("/guide/10.3/?edition=2026", None),
        ("/guide/10.1/?edition=2026", "/guide/10-1/?edition=2026"),
        ("/guide/12.34/", None),
    ],
)
def test_a_typed_number_finds_its_clause(guide, visitor, typed, address):
    answer = visitor.get(typed)
    if address is None:
        assert answer.status_code == 404
    else:
        assert (answer.status_code, answer["Location"]) == (302, address)


def test_numbers_follow_the_edition(guide, visitor):
    assert "标题10.1" in visitor.get("/guide/10-1/").content.decode()
    assert "持续改进" in visitor.get("/guide/10-1/?edition=2026").content.decode()
    moved = visitor.get("/guide/10-3/?edition=2026")
    assert (moved.status_code, moved["Location"]) == (302, "/guide/10-1/?edition=2026")
    assert "2026版" in visitor.get("/guide/10-3/").content.decode()
    assert "短题10.1" not in visitor.get("/guide/?edition=2026").content.decode()


def test_facets_narrow_the_cases(guide, visitor):
    assert "案例hongsheng" in visitor.get("/guide/cases/?pilot=ditan&clause=8-7&layer=frontline").content.decode()
    assert "案例hongsheng" not in visitor.get("/guide/cases/?layer=top").content.decode()
    assert "案例hongsheng" not in visitor.get("/guide/cases/?clause=9-2").content.decode()


def test_the_first_use_of_a_word_is_explained_once():
    terms = [
        GlossaryTerm(pk=1, iso="不合格输出", everyday="坏件", sentence="一句"),
        GlossaryTerm(pk=2, iso="输出", everyday="干出来的", sentence="两句"),
        GlossaryTerm(pk=3, iso="让步", everyday="批准用", sentence="三句"),
    ]
    html = explain("<h2>输出</h2><p>不合格输出和<a>让步</a>，又是不合格输出，还有输出。</p>", terms)
    assert html.count('popovertarget="word-1"') == 1
    assert html.count('popovertarget="word-2"') == 1
    assert "<h2>输出</h2>" in html
    assert "word-3" not in html
    assert html.index('popovertarget="word-2"') > html.index("还有")


def test_a_draft_is_not_shown(guide, visitor):
    page = ClausePage.objects.get(slug="9-2")
    page.unpublish()
    assert visitor.get("/guide/9-2/").status_code == 404
    assert "内审" not in visitor.get("/guide/").content.decode()


def test_a_preview_shows_what_is_not_saved_yet(guide):
    page = ClausePage.objects.get(slug="8-7").get_latest_revision_as_object()
    page.short_title = "还没存"
    html = page.make_preview_request().content.decode()
    assert "还没存" in html
    assert "工具TB41" in html


def test_a_chain_is_a_picture_and_a_table(guide, visitor):
    html = visitor.get("/guide/chains/ditan/").content.decode()
    assert html.count('class="chain__node') == 2
    assert html.count("chain__node--weak") == 1
    assert "两缸色差" in html
    assert "/guide/8-7/" in html
    assert "/guide/tools/tb41/" in html
    assert "/guide/cases/hongsheng/" in html
    assert "99.9" not in html
    assert "1 环要天天盯" in html


def test_a_chain_leaves_out_what_is_not_published(guide, visitor):
    from guide.models import ToolPage

    ToolPage.objects.get(code="TB41").unpublish()
    assert "/guide/tools/tb41/" not in visitor.get("/guide/chains/ditan/").content.decode()
