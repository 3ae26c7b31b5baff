"""Filling a class: approval, offers that lapse, quotas of districts, substitutes, clashes; exact whoever asks at once."""

from datetime import timedelta

import pytest

from core import clock
from core.exceptions import DomainError
from enterprises.models import Membership
from tests.suite.world import DONGLI, WUQING, XIQING
from tests.training import house
from training import interests, registration
from training.models import DistrictQuota, Interest, Registration, RegistrationChange

pytestmark = pytest.mark.django_db

State = Registration.State
BEFORE = clock.at(house.DAY - timedelta(days=5), 10)


@pytest.fixture(autouse=True)
def _five_days_before():
    with clock.moved_to(BEFORE):
        yield


def register(world, round_, member, **how):
    return registration.register(round_.pk, member.person, member, actor=world.jia_admin, **how)


def states(round_):
    return list(Registration.objects.filter(round=round_).order_by("sequence").values_list("state", flat=True))


def cancel(world, round_, member):
    return registration.cancel(house.of(round_, member.person).pk, actor=world.city, reason="出差")


# Approval ------------------------------------------------------------------------------------------------------------


def test_who_asks_for_an_approved_round_waits_without_a_seat_and_gets_it_in_the_order_of_asking(world):
    one, two, three = house.make_people(3, world.alpha)
    round_ = house.opened(world, seats=1, needs_approval=True)
    rows = [register(world, round_, member) for member in (one, two)]
    assert [row.state for row in rows] == [State.PENDING] * 2
    assert register(world, round_, three, by_staff=True).state == State.REGISTERED
    changed = registration.approve(round_.pk, [row.pk for row in reversed(rows)], actor=world.jia_admin)
    assert [row.person for row in changed] == [one.person, two.person]
    assert states(round_) == [State.WAITING, State.WAITING, State.REGISTERED]
    assert registration.approve(round_.pk, [row.pk for row in rows], actor=world.jia_admin) == []


def test_a_refusal_says_why_and_is_too_late_after_the_approval(world, code_of):
    one, two = house.make_people(2, world.alpha)
    round_ = house.opened(world, needs_approval=True)
    first, second = register(world, round_, one), register(world, round_, two)
    assert code_of(registration.refuse, first.pk, actor=world.jia_admin, reason=" ") == "reason.missing"
    for _ in range(2):
        registration.refuse(first.pk, actor=world.jia_admin, reason="不是质量岗")
    assert list(first.changes.values_list("state", "reason"))[1:] == [("cancelled", "审核没通过：不是质量岗")]
    registration.approve(round_.pk, [second.pk], actor=world.jia_admin)
    assert code_of(registration.refuse, second.pk, actor=world.jia_admin, reason="晚了") == "registration.state"


def test_the_last_day_of_registration_is_a_day_of_registration(world, code_of):
    one, two = house.make_people(2, world.alpha)
    round_ = house.opened(world, register_until=clock.local_date(BEFORE))
    assert register(world, round_, one).state == State.REGISTERED
    with clock.moved_to(BEFORE + timedelta(days=1)):
        assert code_of(register, world, round_, two) == "round.not_open"
        assert register(world, round_, two, by_staff=True).state == State.REGISTERED


# Offers --------------------------------------------------------------------------------------------------------------


def test_a_seat_is_held_for_the_next_who_takes_it_in_time(world, code_of):
    members = house.make_people(3, world.alpha)
    round_ = house.opened(world, members=members, seats=1, hold_hours=24)
    cancel(world, round_, members[0])
    second, third = (house.of(round_, member.person) for member in members[1:])
    assert (second.state, second.held_until) == (State.OFFERED, BEFORE + timedelta(hours=24))
    assert third.state == State.WAITING
    assert code_of(registration.confirm, third.pk, actor=world.city) == "offer.none"
    for _ in range(2):
        assert registration.confirm(second.pk, actor=world.city).state == State.REGISTERED
    assert list(second.changes.values_list("state", flat=True)) == ["waiting", "offered", "registered"]


