"""复核单: once per question, within a week; a mark changes by two people and never takes a pass away."""

from decimal import Decimal

import pytest

from core import registry
from core.exceptions import DomainError
from core.models import AuditRecord
from quizzes import appeals, checks, hand_marking, services
from quizzes.models import Appeal, Attempt, Mark

from .conftest import mark, refused

WHY = "第二问写的是 7.1.5，没有给分"


@pytest.fixture
def graded(handed_in, learner, markers, at):
    """15 of 40 points, not passed (20 needed): graded at 09:10."""
    attempt = handed_in(learner)
    with at(minutes=10):
        mark(markers[0], "10", "0")
        mark(markers[0], "5")
    return Attempt.objects.get(pk=attempt.pk)


@pytest.fixture
def asked(graded, learner, at):
    with at(days=1):
        return appeals.ask(graded.pk, learner, 1, WHY)


def test_a_learner_asks_once_and_within_a_week(graded, learner, other, at):
    with at(days=7):
        first = appeals.ask(graded.pk, learner, 1, WHY)
        assert appeals.ask(graded.pk, learner, 1, WHY) == first
        assert (first.state, first.points_before) == ("open", 10)
        with refused("appeal.once"):
            appeals.ask(graded.pk, learner, 1, "还有一句别的话")
        with refused("appeal.sentence"):
            appeals.ask(graded.pk, learner, 2, " 不服 ")
        with refused("answer.position"):
            appeals.ask(graded.pk, learner, 3, WHY)
        with pytest.raises(Attempt.DoesNotExist):
            appeals.ask(graded.pk, other, 1, WHY)
    with at(days=8), refused("appeal.late"):
        appeals.ask(graded.pk, learner, 2, WHY)


def test_not_before_there_is_a_score(handed_in, learner):
    with refused("appeal.not_graded"):
        appeals.ask(handed_in(learner).pk, learner, 1, WHY)


def test_a_mark_changes_by_two_people_and_everything_follows(asked, graded, markers, monkeypatch, at):
    told = []
    monkeypatch.setattr(registry, "attempt_graded", [lambda attempt: told.append((attempt.score, attempt.passed))])
    with at(days=2):
        appeals.propose(asked, markers[0], "20", "第二问确实写对了", "第二问写对了，补给您 10 分")
        graded.refresh_from_db()
        assert (graded.score, told) == (15, [])  # a proposal is not a mark
        with refused("appeal.second_person"):
            appeals.approve(asked, markers[0])
        done = appeals.approve(asked, markers[1])
        assert appeals.approve(done, markers[1]).state == Appeal.State.CHANGED
        with refused("appeal.answered"):
            appeals.propose(done, markers[2], "30", "还可以再多给", "再多给一点")
    graded.refresh_from_db()
    assert (graded.score, graded.passed, graded.marks) == (25, True, ["20.00", "5.00"])
    assert told == [(25, True)]
    assert list(Mark.objects.values_list("role", "points").filter(position=1)) == [
        ("first", Decimal(10)),
        ("appeal", Decimal(20)),
    ]
    record = AuditRecord.objects.get(action="appeal.approve")
    assert record.changes["score"] == ["15.00", "25.00"] and record.changes["passed"] == [False, True]
    assert list(checks.audit()) == []


def test_a_mark_may_be_kept_by_one_person_with_an_answer(asked, graded, markers):
    with refused("appeal.answer"):
        appeals.keep(asked, markers[0], "不")
    kept = appeals.keep(asked, markers[0], "第二问写的是条款名，没有写号")
    assert appeals.keep(kept, markers[1], "另一句答复") == kept
    kept.refresh_from_db()
    assert (kept.state, kept.answer) == ("kept", "第二问写的是条款名，没有写号")
    with refused("appeal.not_proposed"):
        appeals.approve(kept, markers[1])


def test_who_does_not_agree_sends_it_back(asked, markers):
    with refused("appeal.not_proposed"):
        appeals.send_back(asked, markers[1], "还没有提议呢")
    appeals.propose(asked, markers[0], "30", "整题都写对了", "都写对了，给满分")
    back = appeals.send_back(asked, markers[1], "第一问理由没有写全")
    assert (back.state, back.points, back.proposed_by) == ("open", None, None)


@pytest.mark.parametrize("points", ["31", "-1", "NaN", "很多", "10"])
def test_only_another_mark_within_the_question_can_be_proposed(asked, markers, points):
    with refused("appeal.points"):
        appeals.propose(asked, markers[0], points, "理由写在这里", "答复写在这里")


def test_a_pass_is_never_taken_away(handed_in, learner, markers):
    attempt = handed_in(learner)
    mark(markers[0], "15", "5")
    mark(markers[0], "0")
    attempt.refresh_from_db()
    assert attempt.passed
    asked = appeals.ask(attempt.pk, learner, 1, WHY)
    with refused("attempt.keeps_pass"):
        appeals.propose(asked, markers[0], "19.99", "多给了一点点", "重新看过，多给了")
    asked.refresh_from_db()
    assert asked.state == "open"


