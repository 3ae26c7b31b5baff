"""Migrated template databases, and a copy of one for every test process.

A test database is never flushed: the append-only triggers refuse it. Migrating takes a quarter of a minute, copying a few milliseconds:
the template is built once per state of the code, kept in ``var/test``, and copied. Where migrations were only added since, it
is built from the template before them. After a test that committed, the copy is made anew (``restore``).
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lms.embedded import children, postgres
from lms.embedded.fingerprint import DATABASE, ROOT, fingerprint

KEPT = ROOT / "var" / "test"

WRITERS = ("accounts", "core", "courses", "enterprises", "guide", "home", "quizzes")
CONTENT = (
    *DATABASE,
    "*/content/**/*",
    "lms/management/commands/load_content.py",
    *(f"{app}/**/*.py" for app in WRITERS),
)
"""What decides what ``load_content`` makes of an empty database."""


def scratch(name):
    """A new temporary folder with a short path, in memory where the machine offers a gigabyte of it."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    parent = memory if roomy else Path(tempfile.gettempdir())
    _sweep(parent)
    return Path(tempfile.mkdtemp(prefix=f"academy-{name}-{os.getpid()}-", dir=parent))


def _sweep(parent):
    """Remove folders of processes that were killed more than an hour ago."""
    for folder in parent.glob("academy-*-*-*"):
        with contextlib.suppress(OSError, ValueError):
            maker = int(folder.name.split("-")[-2])
            status = folder.stat()
            mine = status.st_uid == os.geteuid() and status.st_mtime < time.time() - 3600
            if mine and not Path(f"/proc/{maker}").exists():
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _alone(name):
    """One process at a time builds what ``name`` stands for."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_older(pattern, keep=3):
    for old in sorted(KEPT.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)[keep:]:
        shutil.rmtree(old) if old.is_dir() else old.unlink()


def _manage(url, command, trouble, **variables):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.test",
        "DATABASE_URL": url,
        "PYTHONWARNINGS": "ignore",
        **variables,
    }
    command = [sys.executable, "manage.py", command, "--verbosity=0", "--skip-checks"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise children.CannotStart(f"{trouble}\n{done.stderr[-3000:]}")


def _migrate(url):
    _manage(url, "migrate", "测试用的空库迁移不成。请先修好迁移（manage.py migrate），再运行测试。")


def _load_content(url, media):
    media.mkdir()
    _manage(url, "load_content", "内容载入不成。请先修好 manage.py load_content，再运行测试。", MEDIA_ROOT=str(media))


def _steps():
    """What brought a migrated database of the present code there: each migration of ours by its content, the packages' by version."""
    steps = {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in ROOT.glob("*/migrations/[0-9]*.py")
    }
    pinned = re.findall(
        r"^((?:django|wagtail)[\w-]*)==(\S+)", (ROOT / "requirements/base.txt").read_text(), re.MULTILINE
    )
    return steps | dict(pinned)


def _forerunner(pattern):
    """``(path, mark)`` of the newest kept template of ``pattern`` whose steps the present code has all taken, None without one."""
    steps = _steps()
    for path in sorted(KEPT.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True):
        earlier = re.search(r"-([0-9a-f]{12})", path.name)[1]
        with contextlib.suppress(OSError, ValueError):
            if json.loads((KEPT / f"steps-{earlier}.json").read_text()).items() <= steps.items():
                return path, earlier
    return None


def _note_steps(mark):
    (KEPT / f"steps-{mark}.json").write_text(json.dumps(_steps()))
    _forget_older("steps-*.json", keep=9)


# SQLite --------------------------------------------------------------------------------------------------------------


def sqlite_template():
    """The path of a migrated SQLite file of the present code; built when there is none."""
    mark = fingerprint(*DATABASE)
    template = KEPT / f"sqlite-{mark}.sqlite3"
    with _alone("sqlite"):
        if not template.exists():
            folder = scratch("new")
            try:
                earlier = _forerunner("sqlite-*.sqlite3")
                if earlier:
                    shutil.copy(earlier[0], folder / "new")
                _migrate(f"sqlite:///{folder / 'new'}")
                with contextlib.closing(sqlite3.connect(folder / "new")) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                shutil.copy(folder / "new", KEPT / ".new.sqlite3")
                (KEPT / ".new.sqlite3").rename(template)
                _note_steps(mark)
            finally:
                shutil.rmtree(folder)
            _forget_older("sqlite-*.sqlite3")
    return template


def copy_sqlite(template, target):
    """Make ``target`` equal to ``template`` as one SQLite transaction: processes that hold it open simply see the new rows."""
    deadline = time.monotonic() + 30

    def give_up(status, remaining, total):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{target} 一直被占用：有线程没有结束它的事务。")

    source = sqlite3.connect(f"file:{template}?mode=ro&immutable=1", uri=True)
    with contextlib.closing(source), contextlib.closing(sqlite3.connect(target, timeout=20)) as copy:
        source.backup(copy, progress=give_up, sleep=0.01)


