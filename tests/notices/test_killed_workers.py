"""A worker killed at any step of sending: the next one goes on, and the gateway has each message exactly once."""

import json
import os
import random
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from core import clock
from notices import services
from notices.models import Delivery
from tests.notices import test_outbox

pytestmark = pytest.mark.django_db(transaction=True)

MESSAGES = 4
POINTS = [(when, what) for what in ("claim", "gateway", "step", "commit") for when in ("before", "after")]


@pytest.fixture
def worker(database, tmp_path):
    """``send(point, at)``: a forked worker sends what is due and dies at the point."""
    environment = os.environ | {
        "DATABASE_URL": database.url,
        "SMS_BACKEND": "accounts.sms.FileBackend",
        "SMS_FILE": str(tmp_path / "sms.log"),
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "LOG_LEVEL": "ERROR",
    }
    program = Path(__file__).with_name("dying_worker.py")
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout.readline() == "ready\n"

    def send(point, at):
        process.stdin.write(json.dumps({"point": point, "at": at.isoformat()}) + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    yield send
    process.stdin.close()
    process.wait(timeout=30)


def test_each_message_leaves_once_wherever_the_worker_dies(world, worker, tmp_path, monkeypatch):
    monkeypatch.setattr("notices.tasks.send.delay_on_commit", lambda: None)
    monkeypatch.setitem(
        test_outbox.kinds.KINDS, "test.plain", test_outbox.kinds.Kind("test.plain", "t", "t", "t", "短信")
    )
    chance = random.Random(7)
    deaths, told, moment = 0, 0, test_outbox.NOON
    for round_number, point in enumerate(POINTS * 2):
        with clock.moved_to(moment):
            for n in range(MESSAGES):
                services.notify([world.wang.person.pk], "test.plain", event=f"{round_number}:{n}")
        told += MESSAGES
        deaths += worker([*point, chance.randint(1, MESSAGES)], moment) == signal.SIGKILL
        # Nobody waits for the lease of a dead worker here; at once a second worker finds the rest, later the last.
        worker(None, moment)
        moment += timedelta(minutes=6)
        worker(None, moment)
    lines = [json.loads(line) for line in (tmp_path / "sms.log").read_text().splitlines()]
    assert deaths == 2 * len(POINTS)
    assert (len(lines), len({line["key"] for line in lines})) == (told, told)
    assert Delivery.objects.filter(state=Delivery.State.SENT).count() == told
