"""A process whose children die where they are told: the program behind ``test_kill``.

It reads one order a line, JSON of ``verb`` ("close", "correct", "merge", "undo" or "freeze"), ``arguments`` and ``point``, forks a
child that carries it out on the database of DATABASE_URL and kills itself (SIGKILL: no exception, no ``finally``) at the point, and answers
with one line: the signal the child died of, or 0 when it lived. One start of Django serves all orders.
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


def deadly(number):
    """A wrapper of the connection that dies before the statement that is the ``number``-th to write."""
    written = [0]

    def execute(run, sql, params, many, context):
        if sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            written[0] += 1
            if written[0] == number:
                die()
        return run(sql, params, many, context)

    return execute


def arrange(point):
    """Patch the code so that it dies at ``point``: "before …" or "after …" one of the steps; "write 7": before the seventh row
    or rows it writes."""
    from django.db import connection

    if point.startswith("write "):
        connection.execute_wrappers.append(deadly(int(point.removeprefix("write "))))
        return

    import certificates.services
    import enterprises.merging
    import ledger.merging
    import ledger.services
    import reports.returning

    places = {
        "certificates": (certificates.services, "issue_many"),
        "posting": (ledger.services, "post"),
        "correction": (ledger.services, "correct"),
        "people": (enterprises.merging, "_memberships"),
        "numbering": (ledger.merging, "take_number"),
        "figures": (reports.returning, "figures_of"),
        "step": (reports.returning, "_step"),
        "commit": (connection, "_commit"),
    }
    when, _space, what = point.partition(" ")
    module, name = places[what]
    step = getattr(module, name)

    def fatal(*args, **kwargs):
        if when == "before":
            die()
        step(*args, **kwargs)
        die()

    setattr(module, name, fatal)


def carry_out(verb, arguments):
    from accounts.models import User
    from core import clock
    from enterprises import merging
    from training import closing, correcting
    from training.models import Session

    actor = User.objects.get(pk=arguments["actor"])
    with clock.moved_to(datetime.fromisoformat(arguments["at"])):
        if verb == "close":
            closing.close_round(arguments["round"], actor=actor)
        elif verb == "merge":
            merging.merge(actor, arguments["kind"], arguments["winner"], arguments["loser"], reason="同一个")
        elif verb == "freeze":
            from reports import returning

            returning.freeze(arguments["return"], actor=actor)
        elif verb == "undo":
            merging.undo(actor, arguments["merge"], reason="认错了")
        else:
            session = Session.objects.get(pk=arguments["session"])
            correcting.correct(arguments["registration"], actor=actor, reason="查实", sessions={session: "absent"})


def main():
    django.setup()
    import certificates.services
    import training.correcting  # noqa: F401 - loaded once, before the forks

    certificates.services._render_later = lambda ids: None
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            arrange(order["point"])
            carry_out(order["verb"], order["arguments"])
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    main()
