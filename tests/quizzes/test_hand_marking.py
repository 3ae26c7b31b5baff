"""Marking by hand: who may, whose turn it is, one answer for one marker, and nothing that tells whose it is."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core import registry
from core.models import AuditRecord
from enterprises.models import Appointment, Role
from quizzes import checks, hand_marking, marking, services
from quizzes.models import Attempt, Claim, Mark, Quiz
from quizzes.policies import markable
from tests.training import house

from .conftest import CONTEXT, mark, refused


def test_the_oldest_first_and_the_paper_is_graded_after_the_last_mark(handed_in, learner, other, markers, at):
    late, early = handed_in(other, 5), handed_in(learner, 1)
    with at(minutes=10):
        claim = hand_marking.claim(markers[0])
        assert (claim.attempt_id, claim.position, claim.role) == (early.pk, 1, "first")
        assert hand_marking.claim(markers[0]) == claim  # asking again is the same one
        given = hand_marking.give_mark(claim, markers[0], ["15", "10.5"], "说得清楚")
        assert hand_marking.give_mark(claim, markers[0], ["0", "0"]) == given  # sent twice: the first counts
        assert (given.points, given.shares, given.comment) == (Decimal("25.5"), ["15.00", "10.50"], "说得清楚")
        early.refresh_from_db()
        assert early.state == Attempt.State.MARKING
        mark(markers[0], "6")
        early.refresh_from_db()
        assert (early.state, early.score, early.passed) == ("graded", Decimal("31.5"), True)
        assert hand_marking.claim(markers[0]).attempt_id == late.pk
        assert list(checks.audit()) == []
    assert AuditRecord.objects.filter(action="mark.give").count() == 2


def test_points_stay_within_the_rubric(handed_in, learner, markers):
    handed_in(learner)
    claim = hand_marking.claim(markers[0])
    assert hand_marking.rubric_of(claim.attempt, 1) == [("是", 15), ("7.1.5", 15)]
    for shares in (["16", "0"], ["-1", "0"], ["NaN", "0"], ["5"], ["十", "5"], []):
        with refused("mark.shares"):
            hand_marking.give_mark(claim, markers[0], shares)
    assert not Mark.objects.exists()


def test_a_claim_expires_and_the_next_one_takes_it(handed_in, learner, markers, at):
    handed_in(learner)
    with at(minutes=1):
        first = hand_marking.claim(markers[0])
        assert hand_marking.claim(markers[1]).position == 2
        assert hand_marking.claim(markers[2]) is None
    with at(minutes=16, seconds=1):
        assert hand_marking.claim(markers[2]).position == 1
        with refused("mark.not_held"):
            hand_marking.give_mark(first, markers[0], ["1", "1"])
    with at(minutes=30):  # nobody took it meanwhile: late is not too late
        assert hand_marking.give_mark(Claim.objects.get(position=2), markers[1], ["5"]).points == 5


def test_given_back_it_is_free_at_once(handed_in, learner, markers):
    handed_in(learner)
    claim = hand_marking.claim(markers[0])
    hand_marking.release(claim, markers[1])  # somebody else's stays
    assert hand_marking.claim(markers[0]) == claim
    hand_marking.release(claim, markers[0])
    assert hand_marking.claim(markers[1]).position == 1


def seconds(quiz):
    Quiz.objects.filter(pk=quiz.pk).update(second_percent=100, second_gap_percent=20)


def test_two_close_markers_are_averaged_and_neither_does_both(handed_in, exam, learner, markers):
    seconds(exam)
    attempt = handed_in(learner, answers=1)
    mark(markers[0], "10", "10")
    assert hand_marking.claim(markers[0]) is None
    Quiz.objects.filter(pk=exam.pk).update(second_percent=0, second_gap_percent=0)  # settled with the first mark
    mark(markers[1], "12.33", "13")  # 5.33 apart, 6 allowed
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == ("graded", Decimal("22.67"))
    assert list(checks.audit()) == []


def test_two_who_are_far_apart_need_a_third(handed_in, exam, learner, markers):
    seconds(exam)
    attempt = handed_in(learner, answers=1)
    mark(markers[0], "10", "10")
    mark(markers[1], "3", "10")
    attempt.refresh_from_db()
    assert attempt.state == "marking"
    assert hand_marking.claim(markers[0]) is None and hand_marking.claim(markers[1]) is None
    assert mark(markers[2], "8", "10").role == "final"
    attempt.refresh_from_db()
    assert attempt.score == 18


def test_the_sample_is_the_same_whenever_it_is_drawn():
    sample = [hand_marking.wants_second(seed, 30) for seed in range(1000)]
    assert sample == [hand_marking.wants_second(seed, 30) for seed in range(1000)]
    assert 250 < sum(sample) < 350
    assert not any(hand_marking.wants_second(seed, 0) for seed in range(100))
    assert all(hand_marking.wants_second(seed, 100) for seed in range(100))


def test_nobody_marks_an_own_paper(handed_in, markers):
    handed_in(markers[0].person)
    assert hand_marking.claim(markers[0]) is None
    claim = hand_marking.claim(markers[1])
    Claim.objects.filter(pk=claim.pk).update(marker=markers[0])
    with refused("mark.own_paper"):
        hand_marking.give_mark(claim, markers[0], ["15", "15"])


def test_a_trainer_marks_the_rounds_they_are_named_for(world, handed_in):
    members = [world.wang.person.memberships.get()]
    round_ = house.opened(world, members=members)
    attempt = handed_in(world.wang.person, context=f"registration:{house.of(round_, world.wang.person).pk}")
    elsewhere = handed_in(world.zhao)
    assert hand_marking.claim(world.jia_trainer) is None
    round_.trainers.add(world.jia_trainer.person)
    assert list(markable(world.jia_trainer)) == [attempt]
    assert set(markable(world.city)) == {attempt, elsewhere}
    for nobody in (world.auditor, world.yi_trainer, world.xiqing, world.wang):
        assert not markable(nobody).exists()


def test_marks_are_never_changed_or_deleted(handed_in, learner, markers):
    handed_in(learner)
    given = mark(markers[0], "1", "1")
    for act in (given.delete, lambda: Mark.objects.update(points=30)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_fault_after_the_last_mark_loses_no_mark(handed_in, learner, markers, monkeypatch):
    def fault(attempt):
        raise RuntimeError("the course is on fire")

    attempt = handed_in(learner, answers=1)
    monkeypatch.setattr(registry, "attempt_graded", [fault])
    mark(markers[0], "15", "15")
    attempt.refresh_from_db()
    assert (attempt.state, Mark.objects.count()) == ("submitted", 1)
    monkeypatch.undo()
    assert marking.finish_overdue()["marked"] == 1
    attempt.refresh_from_db()
    assert attempt.score == 30


@pytest.mark.django_db(transaction=True)
def test_eight_markers_at_once_hold_eight_answers_or_none(exam, at_once, make_person, right):
    from accounts.models import User

    for n in range(3):
        person = make_person(f"学员{n}")
        attempt = services.start_attempt(exam, person, CONTEXT)
        for position in (1, 2):
            services.save_answer(attempt.pk, person, position, ["写了"], f"n{position}", "phone")
        services.finish(attempt, person)
    users = [User.objects.create_user(username=f"marker{n}") for n in range(8)]
    for user in users:
        Appointment.objects.create(user=user, role=Role.CITY_ADMIN)
    claims = at_once(8, lambda n: hand_marking.claim(users[n]))
    held = [(one.attempt_id, one.position) for one in claims if one]
    assert len(held) == len(set(held)) == 6, claims


# Screens ------------------------------------------------------------------------------------------------------------


def test_the_page_tells_what_was_written_and_not_who(world, client_of, handed_in, at):
    attempt = handed_in(world.wang.person)
    Attempt.objects.filter(pk=attempt.pk).update(left_count=3, left_seconds=200)
    client = client_of(world.city)
    response = client.post("/desk/marking/", {"quiz": attempt.quiz_id}, follow=True)
    html = response.content.decode()
    assert "是，过期了" in html and "离开过页面 3 次" in html and "先做一件再量" not in html
    person, enterprise = world.wang.person, world.alpha
    for secret in (person.name, person.phone, enterprise.name, f"attempts/{attempt.pk}", CONTEXT, enterprise.code):
        assert secret not in html
    (page, _status), *_rest = response.redirect_chain
    refusal = client.post(page, {"share": ["99", "1"], "comment": "留着"})
    assert refusal.status_code == 422
    assert "0 到 15" in refusal.content.decode() and "留着" in refusal.content.decode()
    response = client.post(page, {"share": ["10", "10"]}, follow=True)
    assert "先做一件再量" in response.content.decode()
    assert client.get(page).status_code == 302  # already marked
    client.post(response.redirect_chain[0][0], {"do": "release"})
    assert Claim.objects.filter(mark=None).count() == 0


def test_somebody_elses_claim_is_not_there(world, client_of, handed_in):
    handed_in(world.wang.person)
    claim = hand_marking.claim(world.city)
    for who in (world.wang, world.jia_trainer, world.xiqing, world.auditor):
        assert client_of(who).get(f"/desk/marking/{claim.pk}/").status_code == 404
    assert client_of(world.auditor).post("/desk/marking/").status_code == 403


def test_the_queue_costs_the_same_for_one_and_three(
    world, client_of, handed_in, make_person, django_assert_num_queries
):
    client = client_of(world.city)
    handed_in(world.wang.person)
    client.get("/desk/marking/")
    with django_assert_num_queries(5):
        assert "1 份" in client.get("/desk/marking/").content.decode()
    for n in range(2):
        handed_in(make_person(f"学{n}"), minutes=n)
    with django_assert_num_queries(5):
        assert "3 份" in client.get("/desk/marking/").content.decode()


def test_a_second_marker_is_not_told_the_first_ones_points(world, client_of, handed_in, exam, markers):
    seconds(exam)
    handed_in(world.wang.person, answers=1)
    mark(markers[0], "11.37", "13.73", comment="一评的话")
    response = client_of(world.city).post("/desk/marking/", {}, follow=True)
    html = response.content.decode()
    assert "二评" in html and "是，过期了" in html
    for secret in ("11.37", "25.1", "一评的话"):
        assert secret not in html
