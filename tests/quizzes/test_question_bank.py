"""Loading: the same again changes nothing, an edit is a new revision, a faulty file changes nothing."""

from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.core.exceptions import ValidationError

from core.exceptions import DomainError
from quizzes import papers
from quizzes.models import Question, QuestionRevision, Quiz
from quizzes.services import ensure_quiz, load_papers, load_questions

pytestmark = pytest.mark.django_db


def counts(loaded):
    return loaded.created, loaded.revised, loaded.moved, loaded.same


def test_loading_twice_makes_nothing_new(make_question):
    items = [make_question("a"), make_question("b", "multiple", (0, 2)), make_question("c", "true_false", False)]
    assert counts(load_questions(items)) == (3, 0, 0, 0)
    again = load_questions(items)
    assert counts(again) == (0, 0, 0, 3)
    assert str(again) == "新 0 题，改写 0 题，换类别 0 题，没变 3 题"
    assert QuestionRevision.objects.count() == 3
    assert set(Question.objects.values_list("status", flat=True)) == {"approved"}


@pytest.mark.parametrize(
    "change",
    [{"stem": "换了题干"}, {"answer": [2]}, {"explanation": "换了解析"}, {"options": ["子", "丑", "寅", "卯"]}],
)
def test_new_wording_is_a_new_revision_and_the_old_one_stays(make_question, change):
    load_questions([make_question("a")])
    old = QuestionRevision.objects.values().get()
    assert counts(load_questions([make_question("a") | change])) == (0, 1, 0, 0)
    assert QuestionRevision.objects.values().get(number=1) == old
    assert QuestionRevision.objects.current().get().number == 2


def test_moving_a_question_is_not_a_revision(make_question):
    load_questions([make_question("a")])
    assert counts(load_questions([make_question("a", topic="首件", difficulty=3)])) == (0, 0, 1, 0)
    assert Question.objects.values_list("topic", "difficulty").get() == ("首件", 3)
    assert QuestionRevision.objects.count() == 1


def test_a_retired_question_stays_retired(make_question):
    load_questions([make_question("a")])
    Question.objects.update(status="retired")
    load_questions([make_question("a", stem="换了题干")])
    assert Question.objects.get().status == "retired"
    assert not QuestionRevision.objects.approved().exists()


def test_from_a_file_and_from_a_folder(tmp_path, make_question):
    for name in ("f1", "f2"):
        text = yaml.safe_dump([make_question(f"{name}-q")], allow_unicode=True)
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert counts(load_questions(tmp_path / "f1.yaml")) == (1, 0, 0, 0)
    assert counts(load_questions(tmp_path)) == (1, 0, 0, 1)


def test_the_shipped_bank_loads_and_loading_it_again_changes_nothing():
    folder = Path(apps.get_app_config("quizzes").path) / "content"
    first = load_questions(folder)
    again = load_questions(folder)
    assert first.created == again.same >= 10
    assert (again.created, again.revised, again.moved) == (0, 0, 0)
    assert not QuestionRevision.objects.filter(explanation="").exists()
    assert (load_papers(folder / "papers"), load_papers(folder / "papers")) == (1, 0)
    assert papers.supply(Quiz.objects.get(key="neishen-exam").blueprint)["short"] == 0


def test_a_paper_kept_as_a_file_says_what_is_wrong_with_it(tmp_path):
    (tmp_path / "odd.yaml").write_text("title: 怪卷\nblueprint: []\n", encoding="utf-8")
    with pytest.raises(DomainError) as error:
        load_papers(tmp_path)
    assert (error.value.code, "odd.yaml" in error.value.sentence) == ("paper.invalid", True)
    assert not Quiz.objects.exists()


@pytest.mark.parametrize(
    "fault",
    [
        {"key": ""},
        {"kind": "essay"},
        {"stem": " "},
        {"topic": ""},
        {"layer": "boss"},
        {"difficulty": 4},
        {"options": ["只有一个"]},
        {"options": ["甲", "甲", "乙"]},
        {"options": ["甲", ""]},
        {"answer": []},
        {"answer": [4]},
        {"answer": [-1]},
        {"answer": [0, 0]},
        {"answer": [0, 1]},
        {"answer": [True]},
        {"answer": "B"},
        {"answer": None},
        {"kind": "true_false", "answer": [0]},
        {"kind": "true_false", "answer": 1},
    ],
)
def test_a_faulty_question_is_named_and_nothing_is_loaded(make_question, fault):
    with pytest.raises(DomainError) as refused:
        load_questions([make_question("good"), make_question("bad") | fault])
    assert refused.value.code == "question.invalid"
    assert refused.value.params["key"] == ("bad" if fault.get("key") is None else "?")
    assert not Question.objects.exists()


def test_a_key_used_twice_is_refused(make_question):
    with pytest.raises(DomainError, match="不止一次"):
        load_questions([make_question("a"), make_question("a", stem="另一道")])


def test_a_revision_is_never_saved_again(make_question):
    load_questions([make_question("a")])
    row = QuestionRevision.objects.get()
    row.stem = "改了"
    with pytest.raises(ValidationError):
        row.save()


BLUEPRINT = [{"lesson": "F1", "draw": 5, "points": 20}]


def test_ensuring_a_quiz_twice_keeps_one():
    first = ensure_quiz("f1", {"title": "一", "blueprint": BLUEPRINT})
    again = ensure_quiz("f1", {"title": "二", "blueprint": BLUEPRINT, "pass_percent": 70})
    assert first.pk == again.pk
    assert Quiz.objects.values_list("title", "pass_percent", "minutes", "attempts_allowed").get() == ("二", 70, None, 0)


@pytest.mark.parametrize("fault", [{"blueprint": []}, {"pass_percent": 101}, {"title": ""}, {"review": "sometimes"}])
def test_a_quiz_out_of_range_is_refused(fault):
    with pytest.raises(ValidationError):
        ensure_quiz("f1", {"title": "一", "blueprint": BLUEPRINT} | fault)
    assert not Quiz.objects.exists()
