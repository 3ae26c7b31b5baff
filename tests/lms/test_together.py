"""Web server and worker forked from one process: they share what is loaded, and nothing else; what dies comes back."""

import signal
import sys
import time
import urllib.request

import psutil
import pytest

from lms import together
from lms.embedded import children, valkey
from lms.embedded.fingerprint import ROOT
from tests.suite.site import Site

pytestmark = pytest.mark.one_engine


def until(ask, site):
    """The first answer of ``ask`` that is one; AssertionError with the log after a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if found := ask():
                return found
        except (OSError, psutil.NoSuchProcess):
            pass
        time.sleep(0.05)
    raise AssertionError(site.tail())


def test_what_dies_is_started_again_and_one_signal_ends_all(tmp_path, database, django_db_setup):
    with valkey.running() as (redis_url, _process):
        site = Site(tmp_path, database, redis_url)
        options = ["--bind", f"fd://{site.door.fileno()}", "--workers=1", "--threads=2", "--", "--concurrency=1"]
        beat = ["--beat", f"--schedule={tmp_path / 'beat'}"]
        with site.log.open("ab") as output:
            parent = children.start(
                [sys.executable, "-m", "lms.together", *options, "--loglevel=INFO", *beat],
                cwd=ROOT,
                env=site.environment,
                stdout=output,
                stderr=output,
                pass_fds=[site.door.fileno()],
            )
        try:
            both = psutil.Process(parent.pid)

            def served():
                return urllib.request.urlopen(f"{site.url}/healthz", timeout=30).status == 200

            def named(name):
                return next((child for child in both.children() if child.name() == name), None)

            def ready(times):
                return site.log.read_text().count(" ready.") == times

            assert until(served, site) and until(lambda: ready(1), site)
            # What is forked from has one thread, and no connection but the door it was given.
            assert both.num_threads() == 1
            assert {each.status for each in both.net_connections("all")} <= {psutil.CONN_LISTEN}
            assert [each.path for each in both.open_files() if "sqlite" in each.path] == []
            first = {name: named(name) for name in (together.WEB, together.WORKER)}
            for child in first.values():
                child.kill()
            for name, gone in first.items():
                until(lambda name=name, gone=gone: (new := named(name)) and new.pid != gone.pid, site)
            assert until(served, site) and until(lambda: ready(2), site)

            assert "beat: Starting..." in site.log.read_text()
            everyone = both.children(recursive=True)
            parent.send_signal(signal.SIGTERM)
            assert parent.wait(30) == 0
            _gone, alive = psutil.wait_procs(everyone, timeout=10)
            assert alive == []
        finally:
            children.stop(parent, signal.SIGQUIT)
            site.door.close()
