"""Child processes that end with their parent, whatever ends it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1


class CannotStart(Exception):
    """A server could not be started. The message is a Chinese sentence that says how to mend it."""


def end_with_parent(number):
    """A function for the child, run between fork and exec: the kernel sends it ``number`` when the parent dies (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def prepare():
        prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return prepare


def start(command, *, last_signal=signal.SIGTERM, **popen):
    """Start ``command`` in a session of its own (a Ctrl-C in the terminal reaches only us) and return the Popen.

    When this process dies without a word, the child gets ``last_signal``. Call it from the main thread: the kernel watches the
    thread that forked.
    """
    command = [str(part) for part in command]
    return subprocess.Popen(command, start_new_session=True, preexec_fn=end_with_parent(last_signal), **popen)


def stop(process, *signals, patience=10):
    """Ask ``process`` to end with ``signals`` (SIGTERM), each after ``patience`` seconds more; then kill what is left of its group."""
    stop_all([(process, *(signals or [signal.SIGTERM]))], patience)


def stop_all(processes, patience=10):
    """``stop`` for several ``(process, signal, …)`` at the same time."""
    for number in range(max((len(each) for each in processes), default=0) - 1):
        running = [each for each in processes if each[0].poll() is None and len(each) > number + 1]
        for process, *signals in running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signals[number])
        deadline = time.monotonic() + patience
        for process, *_ in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
    for process, *_ in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
