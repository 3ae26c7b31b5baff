"""``make test``: the suite on SQLite and on PostgreSQL, with a real browser, worker and Redis; one line of totals at the end.

``python -m tests.suite [pytest arguments]``. The last line is ``N passed, N failed``; the exit code is 0 only when something
passed and nothing failed. Nothing is skipped: what cannot be started fails with a sentence that says how to mend it.
"""

import contextlib
import json
import os
import subprocess
import sys
import time

from lms.embedded import children, valkey

from .databases import ROOT, scratch

WORKERS = max(2, min(os.cpu_count() or 2, 8))


def run(engine, arguments, environment, folder):
    """Run pytest on one engine; ``(passed, failed)``. A run that broke off or found nothing counts as one failure."""
    print(f"\n===== {engine} =====", flush=True)
    totals = folder / f"{engine}.json"
    environment = environment | {"TEST_ENGINE": engine, "TEST_TOTALS": str(totals)}
    command = [sys.executable, "-m", "pytest", "-q", f"--numprocesses={WORKERS}", "--dist=worksteal", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=False)
    try:
        counted = json.loads(totals.read_text())
    except OSError:
        counted = {"passed": 0, "failed": 0}
    if not counted["passed"] and not counted["failed"]:
        print(f"{engine}：没有跑成任何测试，原因见上。", flush=True)
        return 0, 1
    return counted["passed"], counted["failed"]


def main(arguments):
    started = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    given = os.environ.get("DATABASE_URL", "")
    passed = failed = 0
    with contextlib.ExitStack() as stack:
        folder = scratch("academy-run-")
        stack.callback(lambda: subprocess.run(["rm", "-r", folder], check=False))
        try:
            environment["TEST_REDIS_URL"] = os.environ.get("REDIS_URL") or stack.enter_context(valkey.running())[0]
        except children.CannotStart as error:
            print(error)
            failed += 1
        for engine in ("sqlite", "postgresql"):
            more = {"DATABASE_URL": given} if engine == "postgresql" and given.startswith("postgres") else {}
            good, bad = run(engine, arguments, environment | more, folder)
            passed, failed = passed + good, failed + bad
    print(f"\n{time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
