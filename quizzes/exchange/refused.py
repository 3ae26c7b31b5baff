"""The rows that were refused, as a workbook: mended, it can be sent again as it is."""

import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from core.big_sheets import write_sheet


def of_sheet(header, rows):
    """The refused rows of a workbook as a workbook (bytes): the columns as they were, in front a red 错误原因."""
    width = max([len(header), 1, *(len(row.cells) for row in rows)])
    names = [text or _("（第 %(n)s 列）") % {"n": place + 1} for place, text in enumerate(header)]
    names += [_("（第 %(n)s 列）") % {"n": place + 1} for place in range(len(names), width)]
    lines = ((reasons(row), *(row.cells + [""] * width)[:width]) for row in rows)
    return _refused_sheet([_("错误原因"), *names], lines, width)


def of_text(rows):
    """The same for rows of a text file: the line, what it asks, and why not."""
    lines = ((reasons(row), str(row.number), row.label) for row in rows)
    return _refused_sheet([_("错误原因"), _("第几行"), _("题目")], lines, 2)


def reasons(row):
    """What is wrong with a row, in one text."""
    return "；".join(f"{where}：{sentence}" for where, sentence in row.reasons)


def _refused_sheet(heads, lines, width):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "refused.xlsx"
        write_sheet(path, _("退回的行"), heads, lines, widths=[60] + [16] * width, red=0)
        return path.read_bytes()
