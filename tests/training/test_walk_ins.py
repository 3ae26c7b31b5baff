"""现场报名: who is on no list signs up alone at the door, with the ticket that says since when they are there."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from enterprises.models import Membership, Person
from tests.training import house
from training import tickets, walk_ins
from training.models import Attendance, Registration, RegistrationChange, Round, Scan
from training.views.check_in import COOKIE

pytestmark = pytest.mark.django_db

NINE = clock.at(house.DAY, 9)


def at(**later):
    return clock.moved_to(NINE + timedelta(**later))


def ticket_text(session, *, leaving=False, **later):
    with at(**later):
        code = tickets.door_code(session, leaving=leaving).url.rstrip("/").rsplit("/", 1)[1]
        return tickets.ticket_for_url(session, code)


def ticket(session, *, leaving=False, **later):
    with at(**later):
        return tickets.open_ticket(ticket_text(session, leaving=leaving, **later))


@pytest.fixture
def session(world):
    """Of an open round with two seats, one taken by zhao; wang is on no list."""
    zhao = Membership.objects.filter(person=world.zhao)
    return house.opened(world, members=zhao, seats=2).sessions.select_related("round").get()


def sign_up(world, session, person=None, one=None, **later):
    later = later or {"minutes": 4}
    one = one or ticket(session, **later)
    with at(minutes=9):
        return walk_ins.sign_up(one, person or world.wang.person, session=session, actor=world.wang)


def scans():
    return list(Scan.objects.order_by("pk").values_list("outcome", flat=True))


def test_who_is_on_no_list_is_put_there_and_signed_in_as_of_the_scan(world, session):
    one = ticket(session, minutes=4)
    row = sign_up(world, session, one=one)
    mine = Registration.objects.get(person=world.wang.person)
    assert (row.arrived_at, row.state, row.method) == (NINE + timedelta(minutes=4), "present", "qr")
    assert (mine.state, mine.walked_in, mine.enterprise, mine.frozen_at) == (
        *("registered", True, world.alpha),
        NINE + timedelta(minutes=9),
    )
    assert list(RegistrationChange.objects.filter(registration=mine).values_list("reason", flat=True)) == [
        "现场自己报名"
    ]
    again = sign_up(world, session, one=one)
    assert (again.pk, again.outcome) == (row.pk, "repeated")
    assert (Registration.objects.filter(person=world.wang.person).count(), scans()) == (1, ["accepted", "repeated"])


@pytest.mark.parametrize(
    ("change", "later", "code"),
    [
        ({"walk_in": False}, {"minutes": 4}, "check_in.not_registered"),
        ({"state": "exam"}, {"minutes": 4}, "check_in.not_registered"),
        ({"state": "planned"}, {"minutes": 4}, "check_in.not_registered"),
        ({"state": "cancelled"}, {"minutes": 4}, "check_in.closed"),
        ({"quota_per_enterprise": 1}, {"minutes": 4}, "check_in.quota"),
        ({}, {"minutes": -31}, "check_in.too_early"),
        ({}, {"minutes": 16}, "check_in.too_late"),
    ],
)
def test_a_refusal_puts_nobody_on_the_list_and_is_kept_once(world, session, code_of, change, later, code):
    Round.objects.update(**change)
    session.refresh_from_db()
    one = ticket(session, **later)
    for _again in range(2):
        assert code_of(sign_up, world, session, one=one) == code
    assert scans() == [code]
    assert Scan.objects.get().at == one.at
    assert Registration.objects.get().person == world.zhao
    assert not Attendance.objects.exists()


def test_who_teaches_works_nowhere_or_is_not_of_the_enterprise_is_refused(world, session, code_of):
    session.round.trainers.add(world.jia_trainer.person)
    Membership.objects.create(
        person=world.jia_trainer.person, enterprise=world.beta, layer="other", started_on=house.DAY
    )
    assert code_of(sign_up, world, session, world.jia_trainer.person) == "check_in.trainer"
    assert code_of(sign_up, world, session, world.nobody.person) == "check_in.no_person"
    session.round.for_enterprise = world.beta
    assert code_of(sign_up, world, session) == "check_in.not_registered"
    assert Registration.objects.count() == 1


def test_without_a_seat_one_waits_and_the_same_ticket_is_good_when_there_is_one(world, session, code_of):
    Round.objects.update(seats=1)
    session.round.seats = 1
    one = ticket(session, minutes=4)
    assert code_of(sign_up, world, session, one=one) == "check_in.waiting"
    assert Registration.objects.get(person=world.wang.person).state == "waiting"
    from training import registration

    registration.set_seats(session.round_id, 2, {}, actor=world.jia_trainer)
    assert sign_up(world, session, one=one).arrived_at == one.at


def test_where_a_round_asks_for_approval_who_signs_up_waits_for_it(world, session, code_of):
    Round.objects.update(needs_approval=True)
    assert code_of(sign_up, world, session) == "check_in.waiting"
    assert Registration.objects.get(person=world.wang.person).state == "pending"


def test_who_was_taken_off_the_list_does_not_come_back_by_the_door(world, session, code_of):
    from training import registration

    registration.cancel(Registration.objects.get().pk, actor=world.city, reason="重复报名")
    assert code_of(sign_up, world, session, world.zhao) == "check_in.cancelled"
    assert Registration.objects.get().state == "cancelled"


def test_a_ticket_signs_one_person_up(world, session, code_of):
    one = ticket(session, minutes=4)
    sign_up(world, session, one=one)
    other = world.alpha_contact.person
    assert code_of(sign_up, world, session, other, one=one) == "check_in.ticket_used"
    assert not Registration.objects.filter(person=other).exists()
    with at(minutes=9):
        leaving = ticket(session, leaving=True, minutes=9)
    assert code_of(sign_up, world, session, other, one=leaving) == "check_in.not_in"


@pytest.mark.one_engine
def test_the_phone_offers_it_where_the_round_allows_it_and_says_whom_to_ask_where_not(world, session, client_of):
    here, act = (reverse(f"check-in:{name}", args=[session.pk]) for name in ("confirm", "walk-in"))
    client = client_of(world.wang)
    client.cookies[COOKIE] = ticket_text(session, minutes=4)
    with at(minutes=6):
        page = client.get(here).content.decode()
        assert "现场报名并签到" in page
        assert f'action="{act}"' in page
        assert "data-auto-submit" not in page
        assert not Scan.objects.exists()
        # the way round by the ordinary button is refused, and offers the same
        refused = client.post(here)
        assert (refused.status_code, f'action="{act}"' in refused.content.decode()) == (403, True)
        done = client.post(act).content.decode()
        assert "签上了" in done
        assert "名单上加了您" in done
        assert "09:04" in done
        assert client.get(act).status_code == 302
    Registration.objects.filter(person=world.wang.person).update(walked_in=False)
    Round.objects.update(walk_in=False)
    other = client_of(world.alpha_contact)
    other.cookies[COOKIE] = ticket_text(session, minutes=4)
    with at(minutes=6):
        page = other.get(here).content.decode()
        assert "现场报名并签到" not in page
        assert "data-auto-submit" in page
        for _again in range(2):
            said = other.post(here)
        assert "请讲师或前台把您加进名单" in said.content.decode()
        forced = other.post(act)
    assert (said.status_code, forced.status_code) == (403, 403)
    stranger = world.alpha_contact.person
    assert list(Scan.objects.filter(person=stranger).values_list("outcome", flat=True)) == ["check_in.not_registered"]
    assert not Registration.objects.filter(person=stranger).exists()


@pytest.mark.one_engine
def test_who_has_not_said_where_they_work_says_it_first_and_comes_back(world, session, client_of):
    client = client_of(world.nobody)
    client.cookies[COOKIE] = ticket_text(session, minutes=4)
    here = reverse("check-in:confirm", args=[session.pk])
    with at(minutes=6):
        assert f"{reverse('enterprises:join')}?next={here}" in client.get(here).content.decode()


@pytest.mark.django_db(transaction=True)
def test_twenty_strangers_for_three_seats_and_ten_taps_of_one_thumb(world, at_once):
    members = house.make_people(10, world.alpha, name="路过")
    session = house.opened(world, seats=3).sessions.select_related("round").get()
    Round.objects.update(state="running")
    held = [ticket(session, minutes=2) for _ in members]

    def work(n):
        one = session.__class__.objects.select_related("round").get(pk=session.pk)
        person = Person.objects.get(pk=members[n % 10].person_id)
        with at(minutes=3):
            return walk_ins.sign_up(held[n % 10], person, session=one, actor=None)

    results = at_once(20, work)
    refused = {result.code for result in results if isinstance(result, Exception)}
    assert refused == {"check_in.waiting"}
    states = list(Registration.objects.order_by("sequence").values_list("state", flat=True))
    assert states == ["registered"] * 3 + ["waiting"] * 7
    assert Attendance.objects.count() == 3
    assert Scan.objects.filter(outcome="check_in.waiting").count() == 7
