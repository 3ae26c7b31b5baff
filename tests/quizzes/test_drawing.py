"""drawing.py: chance from a seed, overlapping rows, and what a paper gives away. No database."""

from random import Random
from types import SimpleNamespace

import pytest

from quizzes import drawing

pytestmark = pytest.mark.one_engine


def revision(pk, kind="single", answer=(0,), options=("甲", "乙", "丙", "丁")):
    answer = answer if isinstance(answer, bool) else list(answer)
    return SimpleNamespace(pk=pk, picture_id=None, kind=kind, stem=f"题{pk}", options=list(options), answer=answer)


def test_one_seed_tells_one_paper():
    rows = [(list(range(50)), 10)]
    assert drawing.draw(rows, Random(7)) == drawing.draw(rows, Random(7))
    assert drawing.draw(rows, Random(7)) != drawing.draw(rows, Random(8))


def test_nothing_is_drawn_twice():
    drawn = drawing.draw([(list(range(6)), 3), (list(range(6)), 3)], Random(1))
    assert sorted(drawn[0] + drawn[1]) == list(range(6))


@pytest.mark.parametrize("seed", range(20))
def test_a_broad_row_leaves_a_narrow_one_what_it_needs(seed):
    drawn = drawing.draw([([1, 2, 3], 2), ([1], 1)], Random(seed))
    assert drawn == [[2, 3], [1]]


def test_too_few_shows_as_a_short_row():
    drawn = drawing.draw([([1, 2], 2), ([2], 1)], Random(1))
    assert sum(map(len, drawn)) == 2


def test_every_question_comes_up():
    seen = {pk for seed in range(200) for pk in drawing.draw([(list(range(20)), 5)], Random(seed))[0]}
    assert seen == set(range(20))


def test_freezing_names_options_by_their_place_on_the_paper():
    for seed in range(20):
        paper, key = drawing.freeze(
            [(revision(1, "multiple", (0, 3)), 5)], Random(seed), shuffle_questions=True, shuffle_options=True
        )
        chosen = {paper[0]["options"][place][1] for place in key[0]["answer"]}
        assert chosen == {"甲", "丁"}
        assert "answer" not in paper[0]


def test_options_are_shuffled_unless_the_quiz_or_the_kind_says_no():
    def orders(shuffle, **more):
        found = set()
        for seed in range(30):
            paper, _key = drawing.freeze(
                [(revision(1, **more), 5)], Random(seed), shuffle_questions=True, shuffle_options=shuffle
            )
            found.add(tuple(text for _number, text in paper[0]["options"]))
        return found

    assert len(orders(True)) > 5
    assert orders(False) == {("甲", "乙", "丙", "丁")}
    assert orders(True, kind="true_false", answer=False) == {("对", "错")}


def test_a_false_statement_has_its_second_option_right():
    _paper, key = drawing.freeze(
        [(revision(1, "true_false", False), 5)], Random(1), shuffle_questions=False, shuffle_options=True
    )
    assert key[0]["answer"] == [1]


def test_a_fixed_order_stays():
    drawn = [(revision(n), 5) for n in range(10)]
    paper, _key = drawing.freeze(drawn, Random(3), shuffle_questions=False, shuffle_options=True)
    assert [item["stem"] for item in paper] == [f"题{n}" for n in range(10)]


@pytest.mark.parametrize(
    "blueprint",
    [
        None,
        [],
        {},
        ["F1"],
        [{"draw": 5}],
        [{"points": 5}],
        [{"draw": 0, "points": 5}],
        [{"draw": 5, "points": "5"}],
        [{"draw": 5, "points": True}],
        [{"draw": 5, "points": 101}],
        [{"draw": 5, "points": 5, "answer": 1}],
        [{"draw": 5, "points": 5, "topic": []}],
        [{"draw": 5, "points": 5, "layer": ""}],
    ],
)
def test_a_blueprint_that_is_not_understood_is_refused(blueprint):
    with pytest.raises(ValueError):
        drawing.check_blueprint(blueprint)


def test_a_blueprint_of_known_words_is_fine():
    drawing.check_blueprint([{"topic": "检验", "layer": "top", "difficulty": [1, 2], "draw": 5, "points": 2}])
