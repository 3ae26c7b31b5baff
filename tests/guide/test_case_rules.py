"""What must be true of a case before it is published, and who may publish it."""

import io
from datetime import date

import pytest
from django.core.management import call_command

from core import clock
from core.page_guards import PublishRefused
from guide.models import CaseIndexPage, CasePage, CaseQuota
from tests.suite.world import WUQING, XIQING

pytestmark = pytest.mark.one_engine

TODAY = clock.at(date(2026, 11, 2), 10)


@pytest.fixture
def real(guide):
    """``real(slug, **fields)``: a case of a real enterprise of 西青区, not yet published."""

    def make(slug, **fields):
        usual = {
            "consented": True,
            "consented_on": date(2026, 10, 1),
            "district_id": XIQING,
            "enterprise_name": "某某公司",
        }
        page = CasePage(title=f"案例{slug}", slug=slug, live=False, **(usual | fields))
        return CaseIndexPage.objects.get().add_child(instance=page)

    return make


def publish(page):
    with clock.moved_to(TODAY):
        page.save_revision().publish()
    page.refresh_from_db()
    return page


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"consented": False, "consented_on": None}, "case.consent"),
        ({"consented_on": None}, "case.consent"),
        ({"district_id": None}, "case.district"),
    ],
)
def test_a_real_enterprise_needs_consent_and_district(real, fields, code):
    page = real("zhen", **fields)
    with pytest.raises(PublishRefused) as refused:
        publish(page)
    assert refused.value.code == code
    page.refresh_from_db()
    assert not page.live


def test_with_consent_it_is_published(real):
    assert publish(real("zhen")).live


def test_an_invented_one_says_so_in_its_name(real):
    assert publish(real("bian", consented=False, consented_on=None, enterprise_name="样品厂（示例）")).live


def test_no_more_than_the_quota_in_a_year(real):
    CaseQuota.objects.update_or_create(year=2026, defaults={"most": 2, "source": "测试通知"})
    first, _second = publish(real("a")), publish(real("b"))
    third = real("c")
    with pytest.raises(PublishRefused) as refused:
        publish(third)
    assert refused.value.code == "case.quota"
    assert "测试通知" in refused.value.sentence
    assert publish(first).live, "one that is out may be changed"
    assert publish(real("d", district_id=WUQING)).live, "the neighbour has a quota of its own"
    first.unpublish()
    assert publish(third).live


def test_last_years_cases_and_invented_ones_take_nothing(real):
    CaseQuota.objects.update_or_create(year=2026, defaults={"most": 1, "source": "测试通知"})
    old = publish(real("old"))
    CasePage.objects.filter(pk=old.pk).update(first_published_at=clock.at(date(2025, 12, 31), 23))
    publish(real("bian", consented=False, enterprise_name="样品厂（示例）"))
    assert publish(real("new")).live


def test_the_quota_is_that_of_the_newest_notice(guide):
    assert CaseQuota.of(2024).least == 1
    assert CaseQuota.of(2026).most == 5
    assert CaseQuota.of(2020) is None


@pytest.fixture
def roles(guide, world):
    call_command("setup_roles", stdout=io.StringIO())
    call_command("setup_roles", stdout=io.StringIO())


def form_of(client, index, **fields):
    """What the admin's form for a new case posts."""
    data = {
        "title": "西青的案例",
        "slug": "xiqing-anli",
        "enterprise_name": "样品厂（示例）",
        "pilot": "",
        "layers": ["frontline"],
        "body-count": "0",
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    for name in ("case_clauses", "case_tools"):
        data |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    return client.post(f"/admin/pages/add/guide/casepage/{index.pk}/", data | fields)


def test_a_district_writes_its_case_and_the_city_publishes_it(roles, world, client_of):
    index = CaseIndexPage.objects.get()
    client = client_of(world.xiqing)
    assert form_of(client, index, district=WUQING).status_code == 200, "another district's is refused with a message"
    assert not CasePage.objects.filter(slug="xiqing-anli").exists()
    assert form_of(client, index, district=XIQING, **{"action-submit": "1"}).status_code == 302
    page = CasePage.objects.get(slug="xiqing-anli")
    assert not page.live
    assert page.current_workflow_state.workflow.name == "案例审核"
    task = page.current_workflow_task_state
    address = f"/admin/pages/workflow/action/{page.pk}/approve/{task.pk}/"
    assert client_of(world.xiqing).post(address, {"comment": ""}).status_code == 302
    page.refresh_from_db()
    assert not page.live, "who wrote it does not approve it"
    client_of(world.editor).post(address, {"comment": "可以"})
    page.refresh_from_db()
    assert page.live


def test_a_district_changes_no_case_of_another(roles, world, client_of):
    index = CaseIndexPage.objects.get()
    form_of(client_of(world.wuqing), index, district=WUQING)
    page = CasePage.objects.get(slug="xiqing-anli")
    assert client_of(world.wuqing).get(f"/admin/pages/{page.pk}/edit/").status_code == 200
    assert client_of(world.xiqing).get(f"/admin/pages/{page.pk}/edit/").status_code == 302
    hongsheng = CasePage.objects.get(slug="hongsheng")
    assert client_of(world.xiqing).get(f"/admin/pages/{hongsheng.pk}/edit/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_published_at_once_take_one_place(real, at_once):
    CaseQuota.objects.update_or_create(year=2026, defaults={"most": 1, "source": "测试通知"})
    pages = [real("a"), real("b")]
    revisions = [page.save_revision() for page in pages]
    with clock.moved_to(TODAY):
        done = at_once(2, lambda number: revisions[number].publish())
    assert [type(each) for each in done if each] == [PublishRefused]
    assert CasePage.objects.filter(pk__in=[page.pk for page in pages], live=True).count() == 1
