"""Item analysis: each figure against its textbook definition, worked out another way; advice in words; the page and the workbook."""

import io
import random
from datetime import timedelta
from statistics import correlation, fmean, pstdev, pvariance

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core import clock
from quizzes import analysis, services, statistics
from quizzes.models import Analysis, Attempt, Question
from quizzes.statistics import Response, Tally
from quizzes.tasks import analyse

from .conftest import question


def tally_of(rows, kind="single", chosen=None):
    """A Tally of right/wrong items: one list of 0 and 1 per paper."""
    groups = statistics.groups_of([(n, sum(row) / len(row)) for n, row in enumerate(rows)])
    tally = Tally()
    for n, row in enumerate(rows):
        choice = chosen[n] if chosen else [None] * len(row)
        items = [Response(i, kind, x, 1, c, 10.0 * (i + 1)) for i, (x, c) in enumerate(zip(row, choice, strict=True))]
        tally.add(items, groups.get(n))
    return tally.result()


@pytest.fixture(scope="module")
def rows():
    """200 papers of eight items, ability and difficulty as in life."""
    rng = random.Random(7)
    abilities = [rng.gauss(0, 1) for _n in range(200)]
    return [[int(ability + rng.gauss(0, 1) > -1 + i / 4) for i in range(8)] for ability in abilities]


def test_paper_figures(rows):
    result, totals = tally_of(rows), [sum(row) for row in rows]
    assert result["n"] == 200
    assert result["mean"] == pytest.approx(100 * fmean(totals) / 8, abs=0.01)
    assert result["sd"] == pytest.approx(100 * pstdev(totals) / 8, abs=0.01)
    shares = [fmean(row[i] for row in rows) for i in range(8)]
    kr20 = 8 / 7 * (1 - sum(p * (1 - p) for p in shares) / pvariance(totals))  # Kuder & Richardson, formula 20
    assert (result["reliability_kind"], result["reliability"]) == ("kr20", pytest.approx(kr20, abs=0.001))
    assert result["sem"] == pytest.approx(result["sd"] * (1 - kr20) ** 0.5, abs=0.02)
    assert sum(result["bins"]) == 200 and result["bins"][9] == totals.count(8)


def test_item_figures(rows):
    result = tally_of(rows)
    ranked = sorted(range(200), key=lambda n: (sum(rows[n]), n))
    for i in range(8):
        item, x = result["items"][str(i)], [row[i] for row in rows]
        rest = [sum(row) - row[i] for row in rows]
        assert item["facility"] == pytest.approx(fmean(x), abs=0.001)
        assert item["rest"] == pytest.approx(
            correlation(x, rest), abs=0.001
        )  # point-biserial is Pearson's r of 0 and 1
        upper, lower = [x[n] for n in ranked[-54:]], [x[n] for n in ranked[:54]]
        assert item["difference"] == pytest.approx(fmean(upper) - fmean(lower), abs=0.001)
        assert (item["groups"], item["seconds"]) == ([54, 92, 54], 10 * (i + 1))


def test_part_marks_give_alpha():
    rng = random.Random(3)
    papers = [[rng.choice([0, 1, 2, 4]) + skill for _i in range(5)] for skill in [0, 1, 2, 3, 4, 5] * 10]
    tally = Tally()
    for row in papers:
        tally.add([Response(i, "case", x, 10) for i, x in enumerate(row)], None)
    totals = [sum(row) for row in papers]
    variances = sum(pvariance([row[i] for row in papers]) for i in range(5))
    alpha = 5 / 4 * (1 - variances / pvariance(totals))
    result = tally.result()
    assert (result["reliability_kind"], result["reliability"]) == ("alpha", pytest.approx(alpha, abs=0.001))


def test_papers_drawn_anew_each_time_have_a_coefficient_of_their_own():
    """Brennan's i:p design by its analysis of variance, worked out from the table."""
    rng = random.Random(5)
    papers = [[int(rng.random() < 0.2 + 0.15 * level) for _i in range(6)] for level in [0, 1, 2, 3, 4] * 12]
    tally = Tally()
    for n, row in enumerate(papers):
        tally.add([Response(100 * n + i, "single", x, 1) for i, x in enumerate(row)], None)
    means = [fmean(row) for row in papers]
    grand = fmean(means)
    between = 6 * sum((mean - grand) ** 2 for mean in means) / (len(papers) - 1)
    within = sum((x - mean) ** 2 for row, mean in zip(papers, means, strict=True) for x in row) / (len(papers) * 5)
    result = tally.result()
    assert (result["reliability_kind"], result["reliability"]) == (
        "nested",
        pytest.approx(1 - within / between, abs=0.001),
    )


def test_little_or_no_spread_is_not_a_number_but_nothing():
    result = tally_of([[1, 1]] * 5)
    assert (result["reliability"], result["sem"], result["items"]["0"]["rest"]) == (None, None, None)
    assert tally_of([[1, 0]])["items"]["0"]["difference"] is None
    assert Tally().result()["mean"] is None


def test_first_try_and_in_the_end():
    tries = [("甲", 1, False), ("甲", 2, True), ("乙", 1, True), ("丙", 2, False), ("丙", 1, False), ("丁", 1, True)]
    assert statistics.pass_rates(tries) == (0.5, 0.75, 4)
    assert statistics.pass_rates([]) == (None, None, 0)


NAMES = {0: "A 甲", 1: "B 乙", 2: "C 丙"}


