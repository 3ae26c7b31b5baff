"""Signing out, coming late and leaving early by the round's rule, and the window a trainer moves."""

from datetime import timedelta

import pytest

from core import clock
from enterprises.models import Membership
from tests.training import house
from training import check_in, tickets, window
from training.models import Attendance, Registration, Round, Scan

pytestmark = pytest.mark.django_db

NINE = clock.at(house.DAY, 9)
NOON = clock.at(house.DAY, 12)


def opened(world, **fields):
    members = Membership.objects.filter(enterprise=world.alpha).order_by("pk")
    return house.opened(world, members=members, **fields).sessions.get()


def scanned(session, moment, *, leaving=False, device=""):
    with clock.moved_to(moment):
        code = tickets.door_code(session, leaving=leaving).url.rstrip("/").rsplit("/", 1)[1]
        return tickets.open_ticket(tickets.ticket_for_url(session, code), device=device)


def go(session, person, moment, **how):
    ticket = scanned(session, moment, **how)
    with clock.moved_to(moment):
        return check_in.sign_in(ticket, person)


def credited(session):
    return {
        row.person_id: row.credited for row in Registration.objects.filter(round=session.round).with_credited_hours()
    }


def test_the_code_to_leave_with_is_another_one_and_shown_when_it_is_time(world):
    session = opened(world, sign_out=True)
    for minutes, leaving in ((-16, False), (-15, True), (0, True)):
        with clock.moved_to(NOON + timedelta(minutes=minutes)):
            assert window.is_leaving(session) is leaving
    with clock.moved_to(NOON):
        inside, out = tickets.door_code(session), tickets.door_code(session, leaving=True)
        assert inside.digits != out.digits
        assert tickets.open_ticket(tickets.ticket_for_digits(session, out.digits)).leaving
        forged = out.url.rsplit("/", 2)[1].removeprefix("out-")
        with pytest.raises(Exception, match="过期"):
            tickets.ticket_for_url(session, forged)


def test_who_stays_to_the_end_has_the_hours_who_leaves_early_has_none_and_may_still_come_back(world, code_of):
    session = opened(world, sign_out=True)
    wang = world.wang.person
    assert code_of(go, session, wang, NOON, leaving=True) == "check_in.not_in"
    go(session, wang, NINE)
    assert credited(session)[wang.pk] == 0
    row = go(session, wang, NOON - timedelta(minutes=16), leaving=True)
    assert (row.outcome, row.state, credited(session)[wang.pk]) == ("left", "early", 0)
    row = go(session, wang, NOON - timedelta(minutes=15), leaving=True)
    assert (row.outcome, row.state, credited(session)[wang.pk]) == ("left", "present", 4)
    assert code_of(go, session, wang, NOON + timedelta(minutes=31), leaving=True) == "check_in.out_late"
    assert Attendance.objects.get().left_at == NOON - timedelta(minutes=15)


def test_one_scan_signs_out_one_person(world, code_of):
    session = opened(world, sign_out=True)
    for person in (world.wang.person, world.zhao):
        go(session, person, NINE)
    ticket = scanned(session, NOON, leaving=True)
    with clock.moved_to(NOON):
        check_in.sign_in(ticket, world.wang.person)
        assert check_in.sign_in(ticket, world.wang.person).outcome == "repeated"
        assert code_of(check_in.sign_in, ticket, world.zhao) == "check_in.ticket_used"
    assert Attendance.objects.exclude(left_at=None).count() == 1


def test_late_is_later_than_the_round_tolerates(world):
    session = opened(world, tolerance_minutes=5)
    wang, zhao = world.wang.person, world.zhao
    assert go(session, wang, NINE + timedelta(minutes=5)).state == "present"
    assert go(session, zhao, NINE + timedelta(minutes=5, seconds=1)).state == "late"
    assert set(credited(session).values()) == {0, 4}  # the third of the list did not come


def test_the_trainer_lets_people_in_longer_or_ends_it(world, code_of):
    session = opened(world)
    wang, zhao, how = world.wang.person, world.zhao, {"actor": world.jia_trainer}
    with clock.moved_to(NINE):
        window.set_window(session.pk, NINE + timedelta(minutes=30), **how)
    assert go(session, wang, NINE + timedelta(minutes=29)).state == "late"
    with clock.moved_to(NINE + timedelta(minutes=29, seconds=30)):
        window.set_window(session.pk, clock.now(), **how)
    assert code_of(go, session, zhao, NINE + timedelta(minutes=30)) == "check_in.too_late"
    assert code_of(window.set_window, session.pk, NOON + timedelta(seconds=1), **how) == "window.times"
    house.check_in.start(Round.objects.get())
    Round.objects.update(state="closed")
    assert code_of(window.set_window, session.pk, NOON, **how) == "round.closed"


def test_several_people_on_one_phone_are_let_in_and_told_of_where_the_round_asks(world):
    from training import board

    asks = opened(world, one_device=True)
    phone = tickets.device_digest("a cookie")
    for person in (world.wang.person, world.zhao):
        assert go(asks, person, NINE, device=phone).state == "present"
    with clock.moved_to(NINE):
        assert board.show(board.glance(asks))["shared"] == [[world.wang.person.name, world.zhao.name]]
    Round.objects.update(one_device=False)
    other = house.opened(world, [house.lesson(hour=14)], [Membership.objects.get(person=world.zhao)]).sessions.get()
    go(other, world.zhao, clock.at(house.DAY, 14), device=phone)
    assert list(Scan.objects.filter(session=other).values_list("device", flat=True)) == [""]


def test_hours_cannot_be_given_by_one_person_once_the_attendance_was_submitted(world, code_of):
    session = opened(world)
    row = Registration.objects.get(person=world.zhao)
    how = {"actor": world.jia_trainer, "reason": "看了签到表"}
    with clock.moved_to(NOON + timedelta(minutes=1)):
        check_in.submit_session(session.pk, actor=world.jia_trainer)
        session.refresh_from_db()
        assert code_of(check_in.mark, session, row, house.PRESENT, **how) == "mark.second"
        assert check_in.mark(session, row, house.ABSENT, **how).state == "absent"
