"""Returns sent to named people: once a month, a link, only to who may see it."""

from datetime import date

import pytest
from django.urls import reverse

from core import clock
from enterprises.models import Appointment
from notices.models import Notice
from reports import delivering, returning
from reports.models import Return, ReturnReader
from reports.tasks import deliver_returns, prepare_returns

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def at(day):
    return clock.moved_to(clock.at(date(2025, 4, day), 9))


def test_who_is_named_gets_the_link_once_a_month(world):
    delivering.add_reader(world.xiqing, scope="120111", day=6, actor=world.statistician)
    delivering.add_reader(world.city, scope="city", day=5, actor=world.statistician)
    told = []
    for day in (1, 5, 5, 6, 9):
        with at(day):
            prepare_returns()
            told.append(deliver_returns())
    assert told == [0, 1, 0, 1, 0]
    note = Notice.objects.get(person=world.xiqing.person)
    district = Return.objects.get(scope="120111")
    assert (note.title, note.url) == ("2025年3月月报：西青区", reverse("desk:return", args=[district.pk]))
    assert "草稿" in note.body
    with clock.moved_to(clock.at(date(2025, 5, 6), 9)):
        assert (prepare_returns(), deliver_returns()) == (17, 2)


def test_only_who_may_see_it(world, code_of):
    added = {"day": 6, "actor": world.city}
    assert code_of(delivering.add_reader, world.xiqing, scope="120114", **added) == "reader.right"
    assert code_of(delivering.add_reader, world.xiqing, scope="city", **added) == "reader.right"
    assert code_of(delivering.add_reader, None, scope="city", **added) == "reader.nobody"
    assert code_of(delivering.add_reader, world.city, scope="city", day=31, actor=world.city) == "reader.day"
    row = delivering.add_reader(world.xiqing, scope="120111", **added)
    assert delivering.add_reader(world.xiqing, scope="120111", day=8, actor=world.city) == row
    Appointment.objects.filter(user=world.xiqing).delete()
    with at(9):
        returning.prepare(returning.last_month())
        assert delivering.deliver() == 0
    for _ in range(2):
        delivering.remove_reader(row.pk, actor=world.city)
    assert not ReturnReader.objects.exists()


def test_the_list_of_readers_on_the_screen(world, client_of):
    url = reverse("desk:return-readers")
    client = client_of(world.statistician)
    data = {"username": "xiqing", "scope": "120111", "day": "6"}
    assert "加好了" in client.post(url, data, follow=True).content.decode()
    assert "没有看这份月报的授权" in client.post(url, data | {"scope": "city"}, follow=True).content.decode()
    assert "西青甲" in client.get(url).content.decode()
    client.post(url, {"remove": ReturnReader.objects.get().pk})
    assert not ReturnReader.objects.exists()
