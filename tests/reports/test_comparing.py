"""The dashboard's tables: 同比, the shares of districts, rates by district, and questionnaires of few that nobody reads."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock
from enterprises.models import Organiser
from ledger import counts
from ledger.models import ActivityFact, FeeNature, Kind, Mode, Posting
from ledger.services import ActivityLine, EntryLine, post
from reports import comparing, organisers, summary, targets
from reports.models import Target
from reports.progress import goals, progress_of_year, shares_of_year
from tests.training import house

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

YEAR = counts.Scope(date(2025, 1, 1), date(2025, 12, 31))
Name = ActivityFact.Name


def hold(key, day, members=(), facts=None, district="120110"):
    """An activity of a district's organiser with these members' entries and facts."""
    owner = Organiser.objects.get(district=district)
    line = ActivityLine(
        key=key, title=key, kind=Kind.CONCENTRATED, mode=Mode.ON_SITE, fee_nature=FeeNature.FREE, started_on=day,
        ended_on=day, class_hours=Decimal(4), held=True, owner_id=owner.pk, district_id=district, facts=facts or {},
    )  # fmt: skip
    entries = []
    for member in members:
        organisation = {
            "enterprise_id": member.enterprise_id, "district_id": member.enterprise.district_id, "layer": member.layer,
            "is_auditor": False, "enterprise_pilots": [], "size_class": "small",
        }  # fmt: skip
        entries.append(EntryLine(member.person_id, organisation, day, Decimal(4)))
    post(line, entries, kind=Posting.Kind.CLOSING)


@pytest.mark.parametrize(
    ("start", "end", "day", "expected"),
    [
        ("2025-01-01", "2025-12-31", "2025-12-31", ("2024-01-01", "2024-12-31")),
        ("2025-01-01", "2025-12-31", "2025-05-06", ("2024-01-01", "2024-05-06")),
        ("2025-02-01", "2025-02-28", "2025-03-09", ("2024-02-01", "2024-02-29")),
        ("2024-02-01", "2024-02-29", "2024-02-29", ("2023-02-01", "2023-02-28")),
    ],
)
def test_the_same_days_of_the_year_before(start, end, day, expected):
    days = [date.fromisoformat(one) for one in (start, end, day, *expected)]
    found = comparing.a_year_before(counts.Scope(days[0], days[1], district="120111"), days[2])
    assert found == counts.Scope(days[3], days[4], district="120111")


def test_growth_is_of_the_same_days_and_nothing_is_no_comparison(world, client_of):
    alpha, beta = house.make_people(6, world.alpha), house.make_people(2, world.beta)
    hold("round:1", date(2024, 3, 6), alpha[:4])
    hold("round:2", date(2024, 9, 4), alpha)  # after the day that is looked at
    hold("round:3", date(2025, 3, 5), [*alpha, *beta])
    with clock.moved_to(clock.at(date(2025, 5, 6), 10)):
        page = client_of(world.city).get(reverse("desk:overview"), {"year": 2025})
    lines = {line["code"]: line for line in page.context["districts"]}
    assert [lines[code]["growth"] for code in ("120111", "120114", "120101")] == [0.5, None, None]
    assert (page.context["growths"]["person_times"], page.context["growths"]["sessions"]) == (1.0, 0.0)
    assert "同比 <b>+100.0%</b>" in page.content.decode()


def test_the_share_of_a_district_is_its_own_and_a_cap_has_no_rate(world, client_of, code_of):
    members = house.make_people(3, world.alpha)
    hold("round:1", date(2025, 3, 5), members, district="120114")
    base = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31), "source": "示例分解表", "scope_words": "区"}
    plan = Target(
        key="P1", title="区年度计划", metric="person_times", comparator="ge", value=4, district_id="120111", **base
    )
    targets.save(plan, actor=world.city)
    targets.save(
        Target(key="P2", title="区场次上限", metric="sessions", comparator="le", value=1, district_id="120111", **base),
        actor=world.city,
    )
    both = Target(
        key="P3",
        title="两样",
        metric="sessions",
        comparator="ge",
        value=1,
        per_district=True,
        district_id="120111",
        **base,
    )
    assert code_of(targets.save, both, actor=world.city) == "target.district"
    assert not any(one.target.district_id for one in progress_of_year(2025))
    day = date(2025, 5, 6)
    every = [*progress_of_year(2025, day=day), *shares_of_year(2025, day=day)]
    mine = goals("120111", every)
    assert [(one.target.key, one.actual, one.share) for one in mine] == [
        ("P1", 3, 0.75),
        ("T11", 0, 0.0),
        ("P2", 0, None),
    ]
    # T11 is about 集中培训 (K1): the one held in 武清 is of that kind.
    assert [(one.target.key, one.actual, one.reached) for one in goals("120114", every)] == [("T11", 1, True)]
    with clock.moved_to(clock.at(day, 10)):
        own = client_of(world.xiqing).get(reverse("desk:overview"), {"year": 2025}).context
        city = client_of(world.city).get(reverse("desk:overview"), {"year": 2025})
    assert [one.target.key for one, _query in own["targets"]] == ["P1", "T11", "P2"]
    assert [one.target.key for one, _query in city.context["targets"]] == ["T03", "T04", "T11"]
    assert "75.0%" in city.content.decode()


def test_rates_by_district_add_up_and_a_layer_has_none(world):
    alpha, beta = house.make_people(3, world.alpha), house.make_people(1, world.beta)
    facts = {
        ("120111", Name.EXPECTED): 4,
        ("120114", Name.EXPECTED): 2,
        ("120111", Name.EXAMINED): 3,
        ("120111", Name.PASSED): 2,
    }
    hold("round:1", date(2025, 3, 5), [*alpha, *beta], facts)
    places, whole = counts.rates_by_district(YEAR)
    assert (places["120111"].attended, places["120114"].attended) == (counts.Rate(3, 4), counts.Rate(1, 2))
    assert (whole.attended, whole.passed, whole.satisfied.share) == (counts.Rate(4, 6), counts.Rate(2, 3), None)
    assert counts.rates(YEAR.of(district="120114")).attended == counts.Rate(1, 2)
    assert counts.rates_by_district(YEAR.of(layer="top")) == ({}, counts.rates(YEAR.of(layer="top")))
    assert {rate.share for rate in counts.rates(YEAR.of(layer="top")).shown} == {None}


def test_no_sum_gives_away_what_four_people_said(world):
    """Four were not satisfied; whatever is asked for, and subtracted from whatever else, does not say so."""
    place = "120110"

    def survey(answered, satisfied):
        return {(place, Name.SURVEYED): 9, (place, Name.ANSWERED): answered, (place, Name.SATISFIED): satisfied}

    hold("round:1", date(2025, 3, 5), facts=survey(6, 6))
    hold("round:2", date(2025, 3, 6), facts=survey(4, 0))
    for scope in (YEAR, YEAR.of(start=date(2025, 3, 5)), YEAR.of(district=place), YEAR.of(as_of=2)):
        assert counts.rates(scope).satisfied == counts.Rate(6, 6)
        assert counts.rates(scope).answered == counts.Rate(6, 9)
    assert counts.rates(YEAR.of(start=date(2025, 3, 6))).satisfied.share is None
    total = summary.table(summary.month_scope(date(2025, 3, 1))).total
    assert (total.answered, total.satisfied) == (6, 6)
    # Two sheets more, typed in from paper: six are enough.
    again = {key: value for key, value in survey(6, 2).items() if key[1] != Name.SURVEYED}
    line = ActivityLine(
        key="round:2", title="", kind=Kind.CONCENTRATED, mode=Mode.ON_SITE, fee_nature=FeeNature.FREE,
        started_on=date(2025, 3, 6), ended_on=date(2025, 3, 6), class_hours=Decimal(4), held=True, facts=again,
    )  # fmt: skip
    post(line, [], kind=Posting.Kind.SUPPLEMENT, reason="纸质问卷晚到")
    assert (counts.rates(YEAR).satisfied, counts.rates(YEAR.of(as_of=2)).satisfied) == (
        counts.Rate(8, 12),
        counts.Rate(6, 6),
    )


def test_a_round_held_together_is_counted_once_and_shown_with_everyone(world, client_of):
    """Rule A8: 甲 owns what 乙 and a third helped with; 乙 owns one more. The rows of owners add up, the shadows never do."""
    third = Organiser.objects.create(name="示例协会丙", kind=Organiser.Kind.ASSOCIATION)
    people = house.make_people(3, world.alpha)
    shared = house.held(world, None, people, has_exam=False)
    shared.co_organisers.set([world.yi, third, world.jia])
    house.held(world, [house.lesson(date(2025, 4, 9))], people[:1], owner=world.yi, has_exam=False)
    rows = {row.organiser.name: row for row in organisers.table(YEAR)}
    found = {name: (row.sessions, row.people.person_times, row.helped, row.helped_times) for name, row in rows.items()}
    assert found == {world.jia.name: (1, 3, 0, 0), world.yi.name: (1, 1, 1, 3), third.name: (0, 0, 1, 3)}
    whole = counts.figures(YEAR)
    assert (sum(row.sessions for row in rows.values()), whole.sessions, sum(row.helped for row in rows.values())) == (
        2,
        2,
        2,
    )
    assert sum(row.people.person_times for row in rows.values()) == whole.person_times == 4
    with clock.moved_to(clock.at(date(2025, 5, 6), 10)):
        page = client_of(world.city).get(reverse("desk:organiser-table"), {"year": 2025}).content.decode()
        own = (
            client_of(world.city)
            .get(reverse("desk:organiser-figures", args=[third.pk]), {"year": 2025})
            .content.decode()
        )
        district = client_of(world.wuqing).get(reverse("desk:organiser-table"), {"year": 2025}).context["rows"]
    assert "不相加" in page
    assert "1 场、3 人次，都记在主办单位名下" in own
    assert [(row.organiser, row.sessions, row.helped) for row in district] == [(world.yi, 1, 0)]
