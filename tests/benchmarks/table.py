"""The figures as they are printed. CPU in milliseconds; it moves less than throughput when the machine is shared."""

WIDTH = 32


def _three(values, form):
    return " ".join(form.format(value) for value in values)


def heading(size, seconds):
    """The production runs."""
    levels = "/".join(map(str, size["levels"]))
    wide = 7 * len(size["levels"]) - 1
    print(f"gunicorn gthread 2 × 4, PostgreSQL, Valkey, one Celery worker; ready after {seconds:.0f} s")
    print(
        f"at {levels} connections; ÷: CPU as a multiple of the first row; others: processors busy with something else"
    )
    print(
        f"{'operation':{WIDTH}} {'SQL':>4}  {'CPU ms each':>{wide}} {'÷':>6}  {'per second':>{wide}}  "
        f"{'p95 ms':>{wide}}  others",
        flush=True,
    )


def row(name, statements, levels, first):
    """One operation. The multiple is of the CPU at all levels together."""
    ratio = _mean_cpu(levels) / max(_mean_cpu(first), 1e-9)
    print(
        f"{name:{WIDTH}} {statements:>4}  {_three([1e3 * level.cpu_each for level in levels], '{:6.2f}')} {ratio:>6.1f}  "
        f"{_three([level.per_second for level in levels], '{:6.1f}')}  "
        f"{_three([1e3 * level.slowest_twentieth for level in levels], '{:6.1f}')}  "
        f"{max(level.others for level in levels):6.1f}",
        flush=True,
    )


def _mean_cpu(levels):
    return sum(level.cpu_each * level.count for level in levels) / max(sum(level.count for level in levels), 1)


def ways(name, statements, requests, levels, first):
    """What a learner does once, from beginning to end."""
    ratio = _mean_cpu(levels) / max(_mean_cpu(first), 1e-9)
    print(f"\n{name}: {requests} requests, {statements} statements, {ratio:.0f} times the CPU of the first row")
    for level in levels:
        if not level.count:
            continue
        parts = ", ".join(f"{part} {1e3 * used / level.count:.0f}" for part, used in level.cpu.items() if used > 0.005)
        print(
            f"  {level.connections:>2} at once: {level.count:>3} times, {60 * level.per_second:6.1f} a minute, "
            f"{level.cpu_each:.3f} CPU s each ({parts} ms), p95 {level.slowest_twentieth:.2f} s, others {level.others:.1f}",
            flush=True,
        )


def pages(plain, pages):
    """Kinds of page of the guide, for visitors; the multiple is of /healthz, asked the same way."""
    print(f"\nguide pages for a visitor, in this process: SQL / CPU ms / multiple of /healthz ({1e3 * plain:.2f} ms)")
    for page in pages:
        told = "   ".join(
            f"{way} {page.statements[way]} / {1e3 * cpu:.2f} / {cpu / plain:.1f}" for way, cpu in page.cpu.items()
        )
        print(f"  {page.name:7} {page.size / 1024:5.1f} KiB   {told}", flush=True)


def papers(papers):
    """Certificates by the worker."""
    print(
        f"\ncertificates: {papers.count} issued in {papers.issued:.2f} s, every PDF stored after {papers.made:.1f} s by one "
        f"worker: {papers.count / papers.made:.1f} a second, {1e3 * papers.cpu / papers.count:.0f} ms CPU each, "
        f"{papers.bytes_each / 1024:.0f} KiB"
    )


def workbooks(figures):
    """A workbook of people in, again, and out."""

    def step(name):
        return f"{name} {figures.seconds[name]:.1f} s ({figures.cpu[name]:.1f} CPU)"

    steps = ", ".join(map(step, ("received", "checked", "written")))
    print(
        f"\nimport of {figures.count} people: {figures.end_to_end:.1f} s, {figures.count / figures.end_to_end:.0f} rows a second "
        f"({steps}); bare COPY of the same rows {figures.copy:.1f} s, writing is {figures.seconds['written'] / figures.copy:.1f} "
        f"times that; peak memory {figures.memory:.0f} MiB, of it for the import {figures.grown:.0f}"
    )
    print(
        f"the same file again: no change, {figures.seconds['again']:.1f} s; export: {step('csv')}, {step('xlsx')}",
        flush=True,
    )


def analysed(figures):
    """The analysis of a quiz."""
    print(
        f"\nanalysis of {figures.count} papers of 20 answers: {figures.seconds:.1f} s, {figures.cpu:.1f} CPU s, "
        f"{figures.count / figures.seconds:.0f} papers a second, {figures.grown:.0f} MiB more memory",
        flush=True,
    )


def memory(used):
    """Memory of all servers."""
    parts = ", ".join(f"{part} {size:.0f}" for part, size in used.items())
    print(f"memory: {sum(used.values()):.0f} MiB ({parts})")
