"""The registry in the admin: every screen of a viewset shows one's own scope only, whichever address is typed."""

import io

import pytest
from django.core.management import call_command

from core.models import AuditRecord
from enterprises.models import Enterprise
from tests.suite.world import WUQING

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

SCREENS = ["edit", "inspect", "history", "usage"]


@pytest.fixture
def roles(world):
    call_command("setup_roles", stdout=io.StringIO())


def path(screen, row):
    return f"/admin/enterprises/{screen}/{row.pk}/"


def test_a_district_lists_its_own_enterprises(world, roles, client_of):
    page = client_of(world.xiqing).get("/admin/enterprises/").content.decode()
    assert world.alpha.name in page
    assert world.beta.name not in page
    page = client_of(world.city).get("/admin/enterprises/").content.decode()
    assert world.alpha.name in page
    assert world.beta.name in page


def test_searching_does_not_widen_it(world, roles, client_of):
    page = client_of(world.xiqing).get("/admin/enterprises/", {"q": "示例"}).content.decode()
    assert world.beta.name not in page


@pytest.mark.parametrize("screen", SCREENS)
def test_the_neighbours_row_is_not_there(world, roles, client_of, screen):
    client = client_of(world.xiqing)
    assert client.get(path(screen, world.alpha)).status_code == 200
    assert client.get(path(screen, world.beta)).status_code == 404


def test_a_row_is_edited_but_never_moved(world, roles, client_of):
    client = client_of(world.xiqing)
    form = {"name": "示例甲企业（新名）有限公司", "size_class": "large", "industry_code": "3421", "employees": 19}
    hidden = {"district": WUQING, "code": "X", "status": "closed"}
    assert client.post(path("edit", world.alpha), form | hidden).status_code == 302
    row = Enterprise.objects.get(pk=world.alpha.pk)
    assert (row.name, row.district, row.code) == (form["name"], world.alpha.district, world.alpha.code)
    assert (row.size_class, row.status) == ("micro", "confirmed")
    assert row.former.get().name == world.alpha.name
    assert AuditRecord.objects.filter(actor=world.xiqing, action="enterprise.facts").exists()
    assert client.post(path("edit", world.beta), form).status_code == 404


def test_a_refusal_is_shown_and_nothing_is_written(world, roles, client_of):
    form = {"name": "示例甲新名", "size_class": "unknown", "industry_code": "9999"}
    answer = client_of(world.xiqing).post(path("edit", world.alpha), form)
    assert "99 这个大类" in answer.content.decode()
    assert Enterprise.objects.get(pk=world.alpha.pk).name == world.alpha.name


def test_an_auditor_looks_and_changes_nothing(world, roles, client_of):
    client = client_of(world.auditor)
    assert client.get(path("inspect", world.alpha)).status_code == 200
    form = {"name": "改名", "size_class": "unknown"}
    assert client.post(path("edit", world.alpha), form).status_code in (302, 403)
    assert Enterprise.objects.get(pk=world.alpha.pk).name == world.alpha.name


def test_deleting_and_adding_are_for_nobody_here(world, roles, client_of):
    client = client_of(world.xiqing)
    assert client.post(path("delete", world.alpha)).status_code in (302, 403, 404)
    assert client.get("/admin/enterprises/new/").status_code in (302, 403, 404)
    assert Enterprise.objects.filter(pk=world.alpha.pk).exists()


def test_roles_can_be_set_up_again_and_follow_the_appointments(world, roles):
    from enterprises.models import Appointment

    call_command("setup_roles", stdout=io.StringIO())
    assert world.xiqing.groups.count() == 1
    Appointment.objects.filter(user=world.xiqing).delete()
    call_command("setup_roles", stdout=io.StringIO())
    assert world.xiqing.groups.count() == 0


def test_a_learner_has_no_admin(world, roles, client_of):
    assert client_of(world.wang).get("/admin/enterprises/").status_code == 302
