"""Courses from content files: once, again, and after an editor has been there."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from wagtail.models import Page, Revision, Site

from core.exceptions import DomainError
from courses.content_loader import load_courses
from courses.models import CourseIndexPage, CoursePage, LessonPage
from courses.querysets import lessons_about
from guide.models import ClausePage, ToolPage
from guide.services import load_guide
from quizzes.models import Quiz
from tests.guide.small import write_all

pytestmark = pytest.mark.django_db

COURSE = """\
slug: shiyan
code: "SY"
title: 试验的课
layer: frontline
edition: "GB/T 19001—2016"
summary: 只给测试用的一门课。
pass_percent: 80
quiz: {title: 试验的测验, draw: 10, minutes: 20, attempts: 0, topics: [干好每一件]}
"""

LESSON = """\
---
key: S2
title: 每样都有一点
minutes: 25
clauses: ["8.5.1", "8.6"]
lead: 一句话。
---
## 头一节

开头一段，有**粗体**和[链接](/guide/8-7/)。

| 时间 | 数值 |
|---|---|
| 9:00 | 8.52 |

> 要紧的一句，**不许漏**。

![支架草图](fig-first.svg)

## 首件怎么做

先说一句。

### 第一步：先对图

对三样。

### 第二步：量三处

量到多少写多少。

![另一张图](fig-shift.svg)

量完签名。

## 常见的错

- **只写“OK”。** 要写数。
- **拿第五件。** 要拿头一件。

## 明天上班，试这三样

