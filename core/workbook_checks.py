"""Whether a workbook may be opened: how much it unpacks to, macros, links to other files, formulas, how far its cells reach.

Looked at as bytes, before any reader touches it.
"""

import re
import struct
import zipfile
import zlib
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from .exceptions import DomainError

MAX_ROWS = 150_000
MAX_COLUMNS = 52
"""Columns A to AZ."""

MAX_UNPACKED = 300 * 2**20
"""Bytes all parts of a workbook unpack to. 100,000 rows of twelve columns are 85 MB."""

MAX_RATIO = 200
"""Unpacked to packed size of a part of more than MAX_PLAIN_PART bytes; honest sheets stay near 20."""

MAX_PLAIN_PART = 2**20
MAX_PARTS = 500
_CHUNK = 2**20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
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


def check(file):
    """Refuse what is no plain workbook. Raises DomainError ``table.…`` with the sentence that says how to mend it."""
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
        raise damaged()


def _check_parts(parts):
    names = [part.filename.lower() for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) < len(names):
        raise damaged()
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
        raise damaged()
    stream = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left, size = part.compress_size, 0
    while left > 0:
        packed = file.read(min(left, _CHUNK))
        if not packed:
            raise damaged()
        left -= len(packed)
        while packed:
            piece = stream.decompress(packed, _CHUNK) if stream else packed
            packed = stream.unconsumed_tail if stream else b""
            size += len(piece)
            if size > part.file_size:
                raise DomainError("table.bomb", _("工作簿里写的大小和实际对不上，不能收。请打开后另存一份再传。"))
            yield piece
    if size != part.file_size:
        raise damaged()


def _sheet_part(archive, file):
    """The part of the first visible sheet, as the workbook's own directory names it."""

    def tree(name):
        part = archive.getinfo(name)
        if part.file_size > MAX_PLAIN_PART:
            raise damaged()
        text = b"".join(_unpack(file, part))
        if b"<!DOCTYPE" in text:
            raise damaged()
        return ElementTree.fromstring(text)  # noqa: S314 - without DOCTYPE there are no entities to expand

    targets = {node.get("Id"): node.get("Target") for node in tree("xl/_rels/workbook.xml.rels")}
    sheets = [node for node in tree("xl/workbook.xml").iter() if node.tag.endswith("}sheet")]
    if len({node.get("name") for node in sheets}) < len(sheets):
        raise damaged()
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
                raise damaged()
            if reach and len(reach[1]) > 1 and (len(reach[1]) > 2 or reach[1] > b"AZ"):
                raise DomainError("table.columns", too_wide())
        found = _MAYBE_FORMULA.search(text) and _FORMULA.search(text)
        if found:
            names = _CELL_NAME.findall(last_cell + text[: found.start()])
            raise formula_in(names[-1].decode() if names else "?")
        unusual = _UNUSUAL.search(text)
        if unusual and _ODD_PLACE.search(text):
            raise damaged()
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


def damaged():
    """The refusal of a file that cannot be read as a workbook."""
    return DomainError("table.damaged", _("工作簿打不开，可能没有传完。请用表格软件打开，另存一份 xlsx 再传。"))


def too_wide():
    """The sentence for more than MAX_COLUMNS."""
    return _("表格超过 %(most)s 列。请把用不着的列删掉（整列选中，右键删除），另存后再传。") % {"most": MAX_COLUMNS}


def formula_in(cell):
    """The refusal of a formula; ``cell`` is its place as people write it."""
    return DomainError(
        "table.formula",
        _("%(cell)s 是公式。请全选、复制，在原处“选择性粘贴 → 数值”，另存后再传。") % {"cell": cell},
        cell=cell,
    )
