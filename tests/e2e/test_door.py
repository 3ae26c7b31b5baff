"""The desk at the door on a trainer's phone: the network goes, people still sign in, and it all arrives once."""

from datetime import timedelta

import pytest

from core import clock
from enterprises.models import Membership
from tests.training import house
from training import tickets
from training.models import Attendance, Scan

from .shots import shoot
from .waiting import until_kept

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(world):
    """A session that began two minutes ago; wang, zhao and the contact of alpha are on the list."""
    return house.begun(world, 2, Membership.objects.filter(enterprise=world.alpha).order_by("pk"), seats=40)


def test_a_desk_without_a_network_writes_down_and_sends_later_once(site, world, session, open_page):
    door = open_page(world.jia_trainer)
    door.goto(f"/desk/sessions/{session.pk}/door/")
    door.evaluate("navigator.serviceWorker.ready.then(() => true)")
    door.reload()
    until_kept(door, door.url)
    door.context.set_offline(True)
    before = clock.now()
    # found by the letters of the name's sounds, signed in with Enter; the second by their own code, typed
    key = world.zhao.name_key.split()[:-1]
    find = door.locator("#find")
    find.fill("".join(part[0] for part in key))
    find.press("Enter")
    door.get_by_text("没有网络：1 条").wait_for()
    find.fill(tickets.card_code(world.wang.person).text)
    find.press("Enter")
    door.get_by_text("没有网络：2 条").wait_for()
    shoot(door, "18-desk-offline")
    assert not Scan.objects.exists()
    after = clock.now()
    # the phone is switched off and on again in the cellar
    door.reload()
    door.get_by_text("没有网络：2 条").wait_for()
    door.context.set_offline(False)
    door.evaluate("dispatchEvent(new Event('online'))")
    door.get_by_text("补传好了").wait_for()
    rows = {row.registration.person: row for row in Attendance.objects.select_related("registration__person")}
    assert set(rows) == {world.zhao, world.wang.person}
    assert {(row.offline, row.recorded_by) for row in rows.values()} == {(True, world.jia_trainer)}
    assert all(before - timedelta(seconds=2) <= row.arrived_at <= after + timedelta(seconds=2) for row in rows.values())
    assert sorted(row.method for row in rows.values()) == ["card", "desk"]
    # nothing is left to send again
    door.reload()
    assert door.evaluate(f"localStorage.getItem('door:{session.pk}')") is None
    assert Scan.objects.count() == 2
    shoot(door, "18-desk-sent")
    door.problems[:] = [said for said in door.problems if "net::ERR" not in said]


def test_a_learner_shows_their_own_code_and_the_desk_reads_it_from_the_screen(site, world, session, open_page):
    learner, door = open_page(world.wang), open_page(world.jia_trainer)
    learner.goto("/s/card/")
    shoot(learner, "19-card")
    picture = learner.locator(".card__qr").screenshot(type="png")
    door.goto(f"/desk/sessions/{session.pk}/door/")
    token = door.locator("[name=csrfmiddlewaretoken]").first.input_value()
    answer = door.request.post(
        f"/desk/sessions/{session.pk}/door/read/",
        multipart={"picture": {"name": "p.png", "mimeType": "image/png", "buffer": picture}},
        headers={"X-CSRFToken": token, "Referer": door.url},
    )
    # An external scanner types what it reads, and Enter.
    door.locator("#find").focus()
    door.keyboard.type(answer.json()["code"])
    door.keyboard.press("Enter")
    door.get_by_text("扫学员码").first.wait_for()
    assert Attendance.objects.get().method == "card"
