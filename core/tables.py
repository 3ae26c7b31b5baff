"""Tables that people send: xlsx and csv as rows of text with the row number they have in the file.

A workbook is looked at before a reader touches it (``workbook_checks``). What is refused says how to mend it. Memory follows the
number of filled cells, which is bounded; the rows are handed out one by one.
"""

import codecs
import contextlib
import csv
import io
import re
from datetime import date, datetime, time

import python_calamine
from django.utils.translation import gettext as _

from .exceptions import DomainError
from .workbook_checks import MAX_COLUMNS, MAX_ROWS, check, damaged, formula_in, too_wide

MAX_BYTES = 40 * 2**20
"""Bytes of a file as it arrives."""

MAX_CELL = 2_000
"""Characters of one cell."""

_CHUNK = 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d{2,}$")
_TEXT_FORMULA = re.compile(r'^="([^"]*)"$')
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r\d])")


def is_scientific(text):
    """Whether a spreadsheet turned a long number into 9.11E+17: its last digits are lost."""
    return bool(_SCIENTIFIC.match(text))


def cell_text(value):
    """A cell's value as text: 4.0 → 4, dates as ISO, a number too long for a spreadsheet in scientific notation."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value)) if abs(value) < 1e15 else f"{value:.14G}"
        return repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def read(file, name):
    """Rows of the first visible sheet (or of the csv) as an iterator of ``(row number, [text, …])``; empty rows are left out.

    ``file`` is a seekable binary file, ``name`` what it was called. Raises DomainError ``table.*`` at once for a file that is
    refused as a whole, and ``table.rows``, ``table.columns``, ``table.cell`` or ``table.formula`` while reading.
    """
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size == 0:
        raise DomainError("table.empty", _("这个文件是空的，请看看是不是选错了文件。"))
    if size > MAX_BYTES:
        raise DomainError(
            "table.large",
            _("文件有 %(size)s MB，最多 %(most)s MB。请删掉图片和用不着的工作表，或分成几个文件导入。")
            % {"size": size >> 20, "most": MAX_BYTES >> 20},
        )
    head = file.read(8)
    file.seek(0)
    if head.startswith(_OLE):
        raise DomainError(
            "table.old",
            _("这是旧版 xls，或者是加了密码的工作簿。请用表格软件打开，取消密码，另存为“Excel 工作簿（.xlsx）”再传。"),
        )
    if head.startswith(b"PK"):
        return _numbered(_workbook_rows(file))
    if name.lower().endswith((".csv", ".txt", ".tsv")):
        return _numbered(_csv_rows(file))
    raise DomainError("table.kind", _("只认 xlsx 和 csv。请用表格软件打开，另存为“Excel 工作簿（.xlsx）”再传。"))


def _numbered(rows):
    """The rows that hold something, with their numbers; bounded."""
    for number, cells in rows:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if number > MAX_ROWS:
            raise DomainError(
                "table.rows", _("表格超过 %(most)s 行，请分成几个文件导入。") % {"most": MAX_ROWS}, rows=number
            )
        if len(cells) > MAX_COLUMNS:
            raise DomainError("table.columns", too_wide())
        longest = max(cells, key=len)
        if len(longest) > MAX_CELL:
            raise DomainError(
                "table.cell",
                _("%(cell)s 这一格有 %(n)s 个字，最多 %(most)s 个，请缩短后再传。")
                % {"cell": f"{column_name(cells.index(longest))}{number}", "n": len(longest), "most": MAX_CELL},
            )
        yield number, cells


def column_name(index):
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


# Workbooks -----------------------------------------------------------------------------------------------------------


def _workbook_rows(file):
    check(file)
    file.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        sheet = book.get_sheet_by_name(_first_sheet(book))
    except python_calamine.CalamineError:
        raise damaged()
    left = [""] * (sheet.start[1] if sheet.start else 0)
    return _sheet_rows(book, sheet, left)


def _sheet_rows(book, sheet, left):
    with book:
        for number, values in enumerate(sheet.iter_rows(), 1):
            cells = [value.strip() if type(value) is str else cell_text(value) for value in values]
            yield number, left + cells if left else cells


def _first_sheet(book):
    for sheet in book.sheets_metadata:
        visible = sheet.visible == python_calamine.SheetVisibleEnum.Visible
        if visible and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
            return sheet.name
    raise DomainError("table.empty", _("工作簿里没有看得见的工作表，请取消隐藏后再传。"))


# csv -----------------------------------------------------------------------------------------------------------------


def _encoding(file):
    """UTF-8 with or without BOM, UTF-16 with BOM (what Excel calls Unicode 文本), GB18030; the whole file must fit."""
    head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while piece := file.read(_CHUNK):
                if "\0" in decoder.decode(piece):
                    raise UnicodeDecodeError(encoding, b"", 0, 1, "NUL")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise DomainError(
        "table.encoding", _("看不懂这个 csv 的文字编码。请用表格软件打开，另存为“CSV UTF-8”或 xlsx 再传。")
    )


def _csv_rows(file):
    encoding = _encoding(file)
    file.seek(0)
    # Not closed with the wrapper: the file is the caller's.
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    sample = text.read(65536)
    text.seek(0)
    first_line = next((line for line in sample.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first_line.count)
    return _split(text, delimiter)


def _split(text, delimiter):
    reader = csv.reader(text, delimiter=delimiter)
    try:
        for number, values in enumerate(reader, 1):
            cells = [value.strip() for value in values]
            for place, cell in enumerate(cells):
                if cell and cell[0] in "='":
                    cells[place] = _unguarded(cell, place, number)
            yield number, cells
    except csv.Error:
        raise DomainError(
            "table.damaged",
            _("第 %(row)s 行的引号或逗号不成对，请用表格软件打开，另存为 xlsx 再传。") % {"row": reader.line_num},
        )
    finally:
        with contextlib.suppress(ValueError):  # closed before the rows were all asked for
            text.detach()


def _unguarded(cell, place, number):
    """="0123" and '0123 are text that was guarded against a spreadsheet; any other = begins a formula."""
    plain = _TEXT_FORMULA.sub(r"\1", _GUARDED.sub("", cell))
    if cell.startswith("=") and plain.startswith("="):
        raise formula_in(f"{column_name(place)}{number}")
    return plain


