"""An editor sees a course and a lesson as learners will, before they are saved for the first time too."""

import pytest

from courses.models import CoursePage, Enrolment, Film, LessonPage, LessonProgress

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

MODES = {"": "学完这一课", "done": "F9 学完了", "visitor": "先登录"}
"""Mode of the preview, and what a learner in that state reads on a lesson."""


@pytest.fixture
def boss(world, client):
    world.city.is_superuser = world.city.is_staff = True
    world.city.save()
    client.force_login(world.city)
    return client


FIELDS = {"title": "新课", "slug": "new", "next": "", "lead": "一句话"}
LESSON = FIELDS | {"key": "F9", "minutes": "12", "clauses": "8.7", "required": "on", "quiz": "", "body-count": "0"}
COURSE = FIELDS | {"summary": "示例", "layer": "top", "edition": "x", "version": "1", "code": "NW"}


def previews(boss, url, data):
    """{mode: html} after the form was sent to the preview as it is typed."""
    assert boss.post(url, data).json() == {"is_valid": True, "is_available": True}
    answers = {mode: boss.get(url, {"mode": mode}) for mode in MODES}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {mode: answer.content.decode() for mode, answer in answers.items()}


def test_a_lesson_not_saved_yet_is_shown_as_learners_in_each_state_see_it(boss, course):
    seen = previews(boss, f"/admin/pages/add/courses/lessonpage/{course.pk}/preview/", LESSON)
    for mode, words in MODES.items():
        assert words in seen[mode]
        assert "第 3 课，共 3 课" in seen[mode]
        assert "data-progress-url" not in seen[mode]  # what an editor looks at is nobody's study
    assert "问讲师" in seen[""]
    assert "问讲师" not in seen["visitor"]
    assert not Enrolment.objects.exists()
    assert not LessonProgress.objects.exists()


def test_a_course_not_saved_yet_and_a_draft_lesson_are_shown(boss, course):
    seen = previews(boss, f"/admin/pages/add/courses/coursepage/{course.get_parent().pk}/preview/", COURSE)
    assert "课时还没上架" in seen[""]
    assert "学完了" in seen["done"]
    draft = course.add_child(instance=LessonPage(title="草稿", slug="f0", key="F0", minutes=12, live=False))
    draft.move(course.lessons().first(), pos="left")
    answer = boss.get(f"/admin/pages/{draft.pk}/view_draft/")
    assert "第 1 课，共 3 课" in answer.content.decode()
    assert "F0" not in boss.get(f"/admin/pages/{course.pk}/view_draft/").content.decode()
    assert CoursePage.objects.count() == 1


def test_the_preview_of_a_film_block_shows_a_film_of_the_library():
    from courses.blocks import FilmBlock

    block = FilmBlock()
    assert "还没放上来" in block.render(block.get_preview_value())
    Film.objects.create(title="首件怎么量", file="films/a.mp4", seconds=9)
    assert "首件怎么量" in block.render(block.get_preview_value())
