"""So many people at once, each asking again as soon as the last answer is there; no think time."""

import threading
import time
from dataclasses import dataclass

from . import meter


@dataclass
class Figures:
    """What one level of load showed."""

    connections: int
    count: int
    seconds: float
    """From the common start to the last answer."""
    latencies: list
    cpu: dict
    """{part: seconds}."""
    others: float
    """Processors that neither the servers nor this driver used: what the machine did besides."""
    faults: list

    @property
    def per_second(self):
        return self.count / self.seconds if self.count else 0.0

    @property
    def cpu_each(self):
        """Seconds of CPU per operation: web server, application, database and cache. The worker is told apart."""
        return sum(used for part, used in self.cpu.items() if part != "worker") / max(self.count, 1)

    @property
    def slowest_twentieth(self):
        """The 95th percentile in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else 0.0


def run(act, turns, connections, seconds):
    """Let ``connections`` threads ``act(visitor)`` with the visitors of ``turns`` until the time or the visitors are up.

    ``turns`` is one iterator for each thread (the same one for all, when a visitor acts only once). The slowest may end after
    the time; it is counted, and so is its time. A turn that raises ends its thread.
    """
    gate = threading.Barrier(connections + 1)
    latencies, faults = [], []
    limit = [0.0]

    def work(visitors):
        gate.wait()
        try:
            for visitor in visitors:
                if time.perf_counter() > limit[0]:
                    break
                began = time.perf_counter()
                act(visitor)
                latencies.append(time.perf_counter() - began)
        except Exception as fault:  # told in the table's last line
            faults.append(f"{type(fault).__name__}: {fault}")

    threads = [threading.Thread(target=work, args=(visitors,), daemon=True) for visitors in turns]
    for thread in threads:
        thread.start()
    before, busy, own = meter.cpu(), meter.busy(), meter.own()
    started = time.perf_counter()
    limit[0] = started + seconds
    gate.wait()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    after = meter.cpu()
    used = {part: after[part] - before[part] for part in after}
    others = max(0.0, meter.busy() - busy - (meter.own() - own) - sum(used.values())) / took
    return Figures(connections, len(latencies), took, latencies, used, others, faults)
