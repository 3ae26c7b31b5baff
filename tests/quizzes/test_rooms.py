"""The exam room and allowances: what the invigilator sees, and deadlines that move for a reason."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.exceptions import DomainError
from core.models import AuditRecord
from enterprises.models import Membership, Person
from quizzes import rooms, services, tasks
from quizzes.models import Allowance, Attempt, Extension

from .conftest import CONTEXT, NINE

REASON = "停电十分钟"


@pytest.fixture
def clerk(make_person):
    return make_person("监考").user


@pytest.fixture
def room(attempt, learner, other):
    """The learner writes since nine; the other has not begun."""
    return [(learner, CONTEXT), (other, "lesson:5:v3:2026")]


def code(work):
    with pytest.raises(DomainError) as refused:
        work()
    assert refused.value.sentence
    return refused.value.code


def test_who_has_started_and_how_far_they_are(room, attempt, save, at, quiz, make_person, django_assert_num_queries):
    with at(minutes=5):
        save(attempt, 1)
        save(attempt, 2)
        save(attempt, 2, [])
        with django_assert_num_queries(1):
            first, second = rooms.seats(room)
        assert (first.attempt.saved, first.attempt.total, first.clock, first.is_writing) == (1, 10, "15:00", True)
        assert (second.attempt, second.clock, second.is_over) == (None, "", False)
        more = [(make_person(f"学员{n}"), CONTEXT) for n in range(3)]
        for person, context in more:
            services.start_attempt(quiz, person, context)
        with django_assert_num_queries(1):
            assert len([seat for seat in rooms.seats(room + more) if seat.is_writing]) == 4
    with at(minutes=21):
        assert rooms.seats(room)[0].is_over


def test_minutes_for_all_move_the_end_and_leave_their_trace(room, attempt, at, save, clerk):
    with at(minutes=5):
        assert rooms.give_minutes(room, 10, actor=clerk, reason=REASON) == 1
        assert rooms.give_minutes(room, 10, actor=clerk, reason=REASON) == 1  # the same press twice
    attempt.refresh_from_db()
    assert attempt.due_at == attempt.ends_at == NINE + timedelta(minutes=30)
    given = Extension.objects.get()
    assert (given.minutes, given.reason, given.made_by) == (10, REASON, clerk)
    record = AuditRecord.objects.get(action="attempt.extend")
    assert (record.object_id, record.reason) == (str(attempt.pk), REASON)
    with at(minutes=25):
        assert save(attempt, 1).receipt
        rooms.give_minutes(room, 10, actor=clerk, reason=REASON)
    attempt.refresh_from_db()
    assert attempt.due_at == NINE + timedelta(minutes=40)


def test_minutes_refused(room, attempt, at, clerk):
    give = rooms.give_minutes
    with at(minutes=5):
        assert code(lambda: give(room, 10, actor=clerk, reason="  ")) == "room.reason"
        assert code(lambda: give(room, 0, actor=clerk, reason=REASON)) == "room.minutes"
        assert code(lambda: give(room, 241, actor=clerk, reason=REASON)) == "room.minutes"
        assert code(lambda: give(room[1:], 5, actor=clerk, reason=REASON)) == "room.nobody"
    with at(minutes=21):
        assert code(lambda: give(room, 5, actor=clerk, reason=REASON)) == "room.nobody"
    assert not Extension.objects.exists()


def test_taking_papers_in_marks_what_is_saved(room, attempt, save, at, clerk):
    with at(minutes=5):
        save(attempt, 1)
        assert rooms.end(room, actor=clerk, reason="考试结束") == 1
        assert rooms.end(room, actor=clerk, reason="考试结束") == 0
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score, attempt.submitted_at) == ("graded", 10, NINE + timedelta(minutes=5))
    assert AuditRecord.objects.filter(action="attempt.end").count() == 1
    with at(minutes=6):
        assert code(lambda: save(attempt, 2)) == "attempt.closed"


def test_of_a_big_room_the_worker_gives_the_scores(
    room, attempt, quiz, save, at, clerk, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(rooms, "INLINE", 1)
    with at(minutes=3):
        save(attempt, 1)
        services.start_attempt(quiz, room[1][0], room[1][1])
        with django_capture_on_commit_callbacks() as later:
            assert rooms.end(room, actor=clerk, reason="到点收卷") == 2
        assert set(Attempt.objects.values_list("state", flat=True)) == {"submitted"}
        assert len(later) == 1
        for _delivered in range(2):
            tasks.grade_papers(list(Attempt.objects.values_list("pk", flat=True)))
        assert sorted(Attempt.objects.values_list("state", "score")) == [("graded", 0), ("graded", 10)]
        assert rooms.end(room, actor=clerk, reason="到点收卷") == 0


def test_an_allowance_for_every_sitting_is_given_by_number_or_to_a_whole_enterprise(
    world, quiz, attempt, learner, markers, django_assert_num_queries
):
    Person.objects.filter(pk=learner.pk).update(phone="19911112222")
    client = Client()
    client.force_login(markers[0])
    here = reverse("desk:paper-allowances", args=[quiz.pk])
    page = client.post(here, {"phones": "19911119999 某某\n不是号码", "extra_minutes": 5, "reason": "手伤"})
    assert page.status_code == 422 and "对不上人的有 2 行" in page.content.decode()
    page = client.post(here, {"code": "9" * 18, "extra_minutes": 5, "reason": "手伤"})
    assert "没有登记过这个统一社会信用代码" in page.content.decode()
    assert client.post(here, {"phones": "19911112222", "reason": ""}).status_code == 422
    due = attempt.due_at
    with clock.moved_to(NINE + timedelta(minutes=1)):
        client.post(here, {"phones": "19911112222", "extra_minutes": 5, "reason": "手伤"})
    attempt.refresh_from_db()
    assert attempt.due_at == due + timedelta(minutes=5)
    client.get(here)
    with django_assert_num_queries(5):
        client.get(here)
    client.post(here, {"code": world.alpha.code, "extra_attempts": 1, "reason": "停电，全厂重考"})
    working = Membership.objects.open().filter(enterprise=world.alpha).count()
    assert Allowance.objects.filter(quiz=quiz, context="", extra_attempts=1).count() == working > 1
    client.get(here)
    with django_assert_num_queries(5):
        page = client.get(here).content.decode()
    assert "199****2222" in page and "19911112222" not in page and "停电，全厂重考" in page


def test_an_allowance_reaches_the_paper_that_is_running_and_the_next(room, attempt, quiz, at, clerk):
    given = {"extra_minutes": 15, "extra_attempts": 1, "reason": "右手受伤", "actor": clerk}
    with at(minutes=5):
        assert rooms.allow(quiz, room, **given) == 2
        assert rooms.allow(quiz, room, **given) == 0
        attempt.refresh_from_db()
        assert attempt.due_at == NINE + timedelta(minutes=35)
        late = services.start_attempt(quiz, room[1][0], room[1][1])
    assert late.due_at == NINE + timedelta(minutes=5 + 20 + 15)
    assert Allowance.objects.count() == 2
    assert AuditRecord.objects.filter(action="allowance.give").count() == 2


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"extra_minutes": 5, "reason": ""}, "room.reason"),
        ({"reason": "有"}, "allowance.nothing"),
        ({"extra_minutes": -5, "reason": "有"}, "allowance.nothing"),
        ({"extra_attempts": 11, "reason": "有"}, "allowance.nothing"),
    ],
)
def test_allowances_refused(room, quiz, clerk, given, refusal):
    assert code(lambda: rooms.allow(quiz, room, actor=clerk, **given)) == refusal
    assert code(lambda: rooms.allow(quiz, [], extra_minutes=5, reason="有", actor=clerk)) == "allowance.nobody"
    assert not Allowance.objects.exists()


def test_a_pasted_list_names_people_of_the_room_only(make_person, at):
    twins = [make_person("张三"), make_person("李四"), make_person("王五")]
    for number, person in enumerate(twins):
        person.phone = f"1990000010{number}"
    people = [(person, f"registration:{n}") for n, person in enumerate(twins)]
    assert rooms.pick(people, "张三\n\n19900000102\t王五") == [people[0], people[2]]
    twins[1].name = "张三"
    assert rooms.pick(people, "张三,19900000101") == [people[1]]
    assert code(lambda: rooms.pick(people, "张三\n赵六")) == "allowance.unknown"


def test_minutes_race_the_last_save(quiz, attempt, at, save, room, clerk):
    """Minutes given a second before the end are there for the answer that comes after the old end."""
    with at(minutes=19, seconds=59):
        rooms.give_minutes(room, 1, actor=clerk, reason=REASON)
    with at(minutes=20, seconds=30):
        assert save(attempt, 1).receipt
