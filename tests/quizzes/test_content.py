"""The bank as shipped: marked right by its own key and by no other, no tell-tale options, enough for every paper."""

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from django.apps import apps

from core.page_guards import forbidden_phrase
from quizzes import bank, grading
from quizzes.kinds import KINDS

pytestmark = pytest.mark.one_engine

FOLDER = Path(apps.get_app_config("quizzes").path) / "content"
CLAUSES = {file.stem for file in (Path(apps.get_app_config("guide").path) / "content/clauses").glob("*.md")}
COURSES = Path(apps.get_app_config("courses").path) / "content"
QUESTIONS = [bank.clean(item) for item in bank._read(FOLDER)]
TOPICS = {
    "老板的质量课": 30,
    "把体系跑起来": 30,
    "干好每一件": 40,
    "内审员": 120,
    "内审员案例": 20,
    "文件编写": 15,
    "质量攻关": 15,
    "基层工作": 15,
    "标准研修": 15,
    "汽车行业": 15,
    "碳足迹": 15,
    "入门题": 40,
}
"""Topic and how many questions it has at least."""

LESSONS = {
    "老板的质量课": "T1 T2 T3 T4 T5 T6 T7",
    "把体系跑起来": "M1 M2 M3 M4 M5 M6 M7",
    "干好每一件": "F1 F2 F3 F4 F5 F6",
    "文件编写": "D1 D2 D3",
    "质量攻关": "G1 G2 G3",
    "基层工作": "J1 J2 J3",
    "标准研修": "S1 S2 S3",
    "汽车行业": "Q1 Q2 Q3",
    "碳足迹": "C1 C2 C3",
}
EXAM = yaml.safe_load((FOLDER / "papers/neishen-exam.yaml").read_text(encoding="utf-8"))


def answers(item):
    """Every answer that can be given: places on the paper, options in the bank's order."""
    places = range(2 if item["kind"] == "true_false" else len(item["options"]))
    if item["kind"] != "multiple":
        return [[place] for place in places]
    return [list(chosen) for count in range(1, len(places) + 1) for chosen in combinations(places, count)]


def right_answer(item):
    return [0 if item["answer"] else 1] if item["kind"] == "true_false" else item["answer"]


@pytest.mark.parametrize("kind", ["single", "multiple", "true_false"])
def test_only_its_own_key_marks_a_question_right(kind):
    of_kind = [item for item in QUESTIONS if item["kind"] == kind]
    assert of_kind
    for item in of_kind:
        key = [{"kind": kind, "answer": right_answer(item), "points": 1}]
        given = [one for one in answers(item) if grading.grade_paper(key, {1: one}).score == 1]
        assert given == [right_answer(item)], item["key"]


def test_every_question_says_where_it_belongs_and_why():
    assert Counter(item["topic"] for item in QUESTIONS).keys() == TOPICS.keys()
    for item in QUESTIONS:
        assert item["clause"] in CLAUSES, item["key"]
        assert item["layer"], item["key"]
        assert item["lesson"] or item["topic"] == "入门题", item["key"]
        assert len(item["explanation"]) >= 20, item["key"]
        words = [item["stem"], item["explanation"], *item["options"]]
        assert not any(forbidden_phrase(word) for word in words), item["key"]
        assert not any("以上" in option and "都" in option for option in item["options"]), item["key"]
    for texts in ([item["stem"] for item in QUESTIONS], [item["explanation"] for item in QUESTIONS]):
        assert [text for text, times in Counter(texts).items() if times > 1] == []


@pytest.mark.parametrize(("topic", "least"), TOPICS.items())
def test_nothing_but_the_matter_tells_the_right_option(topic, least):
    of_topic = [item for item in QUESTIONS if item["topic"] == topic]
    assert len(of_topic) >= least
    single = [item for item in of_topic if item["kind"] == "single"]
    places = Counter(item["answer"][0] for item in single)
    assert max(places.values()) - min(places[place] for place in range(4)) <= max(3, len(single) // 8)
    for extreme in (max, min):
        told = 0
        for item in single:
            lengths = [len(option) for option in item["options"]]
            told += lengths[item["answer"][0]] == extreme(lengths) and lengths.count(extreme(lengths)) == 1
        assert told <= len(single) * 0.3
    said = Counter(item["answer"] for item in of_topic if item["kind"] == "true_false")
    assert abs(said[True] - said[False]) <= 2
    assert not any(len(item["answer"]) == len(item["options"]) for item in of_topic if item["kind"] == "multiple")


def test_every_lesson_has_five_questions_of_its_own():
    for topic, lessons in LESSONS.items():
        counted = Counter(item["lesson"] for item in QUESTIONS if item["topic"] == topic)
        assert [lesson for lesson in lessons.split() if counted[lesson] < 5] == []
        assert set(counted) == set(lessons.split())


def test_every_course_can_be_drawn_three_times_over():
    heads = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in COURSES.glob("*/course.yaml")]
    assert {head["layer"] for head in heads} == {"top", "middle", "frontline", "other"}
    for head in heads:
        there = [item for item in QUESTIONS if item["topic"] in head["quiz"]["topics"]]
        assert len(there) >= 3 * head["quiz"]["draw"], head["slug"]


def test_the_exam_of_internal_auditors_is_a_hundred_points_and_can_be_drawn_twice_over():
    drawn = {row["kind"][0]: (row["draw"], row["points"]) for row in EXAM["blueprint"]}
    assert drawn == {"single": (20, 2), "multiple": (10, 2), "true_false": (10, 1), "case": (2, 15)}
    assert (EXAM["pass_percent"], EXAM["floors"], EXAM["minutes"]) == (70, {"case": 60}, 90)
    for row in EXAM["blueprint"]:
        there = [item for item in QUESTIONS if item["topic"] in row["topic"] and item["kind"] in row["kind"]]
        assert len(there) >= 2 * row["draw"], row


def test_a_case_is_marked_by_four_points_that_make_a_whole():
    cases = [item for item in QUESTIONS if item["kind"] == "case"]
    assert {sum(point["share"] for point in item["answer"]["rubric"]) for item in cases} == {100}
    assert {len(item["answer"]["rubric"]) for item in cases if item["topic"] == "内审员案例"} == {4}


def test_the_starter_bank_shows_every_kind_and_is_drawn_by_no_course():
    starter = [item for item in QUESTIONS if item["topic"] == "入门题"]
    assert len(starter) == 40
    assert {item["kind"] for item in starter} == set(KINDS)
    assert sum(bool(item["picture"]) for item in starter) == 2
    for head in (yaml.safe_load(file.read_text(encoding="utf-8")) for file in COURSES.glob("*/course.yaml")):
        assert "入门题" not in head["quiz"]["topics"]
    for item in starter:
        if item["picture"]:
            drawing = item["picture"].read_text(encoding="utf-8")
            assert "<script" not in drawing and "href" not in drawing and len(item["picture_alt"]) > 20
