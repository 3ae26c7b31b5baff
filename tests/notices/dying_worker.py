"""A worker that dies where it is told: the program behind ``test_killed_workers``.

It reads one order a line, JSON of ``point`` and ``at``, forks a child that sends what is due and kills itself (SIGKILL) at the point,
and answers with the signal the child died of, or 0 when it lived.
"""

import json
import os
import signal
import sys
from datetime import datetime

import django


def die():
    """End now, as when the power goes."""
    os.kill(os.getpid(), signal.SIGKILL)


def arrange(point):
    """Die "before …" or "after …" one of the steps, the ``nth`` time it comes."""
    from django.db import connection

    from accounts import sms
    from notices import sending

    places = {
        "claim": (sending, "_claim"),
        "gateway": (sms, "send"),
        "step": (sending, "_hand_over"),
        "commit": (connection, "_commit"),
    }
    when, what, nth = point
    module, name = places[what]
    step = getattr(module, name)
    calls = []

    def fatal(*args, **kwargs):
        calls.append(1)
        if len(calls) == nth and when == "before":
            die()
        answer = step(*args, **kwargs)
        if len(calls) == nth and when == "after":
            die()
        return answer

    setattr(module, name, fatal)


def main():
    django.setup()
    from core import clock
    from notices import sending

    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            if order["point"]:
                arrange(order["point"])
            with clock.moved_to(datetime.fromisoformat(order["at"])):
                sending.send_due()
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    main()
