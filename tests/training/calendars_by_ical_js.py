"""``make calendars``: feeds as a second parser reads them, npm's ical.js. Apart from ``make test``: it asks npm for a package."""

import json
import shutil
import subprocess
from datetime import UTC, date

import pytest
from django.urls import reverse

from core import clock
from tests.suite import node
from tests.suite.databases import KEPT
from tests.suite.databases import _alone as alone
from tests.training import house
from tests.training.test_told import BEFORE, events
from training import feeds, scheduling, sessions

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

PACKAGE = node.Path(__file__).parents[1] / "suite" / "ical"


@pytest.fixture(scope="session")
def parser():
    """The folder with ical.js, brought once."""
    folder = KEPT / "ical"
    with alone("ical"):
        if not (folder / "node_modules").is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(PACKAGE, folder)
            command = [*node.npm(), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"取 npm 上的 ical.js 没成功：{done.stderr[-800:]}"
        shutil.copy(PACKAGE / "events.mjs", folder)
    return folder


@pytest.fixture
def read(parser, client_of):
    """``read(address)``: what ical.js finds there."""

    def work(address):
        content = client_of(None).get(address).content
        done = subprocess.run(
            [node.node(), "events.mjs"], cwd=parser, input=content, capture_output=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return work


def test_both_parsers_find_the_same_before_and_after_moves_and_cancellations(world, read, client_of):
    with clock.moved_to(BEFORE):
        member = world.wang.person.memberships.get()
        round_ = house.opened(
            world, house.five_half_days(), [member], trainers=[world.jia_trainer.person], title="逗号，分号；换行\\"
        )
        addresses = [reverse("rounds:feed-public")]
        addresses += [
            reverse("rounds:feed", args=[feeds.token_of(*known)])
            for known in ((member.person, feeds.LEARNER), (world.jia_trainer.person, feeds.TRAINER))
        ]
        before = {one["uid"]: one["sequence"] for one in read(addresses[0])["events"]}
        first, second = round_.sessions.all()[:2]
        # Over midnight at the end of the year, in Tianjin.
        times = {"starts_at": clock.at(date(2025, 12, 31), 22), "ends_at": clock.at(date(2026, 1, 1), 0, 30)}
        sessions.move_session(first.pk, **times, actor=world.city, reason="晚上才有设备", confirmed=house.EVERYTHING)
        sessions.cancel_session(second.pk, actor=world.city, reason="讲师生病")
        for address in addresses:
            found = read(address)
            assert found["method"] == "PUBLISH"
            ours = {one["UID"]: one for one in events(client_of(None), address)}
            assert {one["uid"] for one in found["events"]} == ours.keys() == before.keys()
            for one in found["events"]:
                other = ours[one["uid"]]
                assert (one["sequence"], one["status"]) == (other["SEQUENCE"], other["STATUS"])
                assert (one["summary"], one["location"]) == (other["SUMMARY"], other["LOCATION"])
                assert one["zone"] == "Asia/Shanghai"
                start = other.decoded("DTSTART").astimezone(UTC)
                assert one["starts"] == f"{start:%Y-%m-%dT%H:%M:%S}.000Z"
            risen = {one["uid"]: one["sequence"] - before[one["uid"]] for one in found["events"]}
            assert sorted(risen.values()) == [0, 0, 0, 1, 1]
        scheduling.cancel_round(round_.pk, actor=world.city, reason="停电")
        assert {one["status"] for one in read(addresses[0])["events"]} == {"CANCELLED"}
