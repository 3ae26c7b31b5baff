"""Web server and worker of one machine, forked from one process that has loaded the application: what both hold is there once.

    python -m lms.together --bind=127.0.0.1:8000 --workers=2 --threads=4 -- --concurrency=1 --beat

Before the ``--`` options of gunicorn, after it those of ``celery worker``. This process only watches: one of them that ends by
itself is started again; a signal that ends this process is passed on to both. It starts no thread and opens no connection,
because none of them would survive the fork.
"""

import contextlib
import ctypes
import logging
import os
import signal
import sys
import time
from functools import partial

from lms.embedded.children import end_with_parent

PAUSE = 2
"""Seconds from one start of a process to its next: one that cannot start does not keep a core busy."""

WEB, WORKER = "academy-web", "academy-worker"
"""What ``ps -o comm`` and ``top`` show; 15 letters at most."""

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)
_PR_SET_NAME = 15

logger = logging.getLogger(__name__)


class Together:
    """The processes that run, and how to start one again."""

    def __init__(self):
        self._running = {}
        """pid -> (name, what it runs, when it began)"""
        self._stopping = False

    def start(self, name, program):
        """Fork a process that runs ``program`` to its end."""
        prepare = end_with_parent(signal.SIGTERM)
        # A signal that comes in between must find the child in the list.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        pid = os.fork()
        if not pid:
            _become(name, program, prepare)
        self._running[pid] = name, program, time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)

    def watch(self):
        """Start again whatever ends, until a signal comes; return when nothing runs any more."""
        while self._running:
            pid, status = os.wait()
            name, program, began = self._running.pop(pid, (None, None, 0))
            if name is None or self._stopping:
                continue
            logger.error("%s ended (%s) and is started again", name, os.waitstatus_to_exitcode(status))
            time.sleep(max(0, began + PAUSE - time.monotonic()))
            if not self._stopping:
                self.start(name, program)

    def stop(self, number, _frame=None):
        """Pass the signal on; from now on nothing is started again."""
        self._stopping = True
        for pid in list(self._running):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def _become(name, program, prepare):
    """What the child does, and nothing after it."""
    code = 1
    try:
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        if prepare:
            prepare()
            ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode())
        program()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        logger.exception("%s could not go on", name)
    finally:
        logging.shutdown()
        os._exit(code)


def _web(options):
    from gunicorn.app.wsgiapp import run

    # A worker takes no more connections than it soon answers: in a rush the others wait where every worker can take them.
    always = ["--preload", "--worker-class=gthread", "--worker-connections=16"]
    sys.argv = ["gunicorn", "lms.wsgi", *always, *options]
    run()


def _worker(options):
    from celery.bin.celery import main

    sys.argv = ["celery", "--app=lms", "worker", *options]
    main()


def main(arguments):
    place = arguments.index("--") if "--" in arguments else len(arguments)
    # Here and not in the children, so that each is there once; the application last, because it freezes what is loaded.
    import celery.bin.celery  # noqa: F401
    import gunicorn.app.wsgiapp  # noqa: F401

    import lms.wsgi  # noqa: F401

    together = Together()
    for number in _ENDING:
        signal.signal(number, together.stop)
    together.start(WEB, partial(_web, arguments[:place]))
    together.start(WORKER, partial(_worker, arguments[place + 1 :]))
    together.watch()


if __name__ == "__main__":
    main(sys.argv[1:])
