"""The lessons as written: every part present, a length for a phone, nothing said twice, every figure and tool known."""

import re
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.contrib.staticfiles.finders import find

from core import markdown
from core.page_guards import forbidden_phrase

pytestmark = pytest.mark.one_engine

FOLDER = Path(apps.get_app_config("courses").path) / "content"
LESSONS = {source.meta["key"]: source for source in map(markdown.read, sorted(FOLDER.glob("*/*.md")))}
COURSES = {"T": 7, "M": 7, "F": 6, "U": 12, "D": 3, "G": 3, "J": 3, "S": 3, "Q": 3, "C": 3}
"""How many lessons by the first letter of their key: owners, section heads, the floor, units of internal auditors, writing of
documents, improvement teams, those who run the programme in a district, reading the standard, car makers' suppliers, carbon."""

SHORTEST, LONGEST = {"U": 900}, 2500
"""Chinese characters of a lesson (1,200 at least; a unit goes on in the classroom): more is not read on a phone."""

MOST_TAUGHT_IN_THE_ROOM = {"U11": 4}
"""Questions a lesson's quiz draws at least where not five: a day of practice leaves little to ask."""

LONGEST_SHARED = 15
PARTS = ["学完您能做到", "的一件事", "怎么做", "常见的错", "明天上班，试这三样", "接着看"]
CLAUSES = {file.stem for file in (Path(apps.get_app_config("guide").path) / "content/clauses").glob("*.md")}


def chinese(text):
    return len(re.findall(r"[\u4e00-\u9fff]", text))


def sentences(source):
    """What stands between stops, line ends and table bars, without marks."""
    for piece in re.split(r"[。！？；\n|]", source.body):
        bare = re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", re.sub(r"\]\(.*?\)", "", piece))
        if len(bare) > LONGEST_SHARED:
            yield bare


def test_the_courses_are_whole():
    assert {letter: sum(key.startswith(letter) for key in LESSONS) for letter in COURSES} == COURSES


@pytest.mark.parametrize("key", LESSONS)
def test_a_lesson_has_its_parts_and_its_length(key):
    source = LESSONS[key]
    headings = list(markdown.sections(source.body))
    exercise = any(heading.startswith(("练一练", "动手")) for heading in headings)
    parts = PARTS if key[0] == "U" else [*PARTS, "拿数字走一遍"]
    assert [part for part in parts if not any(heading.endswith(part) for heading in headings)] == []
    assert exercise
    assert SHORTEST.get(key[0], 1200) <= chinese(source.body) <= LONGEST
    assert 10 <= source.meta["minutes"] <= 15
    assert 8 <= len(source.meta["lead"]) <= 40
    sections = markdown.sections(source.body)
    assert len(markdown.list_items(sections["明天上班，试这三样"])) == 3
    assert all(all(markdown.bold_lead(item)) for item in markdown.list_items(sections["常见的错"]))
    assert "（示例）" in source.body or key[0] == "U"
    assert forbidden_phrase(source.body) is None


@pytest.mark.parametrize("key", LESSONS)
def test_what_a_lesson_names_exists(key):
    source = LESSONS[key]
    linked = re.findall(r"\]\(/(.*?)\)", source.body)
    assert all(re.fullmatch(r"guide/[\d-]+/", link) for link in linked)
    named = [*source.meta["clauses"], *(link.removeprefix("guide/")[:-1].replace("-", ".") for link in linked)]
    assert set(named) - CLAUSES == set()
    assert [tool for tool in re.findall(r"TB\d+", source.body) if not 1 <= int(tool[2:]) <= 60] == []
    for piece in markdown.paragraphs(source.body):
        if piece.startswith("!["):
            figure = markdown.figure(piece)
            assert find(f"img/{figure['drawing']}.svg")
            assert len(figure["alt"]) >= 20


def test_every_lesson_ends_with_a_quiz_of_its_own_questions():
    bank = Path(apps.get_app_config("quizzes").path) / "content"
    questions = [one for file in bank.glob("*.yaml") for one in yaml.safe_load(file.read_text(encoding="utf-8"))]
    short = []
    for key, source in LESSONS.items():
        quiz = source.meta["quiz"]
        topics = quiz.get("topics")
        there = [one for one in questions if (one["topic"] in topics if topics else one.get("lesson") == key)]
        if len(there) < quiz["draw"] or quiz["draw"] < MOST_TAUGHT_IN_THE_ROOM.get(key, 5):
            short.append(key)
    assert short == []


def test_no_two_lessons_share_a_sentence():
    said = {key: set(sentences(source)) for key, source in LESSONS.items()}
    shared = {(one, two): said[one] & said[two] for one, two in combinations(said, 2) if said[one] & said[two]}
    assert shared == {}


def test_each_lesson_is_told_in_another_workshop_and_the_units_in_one():
    told = {
        key: re.search(r"([\u4e00-\u9fff]{4,10}厂|[\u4e00-\u9fff]{4,10}坊)（示例）", source.body)
        for key, source in LESSONS.items()
    }
    names = [name and name.group(1) for key, name in told.items() if key[0] not in "UJ"]  # J is told in offices
    assert None not in names
    assert len(set(names)) == len(names)
    assert {name.group(1)[-4:] for key, name in told.items() if key[0] == "U" and name} == {"电控箱厂"}
