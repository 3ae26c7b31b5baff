"""外部平台 and 宣传活动 stand in columns of their own."""

from datetime import date
from decimal import Decimal

import pytest

from core import clock
from courses.models import PriorStudy
from enterprises.models import Membership
from ledger import counts
from ledger.models import Kind
from reports.apart import External, external, promotion
from tests.reports.test_progress import hold
from tests.training import house

pytestmark = pytest.mark.django_db

YEAR = counts.Scope(date(2025, 1, 1), date(2025, 12, 31))


def studied(person, day, state="approved", hours="2", decided=None):
    return PriorStudy.objects.create(
        person=person,
        platform="zrpx",
        title="入门",
        finished_on=day,
        class_hours=Decimal(hours),
        state=state,
        decided_at=decided or clock.at(date(2025, 6, 1)),
    )


def test_study_elsewhere_is_a_column_of_its_own_by_where_the_person_worked(world):
    one, other = house.make_people(2, world.alpha)
    for day, state in ((date(2025, 3, 1), "approved"), (date(2025, 4, 1), "approved"), (date(2025, 4, 2), "refused")):
        studied(one.person, day, state)
    studied(other.person, date(2024, 12, 31))
    Membership.objects.filter(pk=one.pk).update(ended_on=date(2025, 3, 15))
    assert external(YEAR) == External(2, 1, Decimal(4))
    assert external(YEAR.of(district="120111")) == External(1, 1, Decimal(2))  # in April nobody employed them
    assert external(YEAR.of(district=counts.WITHOUT)) == External(1, 1, Decimal(2))
    assert external(YEAR.of(district=("120111", "120114"), layer="frontline")).times == 1
    assert external(YEAR.of(district="120114")).times == external(YEAR.of(kind=Kind.NETWORK)).times == 0
    assert counts.figures(YEAR).person_times == 0


def test_what_was_agreed_to_later_was_not_there_as_of_a_posting(world):
    person = house.make_people(1, world.alpha)[0].person
    with clock.moved_to(clock.at(date(2025, 5, 1))):
        hold(1)
    studied(person, date(2025, 3, 1))
    assert (external(YEAR.of(as_of=1)).times, external(YEAR).times) == (0, 1)


def test_promotion_is_asked_for_alone(world):
    people = house.make_people(3, world.alpha)
    hold(1, people, kind=Kind.PROMOTION)
    hold(2, people[:1])
    assert (promotion(YEAR).person_times, counts.figures(YEAR).person_times) == (3, 1)
