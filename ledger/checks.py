"""What ``manage.py audit`` checks inside the ledger itself."""

from django.db.models import Count, F, Max, Min, Q

from core.registry import Finding

from . import packed, rows
from .models import Activity, Entry, Kind, LedgerHead, Posting
from .scope import Scope


def audit():
    """Postings are numbered without a gap; no person is live twice in an activity; reversals come after what they reverse; the
    packed columns, where there are some, say what the database says."""
    numbers = Posting.objects.aggregate(n=Count("*"), low=Min("number"), high=Max("number"))
    head = LedgerHead.objects.values_list("last_number", flat=True).first() or 0
    if numbers["n"] and (numbers["low"] != 1 or numbers["high"] != numbers["n"]):
        yield Finding(
            "ledger.numbers", f"记账号不连续：共 {numbers['n']} 笔，却从 {numbers['low']} 到 {numbers['high']}。"
        )
    if head != (numbers["high"] or 0):
        yield Finding("ledger.head", f"记账号计数器是 {head}，最后一笔却是 {numbers['high'] or 0}。")
    twice = Entry.objects.as_of().values("activity", "person").annotate(n=Count("*")).filter(n__gt=1)
    for row in twice:
        yield Finding("ledger.twice", "同一个人在同一场活动里计了不止一次。", **row)
    for column in ("person", "enterprise"):
        left = Entry.objects.as_of().filter(**{f"{column}__merged_into__isnull": False})
        for pk in left.values_list("pk", flat=True):
            yield Finding("ledger.merged", f"台账分录 {pk} 还记在已并入别处的名下，请撤销那次合并再合并一次。", pk=pk)
    for model in (Entry, Activity):
        for pk in model.objects.filter(Q(reversed_by__lte=F("posting"))).values_list("pk", flat=True):
            yield Finding("ledger.order", f"{model._meta.verbose_name} {pk} 的冲销早于它自己。", pk=pk)
    yield from _columns()


def _columns():
    everything = Scope(kind=tuple(Kind.values))
    asked = packed.current()
    for question in ("people", "held") if asked else ():
        kept, counted = getattr(asked, question)(everything, ()), getattr(rows, question)(everything, ())
        if kept != counted:
            yield Finding(
                "ledger.columns",
                f"打包的台账和数据库数的不一样：{kept} 和 {counted}。请删掉打包的文件夹，会自动重打。",
            )
