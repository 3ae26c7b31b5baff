"""``make test``: the suite on SQLite and on PostgreSQL, with a real browser, worker and Redis; one line of totals at the end.

``python -m tests.suite [pytest arguments]``. The last line is ``N passed, N failed``; the exit code is 0 only when something
passed and nothing failed. Nothing is skipped: what cannot be started fails with a sentence that says how to mend it.
DATABASE_URL (a PostgreSQL where databases may be created) and REDIS_URL name servers to use instead of the embedded ones.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

from lms.embedded.fingerprint import ROOT

from .databases import scratch

WORKERS = max(2, min(os.cpu_count() or 2, 8))


def run(engine, arguments, environment, folder):
    """Run pytest on one engine; ``(passed, failed)``. A run that broke off or found nothing counts as one failure."""
    print(f"\n===== {engine} =====", flush=True)
    totals = folder / f"{engine}.json"
    environment = environment | {"TEST_ENGINE": engine, "TEST_TOTALS": str(totals)}
    command = [sys.executable, "-m", "pytest", "-q", f"--numprocesses={WORKERS}", "--dist=worksteal", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.wait(60)  # it stops its servers
        raise
    try:
        passed, failed = json.loads(totals.read_text())
    except OSError:
        passed, failed = 0, 0
    if process.returncode and not failed or not passed + failed:
        print(f"{engine}：没有跑完，原因见上。", flush=True)
        failed += 1
    return passed, failed


def main(arguments):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    if os.environ.get("REDIS_URL"):
        environment["TEST_REDIS_URL"] = os.environ["REDIS_URL"]
    given = os.environ.get("DATABASE_URL", "")
    passed = failed = 0
    folder = scratch("run")
    try:
        for engine in ("sqlite", "postgresql"):
            more = {"DATABASE_URL": given} if engine == "postgresql" and given.startswith("postgres") else {}
            good, bad = run(engine, arguments, environment | more, folder)
            passed, failed = passed + good, failed + bad
    except KeyboardInterrupt:
        failed += 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
