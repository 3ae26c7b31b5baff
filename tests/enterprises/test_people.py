"""Who is who: the same phone is the same person, the same name is not; a membership is never overwritten."""

from datetime import timedelta

import pytest

from core import clock
from core.exceptions import DomainError
from enterprises.models import Appointment, Enterprise, Membership, Person, Role
from enterprises.policies import rights_of
from enterprises.services import current_membership, introduce, join, list_person
from tests.suite.world import CODES, XIQING

pytestmark = pytest.mark.django_db


def refused(refusal, act, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal


def listed(world, name, phone, enterprise=None, layer="frontline"):
    return list_person(name=name, phone=phone, membership={"enterprise": enterprise or world.alpha, "layer": layer})


def test_the_same_phone_is_the_same_person(world):
    one = listed(world, "陈示一", "199 1111 0001")
    two = listed(world, "陈示一", "+8619911110001", enterprise=world.beta)
    assert one.person == two.person
    assert Membership.objects.filter(person=one.person, ended_on=None).count() == 2


def test_a_phone_of_somebody_else_is_refused(world):
    listed(world, "陈示一", "19911110001")
    refused("phone.taken", listed, world, "陈示二", "19911110001")


def test_the_same_name_is_not_the_same_person(world):
    assert listed(world, "陈示一", "19911110001").person != listed(world, "陈示一", "19911110002").person


def test_a_list_without_phones_sent_twice_changes_nothing(world):
    assert listed(world, "赵例㛃", "") == listed(world, "赵例㛃", "")
    assert listed(world, "赵例㛃", "", enterprise=world.beta).person != listed(world, "赵例㛃", "").person


def test_a_new_post_begins_a_new_row(world):
    old = listed(world, "陈示一", "19911110001")
    with clock.moved_to(clock.now() + timedelta(days=30)):
        new = listed(world, "陈示一", "19911110001", layer="middle")
        assert current_membership(new.person) == new
    old.refresh_from_db()
    assert (old.layer, old.ended_on) == ("frontline", clock.today() + timedelta(days=29))


def test_joining_a_listed_enterprise(world):
    membership = join(world.nobody, name="路人甲", code=CODES["alpha"], layer="frontline", post="冲压工")
    assert membership.enterprise == world.alpha
    assert join(world.nobody, name="路人甲", code=CODES["alpha"], layer="frontline", post="冲压工") == membership
    assert membership.person.user == world.nobody


def test_joining_an_enterprise_nobody_has_listed(world):
    code = CODES["spare"][0]
    refused("enterprise.unknown", join, world.nobody, name="路人甲", code=code, layer="top")
    from enterprises.models import District

    xiqing = District.objects.get(pk=XIQING)
    join(world.nobody, name="路人甲", code=code, layer="top", enterprise_name="示例(丁)有限公司", district=xiqing)
    enterprise = Enterprise.objects.get(code=code)
    assert (enterprise.name, enterprise.status) == ("示例（丁）有限公司", Enterprise.Status.CLAIMED)


def test_joining_by_the_pages(world, client_of):
    client = client_of(world.nobody)
    form = {"name": "路人甲", "code": CODES["spare"][0], "layer": "top", "next": "/courses/"}
    assert "还没有登记过这家企业" in client.post("/enterprises/join/", form).content.decode()
    answer = client.post("/enterprises/join/", form | {"enterprise_name": "示例丁有限公司", "district": XIQING})
    assert answer.headers["Location"] == "/courses/"
    assert client.post("/enterprises/join/", form | {"name": " "}).status_code == 200


def test_names(world):
    refused("name.missing", introduce, world.nobody, "  ")
    refused("name.long", introduce, world.nobody, "例" * 51)
    assert introduce(world.nobody, "买买提•示例江").name == "买买提·示例江"
    assert Person.objects.filter(user=world.nobody).count() == 1


def test_an_expired_appointment_loses_its_rights_at_the_next_request(world, client_of):
    client = client_of(world.xiqing)
    assert client.get("/desk/").status_code == 200
    Appointment.objects.filter(user=world.xiqing).update(expires_on=clock.today() - timedelta(days=1))
    assert client.get("/desk/").status_code == 404


def test_an_appointment_holds_through_its_last_day(world):
    Appointment.objects.filter(user=world.xiqing).update(expires_on=clock.today())
    assert rights_of(world.xiqing).districts == {XIQING}


def test_a_role_takes_only_its_scope(world):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(user=world.nobody, role=Role.DISTRICT_ADMIN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(user=world.nobody, role=Role.CITY_ADMIN, district_id=XIQING)
