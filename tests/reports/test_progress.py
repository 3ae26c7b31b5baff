"""Targets: the comparator means what the notice says, the pace is days, districts are met one by one."""

from datetime import date
from decimal import Decimal

import pytest

from core import clock
from enterprises.models import District
from ledger.models import Entry, FeeNature, Kind, Mode, Posting
from ledger.services import ActivityLine, EntryLine, post
from reports.models import OF_THE_LEDGER, Comparator, Metric, Target
from reports.progress import pace_of, progress, progress_of_year, years
from tests.training import house

pytestmark = pytest.mark.django_db

DAY = date(2025, 3, 5)


def hold(number, members=(), district="120101", kind=Kind.INTERNAL_AUDITOR, pilot=None, day=DAY):
    """A closed activity in the books, straight into the ledger."""
    line = ActivityLine(
        key=f"round:{number}",
        title=f"{number} 班",
        kind=kind,
        mode=Mode.ON_SITE,
        fee_nature=FeeNature.FREE,
        started_on=day,
        ended_on=day,
        class_hours=Decimal(4),
        held=True,
        district_id=district,
        pilot_id=pilot,
    )
    entries = []
    for member in members:
        snapshot = Entry()
        snapshot.take_organisation(member)
        entries.append(EntryLine(member.person_id, snapshot.organisation, day, Decimal(4)))
    return post(line, entries, kind=Posting.Kind.CLOSING)


def target(**fields):
    """A target of 2025, person-times ≥ 2 unless told otherwise."""
    wanted = {
        "key": "X1",
        "title": "目标",
        "scope_words": "全市",
        "metric": Metric.PERSON_TIMES,
        "comparator": Comparator.AT_LEAST,
        "value": 2,
        "starts_on": date(2025, 1, 1),
        "ends_on": date(2025, 12, 31),
        "source": "通知",
    }
    return Target.objects.create(**wanted | fields)


def at_mid_year(one, **kwargs):
    return progress(one, day=date(2025, 7, 2), **kwargs)  # the 183rd of 365 days


@pytest.mark.parametrize(
    ("comparator", "reached"),
    [("ge", [False, True, True]), ("gt", [False, False, True]), ("le", [True, True, False])]
    + [("lt", [True, False, False]), ("eq", [False, True, False]), ("ab", [True, True, True])],
)
def test_a_comparator_holds_as_its_word_says(comparator, reached):
    assert [Comparator(comparator).holds(actual, 1000) for actual in (999, 1000, 1001)] == reached


@pytest.mark.parametrize(
    ("comparator", "reached", "gap"),
    [("ge", True, 0), ("gt", False, 1), ("le", True, 0), ("lt", False, 0), ("eq", True, 0)],
)
def test_two_of_two(world, comparator, reached, gap):
    hold(1, house.make_people(2, world.alpha))
    found = progress(target(comparator=comparator))
    assert (found.actual, found.needed, found.reached, found.gap) == (2, 2, reached, gap)


def test_a_thousand_does_not_meet_more_than_a_thousand():
    from reports.progress import Progress

    more = Target(comparator=Comparator.MORE_THAN, value=1000)
    short = Progress(more, 1000, 1000, 1.0, 0.5, Comparator.MORE_THAN.holds(1000, 1000))
    assert (short.reached, short.gap, short.state[0]) == (False, 1, "ahead")
    met = Progress(more, 1001, 1000, 1.001, 0.5, Comparator.MORE_THAN.holds(1001, 1000))
    assert (met.reached, met.gap, met.state[0]) == (True, 0, "reached")


def test_share_and_pace_are_compared_for_floors(world):
    hold(1, house.make_people(2, world.alpha))
    half, early = target(value=4), target(value=5, key="X2")
    assert (at_mid_year(half).share, at_mid_year(half).state[0]) == (0.5, "behind")  # 183 of 365 days are 50.1 %
    assert progress(half, day=date(2025, 7, 1)).state[0] == "ahead"
    assert at_mid_year(early).state[0] == "behind"
    assert progress(early, day=date(2026, 3, 1)).state == ("behind", "期满未达成")
    assert progress(target(value=1, key="X3")).share == 2.0


@pytest.mark.parametrize(("actual", "words"), [(1, "守住上限"), (2, "守住上限"), (3, "超过上限")])
def test_a_cap_is_kept_or_broken_and_has_no_share_and_no_gap(world, actual, words):
    hold(1, house.make_people(actual, world.alpha))
    found = at_mid_year(target(comparator=Comparator.AT_MOST))
    assert (found.share, found.gap, found.state[1]) == (None, 0, words)


@pytest.mark.parametrize(("actual", "state"), [(1, "behind"), (2, "reached"), (3, "behind")])
def test_an_exact_target_is_met_only_exactly(world, actual, state):
    hold(1, house.make_people(actual, world.alpha))
    found = progress(target(comparator=Comparator.EQUAL), day=date(2025, 12, 31))
    assert found.state[0] == state
    assert "上限" not in found.state[1]
    assert found.gap == (1 if actual == 1 else 0)


def test_more_than_nothing_has_a_state_before_anything_happened():
    found = at_mid_year(target(comparator=Comparator.MORE_THAN, value=0))
    assert (found.actual, found.reached, found.gap, found.state[0]) == (0, False, 1, "behind")


