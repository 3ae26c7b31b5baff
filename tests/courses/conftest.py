"""A small course: two lessons of twelve minutes, a quiz of two questions in thirty."""

import pytest

from tests.suite.fixtures import no_drawing  # noqa: F401 - fixtures


@pytest.fixture
def course(db):
    from wagtail.models import Page

    from courses.models import CourseIndexPage, CoursePage, LessonPage
    from quizzes.services import ensure_quiz, load_questions

    load_questions(
        [
            {
                "key": f"study-{number}",
                "kind": "single",
                "topic": "study",
                "lesson": "F1",
                "clause": "8.7",
                "layer": "frontline",
                "difficulty": 1,
                "stem": f"第 {number} 题：坏件放哪儿？",
                "options": ["红色不合格区", "随手放", "带回家"],
                "answer": [0],
                "explanation": "挂牌隔离，坏件才混不进去。",
                "source": "自编",
            }
            for number in (1, 2)
        ]
    )
    blueprint = [{"topic": "study", "draw": 2, "points": 50}]
    quiz = ensure_quiz("study", {"title": "结课测验", "blueprint": blueprint, "minutes": 30})
    index = Page.get_first_root_node().add_child(instance=CourseIndexPage(title="课程", slug="study-courses"))
    course = index.add_child(
        instance=CoursePage(title="干好每一件", slug="ganhao", code="YX", layer="frontline", summary="示例", quiz=quiz)
    )
    for number in (1, 2):
        course.add_child(instance=LessonPage(title=f"第 {number} 课", slug=f"f{number}", key=f"F{number}", minutes=12))
    return course
