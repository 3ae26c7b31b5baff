"""Workbooks as people send them, and a batch taken through to its end."""

import io

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum.cn import uscc

from enterprises.imports import checking, receiving, undo, writing
from enterprises.models import ImportBatch

STAFF = ["姓名", "手机号", "统一社会信用代码", "层级", "部门", "岗位", "标记"]
FIRMS = ["企业名称", "统一社会信用代码", "所在区", "行业代码", "从业人数", "产业链"]


def code(number):
    """A fabricated credit code with a valid check character."""
    stem = f"91120111MA{number:07d}"
    return stem + uscc.calc_check_digit(stem + "0")


def workbook(rows, name="名单.xlsx"):
    """An uploaded workbook with these rows, the header first."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False})
    sheet = book.add_worksheet("名单")
    for number, values in enumerate(rows):
        sheet.write_row(number, 0, values)
    book.close()
    return SimpleUploadedFile(name, target.getvalue())


def csv(rows, encoding="utf-8-sig", delimiter=","):
    """An uploaded csv."""
    text = "\r\n".join(delimiter.join(map(str, values)) for values in rows)
    return SimpleUploadedFile("名单.csv", text.encode(encoding))


def checked(user, kind, rows, enterprise=None, upload=None):
    """A batch after its dry run."""
    batch = receiving.receive(user, kind, upload or workbook(rows), enterprise)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.CHECKING)
    return checking.check(batch.pk)


def written(user, kind, rows, enterprise=None):
    """A batch after it was confirmed and written."""
    return write(checked(user, kind, rows, enterprise))


def write(batch):
    """Confirm and write."""
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.WRITING)
    return writing.write(batch.pk)


def undone(batch):
    """Ask for the undo and do it."""
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.UNDOING)
    return undo.undo(batch.pk)


def counts(batch):
    """new, changed, same, refused."""
    return tuple(batch.counts[name] for name in ("new", "changed", "same", "refused"))
