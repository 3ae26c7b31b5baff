"""One number in two places, and names as they are written."""

import re

import pytest

from accounts.models import SmsCode
from core.exceptions import DomainError
from core.models import AuditRecord
from core.syllables import cuts
from enterprises import phones
from enterprises.models import Person
from enterprises.services import join, list_person
from tests.suite.world import CODES

pytestmark = pytest.mark.django_db

NEW = "19911110009"


def refused(refusal, act, /, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal


def numbers(user):
    user.refresh_from_db()
    return user.phone, Person.objects.get(user=user).phone


def code_in(sms):
    return re.search(r"\d{6}", sms[-1][1]).group()


# Phones -----------------------------------------------------------------------------------------------------------


def test_a_user_moves_login_and_person_to_the_new_number(world, client_of, sms):
    client = client_of(world.wang)
    assert client.post("/enterprises/phone/", {"phone": "199 1111 0009", "do": "send"}).status_code == 200
    wrong = client.post("/enterprises/phone/", {"phone": NEW, "code": "x", "do": "change"})
    assert wrong.status_code == 422
    old = world.wang.phone
    answer = client.post("/enterprises/phone/", {"phone": NEW, "code": code_in(sms), "do": "change"})
    assert (answer.status_code, numbers(world.wang)) == (302, (NEW, NEW))
    assert sms[-1][0] == old
    changes = AuditRecord.objects.get(action="person.phone").changes
    assert changes["phone"] == ["199****0041", "199****0009"]


def test_a_number_of_somebody_else_is_refused_before_a_code_is_sent(world):
    refused("phone.taken", phones.send_code, world.wang, world.city.phone)
    list_person(name="陈示一", phone=NEW, membership={"enterprise": world.alpha, "layer": "top"})
    refused("phone.taken", phones.send_code, world.wang, NEW)
    refused("phone.same", phones.send_code, world.wang, world.wang.phone)
    refused("phone.invalid", phones.send_code, world.wang, "123")
    assert not SmsCode.objects.exists()


def test_a_number_taken_while_the_code_was_on_its_way(world, sms):
    phones.send_code(world.wang, NEW)
    Person.objects.create(name="陈示一", phone=NEW)
    refused("phone.taken", phones.change_own, world.wang, NEW, code_in(sms))
    assert numbers(world.wang) == ("19900000041", "19900000041")


def test_staff_write_down_another_number(world):
    person = world.wang.person
    refused("reason.missing", phones.change_by_staff, person, NEW, actor=world.xiqing, reason="")
    refused("phone.needed", phones.change_by_staff, person, "", actor=world.xiqing, reason="换号")
    refused("phone.taken", phones.change_by_staff, person, world.city.phone, actor=world.xiqing, reason="换号")
    for _time in range(2):
        phones.change_by_staff(person, NEW, actor=world.xiqing, reason="本人来电换号")
    assert numbers(world.wang) == (NEW, NEW)
    assert AuditRecord.objects.filter(action="person.phone").count() == 1


def test_a_person_without_login_gets_and_loses_a_number(world):
    assert phones.change_by_staff(world.zhao, NEW, actor=world.city, reason="补登").phone == NEW
    assert phones.change_by_staff(world.zhao, "", actor=world.city, reason="登错了").phone is None


# Names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dot", ["•", "‧", "・", "．", "."])
def test_another_middle_dot_is_shown_and_asked(world, client_of, dot):
    client = client_of(world.nobody)
    form = {"name": f"买买提{dot}示例江", "code": CODES["alpha"], "layer": "frontline"}
    page = client.post("/enterprises/join/", form)
    assert "「买买提·示例江」" in page.content.decode()
    assert not world.alpha.memberships.filter(person__user=world.nobody).exists()
    shown = page.context["form"]["name"].value()
    assert client.post("/enterprises/join/", form | {"name": shown}).status_code == 302
    assert Person.objects.get(user=world.nobody).name == "买买提·示例江"


def test_the_right_dot_is_not_asked(world, client_of):
    form = {"name": "买买提·示例江", "code": CODES["alpha"], "layer": "frontline"}
    assert client_of(world.nobody).post("/enterprises/join/", form).status_code == 302


@pytest.mark.parametrize("name", ["𠮷示例", "㛃示", "𪚥𱍐", "例" * 50, "欧阳示例·" + "𠮷" * 45])
def test_rare_and_long_names_stay_whole(world, client_of, name):
    membership = join(world.nobody, name=name, code=CODES["alpha"], layer="frontline")
    assert Person.objects.get(pk=membership.person_id).name == name
    client = client_of(world.alpha_contact)
    assert name in client.get(f"/enterprises/{world.alpha.pk}/staff/{membership.pk}/").content.decode()
    assert list(Person.objects.search(name)) == [membership.person]


# Finding people ---------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(world):
    def add(name, phone=""):
        return list_person(name=name, phone=phone, membership={"enterprise": world.alpha, "layer": "top"}).person

    return {
        "zeng": add("曾示例", "19911115678"),
        "ouyang": add("欧阳示二"),
        "xian": add("洗示三"),
        "yuchi": add("尉迟示四"),
    }


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("曾示例", "zeng"),
        ("示例", "zeng"),
        ("曾", "zeng"),
        ("19911115678", "zeng"),
        ("199 1111 5678", "zeng"),
        ("+8619911115678", "zeng"),
        ("5678", "zeng"),
        ("zengshi", "zeng"),
        ("zeng shi li", "zeng"),
        ("ZengS", "zeng"),
        ("ouyang", "ouyang"),
        ("xianshi", "xian"),
        ("yuchi", "yuchi"),
        ("尉迟", "yuchi"),
    ],
)
def test_a_person_is_found(listed, typed, who):
    assert list(Person.objects.search(typed)) == [listed[who]]


@pytest.mark.parametrize("typed", ["ceng", "%", "_", "9999", "示_", "'; --", "zzzz", "\\"])
def test_nothing_is_found_by_accident(listed, typed):
    assert not Person.objects.search(typed).exists()


def test_syllables():
    assert "xi an" in cuts("xian")
    assert cuts("wangxiaoer")[0] == "wang xiao er"
    assert cuts("vvvv") == ["vvvv"]
    assert len(cuts("an" * 20)) <= 4
