"""Planning: a round is made whole, numbered at publication without a gap, and leaves by cancelling."""

from datetime import date

import pytest

from core import clock
from ledger.models import Activity, Kind
from tests.training import house
from training import scheduling
from training.models import Round, RoundChange, Session

pytestmark = pytest.mark.django_db


def test_a_round_is_made_with_its_sessions_in_the_order_of_time(world):
    late, early = house.lesson(hour=14), house.lesson(hour=9)
    round_ = house.planned(world, [late, early], trainers=[world.jia_trainer.person], co_organisers=[world.yi])
    assert list(round_.sessions.values_list("number", "title")) == [(1, "9 点的课"), (2, "14 点的课")]
    assert (round_.state, round_.number, round_.year) == (Round.State.PLANNED, None, 2025)
    assert (round_.starts_on, round_.ends_on) == (house.DAY, house.DAY)
    assert list(round_.trainers.all()) == [world.jia_trainer.person]
    assert list(round_.co_organisers.all()) == [world.yi]
    assert list(round_.changes.values_list("before", "after", "actor")) == [("", "planned", world.jia_admin.pk)]


def test_a_round_without_sessions_is_refused(world, code_of):
    make = {"actor": world.city, "owner": world.jia, "title": "空班"}
    assert code_of(scheduling.create_round, sessions=[], **make) == "round.no_sessions"
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("hours", "number"),
    [([(9, 9)], 1), ([(9, 12), (15, 14)], 2), ([(9, 12), (11, 14)], 1), ([(9, 12), (13, 17), (14, 15)], 2)],
)
def test_sessions_that_end_before_they_start_or_overlap_are_refused(world, hours, number):
    from core.exceptions import DomainError

    sessions = [
        house.lesson(starts_at=clock.at(house.DAY, start), ends_at=clock.at(house.DAY, end)) for start, end in hours
    ]
    with pytest.raises(DomainError) as refused:
        house.planned(world, sessions)
    assert (refused.value.code, refused.value.params) == ("session.times", {"number": number})
    assert not Round.objects.exists()


def test_sessions_that_touch_do_not_overlap(world):
    one = house.lesson(hour=9, ends_at=clock.at(house.DAY, 12))
    assert house.planned(world, [one, house.lesson(hour=12)]).sessions.count() == 2


def test_a_round_belongs_to_the_year_it_ends_in_by_the_calendar_of_tianjin(world):
    new_years_eve = house.lesson(date(2025, 12, 31), 20, ends_at=clock.at(date(2025, 12, 31), 23, 30))
    assert house.planned(world, [new_years_eve]).year == 2025
    # 00:30 on 1 January in Tianjin is still 31 December in UTC.
    past_midnight = house.lesson(date(2025, 12, 31), 22, ends_at=clock.at(date(2026, 1, 1), 0, 30))
    round_ = house.planned(world, [past_midnight])
    assert (round_.year, round_.ends_on) == (2026, date(2026, 1, 1))


def test_publishing_numbers_each_kind_and_year_by_itself(world):
    def number(**fields):
        round_ = house.planned(world, **fields)
        return scheduling.publish(round_.pk, actor=world.jia_admin).number

    assert [number(), number(), number(kind=Kind.LAYERED), number()] == [1, 2, 1, 3]
    assert number(sessions=[house.lesson(date(2026, 3, 5))]) == 1


def test_publishing_twice_keeps_the_number_and_opens_once(world):
    round_ = house.planned(world)
    first = scheduling.publish(round_.pk, actor=world.jia_admin)
    again = scheduling.publish(round_.pk, actor=world.city)
    assert (first.number, again.number, again.state) == (1, 1, Round.State.OPEN)
    assert list(round_.changes.values_list("after", flat=True)) == ["planned", "open"]
    assert house.planned(world).number is None


def test_a_cancelled_round_is_not_published(world, code_of):
    round_ = house.planned(world)
    scheduling.cancel_round(round_.pk, actor=world.jia_admin, reason="场地没了")
    assert code_of(scheduling.publish, round_.pk, actor=world.jia_admin) == "round.state"
    assert Round.objects.get().number is None


@pytest.mark.django_db(transaction=True)
def test_ten_threads_publishing_give_ten_numbers_without_a_gap(world, at_once):
    rounds = [house.planned(world) for _ in range(10)]
    results = at_once(10, lambda n: scheduling.publish(rounds[n].pk, actor=world.jia_admin).number)
    assert sorted(results) == list(range(1, 11))


@pytest.mark.django_db(transaction=True)
def test_ten_threads_publishing_one_round_give_it_one_number(world, at_once):
    round_ = house.planned(world)
    results = at_once(10, lambda n: scheduling.publish(round_.pk, actor=world.jia_admin).number)
    assert results == [1] * 10
    assert RoundChange.objects.filter(round=round_, after=Round.State.OPEN).count() == 1


def test_cancelling_says_why_and_twice_is_once(world, code_of):
    round_ = house.opened(world)
    assert code_of(scheduling.cancel_round, round_.pk, actor=world.jia_admin, reason="  ") == "reason.missing"
    assert Round.objects.get().state == Round.State.OPEN
    for _ in range(2):
        scheduling.cancel_round(round_.pk, actor=world.jia_admin, reason="讲师生病")
    assert list(round_.changes.values_list("after", "reason"))[2:] == [("cancelled", "讲师生病")]


def test_a_closed_round_is_not_cancelled(world, code_of):
    round_ = house.held(world, members=house.make_people(1, world.alpha))
    assert code_of(scheduling.cancel_round, round_.pk, actor=world.city, reason="搞错了") == "round.closed"
    assert Round.objects.get().state == Round.State.CLOSED
    assert Activity.objects.as_of().count() == 1


def test_who_may_make_rounds_in_whose_name(world):
    from enterprises.policies import rights_of

    names = {
        user: list(scheduling.organisers_for(rights_of(user))) for user in (world.city, world.jia_trainer, world.wang)
    }
    assert set(names[world.city]) == {world.jia, world.yi}
    assert (names[world.jia_trainer], names[world.wang]) == ([world.jia], [])


def test_session_secrets_differ(world):
    house.planned(world, [house.lesson(hour=9), house.lesson(hour=14)])
    secrets = set(Session.objects.values_list("secret", flat=True))
    assert len(secrets) == 2
    assert min(map(len, secrets)) == 32
