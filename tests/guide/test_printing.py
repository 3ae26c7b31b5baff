"""The guide as a PDF."""

from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from pypdf import PdfReader

from guide import printing
from guide.models import ClausePage

pytestmark = [pytest.mark.one_engine, pytest.mark.usefixtures("fonts")]


def pdf_of(answer):
    return PdfReader(BytesIO(b"".join(answer.streaming_content)))


def test_a_clause_is_made_on_request_and_taken(guide, visitor):
    page = visitor.get("/guide/print/8-7/").content.decode()
    assert "开始做" in page
    assert visitor.get("/guide/print/8-7/file.pdf").status_code == 302
    assert visitor.post("/guide/print/8-7/").status_code == 302
    assert "下载 PDF" in visitor.get("/guide/print/8-7/").content.decode()
    answer = visitor.get("/guide/print/8-7/file.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "8.7" in answer["Content-Disposition"]
    text = "".join(page.extract_text() for page in pdf_of(answer).pages)
    for words in ("不合格输出的控制", "一线记住一句", "挂牌", "一行记一档子事", "再好一点"):
        assert words in text


def test_a_chapter_holds_its_clauses_with_a_table_of_contents(guide, visitor):
    visitor.post("/guide/print/10/")
    document = pdf_of(visitor.get("/guide/print/10/file.pdf"))
    assert [item.title for item in document.outline] == ["10 短题10", "10.1 短题10.1", "10.2 短题10.2", "10.3 持续改进"]
    contents = document.pages[0].extract_text()
    for item in document.outline:
        place = document.get_destination_page_number(item)
        assert item.title.split()[1] in document.pages[place].extract_text()
        assert str(place + 1) in contents
    assert (document.metadata.title, document.metadata.creator) == ("10 标题10", "质量学堂")
    for number, sheet in enumerate(document.pages, 1):
        assert f"{number} / {len(document.pages)}" in sheet.extract_text()


def test_the_whole_guide_in_the_other_edition(guide, visitor):
    visitor.post("/guide/print/all/?edition=2026")
    document = pdf_of(visitor.get("/guide/print/all/file.pdf?edition=2026"))
    titles = [item.title for item in document.outline]
    assert "10.1 持续改进" in titles
    assert "10.1 短题10.1" not in titles


def test_what_is_not_there_is_404(guide, visitor):
    for address in ("/guide/print/99-9/", "/guide/print/10-1/?edition=2026", "/guide/print/99-9/file.pdf"):
        assert visitor.get(address).status_code == 404
        assert visitor.post(address).status_code in (404, 405)


def test_asking_while_it_is_made_starts_nothing(guide, visitor, monkeypatch):
    booklet = printing.Booklet("9-2", "2015")
    assert printing.claim(booklet)
    assert not printing.claim(printing.Booklet("9-2", "2015"))
    assert "正在排版" in visitor.get("/guide/print/9-2/").content.decode()
    printing.make(booklet)
    assert not printing.claim(printing.Booklet("9-2", "2015"))


def test_a_change_makes_it_anew_and_drops_the_old_file(load, visitor):
    load()
    first = printing.make(printing.Booklet("8-7", "2015"))
    assert printing.make(printing.Booklet("8-7", "2015")) == first
    page = ClausePage.objects.get(slug="8-7")
    page.everyday_question = "改过的问题？"
    page.save_revision().publish()
    booklet = printing.Booklet("8-7", "2015")
    assert not booklet.ready
    second = printing.make(booklet)
    assert second != first
    assert default_storage.exists(second)
    assert not default_storage.exists(first)


def test_a_character_no_font_draws_is_named(load, visitor):
    load()
    page = ClausePage.objects.get(slug="9-2")
    page.everyday_question = "这个字𪻐印不出来？"
    page.save_revision().publish()
    visitor.post("/guide/print/9-2/")
    html = visitor.get("/guide/print/9-2/").content.decode()
    assert "𪻐" in html
    assert "U+2AED0" in html
    assert "开始做" in html
    cache.clear()
