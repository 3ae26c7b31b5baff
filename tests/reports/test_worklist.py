"""缺什么: each row of the list is really missing, leads to the screen that mends it, and is gone once it is mended."""

from datetime import date

import pytest
from django.urls import reverse

from core import clock
from core.policies import policy_for
from enterprises.models import Enterprise, Layer
from ledger import counts
from reports.completeness import completeness
from reports.worklist import KINDS, worklist
from tests.training import house
from training import corrections, registration
from training.models import Evidence, Round

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

YEAR = counts.Scope(date(2025, 1, 1), date(2025, 12, 31))
MAY = clock.at(date(2025, 5, 6), 10)


@pytest.fixture
def books(world):
    """A closed round of one of alpha, one of beta whose layer is 其他, one of nobody; and a round that is over, not closed."""
    members = house.make_people(1, world.alpha) + house.make_people(1, world.beta, Layer.OTHER)
    Enterprise.objects.filter(pk=world.alpha.pk).update(size_class="micro")
    round_ = house.opened(world, members=members, has_exam=False)
    registration.register(round_.pk, world.nobody.person, None, actor=world.nobody)
    house.attend(world, round_)
    house.file_papers(round_)
    house.close(world, round_)
    house.ready(world, [house.lesson(date(2025, 4, 9))], members[:1], title="没结班", has_exam=False, owner=world.yi)
    return round_


def look(scope, user, what=""):
    with clock.moved_to(MAY):
        return worklist(scope, user, what)


def test_what_is_missing_is_counted_and_leads_to_where_it_is_mended(world, books, client_of):
    counted, first, _page = look(YEAR, world.city)
    assert counted == {"unclosed": 1, "papers": 0, "homeless": 1, "layerless": 1, "sizeless": 1, "corrections": 0}
    assert first == "unclosed"
    gaps = {what: look(YEAR, world.city, what)[2].gaps for what in KINDS}
    seat = house.of(books, world.nobody.person)
    correct = f"{reverse('desk:correct', args=[books.pk])}?registration={{}}"
    other = books.registrations.get(enterprise=world.beta)
    assert gaps["unclosed"][0].more == "示例培训机构乙，1 人等着计入"
    assert gaps["homeless"][0].url == correct.format(seat.pk)
    assert gaps["layerless"][0].url == correct.format(other.pk)
    assert (gaps["sizeless"][0].what, gaps["sizeless"][0].url) == (
        world.beta.name,
        reverse("desk:enterprise", args=[world.beta.pk]),
    )
    client = client_of(world.city)
    for rows in gaps.values():
        for gap in rows:
            assert client.get(gap.url.partition("#")[0], follow=True).status_code == 200
    with clock.moved_to(MAY):
        page = client.get(reverse("desk:gaps"), {"year": 2025, "what": "homeless"})
    assert ("路*甲" in page.content.decode(), page.context["total"]) == (True, 4)


def test_what_is_mended_is_off_the_list(world, books, client_of):
    Enterprise.objects.filter(pk=world.beta.pk).update(size_class="small")
    unclosed = look(YEAR, world.city)[2].gaps[0]
    house.close(world, type(books).objects.get(title="没结班"))
    assert "没结班" in unclosed.what
    counted, first, _page = look(YEAR, world.city)
    assert (counted["unclosed"], counted["sizeless"], first) == (0, 0, "homeless")
    # Evidence that went missing, and a 更正单 that waits.
    Evidence.objects.filter(round=books, kind=Evidence.Kind.SIGN_IN).delete()
    Evidence.objects.filter(round=books, kind=Evidence.Kind.PHOTO).first().delete()
    with clock.moved_to(MAY):
        row = books.registrations.get(enterprise=world.alpha)
        corrections.ask(
            row.pk, actor=world.jia_trainer, reason="替签", sessions={str(books.sessions.get().pk): "absent"}
        )
    counted, first, page = look(YEAR, world.city)
    assert (counted["papers"], counted["corrections"], first) == (1, 1, "papers")
    assert page.gaps[0].mend == "补传：签到表 0／1、照片 2／3"
    assert look(YEAR, world.city, "corrections")[2].gaps[0].url == reverse(
        "desk:correction", args=[row.corrections.get().pk]
    )


def test_a_district_finds_what_is_its_own_and_filters_hold(world, books, client_of):
    with clock.moved_to(MAY):
        own = client_of(world.wuqing).get(reverse("desk:gaps"), {"year": 2025, "district": "120111"}).context
    found = {tab["title"]: tab["count"] for tab in own["tabs"]}
    assert found == {"没结班": 1, "缺佐证": 0, "没写单位": 0, "层级是其他": 1, "没填规模": 1, "更正单待批": 0}
    assert look(YEAR.of(organiser=world.jia.pk), world.city)[0]["unclosed"] == 0
    assert look(YEAR.of(mode="online"), world.city)[0]["homeless"] == 0
    assert look(YEAR.of(enterprise=world.beta.pk), world.city)[0]["unclosed"] == 0


def test_the_number_of_rows_is_that_of_the_rows_whatever_is_asked(world, books):
    asked = [{}, {"layer": "other"}, {"layer": "frontline"}, {"layer": ("top", "other")}, {"size_class": "micro"}]
    asked += [{"size_class": "unknown"}, {"district": "120114"}, {"enterprise": world.beta.pk}, {"enterprise": "-"}]
    seen = set()
    for filters in [*asked, {"as_of": 0}, {"district": "120114", "layer": "other", "enterprise": "-"}]:
        scope = YEAR.of(**filters)
        counted, _first, _page = look(scope, world.city)
        for what in ("homeless", "layerless", "sizeless"):
            assert counted[what] == len(list(KINDS[what][2](scope, world.city)[:100])), (filters, what)
            seen.add((what, counted[what]))
        assert completeness(scope).homeless == counted["homeless"] == scope.entries().filter(enterprise=None).count()
    assert seen == {(what, n) for what in ("homeless", "layerless", "sizeless") for n in (0, 1)}


def test_who_cannot_mend_it_is_told_who_can_and_led_where_they_may_look(world, books, client_of):
    with clock.moved_to(MAY):
        row = books.registrations.get(enterprise=world.beta)
        session = str(books.sessions.get().pk)
        corrections.ask(row.pk, actor=world.jia_trainer, reason="替签", sessions={session: "absent"})
        Evidence.objects.filter(round=books, kind=Evidence.Kind.SIGN_IN).delete()
        for user, scope in ((world.statistician, YEAR), (world.wuqing, YEAR.of(district="120114"))):
            client = client_of(user)
            for what in KINDS:
                for gap in look(scope, user, what)[2].gaps:
                    assert client.get(gap.url.partition("#")[0]).status_code == 200, (user, gap)
                    assert gap.mend.startswith("请示例培训机构") or what == "sizeless", gap
        assert look(YEAR, world.city, "layerless")[2].gaps[0].mend.startswith("提更正单")
        for user in (world.city, world.wuqing, world.jia_trainer, world.yi_trainer, world.nobody, world.statistician):
            policy = policy_for(Round)
            assert set(policy.changeable(user)) == {
                one for one in Round.objects.all() if policy.may(user, "change", one)
            }
