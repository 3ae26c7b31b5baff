"""Files as people and others send them: what is read, and what is refused with the mend."""

import io
import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter

from core import tables
from core.exceptions import DomainError


def read(content, name="名单.xlsx"):
    return list(tables.read(io.BytesIO(content), name))


def refused(code, content, name="名单.xlsx"):
    with pytest.raises(DomainError) as caught:
        read(content, name)
    assert caught.value.code == code, caught.value.sentence
    return caught.value.sentence


def book(fill, **options):
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, options)
    fill(made)
    made.close()
    return target.getvalue()


def simple(made):
    made.add_worksheet("甲").write_row(0, 0, ["姓名", "手机号"])


def repacked(content, changes, compress=zipfile.ZIP_DEFLATED):
    """The workbook with some parts replaced (bytes, or a function of the old bytes) or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", compress) as new:
        for name in old.namelist():
            change = changes.pop(name, None)
            data = old.read(name)
            new.writestr(name, change(data) if callable(change) else change if change is not None else data)
        for name, data in changes.items():
            new.writestr(name, data)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_what_stands_in_cells_becomes_text():
    import datetime

    def fill(made):
        sheet = made.add_worksheet("甲")
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(2, 1, ["甲", 4, 4.5, 19911110001, 911201120000000012, True])
        sheet.write_datetime(4, 1, datetime.datetime(2025, 3, 1), day)
        sheet.write_string(4, 2, "  007 ")
        sheet.write_blank(9, 3, None, day)

    assert read(book(fill)) == [
        (3, ["", "甲", "4", "4.5", "19911110001", "9.1120112E+17", "是"]),
        (5, ["", "2025-03-01", "007"]),
    ]
    assert tables.is_scientific("9.1120112E+17")


def test_the_first_sheet_that_can_be_seen():
    def fill(made):
        made.add_worksheet("藏").hide()
        made.add_worksheet("甲").write(0, 0, "看见")
        made.worksheets()[1].activate()
        made.worksheets()[1].set_first_sheet()

    assert read(book(fill)) == [(1, ["看见"])]


def test_formatting_down_to_the_last_row_is_not_content():
    def fill(made):
        sheet = made.add_worksheet("甲")
        sheet.write(0, 0, "姓名")
        sheet.write_blank(1048575, 3, None, made.add_format({"bold": True}))

    assert read(book(fill)) == [(1, ["姓名"])]


def test_a_formula_is_named():
    def fill(made):
        sheet = made.add_worksheet("甲")
        sheet.write(0, 0, "姓名")
        sheet.write_formula(6, 2, "=1+1")

    assert "C7" in refused("table.formula", book(fill))


@pytest.mark.parametrize(
    ("reference", "code"), [("XFD1", "table.far"), ("A200000", "table.far"), ("AB3", None), ("BA3", "table.far")]
)
def test_a_cell_far_out(reference, code):
    def far(data):
        row = "".join(char for char in reference if char.isdigit())
        cell = f'<row r="{row}"><c r="{reference}"><v>1</v></c></row></sheetData>'
        return data.replace(b"</sheetData>", cell.encode())

    content = repacked(book(simple), {SHEET: far})
    if code:
        assert reference in refused(code, content)
    else:
        assert len(read(content)) == 2


def test_a_dimension_of_a_million_columns():
    content = repacked(book(simple), {SHEET: lambda data: data.replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"')})
    assert "52 列" in refused("table.columns", content)


def test_a_place_written_in_a_way_nobody_writes_it():
    refused("table.damaged", repacked(book(simple), {SHEET: lambda data: data.replace(b'r="B1"', b"r='XFD1048576'")}))


def test_a_bomb():
    blank = b"<!--" + b" " * (20 * 2**20) + b"-->"
    refused("table.bomb", repacked(book(simple), {"xl/sharedStrings.xml": blank}))


def test_a_part_that_is_larger_than_its_directory_says():
    content = bytearray(repacked(book(simple), {"xl/theme/theme1.xml": b"x" * 5000}))
    for signature, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.find(b"xl/theme/theme1.xml", content.find(signature) if signature == b"PK\x01\x02" else 0)
        start = content.rfind(signature, 0, at)
        content[start + place : start + place + 4] = struct.pack("<I", 100)
    refused("table.bomb", bytes(content))


@pytest.mark.parametrize(
    ("part", "code"),
    [("xl/vbaProject.bin", "table.macro"), ("xl/externalLinks/externalLink1.xml", "table.links")],
)
def test_macros_and_links_to_other_files(part, code):
    refused(code, repacked(book(simple), {part: b"x"}))


def test_entities_are_not_expanded():
    def bomb(data):
        return data.replace(b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook', 1)

    refused("table.damaged", repacked(book(simple), {"xl/workbook.xml": bomb}))


def test_not_a_table_at_all():
    refused("table.empty", b"")
    refused("table.old", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600)
    refused("table.kind", b"%PDF-1.7 ...")
    refused("table.damaged", b"PK\x03\x04 and then nothing")
    refused("table.damaged", book(simple)[:-200])


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    assert "分成几个文件" in refused("table.rows", "甲\n乙\n丙\n丁\n".encode(), "a.csv")


def test_a_very_long_cell():
    assert "B1" in refused("table.cell", ("甲," + "长" * 3000).encode(), "a.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_usual_encodings(encoding):
    text = '姓名\t手机号\r\n张㛃\t"199,1"\r\n\r\n\U00020bb7\t2\r\n'
    if encoding == "utf-16":
        expected = [(1, ["姓名", "手机号"]), (2, ["张㛃", "199,1"]), (4, ["\U00020bb7", "2"])]
        assert read(text.encode(encoding), "a.txt") == expected
    rows = read(text.replace("\t", ",").encode(encoding), "a.csv")
    assert rows[1:] == [(2, ["张㛃", "199,1"]), (4, ["\U00020bb7", "2"])]


def test_csv_in_no_encoding():
    assert "CSV UTF-8" in refused("table.encoding", "姓名".encode("shift_jis") + b"\xff\xff\x00", "a.csv")


def test_csv_with_formulas_and_guarded_texts():
    assert read(b"a,=\"0123\",'=1,'0123\n", "a.csv") == [(1, ["a", "0123", "=1", "0123"])]
    assert "B2" in refused("table.formula", b"a,b\nc,=1+1\n", "a.csv")


def test_what_is_guarded_comes_back_as_it_was():
    values = ["=1+1", "+86", "-", "@x", "912345678901234567", "19911110001", "平常", ""]
    text = b"".join(tables.csv_lines(["n"] * 8, [values]))
    assert [row for _number, row in read(text, "a.csv")][1] == values[:-1]
    assert b"'=1+1" in text
    assert b",19911110001," in text


def test_rows_in_our_keeping_are_the_same(tmp_path):
    rows = [(1, ["姓名", ""]), (4, ["张,三", '"q"', "a\nb"])]
    with (tmp_path / "kept").open("w", encoding="utf-8", newline="") as file:
        assert tables.keep(iter(rows), file) == (2, rows)
    with (tmp_path / "kept").open(encoding="utf-8", newline="") as file:
        assert list(tables.kept(file)) == rows


def test_a_written_sheet_is_read_back(tmp_path):
    from core.big_sheets import write_sheet

    rows = [["=1+1", "912345678901234567", None], ["http://a.example", "00123", "x"]]
    path = tmp_path / "out.xlsx"
    assert write_sheet(path, "名单/甲", ["甲", "甲", "乙"], rows, red=0) == 2
    with path.open("rb") as file:
        assert [row for _n, row in tables.read(file, "out.xlsx")] == [
            ["甲", "甲（2）", "乙"],
            ["=1+1", "912345678901234567"],
            rows[1],
        ]
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "名单 甲"
    assert all(cell.data_type == "s" and cell.hyperlink is None for row in sheet for cell in row if cell.value)
    write_sheet(path, "空", ["甲"], [])
    assert openpyxl.load_workbook(path).active["A1"].value == "甲"