def test_an_offer_nobody_takes_goes_to_the_next_once(world, code_of):
    members = house.make_people(3, world.alpha)
    round_ = house.opened(world, members=members, seats=1, hold_hours=24)
    cancel(world, round_, members[0])
    with clock.moved_to(BEFORE + timedelta(hours=24)):
        second = house.of(round_, members[1].person)
        assert code_of(registration.confirm, second.pk, actor=world.city) == "offer.over"
        assert (registration.release_offers(), registration.release_offers()) == (1, 0)
    assert states(round_) == [State.CANCELLED, State.CANCELLED, State.OFFERED]


def test_no_seat_is_held_beyond_the_first_lesson(world):
    members = house.make_people(2, world.alpha)
    round_ = house.opened(world, members=members, seats=1, hold_hours=72)
    start = round_.sessions.get().starts_at
    with clock.moved_to(start - timedelta(hours=2)):
        cancel(world, round_, members[0])
    assert house.of(round_, members[1].person).held_until == start
    members = house.make_people(2, world.beta, name="后来")
    later = house.opened(world, members=members, seats=1, hold_hours=72)
    with clock.moved_to(start + timedelta(minutes=5)):
        cancel(world, later, members[0])
    assert house.of(later, members[1].person).state == State.REGISTERED


# Quotas of districts -------------------------------------------------------------------------------------------------


def test_a_district_whose_places_are_full_is_passed_over_and_keeps_its_place(world):
    west, north = house.make_people(3, world.alpha), house.make_people(2, world.beta, name="武清")
    round_ = house.opened(world, seats=3)
    registration.set_seats(round_.pk, 3, {XIQING: 1}, actor=world.jia_admin)
    for member in (west[0], west[1], north[0], north[1]):
        register(world, round_, member)
    assert states(round_) == [State.REGISTERED, State.WAITING, State.REGISTERED, State.REGISTERED]
    cancel(world, round_, north[0])  # the seat is free, but not for 西青
    assert states(round_)[1] == State.WAITING
    cancel(world, round_, west[0])
    assert states(round_)[1] == State.REGISTERED


def test_more_seats_go_to_the_queue_and_fewer_than_taken_are_refused(world, code_of):
    members = house.make_people(4, world.alpha)
    round_ = house.opened(world, members=members, seats=2)
    assert code_of(registration.set_seats, round_.pk, 1, {}, actor=world.city) == "seats.taken"
    assert code_of(registration.set_seats, round_.pk, 2, {XIQING: 1}, actor=world.city) == "seats.taken"
    assert not DistrictQuota.objects.exists()
    registration.set_seats(round_.pk, 3, {}, actor=world.city)
    assert states(round_) == [State.REGISTERED] * 3 + [State.WAITING]


# Substitutes ---------------------------------------------------------------------------------------------------------


def test_a_substitute_takes_the_seat_and_the_place_in_the_order(world):
    first, second, other = house.make_people(3, world.alpha)
    round_ = house.opened(world, members=[first, second], seats=1)
    for _ in range(2):
        row = registration.substitute(house.of(round_, first.person).pk, other, actor=world.alpha_contact)
    assert (row.state, row.sequence, row.person, row.replaces.person) == (
        State.REGISTERED,
        1,
        other.person,
        first.person,
    )
    assert house.of(round_, first.person).state == State.CANCELLED
    assert house.of(round_, second.person).state == State.WAITING  # nobody moved up: no seat was free
    assert Registration.objects.count() == 3


def test_substitution_ends_with_the_day_before(world, code_of):
    first, other, third = house.make_people(3, world.alpha)
    round_ = house.opened(world, members=[first])
    row = house.of(round_, first.person)
    with clock.moved_to(clock.at(house.DAY, 0)):
        assert code_of(registration.substitute, row.pk, other, actor=world.alpha_contact) == "substitute.late"
    with clock.moved_to(clock.at(house.DAY, 0) - timedelta(seconds=1)):
        assert registration.substitute(row.pk, other, actor=world.alpha_contact).person == other.person


