"""Tables that people send: xlsx and csv as rows of text with the row number they have in the file.

A workbook is looked at before a reader touches it (``_Workbook.check``): how much it unpacks to, macros, links to other files,
formulas, how far its cells reach. What is refused says how to mend it. Memory follows the number of filled cells, which is
bounded; the rows are handed out one by one.
"""

import codecs
import contextlib
import csv
import io
import re
import struct
import zipfile
import zlib
from datetime import date, datetime, time
from xml.etree import ElementTree

import python_calamine
from django.utils.translation import gettext as _

from .exceptions import DomainError

MAX_BYTES = 40 * 2**20
"""Bytes of a file as it arrives."""

MAX_UNPACKED = 300 * 2**20
"""Bytes all parts of a workbook unpack to. 100,000 rows of twelve columns are 85 MB."""

MAX_RATIO = 200
"""Unpacked to packed size of a part of more than MAX_PLAIN_PART bytes; honest sheets stay near 20."""

MAX_PLAIN_PART = 2**20
MAX_PARTS = 500
MAX_ROWS = 150_000
MAX_COLUMNS = 52
"""Columns A to AZ."""

MAX_CELL = 2_000
"""Characters of one cell."""

_CHUNK = 2**20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TAG = rb"<(?:[A-Za-z_]\w*:)?"
_FORMULA = re.compile(_TAG + rb"f[\s/>]")
_CELL_NAME = re.compile(rb'\sr="([A-Z]+\d+)"')
# What nearly every megabyte lacks; only where it is found are the exact patterns below tried.
_UNUSUAL = re.compile(rb'r=(?!"(?:A?[A-Z](?:[1-9]\d{0,4}|1[0-4]\d{4})|[1-9]\d{0,6})")|r[ \t\r\n]+=')
_MAYBE_FORMULA = re.compile(rb"<f|:f[\s/>]")
# A place that is not written as every program writes it cannot be bounded by the pattern below, so it is refused.
_ODD_PLACE = re.compile(_TAG + rb'c\s(?:[^<>]*?\s)?r\s*=(?!"[A-Z]{1,3}[1-9]\d{0,6}")')
_FAR_CELL = re.compile(
    _TAG + rb'c\s(?:[^<>]*?\s)?r="(?:[A-Z]{3}\d+|[B-Z][A-Z]\d+|[A-Z]+(?:1[5-9]\d{4}|[2-9]\d{5}|\d{7}))"[^<>]*(?<!/)>'
)
_DIMENSION = re.compile(_TAG + rb'dimension\s[^<>]*ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
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
            raise DomainError("table.columns", _too_wide())
        longest = max(cells, key=len)
        if len(longest) > MAX_CELL:
            raise DomainError(
                "table.cell",
                _("%(cell)s 这一格有 %(n)s 个字，最多 %(most)s 个，请缩短后再传。")
                % {"cell": f"{column_name(cells.index(longest))}{number}", "n": len(longest), "most": MAX_CELL},
            )
        yield number, cells


def _too_wide():
    return _("表格超过 %(most)s 列。请把用不着的列删掉（整列选中，右键删除），另存后再传。") % {"most": MAX_COLUMNS}


def _is_formula(cell):
    return DomainError(
        "table.formula",
        _("%(cell)s 是公式。请全选、复制，在原处“选择性粘贴 → 数值”，另存后再传。") % {"cell": cell},
        cell=cell,
    )


def column_name(index):
    """0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


# Workbooks -----------------------------------------------------------------------------------------------------------


def _damaged():
    return DomainError("table.damaged", _("工作簿打不开，可能没有传完。请用表格软件打开，另存一份 xlsx 再传。"))


def _workbook_rows(file):
    _check(file)
    file.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        sheet = book.get_sheet_by_name(_first_sheet(book))
    except python_calamine.CalamineError:
        raise _damaged()
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


def _check(file):
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            _check_sheet(archive, file, _sheet_part(archive, file))
            for part in parts:
                if part.filename.startswith("xl/") and "/worksheets/" not in part.filename:
                    for _piece in _unpack(file, part):
                        pass
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        ElementTree.ParseError,
        KeyError,
        EOFError,
        NotImplementedError,
    ):
        raise _damaged()


def _check_parts(parts):
    names = [part.filename.lower() for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) < len(names):
        raise _damaged()
    if any("vbaproject" in name or "macrosheets/" in name or "/activex/" in name for name in names):
        raise DomainError(
            "table.macro", _("工作簿里带有宏，不能收。请另存为“Excel 工作簿（.xlsx）”，不要选“启用宏”的那种。")
        )
    if any("externallinks/" in name for name in names):
        raise DomainError(
            "table.links", _("工作簿引用了别的文件。请在“数据 → 编辑链接”里断开，或把内容粘贴成数值，另存后再传。")
        )
    if any(part.flag_bits & 1 for part in parts):
        raise DomainError("table.password", _("工作簿加了密码，请取消密码、另存后再传。"))
    bomb = any(part.file_size > MAX_PLAIN_PART and part.file_size > MAX_RATIO * part.compress_size for part in parts)
    if bomb or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise DomainError(
            "table.bomb", _("这个工作簿解开以后大得不合常理，不能收。请把数据复制到一个新的工作簿里，另存后再传。")
        )


def _unpack(file, part):
    """The real bytes of a part. A size that is not what the directory says is a trick; ``zipfile`` would cut it off quietly."""
    file.seek(part.header_offset + 26)
    name_length, extra_length = struct.unpack("<HH", file.read(4))
    file.seek(part.header_offset + 30 + name_length + extra_length)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _damaged()
    stream = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left, size = part.compress_size, 0
    while left > 0:
        packed = file.read(min(left, _CHUNK))
        if not packed:
            raise _damaged()
        left -= len(packed)
        while packed:
            piece = stream.decompress(packed, _CHUNK) if stream else packed
            packed = stream.unconsumed_tail if stream else b""
            size += len(piece)
            if size > part.file_size:
                raise DomainError("table.bomb", _("工作簿里写的大小和实际对不上，不能收。请打开后另存一份再传。"))
            yield piece
    if size != part.file_size:
        raise _damaged()


def _sheet_part(archive, file):
    """The part of the first visible sheet, as the workbook's own directory names it."""

    def tree(name):
        part = archive.getinfo(name)
        if part.file_size > MAX_PLAIN_PART:
            raise _damaged()
        text = b"".join(_unpack(file, part))
        if b"<!DOCTYPE" in text:
            raise _damaged()
        return ElementTree.fromstring(text)  # noqa: S314 - without DOCTYPE there are no entities to expand

    targets = {node.get("Id"): node.get("Target") for node in tree("xl/_rels/workbook.xml.rels")}
    sheets = [node for node in tree("xl/workbook.xml").iter() if node.tag.endswith("}sheet")]
    if len({node.get("name") for node in sheets}) < len(sheets):
        raise _damaged()
    for node in sheets:
        target = targets.get(node.get(_RELATION)) or ""
        if node.get("state", "visible") == "visible" and "worksheets/" in target:
            return archive.getinfo(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    raise DomainError("table.empty", _("工作簿里没有看得见的工作表，请取消隐藏后再传。"))


def _check_sheet(archive, file, part):
    """Formulas, and cells further out than a list of people or enterprises can be; searched as bytes, a megabyte at a time."""
    rest = b""
    last_cell = b""
    first = True
    for piece in _unpack(file, part):
        text = rest + piece
        end = text.rfind(b"<")
        text, rest = text[:end], text[end:]
        if first:
            first = False
            reach = _DIMENSION.search(text)
            if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in text:
                raise _damaged()
            if reach and len(reach[1]) > 1 and (len(reach[1]) > 2 or reach[1] > b"AZ"):
                raise DomainError("table.columns", _too_wide())
        found = _MAYBE_FORMULA.search(text) and _FORMULA.search(text)
        if found:
            names = _CELL_NAME.findall(last_cell + text[: found.start()])
            raise _is_formula(names[-1].decode() if names else "?")
        unusual = _UNUSUAL.search(text)
        if unusual and _ODD_PLACE.search(text):
            raise _damaged()
        far = unusual and _FAR_CELL.search(text)
        if far:
            name = _CELL_NAME.search(far[0])[1].decode()
            raise DomainError(
                "table.far",
                _("%(cell)s 里还有内容，超出了 %(columns)s 列、%(rows)s 行。请删掉多余的行和列，另存后再传。")
                % {"cell": name, "columns": MAX_COLUMNS, "rows": MAX_ROWS},
                cell=name,
            )
        last_cell = text[-400:]


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
        raise _is_formula(f"{column_name(place)}{number}")
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
