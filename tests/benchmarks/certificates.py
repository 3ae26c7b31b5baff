"""Certificates: issued in one transaction, their PDFs made by the one worker."""

import time
from dataclasses import dataclass

from . import meter

PATIENCE = 90


@dataclass
class Papers:
    """``issued`` seconds for the transaction, ``made`` seconds until every PDF was stored, ``cpu`` seconds of the worker."""

    count: int
    issued: float
    made: float
    cpu: float
    bytes_each: float


def measure(world, count):
    """Issue ``count`` certificates to the learners and wait for the worker; returns Papers."""
    from core import pdf_fonts

    pdf_fonts.prepare()
    _issue(world, 4, "warm")  # the worker reads its fonts
    began, before = time.perf_counter(), meter.cpu()["worker"]
    issued = _issue(world, count, "bench", wait=False)
    took = time.perf_counter() - began
    _wait(issued)
    made, cpu = time.perf_counter() - began, meter.cpu()["worker"] - before
    size = sum(row.pdf.size for row in type(issued[0]).objects.filter(pk__in=[row.pk for row in issued]))
    return Papers(count, took, made, cpu, size / count)


def _issue(world, count, source, wait=True):
    from certificates import services
    from core import clock

    services.ensure_template("round")
    items = [
        {
            "source_key": f"{source}:{number}",
            "holder": row.person,
            "words": {
                "name": row.person.name,
                "enterprise": "测算示例厂",
                "course_title": "小微企业内审员培训",
                "round_label": "2026年第1轮",
                "period": "2026年3月2日至2026年3月4日",
                "class_hours": "20",
                "result": "合格",
                "organiser": "测算示例机构",
            },
        }
        for number, row in enumerate(world.learners[:count])
    ]
    rows = services.issue_many(items, series_key="BENCH", template_key="round", issued_on=clock.today())
    if wait:
        _wait(rows)
    return rows


def _wait(rows):
    from certificates.models import Certificate

    waiting = Certificate.objects.filter(pk__in=[row.pk for row in rows], rendered_at=None)
    deadline = time.monotonic() + PATIENCE
    while waiting.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {PATIENCE} s {waiting.count()} certificates are still waiting")
        time.sleep(0.02)