@pytest.mark.parametrize(
    ("day", "pace"),
    [
        (date(2024, 12, 31), 0),
        (date(2025, 1, 1), 1 / 365),
        (date(2025, 7, 2), 183 / 365),
        (date(2025, 12, 31), 1),
        (date(2026, 5, 1), 1),
    ],
)
def test_the_pace_is_elapsed_days_of_the_period(day, pace):
    assert pace_of(date(2025, 1, 1), date(2025, 12, 31), day) == pytest.approx(pace)


def test_the_pace_is_of_today_in_tianjin():
    with clock.moved_to(clock.at(date(2025, 12, 31), 0, 30)):  # 16:30 of the 30th in UTC
        assert progress(target()).pace == 1


def test_a_target_counts_its_own_kind_pilot_and_period(world):
    people = house.make_people(4, world.alpha)
    hold(1, people[:1], kind=Kind.CONCENTRATED)
    hold(2, people[:2], pilot="ditan")
    hold(3, people[:3], pilot="ditan", day=date(2024, 12, 31))
    hold(4, people, kind=Kind.PROMOTION)
    assert progress(target()).actual == 3
    assert progress(target(key="X2", kind="K1")).actual == 1
    assert progress(target(key="X3", pilot_id="ditan")).actual == 2
    assert progress(target(key="X4", kind="K9")).actual == 4
    assert progress(target(key="X5", pilot_id="guangfu")).actual == 0
    by_metric = {metric: progress(target(key=metric[:10], metric=metric)).actual for metric in OF_THE_LEDGER}
    wanted = {"sessions": 2, "rounds": 1, "person_times": 3, "persons": 2, "enterprises": 1, "small": 0, "visits": 2}
    assert by_metric == wanted


def test_progress_is_as_of_a_posting(world):
    people = house.make_people(2, world.alpha)
    hold(1, people)
    hold(2, people)
    one = target()
    assert [progress(one, as_of=number).actual for number in (0, 1, 2)] == [0, 2, 4]


# Each district by itself -----------------------------------------------------------------------------------------


def codes():
    return list(District.objects.values_list("pk", flat=True))


def test_a_target_for_each_district_names_those_it_is_not_met_in():
    for number, district in enumerate(codes()[:-1]):
        hold(number, district=district, kind=Kind.CONCENTRATED)
    hold(99, district=codes()[0], kind=Kind.CONCENTRATED)  # two in one district do not help another
    hold(98, district=None, kind=Kind.CONCENTRATED)  # nor does the city's own
    hold(97, district=codes()[-1], kind=Kind.INDUSTRY)  # nor another kind
    found = progress(Target.objects.get(key="T11"), day=DAY)
    assert (found.actual, found.needed, found.reached, found.short, found.gap) == (15, 16, False, ("蓟州区",), 1)
    hold(96, district=codes()[-1], kind=Kind.CONCENTRATED)
    found = progress(Target.objects.get(key="T11"), day=DAY)
    assert (found.reached, found.share, found.short, found.gap) == (True, 1.0, (), 0)


@pytest.mark.parametrize("metric", OF_THE_LEDGER)
def test_every_metric_can_be_asked_of_each_district(world, metric):
    """Two rounds of alpha's two people (西青区), the second of them no internal-auditor round; held in 和平区."""
    people = house.make_people(2, world.alpha)
    hold(1, people, kind=Kind.INTERNAL_AUDITOR)
    hold(2, people, kind=Kind.LAYERED)
    found = progress(target(metric=metric, per_district=True))
    met = dict.fromkeys(("person_times", "persons", "visits"), "西青区").get(metric)
    met = "和平区" if metric == "sessions" else met
    assert {name for name in District.objects.values_list("name", flat=True) if name not in found.short} == (
        {met} - {None}
    )


def test_more_than_one_in_each_district_is_met_when_all_have_two():
    for number, district in enumerate(codes() * 2):
        hold(number, district=district)
    found = progress(target(metric=Metric.SESSIONS, comparator=Comparator.MORE_THAN, value=1, per_district=True))
    assert (found.reached, found.actual, found.gap, found.state[0]) == (True, 16, 0, "reached")


# The programme's own ---------------------------------------------------------------------------------------------


def test_the_targets_of_2025_are_those_of_the_notices():
    rows = Target.objects.values_list("key", "metric", "comparator", "value", "pilot", "kind", "per_district")
    assert list(rows) == [
        ("T03", "rounds", "ge", 30, "gaoduan-zhuangbei", "K7", False),
        ("T04", "person_times", "gt", 1000, "gaoduan-zhuangbei", "K7", False),
        ("T11", "sessions", "ge", 1, None, "K1", True),
    ]


def test_targets_of_a_year_come_in_their_order_and_years_newest_first():
    target(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    assert [one.target.key for one in progress_of_year(2025)] == ["T03", "T04", "T11"]
    assert [one.target.key for one in progress_of_year(2026)] == ["X1"]
    assert progress_of_year(2024) == []
    assert years() == [2026, 2025]


def test_without_targets_the_year_is_this_year():
    Target.objects.all().delete()
    with clock.moved_to(clock.at(date(2027, 1, 1), 0, 30)):
        assert years() == [2027]
