"""A process whose children die where they are told while they write a batch: the program behind ``test_import_races``.

Each order is a line of JSON with ``batch`` and ``point``; the answer is the signal the child died of.
"""

import json
import os
import signal
import sys

import django


def arrange(point):
    """Patch the code so that it dies (SIGKILL: no exception, no ``finally``) at the point."""
    from django.db import connection

    from core import bulk
    from enterprises.imports import writing

    def die():
        os.kill(os.getpid(), signal.SIGKILL)

    def after(module, name):
        step = getattr(module, name)

        def fatal(*args, **kwargs):
            step(*args, **kwargs)
            die()

        setattr(module, name, fatal)

    if point == "people":
        after(bulk, "insert")
    elif point == "log":
        after(writing.Log, "flush")
    elif point == "after commit":
        after(connection, "_commit")
    else:
        connection._commit = die


def main():
    django.setup()
    from enterprises.imports import writing

    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            arrange(order["point"])
            writing.write(order["batch"])
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    main()
