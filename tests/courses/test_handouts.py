"""A lesson on paper: what is on it, what is left out, and that it is made once."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from pypdf import PdfReader
from wagtail.models import Site

from courses import handouts
from courses.content_loader import content
from courses.models import LessonPage

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

EXERCISE = "三样里挑一样。\n\n1. 头一样\n2. 第二样\n\n> 该挑第二样。"
BODY = [
    ("section", {"heading": "车间里的一件事", "content": content("早上**八点**。\n\n> 要紧的一句。")}),
    (
        "how",
        {
            "heading": "怎么做",
            "introduction": content("![四张纸连成一根线，坏消息走回头一张](fig-thread.svg)"),
            "steps": [{"title": "对图", "text": "<p>图号、版本。</p>"}],
        },
    ),
    ("section", {"heading": "拿数字走一遍", "content": content("| 项 | 数 |\n|---|---|\n| 坏件 | 412 |")}),
    ("section", {"heading": "练一练：挑哪样", "content": content(EXERCISE)}),
    ("tries", {"heading": "明天上班，试这三样", "things": ["念一遍图号"]}),
]


@pytest.fixture
def lesson(course, fonts):
    Site.objects.update(root_page=course.get_parent())
    Site.clear_site_root_paths_cache()
    lesson = LessonPage.objects.first()
    lesson.body, lesson.lead = BODY, "一句话。"
    lesson.save_revision().publish()
    return lesson


def words_of(answer):
    return "".join(page.extract_text() for page in PdfReader(BytesIO(b"".join(answer.streaming_content))).pages)


def test_a_handout_has_the_lesson_but_not_the_answer_to_its_exercise(lesson, client):
    answer = client.get(reverse("courses:handout", args=[lesson.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    words = words_of(answer)
    for told in ("第 1 课", "要紧的一句", "对图", "412", "头一样", "念一遍图号", "姓名"):
        assert told in words
    assert "该挑第二样" not in words
    page = client.get(lesson.url).content.decode()
    assert reverse("courses:handout", args=[lesson.pk]) in page


def test_it_is_drawn_once_for_each_published_state(lesson, client, monkeypatch):
    here = reverse("courses:handout", args=[lesson.pk])
    b"".join(client.get(here).streaming_content)
    first = handouts.file_name(LessonPage.objects.get(pk=lesson.pk))
    assert default_storage.exists(first)
    lesson.body = [*BODY, ("tries", {"heading": "再试", "things": ["又添一样"]})]
    lesson.save_revision().publish()
    assert "又添一样" in words_of(client.get(here))
    assert not default_storage.exists(first)
    monkeypatch.setattr(handouts, "draw", None)
    assert "又添一样" in words_of(client.get(here))


def test_what_is_not_live_or_cannot_be_drawn(lesson, client):
    lesson.lead = "方格\U0001f600"
    lesson.save_revision().publish()
    answer = client.get(reverse("courses:handout", args=[lesson.pk]), follow=True)
    assert "U+1F600" in answer.content.decode()
    lesson.unpublish()
    assert client.get(reverse("courses:handout", args=[lesson.pk])).status_code == 404


def test_a_course_lists_its_handouts_and_a_kind_of_training_leads_there(lesson, client):
    assert handouts.address_for("K7") == "/study/handouts/neishen/"
    assert handouts.address_for("K1") == ""
    page = client.get(reverse("courses:handouts", args=["ganhao"])).content.decode()
    for row in lesson.course.lessons():
        assert reverse("courses:handout", args=[row.pk]) in page
    assert client.get("/study/handouts/nowhere/").status_code == 404
