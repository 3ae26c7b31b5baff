"""Somebody writes instead of signing in: the city hands over a copy or erases, in two steps, with the reason and the proof."""

import io
import json
import zipfile

import pytest

from core.models import AuditRecord
from enterprises.models import Membership, Person
from tests.enterprises.sheets import STAFF, written
from tests.suite.world import CODES

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

WHY = {"reason": "2026-11-20 来信", "proof": "回拨登记的手机号"}


@pytest.fixture
def nobody_yet(world):
    """A person of alpha who came by a workbook and never signed in."""
    written(world.city, "staff", [STAFF[:4], ["陈来信", "19911110001", CODES["alpha"], "一线员工"]])
    return Person.objects.get(phone="19911110001")


def address(person):
    return f"/desk/people/{person.pk}/letter/"


def test_a_copy_to_hand_over(world, client_of, nobody_yet):
    client = client_of(world.city)
    assert "陈来信" in client.get(address(nobody_yet)).content.decode()
    assert not AuditRecord.objects.filter(action="person.copy_by_letter").exists()
    answer = client.post(address(nobody_yet), WHY | {"do": "copy"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    data = json.loads(archive.read("我的信息.json"))
    assert data["姓名和任职"][0]["手机号"] == "19911110001"
    kept = AuditRecord.objects.get(action="person.copy_by_letter")
    assert (kept.actor, kept.reason) == (world.city, "2026-11-20 来信；核对：回拨登记的手机号")


def test_both_reason_and_proof_are_asked_for(world, client_of, nobody_yet):
    client = client_of(world.city)
    for step in ("copy", "look", "erase"):
        for missing in WHY:
            answer = client.post(address(nobody_yet), WHY | {"do": step, "name": "陈来信", missing: " "})
            assert answer.status_code == 422
    nobody_yet.refresh_from_db()
    assert nobody_yet.erased_at is None


def test_erased_in_two_steps(world, client_of, nobody_yet):
    client = client_of(world.city)
    second = client.post(address(nobody_yet), WHY | {"do": "look"}).content.decode()
    assert "会留下的" in second
    assert 'value="erase"' in second
    wrong = client.post(address(nobody_yet), WHY | {"do": "erase", "name": "陈来"})
    assert (wrong.status_code, "姓名" in wrong.content.decode()) == (422, True)
    nobody_yet.refresh_from_db()
    assert nobody_yet.erased_at is None
    for _time in range(2):
        assert client.post(address(nobody_yet), WHY | {"do": "erase", "name": "陈来信"}).status_code == 302
    nobody_yet.refresh_from_db()
    assert (nobody_yet.name, nobody_yet.phone, nobody_yet.erased_at is None) == ("已注销", None, False)
    assert not Membership.objects.open().filter(person=nobody_yet).exists()
    (kept,) = AuditRecord.objects.filter(action="person.erase_by_letter")
    assert kept.changes == {"name": ["陈*信", ""]}
    assert "value=" not in client.get(address(nobody_yet)).content.decode().split("<main")[1].split("csrf")[0]


def test_a_login_goes_with_the_person(world, client_of):
    person = world.wang.person
    client_of(world.city).post(address(person), WHY | {"do": "erase", "name": person.name})
    world.wang.refresh_from_db()
    assert (world.wang.phone, world.wang.is_active, world.wang.erased_at is None) == (None, False, False)


def test_who_works_here_and_oneself_are_refused_in_words(world, client_of):
    for user, words in ((world.xiqing, "收回"), (world.city, "我的信息")):
        person, _made = Person.objects.get_or_create(user=user, defaults={"name": "陈工作"})
        refused = client_of(world.city).post(address(person), WHY | {"do": "erase", "name": person.name})
        assert (refused.status_code, words in refused.content.decode()) == (422, True)
        person.refresh_from_db()
        assert person.erased_at is None


def test_one_merged_away_is_done_where_it_went(world, client_of, nobody_yet):
    other = Person.objects.create(name="陈来信", merged_into=nobody_yet)
    refused = client_of(world.city).post(address(other), WHY | {"do": "erase", "name": "陈来信"})
    assert (refused.status_code, "已并入" in refused.content.decode()) == (422, True)
