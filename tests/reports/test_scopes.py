"""From a URL to a scope: never wider than the rights, and a bad value is as if it were not given."""

from datetime import date

import pytest

from core import clock
from enterprises.models import Appointment, Role
from enterprises.policies import rights_of
from ledger.counts import Scope
from ledger.models import Posting
from reports.scopes import ScopeForm, posting_of

pytestmark = pytest.mark.django_db

YEAR = Scope(date(2025, 1, 1), date(2025, 12, 31))


def scope(user, **data):
    return ScopeForm(data, rights=rights_of(user)).scope()


def test_without_filters_it_is_the_newest_year_with_targets(world):
    assert scope(world.city) == YEAR
    assert scope(world.auditor) == scope(world.statistician) == YEAR


def test_every_filter_narrows(world):
    found = scope(
        world.city, year="2025", month="2", district="120114", pilot="ditan", layer="top", kind="K9", as_of="2025-03-01"
    )
    assert found == Scope(date(2025, 2, 1), date(2025, 2, 28), "120114", "ditan", "top", "K9", as_of=0)
    more = {"organiser": world.jia.pk, "mode": "online", "fee_nature": "paid", "size_class": "micro"}
    assert scope(world.city, enterprise=world.alpha.name, **more) == YEAR.of(enterprise=world.alpha.pk, **more)
    assert scope(world.city, enterprise=f" {world.alpha.code.lower()} ") == YEAR.of(enterprise=world.alpha.pk)


def test_a_district_finds_enterprises_that_are_or_were_counted_in_it(world):
    from tests.training import house

    mine = YEAR.of(district="120111")
    assert scope(world.xiqing, enterprise=world.alpha.code) == mine.of(enterprise=world.alpha.pk)
    assert scope(world.xiqing, enterprise=world.beta.code) == mine
    house.held(world, None, house.make_people(1, world.alpha))
    type(world.alpha).objects.filter(pk=world.alpha.pk).update(district="120114")
    assert scope(world.xiqing, enterprise=world.alpha.code) == mine.of(enterprise=world.alpha.pk)


@pytest.mark.parametrize(("month", "last"), [(1, 31), (4, 30), (12, 31)])
def test_a_month_ends_on_its_last_day(world, month, last):
    found = scope(world.city, year="2025", month=str(month))
    assert (found.start, found.end) == (date(2025, month, 1), date(2025, month, last))


def test_this_year_can_be_chosen_though_it_has_no_targets(world):
    with clock.moved_to(clock.at(date(2028, 2, 29), 9)):
        found = scope(world.city, year="2028", month="2")
    assert (found.start, found.end) == (date(2028, 2, 1), date(2028, 2, 29))


@pytest.mark.parametrize(
    "data",
    [
        {"year": "1999"},
        {"year": "x"},
        {"month": "13"},
        {"month": "0"},
        {"month": "二月"},
        {"district": "999999"},
        {"district": "' OR 1=1"},
        {"pilot": "no-such"},
        {"layer": "boss"},
        {"kind": "K99"},
        {"organiser": "0"},
        {"enterprise": "91120112MA0TE5T08X"},
        {"mode": "by_post"},
        {"fee_nature": "gift"},
        {"size_class": "huge"},
        {"as_of": "2025-02-30"},
        {"as_of": "yesterday"},
        {"as_of": "9999-12-31"},
        {"unknown": "1"},
    ],
)
def test_a_bad_value_is_as_if_it_were_not_given(world, data):
    assert scope(world.city, **data) == YEAR


@pytest.mark.parametrize("asked", [None, "120111", "120114", "120101", "999999", ""])
def test_a_district_sees_its_own_whatever_the_url_says(world, asked):
    data = {} if asked is None else {"district": asked}
    assert scope(world.xiqing, **data) == YEAR.of(district="120111")


def test_staff_of_two_districts_choose_between_theirs(world):
    Appointment.objects.create(user=world.xiqing, role=Role.DISTRICT_ADMIN, district_id="120119")
    assert scope(world.xiqing).district == "120111"
    assert scope(world.xiqing, district="120119").district == "120119"
    assert scope(world.xiqing, district="120114").district == "120111"


def test_an_appointment_that_ended_yesterday_opens_nothing(world):
    Appointment.objects.filter(user=world.xiqing).update(expires_on=date(2025, 6, 30))
    with clock.moved_to(clock.at(date(2025, 6, 30), 23, 59)):
        assert rights_of(world.xiqing).counts
    del world.xiqing._rights
    with clock.moved_to(clock.at(date(2025, 7, 1), 0, 1)):
        assert not rights_of(world.xiqing).counts


# As of a day -----------------------------------------------------------------------------------------------------


def test_as_of_a_day_is_its_last_posting_by_the_calendar_of_tianjin():
    moments = [
        clock.at(date(2025, 10, 4), 12),
        clock.at(date(2025, 10, 5), 0, 0),
        clock.at(date(2025, 10, 5), 23, 59),  # 15:59 in UTC
        clock.at(date(2025, 10, 6), 0, 0),  # 16:00 of the 5th in UTC
    ]
    for number, moment in enumerate(moments, start=1):
        Posting.objects.create(number=number, posted_at=moment, kind="closing")
    days = [date(2025, 10, day) for day in (3, 4, 5, 6)]
    assert [posting_of(day) for day in days] == [0, 1, 3, 4]
    assert posting_of(None) is None
    assert posting_of(date(1, 1, 1)) == 0
    assert posting_of(date(9999, 12, 30)) == 4


def test_as_of_before_everything_is_nothing_not_everything(world):
    from ledger.counts import figures
    from tests.training import house

    house.held(world, members=house.make_people(1, world.alpha))
    assert figures(scope(world.city, as_of="2025-01-01")).person_times == 0
    assert figures(scope(world.city, as_of="2025-12-31")).person_times == 1
    assert figures(scope(world.city)).person_times == 1
