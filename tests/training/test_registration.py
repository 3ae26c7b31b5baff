"""The list and the queue: seats and quotas are exact, whoever asks at the same moment."""

import pytest

from enterprises.models import Membership
from tests.training import house
from training import check_in, registration, scheduling
from training.models import Registration, RegistrationChange, Round

pytestmark = pytest.mark.django_db

REGISTERED, WAITING, CANCELLED = Registration.State.REGISTERED, Registration.State.WAITING, Registration.State.CANCELLED


def register(world, round_, member, **how):
    return registration.register(round_.pk, member.person, member, actor=world.jia_admin, **how)


def states(round_):
    return list(Registration.objects.filter(round=round_).order_by("sequence").values_list("state", flat=True))


def test_registering_copies_where_the_person_works(world):
    member = Membership.objects.get(person=world.wang.person)
    row = register(world, house.opened(world), member)
    assert (row.state, row.sequence, row.membership, row.frozen_at) == (REGISTERED, 1, member, None)
    assert (row.enterprise, row.district_id, row.layer) == (world.alpha, world.alpha.district_id, "frontline")
    assert list(row.changes.values_list("state", "actor")) == [("registered", world.jia_admin.pk)]


def test_who_works_nowhere_is_registered_as_other_personnel(world):
    round_ = house.opened(world)
    row = registration.register(round_.pk, world.nobody.person, None, actor=world.nobody)
    assert (row.state, row.enterprise, row.district, row.layer) == (REGISTERED, None, None, "other")


def test_after_the_last_seat_people_wait_in_the_order_of_asking(world):
    round_ = house.opened(world, members=house.make_people(4, world.alpha), seats=2)
    assert states(round_) == [REGISTERED, REGISTERED, WAITING, WAITING]


def test_asking_twice_is_the_same_row_and_one_change(world):
    member = house.make_people(1, world.alpha)[0]
    round_ = house.opened(world, members=[member])
    assert register(world, round_, member) == house.of(round_, member.person)
    assert (Registration.objects.count(), RegistrationChange.objects.count()) == (1, 1)


def test_the_trainer_is_not_a_learner(world, code_of):
    round_ = house.opened(world, trainers=[world.jia_trainer.person])
    how = {"actor": world.city, "by_staff": True}
    assert code_of(registration.register, round_.pk, world.jia_trainer.person, None, **how) == "round.trainer"
    assert not Registration.objects.exists()


def test_registration_is_open_only_while_it_is_open(world, code_of):
    one, two, three, four = house.make_people(4, world.alpha)
    round_ = house.planned(world)
    assert code_of(register, world, round_, one) == "round.not_open"
    assert (
        register(world, round_, one, by_staff=True).state == REGISTERED
    )  # staff may put people on any list in the making
    scheduling.publish(round_.pk, actor=world.city)
    register(world, round_, two)
    house.attend(world, round_)
    assert code_of(register, world, round_, three) == "round.not_open"
    assert register(world, round_, three, by_staff=True).state == REGISTERED  # a walk-in
    scheduling.cancel_round(round_.pk, actor=world.city, reason="停电")
    assert code_of(register, world, round_, four, by_staff=True) == "round.not_open"


def test_an_enterprise_gets_its_quota_and_not_one_more(world, code_of):
    round_ = house.opened(world, members=house.make_people(2, world.alpha), quota_per_enterprise=2)
    ours, theirs = house.make_people(1, world.alpha)[0], house.make_people(1, world.beta)[0]
    assert code_of(register, world, round_, ours) == "round.quota"
    assert register(world, round_, theirs).state == REGISTERED
    registration.register(round_.pk, world.nobody.person, None, actor=world.nobody)  # no enterprise, no quota
    registration.cancel(Registration.objects.earliest("sequence").pk, actor=world.city, reason="来不了")
    assert register(world, round_, ours).state == REGISTERED


def test_the_first_in_the_queue_moves_up_when_somebody_cancels(world):
    members = house.make_people(4, world.alpha)
    round_ = house.opened(world, members=members, seats=2)
    registration.cancel(house.of(round_, members[0].person).pk, actor=world.city, reason="出差")
    assert states(round_) == [CANCELLED, REGISTERED, REGISTERED, WAITING]
    third = house.of(round_, members[2].person)
    assert list(third.changes.values_list("state", "reason")) == [
        ("waiting", ""),
        ("registered", "有人取消，按先后递补"),
    ]