# PostgreSQL ----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def postgresql():
    """Yield ``(server URL, name of the template)``: the server of DATABASE_URL, else an embedded one that ends with the block."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        server = given.rsplit("/", 1)[0]
        with _alone("postgresql"):
            template = postgresql_template(server)
        yield server, template
        return
    kept = KEPT / f"postgresql-{fingerprint(*DATABASE)}"
    base = scratch("pg")
    try:
        with _alone("postgresql"):
            if not kept.exists():
                _build_cluster(kept)
        _own_cluster(kept, base)
        with postgres.running(base) as server:
            yield server, postgresql_template(server)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _own_cluster(kept, base):
    shutil.copytree(kept, base / "data", symlinks=True)
    postgres.own(base / "data")
    (base / "data").chmod(0o700)


def _build_cluster(kept):
    """A stopped server's data folder with the template in it, kept for the next runs."""
    base = scratch("pg")
    earlier = _forerunner("postgresql-*")
    try:
        if earlier:
            _own_cluster(earlier[0], base)
        with postgres.running(base) as server:
            postgresql_template(server, earlier and f"academy_template_{earlier[1]}")
        new = KEPT / ".new-postgresql"
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(base / "data", new, symlinks=True)
        new.rename(kept)
        _note_steps(kept.name.removeprefix("postgresql-"))
        _forget_older("postgresql-*")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _administer(server, *statements):
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _is_there(server, name):
    import psycopg

    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def postgresql_template(server, earlier=None):
    """The name of a migrated database of the present code on ``server``; built when there is none, from ``earlier`` where given."""
    name = f"academy_template_{fingerprint(*DATABASE)}"
    if _is_there(server, name):
        return name
    building = f"{name}_building"
    _administer(
        server,
        f"DROP DATABASE IF EXISTS {building} WITH (FORCE)",
        f"ALTER DATABASE {earlier} RENAME TO {building}" if earlier else f"CREATE DATABASE {building}",
    )
    _migrate(f"{server}/{building}")
    _administer(server, f"ALTER DATABASE {building} RENAME TO {name}")
    return name


def copy_postgresql(server, template, name):
    """Make the database ``name`` a fresh copy of ``template``, ending every connection to the old one."""
    # FILE_COPY: 15 ms against 100 for the write-ahead log, with fsync off.
    _administer(
        server,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY",
    )


# The whole content --------------------------------------------------------------------------------------------------


def content_template(server, template):
    """``(template with the whole content loaded, folder of its files)``, from the migrated ``template``; loaded when there is none.

    Loading takes half a minute, copying a fraction of a second.
    """
    mark = fingerprint(*CONTENT)
    name, media = f"academy_content_{mark}", KEPT / f"content-{mark}-{'postgresql' if server else 'sqlite'}"
    with _alone("content"):
        if server:
            if not _is_there(server, name):
                building = f"{name}_building"
                copy_postgresql(server, template, building)
                shutil.rmtree(media, ignore_errors=True)
                _load_content(f"{server}/{building}", media)
                _administer(server, f"ALTER DATABASE {building} RENAME TO {name}")
                _forget_older("content-*-postgresql")
            return name, media
        file = media.with_suffix(".sqlite3")
        if not file.exists():
            building = KEPT / ".content.sqlite3"
            shutil.copy(template, building)
            shutil.rmtree(media, ignore_errors=True)
            _load_content(f"sqlite:///{building}", media)
            with contextlib.closing(sqlite3.connect(building)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            building.rename(file)
            _forget_older("content-*-sqlite")
            _forget_older("content-*-sqlite.sqlite3")
        return str(file), media


# One test process ----------------------------------------------------------------------------------------------------


class Copy:
    """This process's own database, a copy of the template."""

    def __init__(self, folder, worker):
        self.template = os.environ["TEST_TEMPLATE"]
        self.server = os.environ.get("TEST_SERVER", "")
        self.name = f"academy_{os.getpid()}_{worker}" if self.server else str(folder / f"{worker}.sqlite3")

    @property
    def url(self):
        """The DATABASE_URL for a process that shall work on this database."""
        return f"{self.server}/{self.name}" if self.server else f"sqlite:///{self.name}"

    def restore(self, template=None):
        """Make it equal to the template again."""
        from django.db import connection

        connection.close()
        if self.server:
            connection.close_pool()
            copy_postgresql(self.server, template or self.template, self.name)
        else:
            copy_sqlite(template or self.template, self.name)

    def load_content(self, media_root):
        """Make it a site with the whole content, its files in ``media_root``, until the next ``restore``."""
        from wagtail.models import Site

        from core.page_cache import forget_here, forget_pages

        template, files = content_template(self.server, self.template)
        self.restore(template)
        shutil.copytree(files, media_root, dirs_exist_ok=True)
        Site.clear_site_root_paths_cache()
        forget_here()
        forget_pages()

    def use(self):
        """Point Django at it."""
        from django.conf import settings
        from django.db import connection

        from lms.settings.base import database

        connection.close()
        config = database(self.url)
        for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD"):
            connection.settings_dict[key] = settings.DATABASES["default"][key] = config.get(key, "")
        self.restore()

    def drop(self):
        """Remove it."""
        from django.db import connection

        connection.close()
        if self.server:
            connection.close_pool()
            _administer(self.server, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
