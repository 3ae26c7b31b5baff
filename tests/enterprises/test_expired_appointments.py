"""An appointment that has ended holds nowhere at the next request; one that has begun holds everywhere."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Page

from core import clock
from enterprises.models import Appointment, Role

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def groups(world):
    call_command("setup_roles", verbosity=0)


def expire(user):
    Appointment.objects.filter(user=user).update(expires_on=clock.today() - timedelta(days=1))


def test_the_last_day_still_holds_and_the_next_does_not(world, client_of):
    Appointment.objects.filter(user=world.xiqing).update(expires_on=clock.today())
    client = client_of(world.xiqing)
    assert client.get("/desk/").status_code == 200
    expire(world.xiqing)
    assert client.get("/desk/").status_code == 404
    assert "工作台" not in client.get("/my/").content.decode()


def test_rounds_of_an_organiser_are_gone(world, client_of):
    client = client_of(world.jia_admin)
    assert client.get("/desk/rounds/").status_code == 200
    expire(world.jia_admin)
    assert client.get("/desk/rounds/").status_code == 404


def test_an_api_token_lends_no_more_than_its_user_has(world, client):
    from wagtail.models import APIToken

    _token, key = APIToken.create_token(user=world.xiqing, name="试")
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/figures", headers=headers).status_code == 200
    expire(world.xiqing)
    assert client.get("/api/v1/figures", headers=headers).status_code == 403


def test_an_editor_loses_the_pages_though_the_group_was_not_touched(world, client_of, groups):
    client = client_of(world.editor)
    root = Page.get_first_root_node().get_children().first()
    edit = f"/admin/pages/{root.pk}/edit/"
    assert client.get(edit).status_code == 200
    expire(world.editor)
    assert client.get(edit).status_code == 302
    assert not world.editor.groups.exists()
    assert client.post(edit, {"title": "改"}).status_code == 302
    assert client.get("/admin/images/").status_code == 302


def test_a_new_editor_need_not_wait_for_a_command(world, client_of, groups):
    client = client_of(world.nobody)
    assert client.get("/admin/").status_code == 302
    Appointment.objects.create(user=world.nobody, role=Role.EDITOR)
    assert client.get("/admin/").status_code == 200


def test_other_groups_are_left_alone(world, client_of, groups):
    own = Group.objects.create(name="自建的组")
    world.editor.groups.add(own)
    expire(world.editor)
    client_of(world.editor).get("/admin/")
    assert list(world.editor.groups.all()) == [own]
