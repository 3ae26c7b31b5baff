"""The small production that is measured: embedded PostgreSQL and Valkey, gunicorn with two workers, one Celery worker,
both forked from one process (lms.together).

This process's Django works on the same database and cache with the same settings, so that rows made here are rows there and a
statement counted here is one the site would ask.
"""

import contextlib
import os
import shutil
import signal
import socket
import sys
import urllib.request

from lms.embedded import children, valkey
from tests.suite import databases

GUNICORN = [
    "--workers=2",
    "--threads=4",
    "--worker-class=gthread",
    "--worker-connections=16",
    "--log-level=warning",
    "--preload",
]
"""As the site's."""


@contextlib.contextmanager
def running():
    """Yield a ``prepare(build)`` that calls ``build()`` on the empty database, starts the site and returns it.

    Everything ends with the block. Raises lms.embedded.children.CannotStart.
    """
    # A server named in the environment would be out of the meter's sight.
    for name in ("DATABASE_URL", "REDIS_URL", "TEST_REDIS_URL"):
        os.environ.pop(name, None)
    folder = databases.scratch("bench")
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server, template = stack.enter_context(databases.postgresql())
        redis_url, _process = stack.enter_context(valkey.running())
        os.environ |= {"TEST_SERVER": server, "TEST_TEMPLATE": template}
        database = databases.Copy(folder, "bench")
        databases.copy_postgresql(server, template, database.name)
        _set_up_django(folder, database, redis_url)

        def prepare(build):
            made = build()
            site = _site(folder, database, redis_url)
            return stack.enter_context(site.running()), made

        yield prepare


def _site(folder, database, redis_url):
    """A tests.suite.site.Site whose web server and worker are started together."""
    from tests.suite.site import Site

    class Production(Site):
        @contextlib.contextmanager
        def running(self):
            web = ["--bind", f"fd://{self.door.fileno()}", "--workers=2", "--threads=4", "--log-level=warning"]
            worker = ["--concurrency=1", "--loglevel=INFO", "--without-gossip"]
            with self.log.open("ab") as output, contextlib.ExitStack() as stack:
                process = children.start(
                    [sys.executable, "-m", "lms.together", *web, "--", *worker],
                    cwd=databases.ROOT,
                    env=self.environment,
                    stdout=output,
                    stderr=output,
                    pass_fds=[self.door.fileno()],
                )
                stack.callback(children.stop, process, signal.SIGQUIT, patience=5)
                self._wait(self._web_answers, "网站（gunicorn）")
                self._wait(self._worker_ready, "后台任务进程（Celery）")
                yield self

    return Production(folder, database, redis_url)


@contextlib.contextmanager
def yardstick():
    """Yield the URL of the one-view project under the same web server."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        command = [sys.executable, "-m", "gunicorn", "tests.benchmarks.yardstick", "--bind", f"fd://{door.fileno()}"]
        process = children.start([*command, *GUNICORN], cwd=databases.ROOT, pass_fds=[door.fileno()])
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        try:
            urllib.request.urlopen(url, timeout=60).close()  # it has begun
            yield url
        finally:
            children.stop(process, signal.SIGINT, patience=5)


def _set_up_django(folder, database, redis_url):
    import django

    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "DEBUG": "0",
        "DEMO": "1",
        "SECRET_KEY": "only-for-measuring-" + "x" * 40,
        "DATABASE_URL": database.url,
        "REDIS_URL": redis_url,
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "LOG_LEVEL": "WARNING",  # of this process; the site keeps the level it has in production
    }
    from django.conf import settings

    from tests.suite.site import collected_static

    settings.STATIC_ROOT = collected_static()
    django.setup()
    del os.environ["LOG_LEVEL"]