def test_a_substitute_is_a_colleague_who_is_not_on_the_list(world, code_of):
    first, second = house.make_people(2, world.alpha)
    foreign = house.make_people(1, world.beta, name="外厂")[0]
    round_ = house.opened(world, members=[first, second], trainers=[world.jia_trainer.person])
    row, how = house.of(round_, first.person), {"actor": world.city}
    assert code_of(registration.substitute, row.pk, foreign, **how) == "substitute.enterprise"
    assert code_of(registration.substitute, row.pk, second, **how) == "substitute.listed"
    trainer = Membership.objects.create(person=world.jia_trainer.person, enterprise=world.alpha, layer="other")
    assert code_of(registration.substitute, row.pk, trainer, **how) == "round.trainer"
    registration.cancel(row.pk, reason="不来", **how)
    late = house.make_people(1, world.alpha, name="晚到")[0]
    assert code_of(registration.substitute, row.pk, late, **how) == "substitute.gone"


# Clashes and wishes --------------------------------------------------------------------------------------------------


def test_two_classes_at_the_same_hour_are_named_and_need_a_yes(world):
    member = house.make_people(1, world.alpha)[0]
    house.opened(world, members=[member], title="上午班")
    other = house.opened(world, [house.lesson(hour=11)], title="撞车班")
    with pytest.raises(DomainError) as refused:
        register(world, other, member)
    assert (refused.value.code, refused.value.params) == ("registration.clash", {"title": "上午班"})
    assert "3月5日 09:00" in refused.value.sentence
    assert register(world, other, member, clash_ok=True).state == State.REGISTERED
    touching = house.opened(world, [house.lesson(hour=14)], title="下午班")
    assert register(world, touching, member).state == State.REGISTERED


def test_a_wish_is_one_a_kind_and_ends_when_it_is_granted(world):
    member = house.make_people(1, world.alpha)[0]
    for note in ("周末", "周末上午"):
        interests.wish(member.person, member, kind="K7", note=note)
    interests.wish(world.wang.person, Membership.objects.get(person=world.wang.person), kind="K7")
    interests.wish(world.nobody.person, None, kind="K1")
    assert interests.wanted() == {(XIQING, "K7"): 2, (None, "K1"): 1}
    assert interests.wanted([DONGLI, WUQING]) == {}
    register(world, house.opened(world), member)
    assert interests.wanted()[XIQING, "K7"] == 1
    assert Interest.objects.get(person=member.person).note == "周末上午"


# Many at once --------------------------------------------------------------------------------------------------------


def check_order(round_, quotas):
    """Nobody waits before somebody seated, but for those whose district is full; no limit is overstepped."""
    rows = list(Registration.objects.filter(round=round_).order_by("sequence"))
    held = [row for row in rows if row.state in Registration.HOLDING]
    assert len(held) <= round_.seats
    taken = {district: sum(row.district_id == district for row in held) for district in quotas}
    assert all(taken[district] <= quotas[district] for district in quotas)
    last = max(row.sequence for row in held)
    for row in rows:
        if row.state == State.WAITING and row.sequence < last:
            assert taken.get(row.district_id) == quotas.get(row.district_id), row.sequence
    return held


