"""Many rows in a few statements are the same rows, whatever signs their values hold."""

import contextlib
import threading
from datetime import date, timedelta

import pytest

from core import bulk, clock
from enterprises.models import Enterprise, ImportChange, Membership, Person

pytestmark = pytest.mark.django_db

ODD = ["反斜\\杠\\N", "制表\t符", "两\n行", "回\r车", "\\N", "平常"]


def test_signs_that_mean_something_to_copy_arrive_as_they_are(world):
    now = clock.now()
    keys = bulk.insert(Person, ("name", "name_key", "phone", "created_at"), [(text, "", None, now) for text in ODD])
    rows = Person.objects.in_bulk(keys)
    assert [rows[key].name for key in keys] == ODD
    assert {row.created_at for row in rows.values()} == {now}


def test_plain_values_of_every_kind(world):
    today = clock.today()
    people = bulk.insert(
        Person, ("name", "name_key", "created_at"), [("陈示一", "", clock.now()), ("陈示二", "", clock.now())]
    )
    names = ("person", "enterprise", "layer", "tags", "started_on", "ended_on")
    members = bulk.insert(
        Membership,
        names,
        [
            (people[0], world.alpha.pk, "top", ["auditor"], today, None),
            (people[1], world.beta.pk, "other", [], today, today),
        ],
    )
    one, two = (Membership.objects.get(pk=key) for key in members)
    assert (one.tags, one.ended_on, one.department, one.invited_at) == (["auditor"], None, "", None)
    assert (two.enterprise, two.tags, two.ended_on) == (world.beta, [], today)
    (record,) = bulk.insert(
        ImportChange,
        ("batch", "object_type", "made", "names", "rows", "first", "last"),
        [(1, "person", True, ["day"], [[5, date(2026, 1, 2)]], 5, 5)],
    )
    kept = ImportChange.objects.get(pk=record)
    assert (kept.made, kept.rows) == (True, [[5, "2026-01-02"]])


def test_updates_of_every_kind(world):
    before = clock.today() - timedelta(days=3)
    rows = list(Membership.objects.order_by("pk")[:2])
    bulk.update(
        Membership,
        ["tags", "ended_on", "post"],
        [(rows[0].pk, ["writer"], None, "钳'工"), (rows[1].pk, [], before, "")],
    )
    found = Membership.objects.order_by("pk").values_list("tags", "ended_on", "post")[:2]
    assert list(found) == [(["writer"], None, "钳'工"), ([], before, "")]
    bulk.update(
        Enterprise,
        ["employees", "district"],
        [(world.alpha.pk, 7, world.beta.district_id), (world.beta.pk, None, world.beta.district_id)],
    )
    world.alpha.refresh_from_db()
    assert (world.alpha.employees, world.alpha.district_id) == (7, world.beta.district_id)
    bulk.update(Enterprise, ["employees"], [])


def test_what_is_made_ahead_comes_in_order_and_its_fault_comes_out():
    made = []

    def source():
        for number in range(4):
            made.append((number, threading.current_thread().name))
            yield number
        raise ValueError("the fifth")

    came = []
    with pytest.raises(ValueError, match="the fifth"):
        for number in bulk.ahead(source()):
            came.append(number)
    assert came == [number for number, _thread in made] == [0, 1, 2, 3]
    assert threading.current_thread().name not in {thread for _number, thread in made}


def test_left_early_nothing_more_is_made():
    made = []
    with contextlib.closing(bulk.ahead(made.append(number) or number for number in range(100))) as items:
        assert next(items) == 0
    assert len(made) <= 2
