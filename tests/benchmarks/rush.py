"""``python -m tests.benchmarks.rush``: a whole exam room starts at once, on PostgreSQL and two workers of the web server.

So many people begin the same exam within a minute, at moments drawn beforehand, and save every answer by script, one a request,
without a pause. Printed: how long starting and saving took, and whether anything failed or any receipt is missing in the
database. Ends with 1 when it did.
"""

import argparse
import json
import random
import sys
import threading
import time

from lms.embedded import children

from . import production, visitors, world
from .world import QUESTIONS


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.rush", description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0, help="within which all of them start")
    options = parser.parse_args(arguments)
    try:
        with production.running() as prepare:
            site, made = prepare(lambda: world.build(options.people))
            return _report(options, *_rush(site.url, made.learners[: options.people], options.seconds))
    except children.CannotStart as error:
        print(error)
        return 3


def _rush(url, learners, seconds):
    """``(seconds of each start, seconds of each save, {(learner, position): receipt}, faults)``."""
    rng = random.Random(5)  # noqa: S311 - the same rush every time
    for learner in learners:
        learner.signed_in()
    starts, saves, receipts, faults = [], [], {}, []
    began = time.perf_counter()

    def sit(learner, wait):
        visitor = visitors.Visitor(visitors.Wire(url), learner.signed_in(), learner)
        try:
            time.sleep(max(0.0, began + wait - time.perf_counter()))
            at = time.perf_counter()
            visitor.post(f"/study/{learner.enrolment.course_id}/quiz/", {})
            starts.append(time.perf_counter() - at)
            path = visitor.find(r'data-save-url="([^"]+)"')
            for position in range(1, QUESTIONS + 1):
                fields = {"position": position, "response": position % 4, "nonce": f"r{position}"}
                at = time.perf_counter()
                visitor.post(path, fields, follow=False).expect('"receipt"')
                saves.append(time.perf_counter() - at)
                receipts[learner.person.pk, position] = json.loads(visitor.text)["receipt"]
        except Exception as fault:  # told at the end; the others go on
            faults.append(f"{type(fault).__name__}: {fault}")
        finally:
            visitor.close()

    threads = [threading.Thread(target=sit, args=(one, rng.uniform(0, seconds)), daemon=True) for one in learners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return starts, saves, receipts, faults


def _report(options, starts, saves, receipts, faults):
    from quizzes.models import Answer

    kept = {
        (person, position): receipt
        for person, position, receipt in Answer.objects.values_list("attempt__person", "position", "receipt")
    }
    lost = [key for key, receipt in receipts.items() if kept.get(key) != receipt]
    print(f"{options.people} people within {options.seconds:.0f} s, {QUESTIONS} answers each")
    for name, took in (("start", starts), ("save", saves)):
        ordered = sorted(took)
        if ordered:
            middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
            print(f"{name}: {len(ordered)} done, median {middle * 1000:.0f} ms, p95 {late * 1000:.0f} ms")
    print(f"receipts given {len(receipts)}, missing in the database {len(lost)}, faults {len(faults)}")
    for fault in sorted(set(faults))[:5]:
        print(f"WRONG {fault}")
    expected = options.people * QUESTIONS
    return 1 if faults or lost or len(receipts) != expected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
