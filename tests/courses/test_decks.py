"""A PDF shown page by page: taken by its bytes, drawn by a task, offered as a file until then."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from courses import deck_files, decks
from courses.models import Deck, DeckPage, LessonPage

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def pdf(*texts, size=(720, 405), password=""):
    """A PDF of slides with a line of text each."""
    from pypdf import PdfReader, PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    for text in texts:
        canvas.setFont("Helvetica", 30)
        canvas.drawString(40, size[1] / 2, text)
        canvas.showPage()
    canvas.save()
    if not password:
        return out.getvalue()
    writer, locked = PdfWriter(clone_from=PdfReader(out)), io.BytesIO()
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(locked)
    return locked.getvalue()


def deck(content, name="课件.pdf"):
    return Deck(title="首件三样", file=SimpleUploadedFile(name, content))


@pytest.fixture
def stored():
    row = deck(pdf("First piece: look", "Measure", "Sign"))
    row.full_clean()
    row.save()
    return row


def test_the_pages_of_a_pdf_become_pictures_with_their_words_once(stored):
    assert (stored.count, stored.state, stored.size > 500) == (3, "waiting", True)
    assert decks.draw_missing() == 1
    stored.refresh_from_db()
    pages = list(stored.pages.all())
    assert (stored.state, [page.words for page in pages]) == ("drawn", ["First piece: look", "Measure", "Sign"])
    with Image.open(pages[0].picture) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 720))
    assert (decks.draw_missing(), decks.draw(stored.pk), DeckPage.objects.count()) == (0, True, 3)


def test_another_file_takes_the_place_of_the_pages(stored):
    decks.draw(stored.pk)
    old = stored.pages.first().picture
    stored.file = SimpleUploadedFile("b.pdf", pdf("Anew"))
    stored.full_clean()
    stored.save()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda do, **_kwargs: do())
        assert decks.draw(stored.pk)
    assert [page.words for page in stored.pages.all()] == ["Anew"]
    assert not old.storage.exists(old.name)


def test_what_cannot_be_shown_page_by_page_is_refused_with_the_way_out(monkeypatch):
    for content, said in (
        (b"PK\x03\x04 a workbook", "这不是 PDF"),
        (b"%PDF-1.4 and nothing more", "打不开"),
        (pdf("Secret", password="x"), "去掉密码"),
        (pdf("Big", size=(90_000, 100)), "大小不合常理"),
    ):
        with pytest.raises(ValidationError, match=said):
            deck(content).full_clean()
    monkeypatch.setattr(deck_files, "MOST_PAGES", 1)
    with pytest.raises(ValidationError, match="最多 1 页"):
        deck(pdf("a", "b")).full_clean()
    monkeypatch.setattr(deck_files, "LARGEST", 10)
    with pytest.raises(ValidationError, match="超过"):
        deck(pdf("a")).full_clean()
    with pytest.raises(ValidationError, match="exe"):
        deck(pdf("a"), "a.exe").full_clean()


def test_a_deck_that_cannot_be_drawn_says_so_and_leaves_nothing(stored):
    with stored.file.open("wb") as file:
        file.write(b"%PDF-1.4 broken")
    assert not decks.draw(stored.pk)
    stored.refresh_from_db()
    assert (stored.state, stored.pages.count(), decks.draw_missing()) == ("failed", 0, 0)


def body_of(course, **block):
    lesson = LessonPage.objects.filter(course=course).first()
    lesson.body = [("deck", {"heading": "首件", "first": None, "last": None} | block)]
    lesson.save_revision().publish()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    return lesson, str(lesson.body.render_as_block())


def test_a_lesson_lists_the_pages_wanted_and_offers_the_file(course, stored, client, django_assert_num_queries):
    original = f'href="/study/decks/{stored.pk}.pdf"'
    _lesson, waiting = body_of(course, deck=stored)
    assert "还没准备好" in waiting
    assert original in waiting
    decks.draw(stored.pk)
    lesson, shown = body_of(course, deck=stored, first=2, last=3)
    assert original in shown
    assert (shown.count("<li>"), 'alt="Measure"' in shown, "First piece" in shown) == (2, True, False)
    lesson = LessonPage.objects.get(pk=lesson.pk)
    with django_assert_num_queries(2):  # the deck, its pages: however many
        lesson.body.render_as_block()
    assert client.get(f"/study/decks/{stored.pk}/2.jpg")["Content-Type"] == "image/jpeg"
    assert client.get(f"/study/decks/{stored.pk}/4.jpg").status_code == 404
    answer = client.get(f"/study/decks/{stored.pk}.pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_a_range_of_pages_that_is_none_is_refused(stored):
    from wagtail.blocks import StructBlockValidationError

    from courses.blocks import DeckBlock

    block = DeckBlock()
    for first, last in ((3, 2), (4, None)):
        with pytest.raises(StructBlockValidationError):
            block.clean(block.to_python({"heading": "x", "deck": stored.pk, "first": first, "last": last}))
    assert block.clean(block.to_python({"heading": "x", "deck": stored.pk, "first": 3, "last": 3}))["first"] == 3
