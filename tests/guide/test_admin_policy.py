"""Under /admin/ inline scripts run by nonce only; and what may not be deleted is not."""

import re

import pytest
from django.test import Client

from core.page_guards import deletion_refusal
from courses.models import CourseIndexPage, CoursePage, Enrolment
from enterprises.models import Person
from guide.models import ClausePage, GlossaryTerm, ToolPage
from home.models import HomePage

pytestmark = pytest.mark.one_engine


def test_every_inline_script_of_the_page_editor_has_the_nonce(guide, editor):
    page = ClausePage.objects.get(slug="8-7")
    answer = editor.get(f"/admin/pages/{page.pk}/edit/")
    policy = answer["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", policy).group()
    scripts = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", answer.content.decode())
    running = [
        attributes for attributes in scripts if "application/json" not in attributes and "importmap" not in attributes
    ]
    assert running
    assert all(f'nonce="{nonce}"' in attributes for attributes in running)


def test_the_nonce_stays_in_the_admin(guide, editor):
    assert "nonce" not in editor.get("/guide/8-7/")["Content-Security-Policy"]


def test_without_a_session_every_answer_has_its_own_nonce(db):
    seen = {Client().get("/admin/")["Content-Security-Policy"] for _ in range(2)}
    assert len(seen) == 2


def test_a_page_nothing_hangs_on_may_be_deleted(guide):
    assert deletion_refusal(ToolPage.objects.get(code="TB12")) is None


@pytest.fixture
def studied(guide):
    """The index of a course that somebody is enrolled in."""
    home = HomePage.objects.get()
    index = home.add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    course = index.add_child(instance=CoursePage(title="课", slug="ke", code="KE", layer="top", summary="一句"))
    Enrolment.objects.create(person=Person.objects.create(name="李四"), course=course, version=1, year=2026)
    return index


def test_a_page_with_records_below_it_is_not_deleted(studied, editor):
    address = f"/admin/pages/{studied.pk}/delete/"
    assert "连着 1 条选课" in editor.get(address).content.decode()
    answer = editor.post(address, {"confirm_site_name": "质量学堂"}, follow=True)
    assert "取消发布" in answer.content.decode()
    assert CoursePage.objects.exists()


def test_nor_in_bulk(studied, editor):
    answer = editor.post(f"/admin/bulk/wagtailcore/page/delete/?id={studied.pk}", follow=True)
    assert "连着 1 条选课" in answer.content.decode()
    assert CoursePage.objects.exists()


def test_a_word_is_edited_one_synonym_a_line(guide, editor):
    term = GlossaryTerm.objects.get(iso="不合格输出")
    address = f"/admin/snippets/guide/glossaryterm/edit/{term.pk}/"
    assert "不良品</textarea>" in editor.get(address).content.decode()
    words = {"iso": term.iso, "everyday": term.everyday, "sentence": term.sentence, "synonyms": "不良品\r\n 次品 \r\n"}
    assert editor.post(address, words).status_code == 302
    term.refresh_from_db()
    assert term.synonyms == ["不良品", "次品"]
