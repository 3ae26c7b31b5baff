"""What ``manage.py audit`` checks of certificates."""

import hashlib

from django.db.models import Count, Max, Min, Q

from core.registry import Finding

from . import numbers, services
from .models import Certificate, CertificateSeries


def audit():
    """Words as issued, files as made, numbers valid, without gap and one per source, a beginning to every history."""
    yield from _series()
    yield from _sources()
    for row in Certificate.objects.select_related("series").iterator():
        yield from _words(row)
        yield from _file(row)
    without = Certificate.objects.filter(events=None).values_list("number", flat=True)
    for number in without:
        yield Finding("certificates.history", f"证明 {number} 没有签发记录。", number=number)


def _series():
    rows = CertificateSeries.objects.annotate(
        n=Count("certificates", filter=Q(certificates__version=1)),
        low=Min("certificates__serial"),
        high=Max("certificates__serial"),
    )
    for row in rows:
        low, high = row.low or 0, row.high or 0
        if row.n != high or high != row.last_serial or (row.n and low != 1):
            yield Finding(
                "certificates.serials",
                f"序列 {row.key} 的流水号不连续：发了 {row.n} 张，编号到 {high}，计数器是 {row.last_serial}。",
                series=row.key,
            )


def _sources():
    twice = (
        Certificate.objects.newest()
        .values("source_key")
        .annotate(n=Count("*"))
        .filter(n__gt=1)
        .values_list("source_key")
    )
    for (source,) in twice:
        yield Finding("certificates.source", f"来源 {source} 发了不止一张证明。", source=source)


def _words(row):
    if not numbers.is_number(row.number) or row.number != numbers.number_of(row.series.key, row.serial):
        yield Finding("certificates.number", f"证明编号 {row.number} 的校验位或序列不对。", number=row.number)
    # An erased name leaves the hash of what was printed: it cannot be recomputed, and must not match.
    if row.erased_at is None and row.words_hash != services.words_hash(row.number, row.version, row.words):
        yield Finding(
            "certificates.words", f"证明 {row.number} 第 {row.version} 版的内容和发证时不一样。", number=row.number
        )


def _file(row):
    if not row.rendered_at or row.erased_at:
        return
    try:
        with row.pdf.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == row.pdf_sha256
    except (OSError, ValueError):
        yield Finding("certificates.file", f"证明 {row.number} 第 {row.version} 版的 PDF 找不到了。", number=row.number)
        return
    if not same:
        yield Finding("certificates.file", f"证明 {row.number} 第 {row.version} 版的 PDF 被改过。", number=row.number)