def item(**more):
    base = {"n": 100, "facility": 0.6, "rest": 0.4, "difference": 0.5, "groups": [27, 46, 27]}
    return base | {"choices": {"0": [25, 25, 10], "1": [1, 12, 9], "2": [1, 9, 8]}} | more


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"facility": 0.97}, "太容易"),
        ({"facility": 0.2}, "太难"),
        ({"rest": -0.1}, "反着来"),
        ({"rest": 0.05}, "分不开"),
        ({"difference": 0.1}, "分不开"),
        ({"choices": {"0": [25, 25, 10], "1": [2, 21, 17]}}, "“C 丙”没有人选"),
        ({"choices": {"0": [17, 25, 10], "1": [9, 12, 3], "2": [1, 9, 8]}}, "考得好的人更爱选“B 乙”"),
    ],
)
def test_advice_in_words(more, word):
    assert word in " ".join(statistics.advice(item(**more), {0}, NAMES))
    assert statistics.advice(item(**more, n=29), {0}, NAMES) == []


def test_a_good_item_needs_none():
    assert statistics.advice(item(), {0}, NAMES) == []


# From the papers ----------------------------------------------------------------------------------------------------


@pytest.fixture
def papers(make_person, at, save, right, wrong):
    """Six people at a quiz of two questions: three had both right, two the first one, one nothing; this one passes later."""
    services.load_questions([question("s0"), question("m0", "multiple", (1, 2))])
    rules = {"title": "两题", "blueprint": [{"keys": ["s0", "m0"], "draw": 2, "points": 10}], "pass_percent": 100}
    quiz = services.ensure_quiz("two", rules)

    def sit(person, count, hour=0):
        with at(hours=hour):
            attempt = services.start_attempt(quiz, person, "round:1")
        ordered = sorted((1, 2), key=lambda position: attempt.paper[position - 1]["kind"], reverse=True)
        for n, position in enumerate(ordered):
            with at(hours=hour, seconds=30 * (n + 1)):
                save(attempt, position, right(attempt, position) if n < count else wrong(attempt, position))
        with at(hours=hour, minutes=5):
            services.finish(attempt, person)

    people = [make_person(f"学员{n}") for n in range(6)]
    for person, count in zip(people, (2, 2, 2, 1, 1, 0), strict=True):
        sit(person, count)
    sit(people[5], 2, hour=1)
    return quiz


def test_what_the_papers_say(papers, django_assert_num_queries):
    with django_assert_num_queries(4):
        result = analysis.work_out(papers)
    assert (result["n"], result["people"]) == (6, 6)  # first tries
    assert (result["first_rate"], result["final_rate"]) == (0.5, pytest.approx(4 / 6))
    single, multiple = sorted(result["items"].values(), key=lambda one: one["kind"], reverse=True)
    assert (single["facility"], multiple["facility"]) == (0.833, 0.5)
    assert single["choices"]["1"] == [2, 2, 1] and sum(map(sum, single["choices"].values())) == 6
    assert single["seconds"] == 30
    assert sum(multiple["choices"]["2"]) >= 3


def test_many_papers_are_the_workers_job(papers, world, monkeypatch):
    monkeypatch.setattr(analysis, "INLINE", 3)
    row = analysis.begin(papers, world.city)
    assert (row.state, row.total) == (Analysis.State.RUNNING, 6)
    assert analysis.begin(papers, world.city) == row  # asked twice: one
    analyse(row.pk)
    analyse(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.result["n"]) == (Analysis.State.DONE, 6, 6)
    assert analysis.begin(papers, world.city) != row


def test_page_and_workbook(papers, world, client_of):
    client, url = client_of(world.city), f"/desk/quizzes/{papers.pk}/analysis/"
    assert "还没有算过" in client.get(url).content.decode()
    assert client.get(f"{url}export.xlsx").status_code == 404
    assert not Analysis.objects.exists()  # looking makes none
    html = client.post(url, follow=True).content.decode()
    assert "克龙巴赫" in html or "KR-20" in html
    assert "66.67" in html or "83%" in html and "50%" in html
    assert "不下结论" in html and "<svg" in html and "style=" not in html
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{url}export.xlsx").streaming_content)))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert len(cells) == 3 and "m0" in {row[0] for row in cells}
    assert client_of(world.xiqing).get(url).status_code == 404
    assert client_of(world.auditor).get(url).status_code == 200


def test_the_list_of_quizzes_costs_the_same_for_one_and_three(papers, world, client_of, django_assert_num_queries):
    client = client_of(world.city)
    client.get("/desk/quizzes/")
    with django_assert_num_queries(4):
        assert "两题" in client.get("/desk/quizzes/").content.decode()
    for n in range(2):
        services.ensure_quiz(f"q{n}", {"title": f"另{n}", "blueprint": papers.blueprint})
    with django_assert_num_queries(4):
        client.get("/desk/quizzes/")
    assert Attempt.objects.filter(quiz=papers).count() == 7


def test_a_question_shows_what_the_papers_say_of_it(papers, world, client_of, django_assert_num_queries):
    question = Question.objects.get(key="s0")
    client, here = client_of(world.city), reverse("desk:question", args=[question.pk])
    assert "还没有做过试卷分析" in client.get(here).content.decode()
    analysis.begin(papers, world.city)
    Analysis.objects.update(made_at=clock.now() - timedelta(days=1))
    analysis.begin(papers, world.city)
    with django_assert_num_queries(2):
        (figures,) = analysis.figures_of(question)
    assert (figures["quiz"], figures["number"], figures["n"], figures["facility"]) == (papers, 1, 6, 0.833)
    assert figures["made_at"] == Analysis.objects.latest("made_at").made_at
    page = client.get(here).content.decode()
    assert "难度 p <b>0.83</b>" in page and "份数少，只供参考" in page
    other = Question.objects.create(key="neu", topic="检验")
    assert analysis.figures_of(other) == []
