"""How much CPU and memory the servers use: every child of this process with all of theirs, by what it is."""

import psutil

from lms import together

PARTS = {"gunicorn": "web", "postgres": "database", "valkey": "cache"}
"""A word of the command line -> the part of the production."""
TOGETHER = {together.WEB: "web", together.WORKER: "worker"}
"""The name of a process of ``lms.together`` -> the part of the production. What they are forked from counts as web."""


def _processes():
    for child in psutil.Process().children():
        try:
            line = " ".join(child.cmdline())
            part = next((part for word, part in PARTS.items() if word in line), None)
            if "lms.together" in line:
                yield "web", [child]
                for each in child.children():
                    yield TOGETHER[each.name()], [each, *each.children(recursive=True)]
            elif part:
                yield part, [child, *child.children(recursive=True)]
        except psutil.NoSuchProcess:
            continue


def cpu():
    """{part: seconds of CPU so far}, ended processes included. The kernel counts in hundredths of a second."""
    used = dict.fromkeys((*PARTS.values(), *TOGETHER.values()), 0.0)
    for part, processes in _processes():
        for process in processes:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:  # its time is in its parent's by now
                continue
            used[part] += times.user + times.system + times.children_user + times.children_system
    return used


def memory():
    """{part: MiB}: memory shared by several processes divided between them (PSS; where the system cannot tell, USS)."""
    used = dict.fromkeys((*PARTS.values(), *TOGETHER.values()), 0.0)
    for part, processes in _processes():
        for process in processes:
            try:
                full = process.memory_full_info()
            except psutil.Error:
                continue
            used[part] += getattr(full, "pss", full.uss) / 2**20
    return used


def busy():
    """Seconds of CPU used so far by everything on this machine."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0) - getattr(times, "guest", 0)


def own():
    """Seconds of CPU used so far by this process."""
    times = psutil.Process().cpu_times()
    return times.user + times.system
