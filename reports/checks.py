"""What ``manage.py audit`` checks of frozen returns."""

from core.registry import Finding

from . import returning
from .models import Freeze, Return


def audit():
    """Every frozen return has its figures, agrees with their hash, and a recount as of its posting gives the same."""
    for pk in Return.objects.filter(state=Return.State.FROZEN, freeze=None).values_list("pk", flat=True):
        yield Finding("return.bare", f"月报 {pk} 是已封账，却没有封账数。", pk=pk)
    for freeze in Freeze.objects.select_related("report__district").order_by("pk").iterator(chunk_size=200):
        for sentence in returning.verify(freeze):
            yield Finding(
                "return.frozen", f"{freeze.report} 第 {freeze.report.version} 版：{sentence}", pk=freeze.report_id
            )