# In our keeping ------------------------------------------------------------------------------------------------------


def keep(rows, target):
    """Write the rows of ``read`` into a text file of our own, the row number first; ``kept`` reads it ten times faster.

    Returns ``(rows written, first rows)``: the first ten, in which the header is.
    """
    writer = csv.writer(target, lineterminator="\n")
    first = []
    count = 0
    for number, cells in rows:
        count += 1
        if count <= 10:
            first.append((number, cells))
        writer.writerow([number, *cells])
    return count, first


def kept(source):
    """The rows that ``keep`` wrote, from a text file opened with ``newline=""``."""
    for number, *cells in csv.reader(source):
        yield int(number), cells


# Out -----------------------------------------------------------------------------------------------------------------

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def guarded(value):
    """A value for a csv cell that no spreadsheet runs as a formula or rounds: such a text gets an apostrophe in front.

    Spreadsheets take what begins with = + - @, a tab or a carriage return for a formula, and drop the last digits of numbers
    longer than fifteen. ``read`` takes the apostrophe off again.
    """
    text = "" if value is None else str(value)
    if text.startswith(_DANGEROUS) or (len(text) > 11 and text.isdecimal()):
        return "'" + text
    return text


class _Line:
    """What ``csv.writer`` writes into: keeps one line at a time."""

    def write(self, text):
        self.text = text


def csv_lines(header, rows):
    """The table as pieces of UTF-8 with BOM, made as they are asked for: memory does not grow with the number of rows."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(header)
    buffer = ["\ufeff" + line.text]
    for row in rows:
        writer.writerow([guarded(value) for value in row])
        buffer.append(line.text)
        if len(buffer) == 500:
            yield "".join(buffer).encode()
            buffer.clear()
    yield "".join(buffer).encode()