def test_a_mark_by_the_machine_and_an_empty_answer_can_be_changed_too(attempt, learner, save, wrong, markers, at):
    with at(minutes=1):
        save(attempt, 1, wrong(attempt, 1))
        services.finish(attempt, learner)
    with at(minutes=2):
        for position in (1, 2):
            asked = appeals.ask(attempt.pk, learner, position, WHY)
            appeals.propose(asked, markers[0], "5", "题目有歧义", "题目有歧义，给一半分")
            appeals.approve(asked, markers[1])
        attempt.refresh_from_db()
        assert attempt.score == 10
        assert list(checks.audit()) == []


def test_nobody_handles_an_own_appeal(handed_in, markers):
    attempt = handed_in(markers[0].person)
    for shares in (("1", "1"), ("1",)):
        mark(markers[1], *shares)
    asked = appeals.ask(attempt.pk, markers[0].person, 1, WHY)
    for act in (
        lambda: appeals.keep(asked, markers[0], "就这样吧不改"),
        lambda: appeals.propose(asked, markers[0], "30", "应该满分的", "应该满分的"),
    ):
        with refused("appeal.own_paper"):
            act()


def test_the_sentence_is_exported_and_goes_with_the_person(asked, learner):
    _heading, rows = services.export_person(learner)
    assert WHY in [value for row in rows for value in row.values()]
    assert appeals.erase_person in registry.erase_person
    appeals.erase_person(learner)
    asked.refresh_from_db()
    assert (asked.sentence, asked.state) == ("", "open")


# Screens ------------------------------------------------------------------------------------------------------------


def test_from_the_result_page_to_the_answer(world, client_of, handed_in, markers):
    attempt = handed_in(world.wang.person)
    for shares in (("10", "0"), ("5",)):
        mark(markers[0], *shares)
    mine, desk = client_of(world.wang), client_of(world.city)
    url = f"/quizzes/attempts/{attempt.pk}/appeal/"
    assert f'href="{url}"' in mine.get(f"/quizzes/attempts/{attempt.pk}/result/").content.decode()
    assert "selected>1. " in mine.get(f"{url}?q=1").content.decode()
    refusal = mine.post(url, {"position": "1", "sentence": "短"})
    assert refusal.status_code == 422 and "4 到 500" in refusal.content.decode()
    assert mine.post(url, {"position": "1", "sentence": WHY}).status_code == 302
    assert client_of(world.beta_contact).get(url).status_code == 404
    asked = Appeal.objects.get()
    listed, page = desk.get("/desk/appeals/").content.decode(), desk.get(f"/desk/appeals/{asked.pk}/").content.decode()
    person = world.wang.person
    for html in (listed, page):
        assert hand_marking.code_of(attempt.pk, 1) in html and WHY in html
        for secret in (person.name, person.phone, world.alpha.name):
            assert secret not in html
    given = {"do": "propose", "points": "20", "reason": "第二问写对了", "answer": "补给您 10 分"}
    assert desk.post(f"/desk/appeals/{asked.pk}/", given | {"points": "99"}).status_code == 422
    assert desk.post(f"/desk/appeals/{asked.pk}/", given).status_code == 302
    assert "补给您" not in mine.get(url).content.decode()  # not before it is decided
    assert desk.post(f"/desk/appeals/{asked.pk}/", {"do": "approve"}).status_code == 422
    client_of(markers[1]).post(f"/desk/appeals/{asked.pk}/", {"do": "approve"})
    html = mine.get(url).content.decode()
    assert "补给您 10 分" in html and "10 分改为 20 分" in html
    assert client_of(world.auditor).post(f"/desk/appeals/{asked.pk}/", {"do": "keep"}).status_code == 403


def test_the_list_costs_the_same_for_one_and_three(
    world, client_of, handed_in, markers, make_person, django_assert_num_queries
):
    client = client_of(world.city)

    def ask(person):
        attempt = handed_in(person, answers=1)
        mark(markers[0], "10", "0")
        appeals.ask(attempt.pk, person, 1, WHY)

    ask(make_person("甲"))
    client.get("/desk/appeals/")
    with django_assert_num_queries(4):
        client.get("/desk/appeals/")
    ask(make_person("乙"))
    ask(make_person("丙"))
    with django_assert_num_queries(4):
        assert client.get("/desk/appeals/").content.decode().count(WHY) == 3


def test_domain_errors_say_how_to_mend(asked, markers):
    with pytest.raises(DomainError, match="0 到 30"):
        appeals.propose(asked, markers[0], "99", "理由写在这里", "答复写在这里")
