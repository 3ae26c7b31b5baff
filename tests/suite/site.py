"""A running site for browser tests: gunicorn, a Celery worker and a Valkey, as in ``make demo``, on this process's own database.

Because the site works on the test's database, a test makes its rows with the ORM and the browser sees them.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
from django.conf import settings

from lms.embedded import children, valkey
from lms.embedded.fingerprint import ROOT, STATIC, fingerprint
from lms.settings.base import broker_url

from .databases import KEPT, _alone, _forget_older


def collected_static():
    """A folder of collected static files of the present code, kept for the next runs."""
    folder = KEPT / f"static-{fingerprint(*STATIC)}"
    with _alone("static"):
        if not folder.exists():
            new = KEPT / ".new-static"
            shutil.rmtree(new, ignore_errors=True)
            environment = os.environ | {
                "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
                "DEBUG": "0",
                "STATIC_ROOT": str(new),
                "VAR_DIR": str(KEPT),
                "DATABASE_URL": "sqlite://:memory:",
            }
            command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0", "--skip-checks"]
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise children.CannotStart(
                    f"静态文件收集不成。请先修好 manage.py collectstatic。\n{done.stderr[-3000:]}"
                )
            new.rename(folder)
            _forget_older("static-*")
    return folder


class Site:
    """Where the site is, and what a test may ask of it.

    ``url`` has no final slash; ``environment`` is for subprocesses that shall act on the same site.
    """

    def __init__(self, folder, database, redis_url):
        self.folder = folder
        self.database_url = database.url
        self.redis_url = redis_url
        self.broker_url = broker_url(redis_url)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.sms_file = folder / "sms.log"
        self.log = folder / "site.log"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
            "DEBUG": "0",
            "DEMO": "1",
            "SECRET_KEY": settings.SECRET_KEY,  # the test process signs people in
            "SITE_URL": self.url,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": redis_url,
            "VAR_DIR": str(folder),
            "STATIC_ROOT": str(collected_static()),
            "MEDIA_ROOT": str(folder / "media"),
            "SMS_BACKEND": "accounts.sms.FileBackend",
            "SMS_FILE": str(self.sms_file),
            "PYTHONUNBUFFERED": "1",
        }

    @contextlib.contextmanager
    def running(self):
        """Start the web server and the worker; both end with the block. Raises CannotStart."""
        web = ["gunicorn", "lms.wsgi", "--bind", f"fd://{self.door.fileno()}", "--preload"]
        web += ["--workers=2", "--threads=4", "--worker-class=gthread", "--log-level=warning"]
        worker = ["celery", "--app=lms", "worker", "--concurrency=1", "--loglevel=INFO", "--without-gossip"]
        with self.log.open("ab") as output, contextlib.ExitStack() as stack:
            for command, last_signal in ((web, signal.SIGINT), (worker, signal.SIGQUIT)):
                process = children.start(
                    [sys.executable, "-m", *command],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=output,
                    stderr=output,
                    pass_fds=[self.door.fileno()],
                )
                # Nothing is running any more (settle): no need for the polite, slow way out.
                stack.callback(children.stop, process, last_signal, patience=5)
                stack.callback(self._expect_alive, process)
            self._wait(self._web_answers, "网站（gunicorn）")
            self._wait(self._worker_ready, "后台任务进程（Celery）")
            yield self

    def _expect_alive(self, process):
        if process.poll() is not None:
            raise RuntimeError(f"a server of the site ended during the tests:\n{self.tail()}")

    def _wait(self, ready, what):
        deadline = time.monotonic() + 60
        while not ready():
            if time.monotonic() > deadline:
                raise children.CannotStart(f"{what}一分钟内没有起来。请看它最后说的话：\n{self.tail()}")
            time.sleep(0.05)

    def _web_answers(self):
        try:
            urllib.request.urlopen(f"{self.url}/healthz", timeout=30).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def _worker_ready(self):
        return " ready." in self.log.read_text(errors="replace")

    # What tests ask ----------------------------------------------------------------------------------------------

    def manage(self, *arguments):
        """Run ``manage.py`` on the site and return what it printed; CalledProcessError (with stderr) when it fails."""
        command = [sys.executable, "manage.py", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"manage.py {' '.join(command[2:])} exited {done.returncode}:\n{done.stderr[-3000:]}")
        return done.stdout

    def messages(self, phone=None):
        """The texts of the messages sent (to ``phone``), oldest first."""
        if not self.sms_file.exists():
            return []
        rows = [json.loads(line) for line in self.sms_file.read_text(encoding="utf-8").splitlines()]
        return [row["text"] for row in rows if phone in (None, row["phone"])]

    def settle(self, seconds=30):
        """Wait until the worker has done every queued task."""
        deadline = time.monotonic() + seconds
        with redis.Redis.from_url(
            self.broker_url.replace("redis+socket", "unix").replace("virtual_host", "db")
        ) as broker:
            # Between taking a task from the queue and noting it as taken it stands nowhere: one empty look is not enough.
            calm = 0
            while calm < 4:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"the worker is still busy after {seconds} s:\n{self.tail()}")
                calm = 0 if broker.llen("celery") or broker.hlen("unacked") else calm + 1
                time.sleep(0.02)

    def tail(self, characters=3000):
        """The end of what web server and worker printed."""
        return self.log.read_text(errors="replace")[-characters:]

    def reset(self):
        """Forget the last test: cache, messages, files, log."""
        with redis.Redis.from_url(self.redis_url) as cache:
            cache.flushdb()
        self.sms_file.unlink(missing_ok=True)
        shutil.rmtree(self.folder / "media", ignore_errors=True)


@contextlib.contextmanager
def site(folder, database):
    """A running Site on ``database`` (tests.suite.databases.Copy), with the Redis of TEST_REDIS_URL or an embedded Valkey."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        given = os.environ.get("TEST_REDIS_URL")
        url = _numbered(given) if given else stack.enter_context(valkey.running())[0]
        yield stack.enter_context(Site(folder, database, url).running())


def _numbered(url):
    """On a given server each test process has two databases of its own: 0 and 1, 2 and 3 …"""
    number = 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if url.startswith("unix:"):
        return f"{url.partition('?')[0]}?db={number}"
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
