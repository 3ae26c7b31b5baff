"""Making a quiz at the desk: rules, blueprint rows, what the bank has for them, a sample; who may."""

import re

import pytest
from django.urls import reverse

from core.models import AuditRecord
from quizzes import papers, services
from quizzes.models import Attempt, Quiz

from .conftest import CONTEXT

pytestmark = pytest.mark.one_engine

NEW = reverse("desk:paper-new")


def fields(*rows, **more):
    """The form as a browser sends it; each row a dict."""
    data = {
        "title": "首件检验小考",
        "pass_percent": 80,
        "minutes": 20,
        "attempts_allowed": "",
        "layout": "one",
        "review": "after_submit",
        "review_shows": "all",
        "late_policy": "submit",
        "second_gap_percent": 20,
        "rows-TOTAL_FORMS": len(rows),
        "rows-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        data |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return data | more


@pytest.fixture
def editor(world, client):
    client.force_login(world.editor)
    return client


def test_a_quiz_is_made_changed_and_left_alone(editor, bank, world):
    row = {"draw": 3, "points": 10, "kind": ["single"], "topic": "检验", "difficulty": ["1", "2"]}
    made = editor.post(NEW, fields(row, {}, floor_case=60))
    quiz = Quiz.objects.get()
    assert made.url == reverse("desk:paper-edit", args=[quiz.pk])
    assert quiz.blueprint == [{"draw": 3, "points": 10, "topic": "检验", "kind": "single", "difficulty": [1, 2]}]
    assert (quiz.floors, quiz.minutes, quiz.attempts_allowed) == ({"case": 60}, 20, 0)
    page = editor.get(made.url).content.decode()
    assert "满分 30 分" in page
    assert papers.supply(quiz.blueprint) == {"rows": [{"have": 6, "need": 3, "drawn": 3}], "short": 0}

    records = AuditRecord.objects.filter(object_type="quizzes.quiz")
    assert [record.actor for record in records] == [world.editor]
    editor.post(made.url, fields(row, floor_case=60))  # the same again
    assert records.all().count() == 1
    editor.post(made.url, fields(row | {"DELETE": "on"}, {"draw": 2, "points": 5, "keys": "s1、s0"}))
    quiz.refresh_from_db()
    assert (quiz.blueprint, quiz.floors) == ([{"draw": 2, "points": 5, "keys": ["s1", "s0"]}], {})
    assert records.all().count() == 2


def test_a_fixed_row_counts_its_own_questions(editor, bank):
    editor.post(NEW, fields({"points": 5, "keys": "s1 s0\ns2"}))
    assert Quiz.objects.get().blueprint == [{"draw": 3, "points": 5, "keys": ["s1", "s0", "s2"]}]


@pytest.mark.parametrize(
    ("rows", "more", "sentence"),
    [
        ([{}], {}, "至少写一行"),
        ([{"topic": "检验"}], {}, "写上抽几道题"),
        ([{"draw": 3}], {}, "写上每道几分"),
        ([{"draw": 0, "points": 5}], {}, "大于或等于"),
        ([{"draw": 1, "points": 5, "keys": "s1 没有这题"}], {}, "题库里没有这些题号"),
        ([{"draw": 1, "points": 5}], {"title": ""}, "名称"),
        ([{"draw": 1, "points": 5}], {"late_policy": "grace"}, "请填几分钟"),
        (
            [{"draw": 1, "points": 5}],
            {"opens_at": "2026-03-02T09:00", "closes_at": "2026-03-01T09:00"},
            "关闭要晚于开始",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(editor, bank, rows, more, sentence):
    answer = editor.post(NEW, fields(*rows, **more))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Quiz.objects.exists()


def test_another_row_is_asked_for_without_losing_what_was_typed(editor, bank):
    page = editor.post(NEW, fields({"topic": "检验"}, do="add"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "第 2 行" in text
    assert 'value="检验"' in text
    assert "写上抽几道题" not in text


def test_a_paper_that_cannot_be_filled_is_kept_and_said(editor, bank):
    editor.post(NEW, fields({"draw": 5, "points": 5, "kind": ["single"]}, {"draw": 3, "points": 5, "keys": "s0 s1 s2"}))
    quiz = Quiz.objects.get()
    assert papers.supply(quiz.blueprint)["short"] == 2
    assert "题库还差 2 道" in editor.get(reverse("desk:paper-edit", args=[quiz.pk])).content.decode()
    sample = editor.get(reverse("desk:paper-sample", args=[quiz.pk]))
    assert sample.status_code == 409


def test_a_sample_shows_the_key_and_draws_the_same_again(editor, quiz, learner):
    url = reverse("desk:paper-sample", args=[quiz.pk])
    first, again = (re.findall(r"题干\w+", editor.get(url, {"seed": 7}).content.decode()) for _time in range(2))
    assert first == again
    assert len(first) == 10
    assert editor.get(url).content.decode().count("<strong>答案</strong>") == 10
    assert not Attempt.objects.exists()


def test_who_sits_already_keeps_the_paper(editor, quiz, learner):
    attempt = services.start_attempt(quiz, learner, CONTEXT)
    editor.post(reverse("desk:paper-edit", args=[quiz.pk]), fields({"draw": 1, "points": 1}, pass_percent=50))
    quiz.refresh_from_db()
    attempt.refresh_from_db()
    assert (quiz.pass_percent, attempt.pass_percent, len(attempt.paper)) == (50, 80, 10)


def test_queries_do_not_grow_with_rows(editor, quiz, django_assert_num_queries):
    url = reverse("desk:paper-edit", args=[quiz.pk])
    editor.get(url)
    for rows, queries in ((1, 6), (3, 8)):  # one count of the bank a row
        Quiz.objects.filter(pk=quiz.pk).update(blueprint=[{"draw": 1, "points": 1, "lesson": "F1"}] * rows)
        with django_assert_num_queries(queries):
            editor.get(url)