- 念一遍图号。
- 量三处。
- 写上数。
"""


@pytest.fixture
def home(db):
    from home.services import ensure_home

    page, _report = ensure_home()
    Site.clear_site_root_paths_cache()
    return page


@pytest.fixture
def content(tmp_path):
    """A folder with one small course, to be changed at will."""
    folder = tmp_path / "shiyan"
    folder.mkdir()
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    (folder / "s2.md").write_text(LESSON, encoding="utf-8")
    (folder / "s10.md").write_text(LESSON.replace("key: S2", "key: S10"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def load(home, content):
    return lambda: load_courses(content, home)


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_makes_the_pages_and_publishes_them(load):
    assert load().created == [
        "/home/courses/",
        "/home/courses/shiyan/",
        "/home/courses/shiyan/s2/",
        "/home/courses/shiyan/s10/",
    ]
    course = CoursePage.objects.live().get()
    assert (course.title, course.code, course.layer) == ("试验的课", "SY", "frontline")
    assert [lesson.key for lesson in course.lessons()] == ["S2", "S10"]
    lesson = LessonPage.objects.get(key="S2")
    assert (lesson.minutes, lesson.clause_numbers, lesson.course) == (25, ["8.5.1", "8.6"], course)
    # 25 + 25 minutes of lessons and 20 of the quiz: 1.55 class hours, of which 1.5 count.
    assert course.class_hours == Decimal("1.5")


def test_the_quiz_asks_what_the_file_says(load):
    load()
    quiz = CoursePage.objects.get().quiz
    assert (quiz.key, quiz.title) == ("course-shiyan", "试验的测验")
    assert (quiz.pass_percent, quiz.minutes, quiz.attempts_allowed) == (80, 20, 0)
    assert quiz.blueprint == [{"topic": ["干好每一件"], "draw": 10, "points": 10}]


def test_a_lesson_may_be_optional_and_have_a_quiz(load, content):
    words = "optional: true\nquiz: {draw: 3, needed: true}\nlead: 一句话。"
    rewrite(content / "shiyan/s2.md", "lead: 一句话。", words)
    load()
    lesson, other = LessonPage.objects.order_by("path")
    assert (lesson.required, lesson.quiz_needed, lesson.quiz.key) == (False, True, "lesson-shiyan-s2")
    assert lesson.quiz.blueprint == [{"lesson": "S2", "draw": 3, "points": 33}]
    assert (other.required, other.quiz_needed, other.quiz) == (True, False, None)
    # Only the required lesson and the quiz at the end: 45 minutes.
    assert CoursePage.objects.get().class_hours == Decimal(1)


def test_a_course_file_names_what_comes_before_it_and_for_whom_it_is(load, content):
    rewrite(content / "shiyan/course.yaml", "layer: frontline", "layer: frontline\npilot: nowhere")
    with pytest.raises(DomainError) as refusal:
        load()
    assert (refusal.value.code, "nowhere" in refusal.value.sentence) == ("content.unknown", True)


def test_every_kind_of_block_is_made(load):
    load()
    section, how, mistakes, tries = LessonPage.objects.get(key="S2").body
    assert section.block_type == "section"
    assert [child.block_type for child in section.value["content"]] == ["prose", "table", "callout", "figure"]
    prose, table, callout, figure = (child.value for child in section.value["content"])
    assert prose.source == '<p>开头一段，有<b>粗体</b>和<a href="/guide/8-7/">链接</a>。</p>'
    assert table["text"] == "时间 | 数值\n9:00 | 8.52"
    assert callout["text"].source == "<p>要紧的一句，<b>不许漏</b>。</p>"
    assert (figure["drawing"], figure["alt"]) == ("fig-first", "支架草图")

    assert how.block_type == "how"
    assert [step["title"] for step in how.value["steps"]] == ["先对图", "量三处"]
    # A drawing inside a step stands before the steps.
    assert [child.block_type for child in how.value["introduction"]] == ["prose", "figure"]
    assert how.value["steps"][1]["text"].source == "<p>量到多少写多少。</p><p>量完签名。</p>"

    assert mistakes.block_type == "mistakes"
    assert [item["mistake"] for item in mistakes.value["mistakes"]] == ["只写“OK”。", "拿第五件。"]
    assert mistakes.value["mistakes"][0]["better"].source == "<p>要写数。</p>"
    assert tries.block_type == "tries"
    assert list(tries.value["things"]) == ["念一遍图号。", "量三处。", "写上数。"]


def test_every_kind_of_block_is_shown(load):
    load()
    page = Client().get("/courses/shiyan/s2/").content.decode()
    for words in ("8.52", "要紧的一句", "fig-first", "先对图", "拿第五件。", "念一遍图号。"):
        assert words in page


def test_loading_again_changes_nothing(load):
    load()
    revisions = set(Revision.objects.values_list("pk", flat=True))
    quiz = Quiz.objects.values().get()
    report = load()
    assert not report.changed
    assert not report.kept
    assert len(report.unchanged) == 4
    assert set(Revision.objects.values_list("pk", flat=True)) == revisions
    assert Quiz.objects.values().get() == quiz


def test_a_changed_file_updates_its_page_only(load, content):
    load()
    rewrite(content / "shiyan/s2.md", "minutes: 25", "minutes: 30")
    report = load()
    assert report.updated == ["/home/courses/shiyan/s2/"]
    assert LessonPage.objects.get(key="S2").minutes == 30
    assert not load().changed


def test_a_lesson_an_editor_changed_survives(load, content):
    load()
    lesson = LessonPage.objects.get(key="S2")
    lesson.lead = "编辑写的"
    lesson.save_revision().publish()
    rewrite(content / "shiyan/s2.md", "lead: 一句话。", "lead: 文件写的。")
    report = load()
    assert list(report.kept) == ["/home/courses/shiyan/s2/"]
    assert LessonPage.objects.get(key="S2").lead == "编辑写的"


def test_a_quiz_an_editor_changed_survives_while_the_course_file_is_the_same(load, content):
    load()
    Quiz.objects.update(minutes=45)
    rewrite(content / "shiyan/s2.md", "lead: 一句话。", "lead: 改了。")
    load()
    assert Quiz.objects.get().minutes == 45


def test_courses_stand_in_the_order_of_the_layers(load, content):
    other = content / "aa"
    other.mkdir()
    text = COURSE.replace("shiyan", "zhang").replace("frontline", "top", 1).replace("试验的课", "老板的课")
    (other / "course.yaml").write_text(text[: text.index("quiz:")], encoding="utf-8")
    (other / "t1.md").write_text(LESSON.replace("key: S2", "key: T1"), encoding="utf-8")
    load()
    index = CourseIndexPage.objects.get()
    assert [page.slug for page in CoursePage.objects.child_of(index).order_by("path")] == ["zhang", "shiyan"]
    assert CoursePage.objects.get(slug="zhang").quiz is None


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "named"),
    [
        ("course.yaml", "layer: frontline", "layer: boss", "content.layers", "boss"),
        ("course.yaml", 'code: "SY"', 'code: ""', "content.field", "code"),
        ("course.yaml", "draw: 10", "draw: 1000", "content.quiz", "1 到 100"),
        ("course.yaml", "slug: shiyan", "slug: [", "content.head", "course.yaml"),
        ("s2.md", "minutes: 25\n", "", "content.field", "minutes"),
        ("s2.md", "---\nkey", "key", "content.head", "s2.md"),
    ],
)
def test_a_faulty_file_is_named_and_nothing_is_loaded(load, content, file, old, new, code, named):
    rewrite(content / "shiyan" / file, old, new)
    with pytest.raises(DomainError) as refusal:
        load()
    assert refusal.value.code == code
    assert named in refusal.value.sentence
    assert not Page.objects.filter(slug="courses").exists()
    assert not Quiz.objects.exists()


def test_the_real_content_loads_and_loads_again(home):
    folder = Path(apps.get_app_config("courses").path) / "content"
    assert load_courses(folder, home).created
    report = load_courses(folder, home)
    assert not report.changed
    assert not report.kept
    kinds = {child.block_type for lesson in LessonPage.objects.all() for child in lesson.body}
    assert kinds == {"section", "how", "mistakes", "tries", "onward"}


def test_where_to_read_on_is_linked_from_both_ends(load, content, home, tmp_path, django_assert_num_queries):
    load_guide(write_all(tmp_path / "guide"), home)
    with (content / "shiyan" / "s2.md").open("a", encoding="utf-8") as lesson:
        lesson.write(
            "\n## 接着看\n\n挂牌用 TB41 和没有的 TB99，再翻[坏件](/guide/8-7/)，看[案例](/guide/cases/hongsheng/)。\n"
        )
    load()
    assert not load().changed
    page = LessonPage.objects.get(key="S2")
    onward = next(child.value for child in page.body if child.block_type == "onward")
    assert [(str(mark), words) for mark, words, _url in onward.rows] == [
        ("条", "8.7 坏件"),
        ("表", "工具TB41（TB41）"),
        ("例", "案例hongsheng"),
    ]
    html = Client().get(page.url).content.decode()
    for address in ("/guide/8-7/", "/guide/tools/tb41/", "/guide/cases/hongsheng/"):
        assert f'<a href="{address}">' in html
        assert f'<a href="{page.url}">S2 每样都有一点</a>' in Client().get(address).content.decode()
    clause = ClausePage.objects.get(slug="8-7")
    with django_assert_num_queries(1):
        assert [row["title"] for row in lessons_about(clause)] == ["S2 每样都有一点"]
    rewrite(content / "shiyan" / "s10.md", '["8.5.1", "8.6"]', '["8.7"]')
    load()
    with django_assert_num_queries(1):
        assert [row["title"] for row in lessons_about(clause)] == ["S2 每样都有一点", "S10 每样都有一点"]
    assert lessons_about(ClausePage.objects.get(slug="8")) == []
    ToolPage.objects.get(code="TB41").unpublish()
    assert "/guide/tools/tb41/" not in Client().get(page.url).content.decode()
