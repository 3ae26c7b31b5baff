"""Fixtures every test may use: a database of its own, the world, and small helpers. See docs/testing.md."""

import contextlib
import gc
import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from lms.embedded import children
from tests.suite import databases

# Before and after ----------------------------------------------------------------------------------------------------

# Django, Wagtail and a hundred and eighty files of tests are read in, and stay: looking again and again for garbage among them
# is a third of the time that takes, and a tenth of the tests' own.
gc.disable()


# How fast a busy machine thinks of examples says nothing about what is tested.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_collection_finish():
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


def pytest_configure(config):
    """Once per run: make the template, start the server if there is one; test processes inherit where they are."""
    if hasattr(config, "workerinput") or config.option.help:
        return
    config.stack = contextlib.ExitStack()
    os.environ.setdefault("TEST_ENGINE", _engine())
    try:
        if os.environ["TEST_ENGINE"] == "postgresql":
            server, template = config.stack.enter_context(databases.postgresql())
            os.environ |= {"TEST_SERVER": server, "TEST_TEMPLATE": template}
        else:
            os.environ["TEST_TEMPLATE"] = str(databases.sqlite_template())
    except children.CannotStart as error:
        config.stack.close()
        pytest.exit(str(error), returncode=3)


def _engine():
    return "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"


def pytest_unconfigure(config):
    if hasattr(config, "stack"):
        config.stack.close()


def pytest_report_header(config):
    return f"database: {os.environ.get('TEST_ENGINE')}"


LONG = (
    "tests/e2e/",
    "tests/lms/test_demo.py",
    "tests/home/test_content.py",
    "tests/lms/test_permissions.py",
    "tests/lms/test_kill.py",
)
"""Files whose tests take many seconds each: begun first, so that no worker is left with one of them at the end."""


def pytest_collection_modifyitems(config, items):
    _leave_out_what_was_asked(config, items)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def _leave_out_what_was_asked(config, items):
    """What touches no database, or is marked ``one_engine``, says the same on both: a run of the whole suite asks it once, on
    SQLite. Threads (``at_once``) never do, also in a marked file."""
    if os.environ.get("TEST_ENGINE") != "postgresql" or not os.environ.get("TEST_TOTALS"):
        return
    touching = [
        item
        for item in items
        if "at_once" in item.fixturenames
        or not item.get_closest_marker("one_engine")
        and (item.get_closest_marker("django_db") or {"db", "transactional_db", "database"} & set(item.fixturenames))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(touching)])
    items[:] = touching


def pytest_terminal_summary(terminalreporter):
    """The totals for the runner (tests.suite.__main__). A skipped test did not do its work: it counts as failed."""
    if os.environ.get("TEST_TOTALS"):
        count = {name: len(reports) for name, reports in terminalreporter.stats.items()}
        failed = sum(count.get(name, 0) for name in ("failed", "error", "skipped"))
        Path(os.environ["TEST_TOTALS"]).write_text(json.dumps([count.get("passed", 0), failed]))


# The database --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def test_folder():
    """A temporary folder of this test process."""
    folder = databases.scratch("test")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database(test_folder):
    """This test process's own database (tests.suite.databases.Copy); ``database.url`` for a subprocess."""
    return databases.Copy(test_folder, os.environ.get("PYTEST_XDIST_WORKER", "main"))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, database):
    """Instead of pytest-django's: a copy of the template; and a test that committed is followed by a fresh copy, not a flush."""
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        database.use()
    TransactionTestCase._fixture_teardown = lambda case: database.restore()
    yield
    with django_db_blocker.unblock():
        database.drop()


# Every test ----------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _clean(settings, test_folder):
    """Nothing of the last test is left: cache, sent messages, media."""
    from django.core.cache import cache

    from accounts.sms import MemoryBackend
    from core.page_cache import forget_here

    settings.MEDIA_ROOT = test_folder / "media"
    cache.clear()
    forget_here()
    MemoryBackend.outbox.clear()
    yield
    shutil.rmtree(test_folder / "media", ignore_errors=True)


@pytest.fixture(scope="session")
def fonts():
    """The fonts of PDFs: made once per machine, half a minute, then there."""
    from core import pdf_fonts

    pdf_fonts.prepare()


@pytest.fixture
def world(db):
    """The people with fixed meanings (tests.suite.world)."""
    from tests.suite import world

    return world.make()


@pytest.fixture
def client_of():
    """``client_of(world.city)``: a Django test client signed in as that user; ``client_of(None)`` is anonymous."""
    from django.test import Client

    def make(user, **kwargs):
        client = Client(**kwargs)
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def at_once():
    """``at_once(20, work)``: see tests.suite.threads. Needs ``django_db(transaction=True)``."""
    from tests.suite.threads import at_once

    return at_once


@pytest.fixture
def sms():
    """The messages sent by this test, ``[(phone, text), …]``."""
    from accounts.sms import MemoryBackend

    return MemoryBackend.outbox