@pytest.mark.django_db(transaction=True)
def test_two_hundred_for_thirty_seats_with_quotas_of_enterprise_and_district(world, at_once):
    firms = [house.make_enterprise(n, (XIQING, WUQING, DONGLI)[n % 3]) for n in range(30)]
    crowd = [member for n, firm in enumerate(firms) for member in house.make_people(7, firm, name=f"{n}厂")][:200]
    quotas = {XIQING: 8, WUQING: 15}
    round_ = house.opened(world, seats=30, quota_per_enterprise=5)
    registration.set_seats(round_.pk, 30, quotas, actor=world.jia_admin)

    def work(n):
        with clock.moved_to(BEFORE):
            answers = []
            for member in crowd[n::40]:
                try:
                    answers.append(register(world, round_, member).state)
                except DomainError as refused:
                    answers.append(refused.code)
            return answers

    answers = [one for part in at_once(40, work) for one in part]
    assert len(answers) == 200
    assert set(answers) == {"registered", "waiting", "round.quota"}
    held = check_order(round_, quotas)
    assert len(held) == 30
    live = Registration.objects.live().filter(round=round_)
    assert all(live.filter(enterprise=firm).count() == min(5, crowd_of(crowd, firm)) for firm in firms)
    assert sorted(live.values_list("sequence", flat=True)) == list(range(1, live.count() + 1))


def crowd_of(crowd, firm):
    return sum(member.enterprise_id == firm.pk for member in crowd)


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_leaving_taking_lapsing_and_coming_loses_no_seat(world, at_once):
    west, north = house.make_people(40, world.alpha), house.make_people(40, world.beta, name="武清")
    quotas = {XIQING: 6}
    round_ = house.opened(world, seats=12, hold_hours=1)
    registration.set_seats(round_.pk, 12, quotas, actor=world.jia_admin)
    crowd = [member for pair in zip(west, north, strict=True) for member in pair]
    registration.register_many(round_.pk, crowd[:50], actor=world.jia_admin)
    rows = list(Registration.objects.filter(round=round_).order_by("sequence"))

    def work(n):
        with clock.moved_to(BEFORE + timedelta(hours=n % 3)):
            try:
                if n < 12:
                    return registration.cancel(rows[n].pk, actor=world.city, reason="走不开")
                if n < 20:
                    return registration.confirm(rows[n].pk, actor=world.city)
                if n < 24:
                    return registration.release_offers()
                return register(world, round_, crowd[50 + n - 24])
            except DomainError as refused:
                return refused.code

    answers = at_once(54, work)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert {answer for answer in answers if isinstance(answer, str)} <= {"offer.none", "offer.over"}
    with clock.moved_to(BEFORE + timedelta(hours=2)):
        registration.release_offers()
        assert len(check_order(round_, quotas)) == 12
    # The history says the same as the rows.
    for row in Registration.objects.filter(round=round_):
        assert RegistrationChange.objects.filter(registration=row).latest("pk").state == row.state


@pytest.mark.django_db(transaction=True)
def test_at_the_deadline_one_of_five_substitutes_gets_the_seat(world, at_once):
    first, *others = house.make_people(6, world.alpha)
    round_ = house.opened(world, members=[first], seats=1)
    row = house.of(round_, first.person)

    def work(n):
        with clock.moved_to(clock.at(house.DAY, 0) - timedelta(seconds=1 if n < 5 else 0)):
            return registration.substitute(row.pk, others[n % 5], actor=world.alpha_contact)

    answers = at_once(6, work)
    won = [answer for answer in answers if isinstance(answer, Registration)]
    assert len({answer.pk for answer in won}) == 1
    assert {answer.code for answer in answers if isinstance(answer, DomainError)} <= {
        "substitute.gone",
        "substitute.late",
    }
    assert Registration.objects.holding().filter(round=round_).count() == 1
    assert Registration.objects.holding().get(round=round_).sequence == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_classes_at_one_hour_asked_for_at_once_one_wins_and_the_other_is_named(world, at_once):
    members = house.make_people(6, world.alpha)
    rounds = [house.opened(world, title=title) for title in ("甲班", "乙班")]
    answers = at_once(12, lambda n: register(world, rounds[n % 2], members[n // 2]))
    for n in range(6):
        one, two = sorted(answers[2 * n : 2 * n + 2], key=lambda answer: isinstance(answer, DomainError))
        assert (one.state, two.code) == (State.REGISTERED, "registration.clash")
        assert two.params["title"] == one.round.title
