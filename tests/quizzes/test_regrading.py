"""A question was wrong: tried first, then every paper follows, nobody loses, a second time changes nothing."""

import random

import pytest
from django.db import DatabaseError, transaction

from core import registry
from core.models import AuditRecord
from quizzes import checks, drawing, regrading, services
from quizzes.kinds import KINDS
from quizzes.models import Attempt, QuestionRevision, Regrade, RegradeChange
from quizzes.tasks import check_regrade, write_regrade

from .conftest import CASE, CONTEXT, question, refused

WHY = "丙也说得通，题干没有写清"


@pytest.fixture
def one(db):
    """One single-choice question (乙 is right) on a quiz of two, 50 % to pass."""
    services.load_questions([question("s0"), question("s1")])
    rules = {"title": "两题", "blueprint": [{"keys": ["s0", "s1"], "draw": 2, "points": 10}], "pass_percent": 50}
    return services.ensure_quiz("two", rules)


@pytest.fixture
def sat(one, at, save):
    """A paper handed in at nine on which question s0 got option ``number`` of the bank and s1 nothing."""

    def sit(person, number, finish=True):
        with at():
            attempt = services.start_attempt(one, person, CONTEXT)
            position = regrading.position_of(attempt, revision().pk)
            places = [place for place, (n, _text) in enumerate(attempt.paper[position - 1]["options"]) if n == number]
            save(attempt, position, places)
            return services.finish(attempt, person) if finish else attempt

    return sit


def revision(key="s0"):
    return QuestionRevision.objects.get(question__key=key)


def fresh(attempt):
    return Attempt.objects.get(pk=attempt.pk)


def test_also_accepting_an_answer(sat, learner, other, make_person, markers, at, monkeypatch):
    right, wrong, lucky = sat(learner, 1), sat(make_person("错"), 0), sat(other, 2)
    told = []
    monkeypatch.setattr(registry, "attempt_graded", [lambda attempt: told.append(attempt.pk)])
    row = regrading.plan(markers[0], revision(), "also", [2], WHY)
    assert row.state == Regrade.State.CHECKED
    assert row.counts == {"papers": 3, "changed": 1, "passes": 1, "unfinished": 0, "points": [["10", 1]]}
    assert [one[1:] for one in row.rows] == [["0", "10", True]]
    assert (fresh(lucky).score, told) == (0, [])  # tried, not done
    done = regrading.apply(row, markers[0])
    assert (done.state, done.counts) == (Regrade.State.DONE, row.counts)
    assert [(fresh(one).score, fresh(one).passed) for one in (right, wrong, lucky)] == [
        (10, True),
        (0, False),
        (10, True),
    ]
    assert told == [lucky.pk]
    with at(minutes=1):
        assert list(checks.audit()) == []
    assert {record.action for record in AuditRecord.objects.all()} >= {"question.regrade_plan", "question.regrade"}
    changes = RegradeChange.objects.count()
    assert regrading.apply(done, markers[0]).state == Regrade.State.DONE
    again = regrading.plan(markers[1], revision(), "also", [2], WHY)
    assert again.counts["changed"] == 0
    regrading.apply(again, markers[1])
    assert (RegradeChange.objects.count(), fresh(lucky).score, told) == (changes, 10, [lucky.pk])


def test_another_key_lowers_nobody(sat, learner, other, markers, at):
    right, lucky = sat(learner, 1), sat(other, 3)
    row = regrading.plan(markers[0], revision(), "key", [3], WHY)
    assert (row.counts["changed"], row.counts["passes"]) == (1, 1)
    regrading.apply(row, markers[0])
    assert [(fresh(one).score, fresh(one).passed) for one in (right, lucky)] == [(10, True), (10, True)]
    with at(minutes=1):
        assert list(checks.audit()) == []


def test_full_points_to_everybody_also_to_who_left_it_empty(one, sat, learner, other, markers, at):
    wrong = sat(learner, 0)
    with at():
        empty = services.finish(services.start_attempt(one, other, CONTEXT), other)
    regrading.apply(regrading.plan(markers[0], revision(), "full", None, WHY), markers[0])
    assert [fresh(one).score for one in (wrong, empty)] == [10, 10]
    with at(minutes=1):
        assert list(checks.audit()) == []


def test_papers_still_open_are_judged_by_the_new_key_when_handed_in(sat, learner, markers, at):
    attempt = sat(learner, 2, finish=False)
    with at(minutes=1):
        row = regrading.plan(markers[0], revision(), "also", [2], WHY)
        assert row.counts["unfinished"] == 1
        regrading.apply(row, markers[0])
        assert services.finish(attempt, learner).score == 10


