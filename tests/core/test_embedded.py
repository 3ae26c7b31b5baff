"""The servers that come with the checkout."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from lms.embedded import children, demo, postgres, valkey
from lms.settings.base import broker_url
from tests.suite import databases


def alive(pid):
    """Whether a process is there and not merely waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid, seconds=10):
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_valkey_answers_on_its_socket_and_ends_with_the_block():
    with valkey.running() as (url, process):
        with redis.Redis.from_url(url) as client:
            client.set("a", "1")
            assert client.get("a") == b"1"
        assert client.connection_pool.connection_kwargs["path"].startswith(("/tmp", os.environ.get("TMPDIR", "/tmp")))
    assert gone(process.pid)


def test_valkey_with_a_folder_keeps_its_data(tmp_path):
    for expected in (None, b"1"):
        with valkey.running(tmp_path) as (url, _), redis.Redis.from_url(url) as client:
            assert client.get("a") == expected
            client.set("a", "1")


def test_a_postgresql_starts_keeps_its_data_and_ends():
    base = databases.scratch("pg")
    try:
        for _ in range(2):
            with postgres.running(base) as url, psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
                connection.execute("INSERT INTO kept VALUES ('质量')")
                rows = connection.execute("SELECT word FROM kept").fetchall()
                pid = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
            assert gone(pid)
        assert rows == [("质量",), ("质量",)]
    finally:
        subprocess.run(["rm", "-r", base], check=True)


def test_a_child_ends_when_its_parent_is_killed():
    code = "from lms.embedded import children; import time; print(children.start(['sleep', 60]).pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=databases.ROOT)
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert gone(child)


def test_who_does_not_listen_is_killed_with_its_children():
    code = "trap '' TERM; sleep 60 & echo $!; wait; sleep 60"
    process = children.start(["sh", "-c", code], stdout=subprocess.PIPE, text=True)
    grandchild = int(process.stdout.readline())
    children.stop(process, patience=0.2)
    assert gone(grandchild)
    assert process.returncode == -signal.SIGKILL


def test_a_taken_port_is_told_with_the_mend():
    with demo.take_port("127.0.0.1", 0) as door:
        door.listen()
        port = door.getsockname()[1]
        with pytest.raises(children.CannotStart, match=f"PORT={port + 1}"):
            demo.take_port("127.0.0.1", port)


def test_no_browser_no_skip(monkeypatch):
    from tests.suite import chromium

    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(children.CannotStart, match="CHROMIUM"):
        chromium.find()


@pytest.mark.parametrize(
    ("cache", "broker"),
    [
        ("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/1"),
        ("redis://:secret@host", "redis://:secret@host/1"),
        ("rediss://host:6380/4", "rediss://host:6380/5"),
        ("unix:///run/valkey.sock?db=0", "redis+socket:///run/valkey.sock?virtual_host=1"),
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock?virtual_host=1"),
    ],
)
def test_the_queue_is_beside_the_cache_not_in_it(cache, broker):
    assert broker_url(cache) == broker


def test_a_template_grows_from_one_whose_every_step_is_still_there(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "KEPT", tmp_path)
    steps = databases._steps()
    first, *_rest = steps
    for mark, taken in {
        "0" * 12: {first: steps[first]},
        "1" * 12: steps | {first: "edited since"},
        "2" * 12: steps | {"enterprises/migrations/9999_gone.py": "0"},
    }.items():
        (tmp_path / f"sqlite-{mark}.sqlite3").touch()
        (tmp_path / f"steps-{mark}.json").write_text(json.dumps(taken))
    (tmp_path / f"sqlite-{'3' * 12}.sqlite3").touch()
    assert databases._forerunner("sqlite-*.sqlite3") == (tmp_path / f"sqlite-{'0' * 12}.sqlite3", "0" * 12)
    assert databases._forerunner("postgresql-*") is None
