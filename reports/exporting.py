"""Taking tables out: asked for in a request, made by a worker with progress, fetched by who asked."""

import tempfile
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, tables
from core.audit_trail import record
from core.exceptions import DomainError
from core.official_sheets import write_official
from ledger.counts import Scope
from ledger.services import last_number

from . import rules, sheets, summary
from .models import Workbook
from .narrowing import narrowed

KEPT_DAYS = 7
State = Workbook.State


def _as_json(scope):
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(scope).items()
        if value is not None
    }


def scope_of(workbook):
    """The ledger Scope a Workbook was asked for."""
    given = dict(workbook.scope)
    for name in ("start", "end"):
        given[name] = date.fromisoformat(given[name])
    return Scope(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


@transaction.atomic
def ask(user, kind, scope, *, ending="xlsx", report=None):
    """Begin a Workbook of ``kind`` (a key of ``sheets.SHEETS``) and have it made; it is recorded who took what out.

    Its figures are as of now, or of the scope's posting. With a frozen ``report`` the 汇总表 prints what was frozen. Raises
    DomainError ``workbook.kind``, ``workbook.month`` (a 汇总表 is of one month).
    """
    from . import tasks

    if kind not in sheets.SHEETS or ending not in ("xlsx", "csv"):
        raise DomainError("workbook.kind", _("请选要哪张表、哪种格式。"))
    if kind == "summary" and scope.start.month != scope.end.month:
        raise DomainError("workbook.month", _("汇总表一月一张，请先在上面选月份；累计数在表里的“本年累计”。"))
    if scope.as_of is None:
        scope = scope.of(as_of=last_number())
    row = Workbook.objects.create(user=user, kind=kind, ending=ending, scope=_as_json(scope), report=report)
    record(user, f"export.{kind}", row, changes={"scope": [None, row.scope], "format": [None, ending]})
    tasks.build_workbook.delay_on_commit(row.pk)
    return row


def build(workbook_id):
    """Make the file of a Workbook. Asking again for one being made, or made already, changes nothing."""
    taken = Workbook.objects.filter(pk=workbook_id, state=State.WAITING).update(state=State.RUNNING)
    if not taken:
        return
    row = Workbook.objects.select_related("report").get(pk=workbook_id)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"table.{row.ending}"
            sheet = sheet_of(row)
            count = write(path, sheet, ending=row.ending, tell=lambda n: _tell(row, n, sheet.length))
            row.name = sheets.file_name(row.kind, scope_of(row), row.ending)
            with path.open("rb") as made:
                row.file.save(path.name, File(made), save=False)
        row.state, row.progress, row.rows, row.done_at = State.DONE, 100, count, clock.now()
        row.save()
    except Exception:
        Workbook.objects.filter(pk=workbook_id).update(state=State.FAILED)
        raise


def sheet_of(workbook):
    """The Sheet of a Workbook: of the frozen figures when it belongs to a frozen return, else counted as of its posting; under it
    stands which that was, and what it was narrowed to."""
    scope = scope_of(workbook)
    if workbook.kind == "summary" and workbook.report and workbook.report.is_frozen:
        sheet = sheets.summary_sheet(scope, frozen_table(workbook.report.freeze))
    else:
        sheet = sheets.SHEETS[workbook.kind](scope)
    words = [_("按截至 %(n)s 号记账的账。") % {"n": scope.as_of}]
    if found := narrowed(scope):
        words.insert(0, _("只算一部分，不是全部——%(what)s。") % {"what": "；".join(found)})
    return replace(sheet, below=(*sheet.below, "".join(words)))


def frozen_table(freeze):
    """The summary.Table a return was frozen with."""
    from enterprises.models import District

    names = dict(District.objects.values_list("pk", "name")) | {summary.NOWHERE: _("市级")}
    kept = freeze.figures["lines"]
    order = [code for code in names if code in kept]
    lines = [(code, names[code], summary.Line.from_dict(kept[code])) for code in order]
    return summary.Table(lines, summary.Line.from_dict(freeze.figures["total"]))


def _tell(row, done, of):
    Workbook.objects.filter(pk=row.pk).update(progress=min(99, done * 100 // of) if of else 99)


def write(path, sheet, *, ending="xlsx", tell=None):
    """Write a Sheet into a file; returns the number of its rows. ``tell`` is called with how many are written, now and then."""
    rows = _watched(sheet.rows, tell)
    if ending == "csv":
        counted = [0]
        every = _counted([*rows, *([sheet.total] if sheet.total else [])] if sheet.total else rows, counted)
        with Path(path).open("wb") as out:
            out.writelines(tables.csv_lines(sheet.header, every))
        return counted[0] - bool(sheet.total)
    return write_official(
        str(path),
        sheet.name,
        sheet.title,
        sheet.headings,
        rows,
        corner=sheet.corner,
        above=sheet.above,
        below=sheet.below,
        total=sheet.total,
        notes=rules.paragraphs(),
    )


def _watched(rows, tell):
    for number, row in enumerate(rows, 1):
        if tell and number % 500 == 0:
            tell(number)
        yield row


def _counted(rows, counted):
    for row in rows:
        counted[0] += 1
        yield row


def forget(before):
    """Delete workbooks asked for before a moment, with their files; returns how many."""
    old = list(Workbook.objects.filter(asked_at__lt=before))
    for row in old:
        if row.file:
            row.file.delete(save=False)
        row.delete()
    return len(old)
