"""Rounds move along by the clock: registration ends when the class begins, marks and closing are due when it is over."""

from datetime import timedelta

import pytest
from django.db import connection

from core import clock
from tests.training import house
from training import check_in, closing
from training.models import Round

pytestmark = pytest.mark.django_db

NINE = clock.at(house.DAY, 9)


def advance(**later):
    """(how many moved, the state of the one round) after running the job then."""
    with clock.moved_to(NINE + timedelta(**later)):
        moved = closing.advance()
    return moved, Round.objects.get().state


def mark_present(round_, session, member, world):
    row = house.of(round_, member.person)
    return check_in.mark(session, row, house.PRESENT, actor=world.jia_trainer, reason="手机没电")


def test_registration_ends_when_the_first_session_begins(world):
    house.opened(world, house.five_half_days())
    assert advance(seconds=-1) == (0, "open")
    assert advance() == (1, "closed_registration")
    assert advance(minutes=5) == (0, "closed_registration")
    assert Round.objects.get().changes.last().reason == "到时间自动变更"


def test_a_round_that_is_planned_only_stays(world):
    house.planned(world)
    assert advance(days=9) == (0, "planned")


def test_after_the_last_session_marks_are_due_and_then_the_closing(world):
    members = house.make_people(2, world.alpha)
    round_ = house.opened(world, None, members)
    house.attend(world, round_)
    assert advance(minutes=179) == (0, "running")
    assert advance(minutes=180) == (1, "exam")
    assert advance(minutes=185) == (0, "exam")
    house.give_marks(world, round_)
    assert advance(minutes=190) == (1, "to_close")
    assert advance(days=9) == (0, "to_close")
    house.file_papers(round_)
    assert house.close(world, round_).state == Round.State.CLOSED
    assert advance(days=10) == (0, "closed")


def test_without_an_exam_the_closing_is_due_at_once(world):
    round_ = house.opened(world, None, house.make_people(1, world.alpha), has_exam=False)
    house.attend(world, round_)
    assert advance(hours=4) == (1, "to_close")


def test_who_missed_too_much_is_not_waited_for(world):
    members = house.make_people(2, world.alpha)
    round_ = house.opened(world, None, members)
    house.attend(world, round_, absent=[(members[1].person, 1)])
    closing.enter_mark(house.of(round_, members[0].person), 80, actor=world.city)
    assert advance(hours=4) == (1, "to_close")


def test_who_signs_in_while_the_job_looks_starts_a_round_that_is_not_over(world):
    """The job lists the round as open; before it takes the lock the first person signs in."""
    member = house.make_people(1, world.alpha)[0]
    round_ = house.opened(world, None, [member])
    looked = []

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and "training_session" in sql and len(looked) < 2:
            looked.append(sql)
            if len(looked) == 2:
                mark_present(round_, round_.sessions.get(), member, world)
        return result

    with connection.execute_wrapper(watch):
        assert advance(minutes=1) == (0, "running")
    assert len(looked) == 2


@pytest.mark.django_db(transaction=True)
def test_the_job_and_the_class_signing_in_at_once_leave_a_running_round(world, at_once):
    members = house.make_people(6, world.alpha)
    round_ = house.opened(world, None, members)
    session = round_.sessions.get()

    def work(n):
        with clock.moved_to(NINE + timedelta(minutes=1)):
            return closing.advance() if n % 2 else mark_present(round_, session, members[n], world).state

    results = at_once(6, work)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Round.objects.get().state == Round.State.RUNNING
