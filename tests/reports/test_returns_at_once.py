"""Freezing while the books go on: a slow closing begun before and committed after, several at once, two freezes of one return."""

import threading
from datetime import date

import pytest
from django.db import connection

import ledger.services
from core import clock
from ledger.models import Entry, Posting
from ledger.services import last_number
from reports import returning
from reports.models import Freeze, Return, ReturnChange
from tests.training import house
from training import closing

pytestmark = pytest.mark.django_db(transaction=True)

MARCH = date(2025, 3, 1)
WHEN = clock.at(date(2025, 4, 3), 10)


def ready_to_freeze():
    with clock.moved_to(WHEN):
        returning.prepare(MARCH)
    Return.objects.update(state=Return.State.APPROVED)
    return Return.objects.get(scope="city")


def rounds(world, count):
    return [
        house.ready(world, [house.lesson(date(2025, 3, 5 + n))], house.make_people(2, world.alpha, name=f"班{n}"))
        for n in range(count)
    ]


def test_freezes_and_closings_at_once_leave_a_freeze_that_a_recount_confirms(world, at_once):
    first, *late = rounds(world, 4)
    house.close(world, first)
    city = ready_to_freeze()

    def work(number):
        with clock.moved_to(WHEN):
            if number < 3:
                return closing.close_round(late[number].pk, actor=world.city)
            return returning.freeze(city.pk, actor=world.statistician)

    answers = at_once(6, work)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert len({answer.pk for answer in answers[3:]}) == 1
    assert (Freeze.objects.count(), ReturnChange.objects.filter(state="frozen").count()) == (17, 17)
    freeze = Freeze.objects.get(report=city)
    in_time = Posting.objects.filter(number__lte=freeze.posting).count()
    assert freeze.figures["total"]["person_times"] == 2 * in_time
    assert (last_number(), Entry.objects.as_of().count()) == (4, 8)
    assert [returning.verify(row) for row in Freeze.objects.select_related("report__district")] == [[]] * 17


def test_a_slow_closing_begun_before_a_freeze_and_committed_after_is_not_half_in_it(world, monkeypatch):
    """The closing has its number and waits with its commit; the freeze waits for it, and then counts it whole."""
    first = rounds(world, 1)[0]
    city = ready_to_freeze()
    begun, go_on = threading.Event(), threading.Event()
    post = ledger.services.post

    def slow(*args, **kwargs):
        answer = post(*args, **kwargs)
        begun.set()
        go_on.wait(20)
        return answer

    monkeypatch.setattr("ledger.services.post", slow)
    frozen = []

    def close():
        try:
            with clock.moved_to(WHEN):
                closing.close_round(first.pk, actor=world.city)
        finally:
            connection.close()

    def freeze():
        try:
            with clock.moved_to(WHEN):
                frozen.append(returning.freeze(city.pk, actor=world.statistician))
        finally:
            connection.close()

    closer = threading.Thread(target=close)
    closer.start()
    assert begun.wait(20)
    freezer = threading.Thread(target=freeze)
    freezer.start()
    freezer.join(0.3)
    assert freezer.is_alive(), "the freeze must wait for the number that is taken but not committed"
    go_on.set()
    closer.join(20)
    freezer.join(20)
    (row,) = frozen
    assert (row.posting, row.figures["total"]["person_times"]) == (1, 2)
    assert returning.verify(row) == []