def test_a_case_nobody_could_answer_needs_no_marker_any_more(learner, markers, save):
    services.load_questions([CASE])
    quiz = services.ensure_quiz("c", {"title": "案例", "blueprint": [{"keys": ["c1"], "draw": 1, "points": 30}]})
    attempt = services.start_attempt(quiz, learner, CONTEXT)
    save(attempt, 1, ["是", "7"])
    services.finish(attempt, learner)
    case = revision("c1")
    with refused("regrade.by_hand"):
        regrading.plan(markers[0], case, "key", {"model": "否"}, WHY)
    regrading.apply(regrading.plan(markers[0], case, "full", None, WHY), markers[0])
    assert (fresh(attempt).state, fresh(attempt).score) == ("graded", 30)


def test_refused_without_reason_or_with_an_answer_that_cannot_be(sat, learner, markers):
    sat(learner, 1)
    with refused("regrade.reason"):
        regrading.plan(markers[0], revision(), "full", None, "错")
    for answer in ([], [9], [1, 2], None):
        with refused("regrade.answer"):
            regrading.plan(markers[0], revision(), "also", answer, WHY)
    assert not Regrade.objects.exists()


def test_many_papers_are_the_workers_and_go_on_where_they_stopped(
    sat, make_person, markers, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(regrading, "INLINE", 2)
    monkeypatch.setattr(regrading, "BATCH", 2)
    papers = [sat(make_person(f"学员{n}"), 2) for n in range(5)]
    row = regrading.plan(markers[0], revision(), "also", [2], WHY)
    assert row.state == Regrade.State.CHECKING
    with refused("regrade.not_checked"):
        regrading.apply(row, markers[0])
    check_regrade(row.pk)
    assert Regrade.objects.get().counts["changed"] == 5

    real, calls = regrading._write_one, []

    def dies(row, attempt):
        calls.append(attempt.pk)
        if len(calls) == 4:
            raise RuntimeError("the worker is gone")
        real(row, attempt)

    monkeypatch.setattr(regrading, "_write_one", dies)
    assert regrading.apply(row, markers[0]).state == Regrade.State.APPLYING
    with pytest.raises(RuntimeError):
        write_regrade(row.pk)
    assert [fresh(one).score for one in papers] == [10, 10, 0, 0, 0]  # whole batches only
    monkeypatch.setattr(regrading, "_write_one", real)
    write_regrade(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.counts["changed"]) == (Regrade.State.DONE, 5, 5)
    assert {fresh(one).score for one in papers} == {10}


def test_what_became_of_a_paper_is_kept_for_ever(sat, learner, markers):
    sat(learner, 2)
    regrading.apply(regrading.plan(markers[0], revision(), "also", [2], WHY), markers[0])
    change = RegradeChange.objects.get()
    assert (change.score_before, change.score_after) == (0, 10)
    with pytest.raises(DatabaseError), transaction.atomic():
        change.delete()


@pytest.mark.parametrize(
    ("kind", "options", "answer"),
    [
        ("single", ["甲", "乙", "丙"], [2]),
        ("multiple", ["甲", "乙", "丙"], [0, 2]),
        ("true_false", [], False),
        ("matching", {"left": ["一", "二"], "right": ["甲", "乙", "丙"]}, [2, 0]),
        ("ordering", ["甲", "乙", "丙"], [2, 0, 1]),
        ("fill", [], [["首检", "首件检验"]]),
        ("numeric", [], {"value": "1.5", "tolerance": "0.1", "unit": "mm"}),
    ],
)
def test_an_answer_of_the_bank_finds_its_places_on_any_paper(kind, options, answer):
    """The same as the paper's own key, however it was shuffled."""
    for seed in range(20):
        rng = random.Random(seed)
        shown, key = KINDS[kind].freeze(options, answer, rng, True)
        assert regrading.on_paper({"kind": kind, **shown}, answer) == key
    assert drawing  # the paper is frozen by the same rules


def test_the_screens_try_first_and_then_change(world, client_of, sat):
    attempt = sat(world.wang.person, 2)
    client, url = client_of(world.city), "/desk/questions/s0/regrade/"
    assert "s0丙" in client.get(url).content.decode()
    refusal = client.post(url, {"rule": "also", "answer-0": "2", "reason": "", "revision": "1"})
    assert refusal.status_code == 422 and "请填写这道题错在哪里" in refusal.content.decode()
    response = client.post(url, {"rule": "also", "answer-0": "2", "reason": WHY, "revision": "1"}, follow=True)
    html = response.content.decode()
    assert "因此通过" in html and "改这 1 份的分" in html and world.wang.person.name not in html
    page = response.redirect_chain[0][0]
    assert client_of(world.auditor).post(page).status_code == 403
    assert "改好了" in client.post(page, follow=True).content.decode()
    assert fresh(attempt).score == 10
    assert WHY not in client_of(world.wang).get(f"/quizzes/attempts/{attempt.pk}/result/").content.decode()
