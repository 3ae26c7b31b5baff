"""目标: those of the notices, figures by hand that two people stand behind, forecasts, and how a gap is closed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from core.models import AuditRecord
from enterprises.models import Assistance, AssistanceStep, Enterprise, Pilot
from ledger.models import ActivityFact, FeeNature, Kind
from reports import targets
from reports.models import Comparator, HandFigure, Metric, Target
from reports.planner import invitees, plan
from reports.progress import context_targets, progress, progress_of_year, years
from tests.reports.test_progress import DAY, hold, target
from tests.training import house
from training.models import Round

pytestmark = pytest.mark.django_db

MID = date(2025, 7, 2)


def proof(name="汇总表.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4 example")


def give(one, value, actor, day=MID, **fields):
    with clock.moved_to(clock.at(date(2025, 8, 1), 9)):
        return targets.give_figure(
            one, value=Decimal(value), on_day=day, basis="各区盖章汇总表", proof=proof(), actor=actor, **fields
        )


# Of the notices --------------------------------------------------------------------------------------------------


def test_the_targets_of_the_notices_are_brought_in_once_and_what_people_changed_stays():
    assert targets.load_targets() == 15  # three came with the tables
    Target.objects.filter(key="T02").update(value=120)
    assert targets.load_targets() == 0
    assert Target.objects.get(key="T02").value == 120
    assert all("行" in one.source for one in Target.objects.all())
    wanted = ["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T11", "T12"]
    assert [one.target.key for one in progress_of_year(2025)] == wanted
    assert [one.key for one in context_targets(2026)] == ["T15", "T16", "T17", "T18", "T19", "T20", "T21"]
    assert years() == [2025, 2023]


def test_the_nations_targets_are_counted_and_not_judged(world):
    targets.load_targets()
    people = house.make_people(2, world.alpha)
    hold(1, people, kind=Kind.PROMOTION)
    hold(2, people[:1])
    by_key = {one.key: progress(one, day=DAY) for one in context_targets(2025)}
    # 宣传培训 takes promotion in, as its words say (A13); alpha is no small enterprise by any record.
    assert (by_key["T17"].actual, by_key["T19"].actual, by_key["T18"].actual) == (2, 3, 0)
    assert {one.state[0] for one in by_key.values()} == {"context", "unknown"}


def test_a_years_targets_are_carried_over_once_with_their_days(world):
    targets.load_targets()
    n = targets.carry_over(2025, actor=world.city)
    assert (
        n == Target.objects.filter(starts_on__year=2026).count() == Target.objects.filter(starts_on__year=2025).count()
    )
    cap = Target.objects.get(key="T07", starts_on__year=2026)
    assert (cap.ends_on, cap.value, cap.source[:4]) == (date(2026, 10, 30), 5, "待新通知")
    assert targets.carry_over(2025, actor=world.city) == 0
    assert AuditRecord.objects.filter(action="target.save").count() == n


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"ends_on": date(2024, 1, 1)}, "target.period"),
        ({"comparator": "in", "upper": None}, "target.range"),
        ({"comparator": "in", "upper": 1}, "target.range"),
        ({"key": "T03"}, "target.twice"),
    ],
)
def test_a_target_that_cannot_be_is_refused(world, code_of, fields, code):
    row = target()
    for name, value in fields.items():
        setattr(row, name, value)
    assert code_of(targets.save, row, actor=world.city) == code


def test_a_year_without_targets_is_not_carried_over(world, code_of):
    assert code_of(targets.carry_over, 2019, actor=world.city) == "target.none"


# Rules -----------------------------------------------------------------------------------------------------------


def test_a_range_is_met_inside_it_and_words_are_those_of_the_notice(world):
    one = target(metric=Metric.SESSIONS, comparator=Comparator.BETWEEN, value=1, upper=2)
    states = []
    for number in range(4):
        if number:
            hold(number)
        states.append(progress(one, day=DAY).state[1])
    assert states == ["还没达到", "在范围里", "在范围里", "超出目标"]
    assert (one.rule, target(key="X2").rule) == ("1～2 场", "≥ 2 人次")


def test_industry_by_district_asks_only_where_that_chain_has_enterprises(world):
    """T12: alpha (西青区) makes carpets, beta (武清区) photovoltaics: two places, not 16 × chains."""
    world.alpha.pilots.set([Pilot.objects.get(pk="ditan")])
    world.beta.pilots.set([Pilot.objects.get(pk="guangfu")])
    one = target(metric=Metric.SESSIONS, value=1, per_industry=True, kind=Kind.INDUSTRY)
    hold(1, district="120111", kind=Kind.INDUSTRY, pilot="ditan")
    hold(2, district="120111", kind=Kind.INDUSTRY, pilot="guangfu")  # the chain is not in that district
    found = progress(one, day=DAY)
    assert (found.actual, found.needed, found.short, found.actual_words) == (1, 2, ("武清区·光伏",), "1／2")
    places = {place.district.name: place for place in plan(one, day=DAY).places if place.rounds}
    assert {name: place.industries for name, place in places.items()} == {"武清区": ("光伏",)}


def test_assistance_is_measured_where_it_is_recorded_and_no_ledger_is_no_data(world):
    diagnosed, certified = target(metric=Metric.DIAGNOSED), target(key="X2", metric=Metric.CERTIFIED, pilot_id="ditan")
    assert (progress(diagnosed).actual, progress(diagnosed).state) == (None, ("unknown", "还没有数据"))
    world.alpha.pilots.set([Pilot.objects.get(pk="ditan")])
    rows = [
        Assistance.objects.create(
            enterprise=firm, year=2025, entered_on=date(2025, 1, 5), certified_before=firm == world.beta
        )
        for firm in (world.alpha, world.beta)
    ]
    assert progress(diagnosed).actual == 0
    for row in rows:
        for kind in ("diagnosis", "diagnosis", "certificate"):
            AssistanceStep.objects.create(assistance=row, kind=kind, started_on=date(2025, 6, 1))
    assert progress(diagnosed).actual == 2  # two diagnoses of one enterprise are one
    assert progress(certified).actual == 1  # who held one before is not newly certified
    hold(1, house.make_people(1, world.alpha))
    assert progress(target(key="X3", metric=Metric.COVERAGE, value=80)).actual == 50.0


def test_rates_come_from_facts_and_are_no_data_without_them(world):
    from ledger.services import correct

    one = target(metric=Metric.PASS_RATE, value=90)
    other = target(key="X2", metric=Metric.SATISFACTION, comparator=Comparator.MORE_THAN, value=90)
    assert progress(one).actual is None
    hold(1, house.make_people(1, world.alpha))
    name = ActivityFact.Name
    facts = {("120111", name.EXAMINED): 8, ("120111", name.PASSED): 7}
    facts |= {("120111", name.ANSWERED): 10, ("120111", name.SATISFIED): 9}
    correct("round:1", actor=world.city, reason="成绩单为准", facts=facts)
    assert (progress(one).actual, progress(other).actual, progress(other).reached) == (87.5, 90.0, False)


# By hand ---------------------------------------------------------------------------------------------------------


def test_a_figure_by_hand_counts_once_a_second_person_agreed(world, code_of):
    one = target(metric=Metric.BY_HAND, unit_words="家", value=100)
    row = give(one, 80, world.statistician)
    assert progress(one).actual is None
    assert code_of(targets.decide, row, agree=True, actor=world.statistician) == "figure.own"
    assert code_of(targets.decide, row, agree=False, actor=world.city) == "figure.reason"
    with clock.moved_to(clock.at(date(2025, 8, 2), 9)):
        assert targets.decide(row, agree=True, actor=world.city).decided_by == world.city
    assert targets.decide(row, agree=True, actor=world.city).state == "agreed"
    assert code_of(targets.decide, row, agree=False, actor=world.city, because="错了") == "figure.decided"
    found = progress(one, day=MID)
    assert (found.actual, found.figure, found.gap) == (80, row, 20)
    assert AuditRecord.objects.filter(action__startswith="figure.").count() == 2


def test_the_newest_agreed_figure_holds_and_as_of_a_posting_the_one_agreed_then(world):
    one = target(metric=Metric.BY_HAND, value=100)
    first, wrong, second = (give(one, n, world.city, MID + timedelta(days=d)) for n, d in ((10, 0), (99, 2), (30, 1)))
    for row, day, agree in ((first, 3, True), (wrong, 3, False), (second, 9, True)):
        with clock.moved_to(clock.at(date(2025, 8, day), 9)):
            targets.decide(row, agree=agree, actor=world.statistician, because="佐证不清楚")
    with clock.moved_to(clock.at(date(2025, 8, 5), 9)):
        hold(1)
    assert (progress(one).actual, progress(one, as_of=1).actual, progress(one, as_of=0).actual) == (30, 10, None)


def test_what_the_platform_counts_is_never_taken_from_a_hand(world):
    one = target()
    row = give(one, 500, world.city)
    targets.decide(row, agree=True, actor=world.statistician)
    assert (progress(one).actual, progress(one).figure) == (0, None)


def test_figures_of_districts_add_up_and_each_district_is_looked_at(world):
    one = target(metric=Metric.BY_HAND, value=2, per_district=True)
    for district, n in (("120111", 2), ("120114", 1)):
        from enterprises.models import District

        row = give(one, n, world.city, district=District.objects.get(pk=district))
        targets.decide(row, agree=True, actor=world.statistician)
    found = progress(one)
    assert (found.actual, found.needed, "武清区" in found.short, "西青区" in found.short) == (1, 16, True, False)


@pytest.mark.parametrize(
    ("value", "day", "code"),
    [(-1, MID, "figure.value"), (101, MID, "figure.value"), (5, date(2024, 12, 31), "figure.day")]
    + [(5, date(2025, 8, 2), "figure.day")],
)
def test_a_figure_that_cannot_be_is_refused(world, code_of, value, day, code):
    one = target(metric=Metric.BY_HAND, unit_words="%", value=100)
    assert code_of(give, one, value, world.city, day) == code
    assert HandFigure.objects.count() == 0


# Forecast --------------------------------------------------------------------------------------------------------


def test_the_forecast_is_two_speeds_and_says_its_sum(world):
    for number in range(6):
        hold(number, day=date(2025, 1, 10))
    for number in range(6, 9):
        hold(number, day=date(2025, 6, 20))
    one = target(metric=Metric.SESSIONS, value=20)
    found = progress(one, day=MID).forecast
    # 9 in 183 days and 3 in 90: 182 more days bring 8 or 6.
    assert (found.low, found.high, found.reaches, found.planned) == (15, 17, False, 0)
    assert "183 天有 9 场" in found.words
    assert "最近 90 天有 3 场" in found.words
    one.value = 16
    assert progress(one, day=MID).forecast.reaches is None
    one.value = 15
    assert progress(one, day=MID).forecast.reaches is True
    for day in (date(2025, 1, 20), date(2025, 12, 31)):
        assert progress(one, day=day).forecast is None
    assert progress(target(key="X2", metric=Metric.PERSONS, value=9), day=MID).forecast is None


# The gap ---------------------------------------------------------------------------------------------------------


def test_rounds_are_shared_out_by_whom_nobody_came_from_and_bring_the_people_that_are_missing(world):
    """T03 and T04 together: 4 rounds and 101 people are missing, one round is planned: 3 more of 26 people."""
    make = house.make_enterprise
    firms = [make(n, district) for n, district in enumerate(["120111"] * 3 + ["120114"])]
    rounds = target(metric=Metric.ROUNDS, value=5, kind=Kind.INTERNAL_AUDITOR)
    target(key="X2", value=103, comparator=Comparator.AT_LEAST, kind=Kind.INTERNAL_AUDITOR)
    hold(1, [*house.make_people(1, world.alpha), *house.make_people(1, world.beta)])
    house.planned(world, [house.lesson(date(2025, 9, 1))], kind=Kind.INTERNAL_AUDITOR)
    Round.objects.update(ends_on=date(2025, 9, 1))
    found = plan(rounds, day=MID)
    assert (found.rounds, found.size, found.planned) == (3, 26, 1)
    assert {place.district.name: (place.rounds, place.enterprises) for place in found.places if place.enterprises} == {
        "西青区": (2, 3),
        "武清区": (1, 1),
    }
    assert set(invitees(world.city, rounds)) == set(firms)
    assert set(invitees(world.wuqing, rounds)) == {firms[3]}
    Enterprise.objects.filter(pk=firms[0].pk).update(status=Enterprise.Status.CLOSED)
    assert set(invitees(world.xiqing, rounds)) == set(firms[1:3])


def test_a_gap_of_people_is_rounds_of_the_size_there_has_been(world):
    hold(1, house.make_people(4, world.alpha))
    found = plan(target(value=21), day=MID)
    assert (found.rounds, found.size) == (5, 4)
    assert plan(target(key="X2", metric=Metric.DIAGNOSED), day=MID).rounds is None
    assert plan(target(key="X3", comparator=Comparator.AT_MOST), day=MID).rounds is None


def test_the_share_of_a_district_is_planned_in_that_district_alone(world):
    firms = [house.make_enterprise(n, district) for n, district in enumerate(["120111", "120114"])]
    hold(1, house.make_people(4, world.alpha))
    share = target(value=21, district_id="120111", key="X7")
    for kind, owner in ((Kind.CONCENTRATED, world.jia), (Kind.CONCENTRATED, world.yi), (Kind.PROMOTION, world.yi)):
        house.planned(world, [house.lesson(date(2025, 9, 1))], owner=owner, kind=kind)
    world.yi.district_id = "120111"
    world.yi.save()
    found = plan(share, day=MID)
    # 17 people are missing, 4 a round: five, of which one of the district's own is on the calendar; a promotion is none.
    assert (found.rounds, found.planned) == (4, 1)
    assert [(place.district.name, place.rounds, place.enterprises) for place in found.places] == [("西青区", 4, 1)]
    assert set(invitees(world.city, share)) == {firms[0]}
    # Beside a target of rounds stands the city's of people, neither a district's share nor the nation's.
    rounds = target(metric=Metric.ROUNDS, value=5, key="X8")
    target(value=5_000, key="X9", is_context=True)
    assert "人次" not in plan(rounds, day=MID).words


def test_districts_that_lack_a_round_get_one_each(world):
    hold(1, district="120111", kind=Kind.CONCENTRATED)
    found = plan(Target.objects.get(key="T11"), day=MID)
    assert found.rounds == 15
    assert {place.district.name for place in found.places if not place.rounds} == {"西青区"}


# Screens ---------------------------------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_a_clerk_gives_a_figure_and_the_city_agrees_on_screen(world, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    one = target(metric=Metric.BY_HAND, unit_words="家", value=100)
    client.force_login(world.statistician)
    page = reverse("desk:target", args=[one.pk])
    wrong = client.post(page, {"value": "80", "on_day": "2030-01-01", "basis": "汇总表", "proof": proof()})
    assert wrong.status_code == 422
    assert "不能晚于今天" in wrong.content.decode()
    client.post(page, {"value": "80", "on_day": "2025-07-02", "basis": "汇总表", "proof": proof()})
    row = HandFigure.objects.get()
    own = client.get(reverse("desk:figure", args=[row.pk])).content.decode()
    assert "自己报的数不能自己审" in own
    assert b"%PDF" in b"".join(client.get(reverse("desk:figure-proof", args=[row.pk])).streaming_content)
    client.force_login(world.city)
    assert "等着审的填报" in client.get(reverse("desk:targets"), {"year": 2025}).content.decode()
    answer = client.post(reverse("desk:figure", args=[row.pk]), {"do": "agree"}, follow=True)
    assert "人工填报，累计到" in answer.content.decode()


@pytest.mark.one_engine
def test_a_target_is_written_down_and_carried_over_on_screen(world, client):
    client.force_login(world.city)
    fields = {"key": "B1", "title": "示例目标", "scope_words": "全市", "metric": "sessions", "comparator": "ge"}
    fields |= {
        "value": "3",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "source": "示例通知，第 1 行",
        "order": "1",
    }
    assert client.post(reverse("desk:target-new"), fields | {"comparator": "in"}).status_code == 422
    client.post(reverse("desk:target-new"), fields)
    one = Target.objects.get(key="B1")
    client.post(reverse("desk:target-edit", args=[one.pk]), fields | {"value": "4", "fee_nature": FeeNature.FREE})
    one.refresh_from_db()
    assert (one.value, one.fee_nature) == (4, "free")
    client.post(reverse("desk:targets") + "?year=2026")
    assert Target.objects.filter(key="B1", starts_on="2027-01-01").exists()
    client.force_login(world.xiqing)
    assert client.post(reverse("desk:targets") + "?year=2026").status_code == 403


@pytest.mark.one_engine
@pytest.mark.parametrize("rows", [1, 3])
def test_one_row_and_three_rows_are_the_same_questions(world, client, django_assert_num_queries, rows):
    Target.objects.all().delete()
    one = target(metric=Metric.ROUNDS, value=9)
    for n in range(rows):
        house.make_enterprise(n, "120111", contact_name="张三", contact_phone="13800000001")
        give(one, n, world.statistician)
    client.force_login(world.city)
    for name, n in (("desk:target-plan", 20), ("desk:target", 6)):
        with django_assert_num_queries(n):
            page = client.get(reverse(name, args=[one.pk])).content.decode()
        assert "13800000001" not in page
