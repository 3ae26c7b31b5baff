"""A batch is taken back whole while nothing depends on it, and not at all otherwise."""

import pytest

from core import clock
from enterprises.imports import undo
from enterprises.models import Enterprise, Membership, Person
from tests.enterprises.sheets import FIRMS, STAFF, code, undone, written
from tests.suite.world import CODES

pytestmark = pytest.mark.django_db

ROWS = [
    STAFF[:4],
    ["陈示一", "19911110001", CODES["alpha"], "一线员工"],
    ["陈示二", "19911110002", CODES["alpha"], "一线员工"],
]


@pytest.fixture
def batch(world):
    return written(world.city, "staff", ROWS)


def kept(batch, words):
    batch = undone(batch)
    assert batch.state == "done"
    assert words in batch.message
    assert Person.objects.filter(phone__in=["19911110001", "19911110002"]).count() == 2


def test_everything_goes_and_can_come_again(world, batch):
    before = Person.objects.count()
    assert undone(batch).state == "undone"
    assert Person.objects.count() == before - 2
    assert undo.undo(batch.pk).state == "undone"
    assert written(world.city, "staff", ROWS).counts["new"] == 2


def test_a_registration_holds_it(world, batch):
    from tests.training import house

    member = Membership.objects.select_related("person", "enterprise").get(person__phone="19911110001")
    house.opened(world, None, [member])
    kept(batch, "报名")


def test_a_certificate_holds_it(world, batch):
    from certificates import services

    services.ensure_template("round")
    person = Person.objects.get(phone="19911110001")
    words = dict.fromkeys(
        ["name", "enterprise", "course_title", "round_label", "period", "class_hours", "result", "organiser"], "示例"
    )
    items = [{"source_key": "t:1", "holder": person, "words": words | {"name": person.name}}]
    services.issue_many(items, series_key="T", template_key="round", issued_on=clock.today())
    kept(batch, "证明")


def test_a_later_change_holds_it(world, batch):
    Membership.objects.filter(person__phone="19911110001").update(layer="middle")
    kept(batch, "又改过")


def test_a_person_who_has_signed_in_holds_it(world, batch):
    Person.objects.filter(user=world.nobody).update(user=None)
    Person.objects.filter(phone="19911110002").update(user=world.nobody)
    kept(batch, "又改过")


def test_another_employer_holds_the_person(world, batch):
    person = Person.objects.get(phone="19911110001")
    Membership.objects.create(person=person, enterprise=world.beta, layer="frontline")
    kept(batch, "任职")


def test_people_hold_their_enterprise(world):
    batch = written(world.city, "enterprises", [FIRMS, ["示例一厂", code(7), "西青区", "", "", "光伏"]])
    people = written(world.city, "staff", [STAFF[:4], ["陈示一", "19911110001", code(7), "一线员工"]])
    assert "任职" in undone(batch).message
    assert Enterprise.objects.filter(code=code(7)).exists()
    assert undone(people).state == "undone"
    assert undone(batch).state == "undone"
    assert not Enterprise.objects.filter(code=code(7)).exists()
