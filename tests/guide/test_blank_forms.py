"""The blank form of a tool opens, is text-safe, chooses from lists and prints."""

from datetime import datetime
from io import BytesIO
from urllib.parse import quote

import openpyxl
import pytest

from core.spreadsheets import Column, write_form, write_workbook
from guide.models import ToolPage

pytestmark = pytest.mark.one_engine


@pytest.fixture
def answer(guide, visitor):
    return visitor.get("/guide/tools/tb41/blank.xlsx")


def test_it_comes_as_a_file_with_a_chinese_name(answer):
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert f"filename*=utf-8''{quote('TB41 表TB41.xlsx')}" in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")


def test_header_example_lists_and_print_set_up(answer):
    book = openpyxl.load_workbook(BytesIO(answer.content))
    sheet, usage = book.worksheets
    assert usage.title == "使用说明"
    assert sheet["A1"].value == "表TB41（TB41）"
    assert [cell.value for cell in sheet[3]] == ["日期", "件数", "处置", "备注"]
    assert [cell.value for cell in sheet[4]] == [datetime(2026, 11, 5), 15, "返工", "=SUM(A1)"]
    assert sheet["D4"].data_type == "s", "an example is never a formula"
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ('"返工,报废"', "C4:C10")
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.print_title_rows == "$3:$3"
    assert sheet["A5"].border.left.style == "thin"
    lines = [row[0].value for row in usage.iter_rows() if row[0].value]
    assert "一行一件事。" in lines
    assert "1. 挂牌。" in lines


def test_the_same_page_gives_the_same_bytes(guide):
    from django.core.cache import cache

    first = ToolPage.objects.get(code="TB41").blank_form
    cache.clear()
    assert ToolPage.objects.get(code="TB41").blank_form == first


def test_long_lists_stand_on_a_hidden_sheet():
    choices = [f"很长的一个选项第{n}号" for n in range(60)]
    book = openpyxl.load_workbook(BytesIO(write_form("表", [Column("选", 20, "choice", choices)], blank_rows=2)))
    sheet, options = book.worksheets
    assert options.sheet_state == "hidden"
    assert sheet.data_validations.dataValidation[0].formula1 == "下拉选项!$A$1:$A$60"
    assert options["A60"].value == choices[59]


def test_a_table_of_any_length_is_text_safe():
    target = BytesIO()
    columns = [Column("编号"), Column("人数", kind="number"), Column("日期", kind="date")]
    rows = ((f"=HYPERLINK({n})", n, datetime(2026, 1, 1)) for n in range(500))
    assert write_workbook(target, "名单", columns, rows, notes=[("人数", ["一人计一次"])]) == 500
    book = openpyxl.load_workbook(BytesIO(target.getvalue()))
    assert book.sheetnames == ["名单", "口径说明"]
    assert book["名单"]["A3"].value == "=HYPERLINK(0)"
    assert book["名单"]["A3"].data_type == "s"
    assert book["名单"].max_row == 502


def test_a_tool_without_columns_has_no_file(guide, visitor):
    ToolPage.objects.filter(code="TB12").update(form_title="")
    assert visitor.get("/guide/tools/tb12/blank.xlsx").status_code == 404
    assert visitor.get("/guide/tools/nothing/blank.xlsx").status_code == 404
    assert "blank.xlsx" not in visitor.get("/guide/tools/tb12/").content.decode()


def test_a_card_is_one_matter_on_one_page():
    columns = [Column("哪天", 12, "date", (), "2026-11-05"), Column("处置", 12, "choice", ["返工", "报废"], "返工")]
    book = openpyxl.load_workbook(BytesIO(write_form("单", columns, card=True, head=["编号"])))
    sheet = book.active
    assert [cell.value for cell in sheet["A"]][2:] == ["栏目", "编号", "哪天", "处置"]
    assert [sheet["B5"].value, sheet["B6"].value, sheet["C6"].value] == [datetime(2026, 11, 5), "返工", None]
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ('"返工,报废"', "C6")
    assert sheet.page_setup.orientation == "portrait"
    assert sheet.page_setup.fitToHeight is None, "one page high: what is not said is 1"


def test_a_list_may_have_a_head_and_rows_printed_before():
    columns = [Column("第几条", 8, "number", (), 1), Column("看什么", 60, "text", (), "通道"), Column("分", 90)]
    content = write_form(
        "表", columns, blank_rows=2, head=["日期", "谁查"], printed=[["1", "地上有没有油"], ["2"], ["3"]]
    )
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet["A3"].value.startswith("日期：＿")
    assert [cell.value for cell in sheet[4]] == ["第几条", "看什么", "分"]
    assert [[cell.value for cell in row] for row in sheet["A6:B8"]] == [[1, "地上有没有油"], [2, None], [3, None]]
    assert sheet.row_dimensions[8].height > 24 * 158 / 94, "as high as a pen needs once squeezed onto the page"
