"""``python -m tests.benchmarks.sheets``: what a certificate costs to draw, against the drawing library drawing the same page bare.

No database: sheets of made-up people, as the live preview of a template shows them. ``--quick`` draws a twentieth.
"""

import argparse
import io
import os
import resource
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

GOAL_DOCUMENT = 0.040
"""CPU seconds of one document on the reference machine."""
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"


def _ready():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
    import django

    django.setup()
    from core import pdf_fonts

    pdf_fonts.register()


def _sheets(first, count):
    from certificates import numbers, proofs, templates
    from certificates.models import CertificateTemplate

    fields = CertificateTemplate._meta
    template = CertificateTemplate(
        key="bench",
        statement="本证明仅说明持证人完成上述培训并通过考核，不作为质量管理体系认证或职业资格的证明；本培训为公益性质。",
        basis="GB/T 19001—2016／ISO 9001:2015",
        citation=fields.get_field("citation").default,
        validity_years=3,
    )
    signer = proofs.Signer(proofs.private_key(), 1)
    for number in range(first, first + count):
        row = templates.sample(template)
        row.words["name"] = SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20]
        row.number, row.token = numbers.number_of("TJXW-NSY-2026-026", number), numbers.new_token()
        row.proof = proofs.make(signer, row.number, 1, row.words)
        yield row


def _drawn(span):
    from certificates import pdf

    return [pdf.draw(row) for row in _sheets(*span)]


def _each(draw, rows):
    """CPU seconds of each."""
    for row in rows[:3]:
        draw(row)
    began = time.process_time()
    for row in rows:
        draw(row)
    return (time.process_time() - began) / len(rows)


def _memory():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    share = 20 if parser.parse_args().quick else 1
    _ready()
    from certificates import pdf, pdf_signing, picture, printing

    load = os.getloadavg()[0]
    rows = list(_sheets(1, max(100 // share, 5)))
    bare = _each(printing.bare, rows)
    document = _each(pdf.draw, rows)
    shown = _each(picture.draw, rows)
    print(f"load at the beginning {load:.1f}")
    print(f"drawing library alone, one page a file   {bare * 1000:6.1f} ms CPU")
    print(f"document (xhtml2pdf)                     {document * 1000:6.1f} ms CPU  ÷ {document / bare:.1f}")
    print(f"picture (PNG)                            {shown * 1000:6.1f} ms CPU  ÷ {shown / bare:.1f}")

    count = 200 // share
    halves = [(at, 20 if count >= 40 else 5) for at in range(0, count, 20 if count >= 40 else 5)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_ready) as pool:
        list(pool.map(_drawn, [(0, 2), (0, 2)]))  # both have read their fonts
        began = time.perf_counter()
        with tempfile.TemporaryFile() as target, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for at, part in enumerate(pool.map(_drawn, halves)):
                for number, content in enumerate(part):
                    archive.writestr(f"{at}-{number}.pdf", content)
        took = time.perf_counter() - began
    print(f"{count} drawn by two workers into a ZIP       {took:6.1f} s  {count / took:.0f} a second")

    count = 1000 // share
    began, cpu = time.perf_counter(), time.process_time()
    out = io.BytesIO()
    printing.bind(_sheets(1, count), out, title="打印")
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    size = len(out.getvalue()) / count / 1024
    print(
        f"{count} as one print file                     {took:6.1f} s  {cpu / count * 1000:.1f} ms CPU, {size:.1f} KB a page"
    )

    curve, count = [], 2000 // share
    for at in range(0, count, count // 4):
        _drawn((at, count // 4))
        curve.append(f"{_memory():.0f}")
    print(f"memory after each quarter of {count} documents: {', '.join(curve)} MiB")
    if pdf_signing.signer() is not None:
        content = pdf.draw(rows[0])
        print(
            f"signature of the PDF                     {_each(lambda row: pdf_signing.signed(content, reason=''), rows) * 1000:6.1f} ms"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