def test_who_waits_and_cancels_moves_nobody_up(world):
    members = house.make_people(4, world.alpha)
    round_ = house.opened(world, members=members, seats=2)
    registration.cancel(house.of(round_, members[2].person).pk, actor=world.city, reason="来不了")
    assert states(round_) == [REGISTERED, REGISTERED, CANCELLED, WAITING]


def test_cancelling_twice_is_once(world):
    members = house.make_people(3, world.alpha)
    round_ = house.opened(world, members=members, seats=1)
    first = house.of(round_, members[0].person)
    for _ in range(2):
        assert registration.cancel(first.pk, actor=world.city, reason="来不了").state == CANCELLED
    assert states(round_) == [CANCELLED, REGISTERED, WAITING]
    assert first.changes.count() == 2


def test_registering_again_reuses_the_row_at_the_end_of_the_queue(world):
    members = house.make_people(3, world.alpha)
    round_ = house.opened(world, members=members, seats=1)
    first = house.of(round_, members[0].person)
    registration.cancel(first.pk, actor=world.city, reason="来不了")
    again = register(world, round_, members[0])
    assert (again.pk, again.state, again.sequence) == (first.pk, WAITING, 4)
    order = Registration.objects.order_by("sequence").values_list("person__name", "state")
    assert list(order) == [("学员2", REGISTERED), ("学员3", WAITING), ("学员1", WAITING)]


def test_registering_again_does_not_move_what_a_sign_in_froze(world):
    """Attendance taken at alpha stays alpha's, though the person cancels, changes the employer and comes back."""
    member = house.make_people(1, world.alpha)[0]
    round_ = house.opened(world, members=[member])
    row = house.of(round_, member.person)
    check_in.mark(round_.sessions.first(), row, house.PRESENT, actor=world.jia_trainer, reason="手机没电")
    registration.cancel(row.pk, actor=world.city, reason="来不了")
    elsewhere = Membership.objects.create(person=member.person, enterprise=world.beta, layer="top")
    row = register(world, round_, elsewhere, by_staff=True)
    assert (row.state, row.enterprise, row.layer) == (REGISTERED, world.alpha, "frontline")


def test_nobody_leaves_a_closed_round(world, code_of):
    member = house.make_people(1, world.alpha)[0]
    round_ = house.held(world, members=[member])
    assert (
        code_of(registration.cancel, house.of(round_, member.person).pk, actor=world.city, reason="来不了")
        == "round.closed"
    )
    assert house.of(round_, member.person).state == REGISTERED


# Many at once ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_for_five_seats_are_five_and_thirty_five_in_order(world, at_once):
    members = house.make_people(40, world.alpha)
    round_ = house.opened(world, seats=5)
    rows = at_once(40, lambda n: register(world, round_, members[n]))
    assert {type(row) for row in rows} == {Registration}
    assert states(round_) == [REGISTERED] * 5 + [WAITING] * 35
    assert sorted(row.sequence for row in rows) == list(range(1, 41))


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_for_a_quota_of_three_are_three(world, at_once):
    ours, theirs = house.make_people(10, world.alpha), house.make_people(2, world.beta)
    round_ = house.opened(world, quota_per_enterprise=3)
    results = at_once(12, lambda n: register(world, round_, [*ours, *theirs][n]))
    assert sorted(getattr(row, "code", "ok") for row in results) == ["ok"] * 5 + ["round.quota"] * 7
    assert Registration.objects.filter(enterprise=world.alpha, state=REGISTERED).count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_tapping_ten_times_is_one_registration(world, at_once):
    member = house.make_people(1, world.alpha)[0]
    round_ = house.opened(world)
    rows = at_once(10, lambda n: register(world, round_, member))
    assert {row.pk for row in rows} == {Registration.objects.get().pk}
    assert RegistrationChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_some_leave_and_some_come_no_seat_is_lost_or_given_twice(world, at_once):
    members = house.make_people(20, world.alpha)
    round_ = house.opened(world, members=members[:10], seats=5)
    seated = [house.of(round_, member.person).pk for member in members[:5]]

    def work(n):
        if n < 5:
            return registration.cancel(seated[n], actor=world.city, reason="来不了")
        return register(world, round_, members[5 + n])

    results = at_once(15, work)
    assert {type(row) for row in results} == {Registration}
    left = states(round_)
    assert (left.count(REGISTERED), left.count(WAITING), left.count(CANCELLED)) == (5, 10, 5)
    # Nobody who waits asked before somebody who sits.
    assert left.index(WAITING) > max(n for n, state in enumerate(left) if state == REGISTERED)
    assert Round.objects.get().seats == 5
