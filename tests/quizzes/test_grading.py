"""grading.py: what each kind takes and what it earns. No database."""

from decimal import Decimal

import pytest

from core.exceptions import DomainError
from quizzes import grading
from quizzes.kinds import KINDS
from quizzes.models import Kind

pytestmark = pytest.mark.one_engine

FOUR = [[0, "甲"], [1, "乙"], [2, "丙"], [3, "丁"]]


def item(kind, options=FOUR):
    return {"kind": kind, "options": options}


def test_every_kind_of_the_bank_has_rules():
    assert set(Kind.values) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("single", ["2"], [2]),
        ("single", [2], [2]),
        ("single", [], []),
        ("multiple", ["3", "0"], [0, 3]),
        ("multiple", [0, 1, 2, 3], [0, 1, 2, 3]),
        ("true_false", ["1"], [1]),
    ],
)
def test_a_response_is_stored_as_sorted_places(kind, raw, stored):
    options = FOUR[:2] if kind == "true_false" else FOUR
    assert grading.clean_response(item(kind, options), raw) == stored


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("single", ["4"], "answer.option"),
        ("single", ["-1"], "answer.option"),
        ("single", [-1], "answer.option"),
        ("single", ["A"], "answer.option"),
        ("single", ["１"], "answer.option"),
        ("single", ["1.0"], "answer.option"),
        ("single", [1.0], "answer.option"),
        ("single", [True], "answer.option"),
        ("single", [None], "answer.option"),
        ("single", [[1]], "answer.option"),
        ("single", ["NaN"], "answer.option"),
        ("single", [float("nan")], "answer.option"),
        ("single", ["9" * 5000], "answer.option"),
        ("single", ["0", "1"], "answer.one_only"),
        ("true_false", ["0", "1"], "answer.one_only"),
        ("true_false", ["2"], "answer.option"),
        ("multiple", ["1", "1"], "answer.duplicate"),
        ("multiple", [1, "1"], "answer.duplicate"),
        ("multiple", ["0"] * 51, "answer.too_large"),
        ("multiple", "01", "answer.format"),
        ("multiple", {"0": 1}, "answer.format"),
        ("multiple", None, "answer.format"),
        ("multiple", 1, "answer.format"),
    ],
)
def test_what_cannot_be_an_answer_is_refused(kind, raw, code):
    options = FOUR[:2] if kind == "true_false" else FOUR
    with pytest.raises(DomainError) as refused:
        grading.clean_response(item(kind, options), raw)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("kind", "answer", "response", "points"),
    [
        ("single", [1], [1], 5),
        ("single", [1], [0], 0),
        ("single", [1], [], 0),
        ("single", [1], None, 0),
        ("true_false", [0], [0], 5),
        ("true_false", [0], [1], 0),
        ("multiple", [1, 2], [1, 2], 5),
        ("multiple", [1, 2], [2, 1], 5),
        ("multiple", [1, 2], [1], 0),
        ("multiple", [1, 2], [1, 2, 3], 0),
        ("multiple", [1, 2], [0, 3], 0),
        ("multiple", [1, 2], [], 0),
    ],
)
def test_points(kind, answer, response, points):
    key = [{"kind": kind, "answer": answer, "points": 5}]
    result = grading.grade_paper(key, {} if response is None else {1: response})
    assert (result.score, result.max_score) == (points, 5)


def test_a_paper_adds_up_and_unknown_positions_add_nothing():
    key = [{"kind": "single", "answer": [0], "points": 1}, {"kind": "multiple", "answer": [0, 1], "points": 2.5}]
    result = grading.grade_paper(key, {1: [0], 2: [0, 1], 3: [0], 0: [0]})
    assert result.score == result.max_score == Decimal("3.5")
    assert [mark.right for mark in result.marks] == [True, True]


@pytest.mark.parametrize(
    ("score", "out_of", "percent", "passed"),
    [
        ("80", "100", 80, True),
        ("79.99", "100", 80, False),
        ("2", "3", 66, True),
        ("2", "3", 67, False),
        ("0", "10", 0, True),
        ("0", "0", 80, False),
    ],
)
def test_the_pass_mark_is_exact(score, out_of, percent, passed):
    assert grading.has_passed(Decimal(score), Decimal(out_of), percent) is passed
