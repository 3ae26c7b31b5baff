"""Workbooks that open well in Excel and WPS and print well on A4. What a cell holds is never a formula or a link.

``write_workbook`` streams a table of any length; ``write_form`` makes a sheet to be filled in by hand or on a computer.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from django.utils.translation import gettext as _

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FONT = "宋体"
A4 = 9
# Excel's limit for a list typed into the rule itself; a longer one stands on a sheet of its own.
INLINE_LIST = 255
LINE_HEIGHT = 15
GREY = "#5B6470"
FORMATS = {"text": "@", "date": "yyyy-mm-dd", "number": "General", "percent": "0.0%", "hours": "0.0", "choice": "@"}


@dataclass(frozen=True)
class Column:
    """A column: heading, width in characters (a Han character takes two), kind (a key of FORMATS), and for a form the
    values to choose from and an example."""

    name: str
    width: float = 12
    kind: str = "text"
    choices: Sequence[str] = ()
    example: object = None


def sheet_name(text):
    """A text as the name of a sheet: without what Excel refuses, 31 characters at most."""
    return re.sub(r"[\[\]:*?/\\']", " ", text).strip()[:31] or "Sheet1"


def display_width(text):
    """Width of the longest line in characters: wide ones count two."""
    return max(
        (sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in str(text).split("\n")),
        default=0,
    )


def _lines(text, width):
    return sum(max(1, math.ceil(display_width(line) / max(width - 1, 1))) for line in str(text).split("\n"))


class _Book:
    """An xlsxwriter workbook with the house formats. The same input gives the same bytes."""

    def __init__(self, target, title):
        import xlsxwriter  # 2 MB that a process may never need

        self.book = xlsxwriter.Workbook(
            target,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "remove_timezone": True,
            },
        )
        self.book.set_properties({"title": title, "created": datetime(2026, 1, 1)})
        self._formats = {}

    def format(self, **properties):
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
            self._formats[key] = self.book.add_format(base | properties)
        return self._formats[key]

    def sheet(self, name, *, landscape, header_row=None):
        sheet = self.book.add_worksheet(sheet_name(name))
        sheet.set_paper(A4)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&9{_escape(name)}&R&9" + _("第 &P 页，共 &N 页"))
        if header_row is not None:
            sheet.repeat_rows(header_row)
            sheet.freeze_panes(header_row + 1, 0)
        return sheet

    def title_row(self, sheet, title, width_in_columns):
        sheet.set_row(0, 30)
        style = self.format(bold=True, font_size=16, align="center")
        if width_in_columns > 1:
            sheet.merge_range(0, 0, 0, width_in_columns - 1, title, style)
        else:
            sheet.write_string(0, 0, title, style)

    def header(self, sheet, row, columns):
        style = self.format(bold=True, border=1, text_wrap=True, align="center", bg_color="#ECE8DF")
        sheet.set_row(row, LINE_HEIGHT * max(2, max(_lines(column.name, column.width) for column in columns)))
        for index, column in enumerate(columns):
            sheet.write_string(row, index, column.name, style)

    def cell(self, sheet, row, index, column, value, left_aligned=False, **properties):
        align = "left" if column.kind in ("text", "choice") else "center" if column.kind == "date" else "right"
        align = "left" if left_aligned else align
        style = self.format(border=1, text_wrap=True, align=align, num_format=FORMATS[column.kind], **properties)
        if value is None or value == "":
            sheet.write_blank(row, index, None, style)
        elif isinstance(value, datetime | date):
            sheet.write_datetime(row, index, value, style)
        elif column.kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            sheet.write_datetime(row, index, datetime.strptime(str(value), "%Y-%m-%d"), style)
        elif column.kind not in ("text", "choice", "date") and not isinstance(value, str | bool):
            sheet.write_number(row, index, value, style)
        else:
            sheet.write_string(row, index, str(value), style)

    def notes(self, name, paragraphs):
        """A sheet of plain paragraphs; a pair (heading, lines) prints its heading in bold."""
        sheet = self.sheet(name, landscape=False)
        sheet.set_column(0, 0, 88)
        row = 0
        for heading, lines in paragraphs:
            sheet.write_string(row, 0, heading, self.format(bold=True, font_size=12))
            row += 1
            for line in lines:
                sheet.set_row(row, LINE_HEIGHT * _lines(line, 84) + 3)
                sheet.write_string(row, 0, str(line), self.format(text_wrap=True))
                row += 1
            row += 1


def _escape(text):
    return text.replace("&", "&&")


def write_workbook(target, title, columns, rows, *, landscape=True, notes=()):
    """A table as an .xlsx into ``target`` (a path or a binary file). Returns the number of rows written.

    ``rows`` are sequences in the order of ``columns``, read once and not kept: memory does not grow with their number.
    ``notes`` are (heading, lines) for a second sheet 口径说明.
    """
    out = _Book(target, title)
    sheet = out.sheet(title, landscape=landscape, header_row=1)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    out.title_row(sheet, title, len(columns))
    out.header(sheet, 1, columns)
    count = 0
    for count, values in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            out.cell(sheet, count + 1, index, column, value)
    sheet.autofilter(1, 0, max(count + 1, 1), len(columns) - 1)
    if notes:
        out.notes(_("口径说明"), notes)
    out.book.close()
    return count


def write_form(
    title, columns, *, blank_rows=15, landscape=False, card=False, head=(), printed=(), examples=(), usage=()
):
    """A sheet to fill in, as bytes: title, header, an example on grey, room to write, drop-down lists; A4, one page wide.

    A list has a row for each matter: an example row and ``blank_rows`` empty ones, high enough for a pen also when the
    columns are squeezed onto the page. A ``card`` is one matter on one page: a line for each column. ``head`` are names of
    what is filled in once above the table; ``printed`` are rows that stand there already, from the first column on.
    ``examples`` are several example rows of a list instead of the one the columns bring. ``usage`` are (heading, lines) for
    a second sheet 使用说明. The same input gives the same bytes.
    """
    target = BytesIO()
    out = _Book(target, title)
    options = _Options(out)
    if card:
        _card(out, options, title, columns, head)
    else:
        examples = list(examples) or [[column.example for column in columns]]
        _list(out, options, title, columns, max(blank_rows, len(printed)), landscape, head, printed, examples)
    if usage:
        out.notes(_("使用说明"), usage)
    options.write()
    out.book.worksheets_objs[0].activate()
    out.book.close()
    return target.getvalue()


# Characters of 11 points that fit between the margins of an A4 sheet, and the points between top and foot.
ROOM = {False: 94, True: 138}
LIST_HEIGHT = {False: 730, True: 480}
CARD_HEIGHT = 660
CARD_WIDTHS = (18, 32, 44)
PEN_HEIGHT = 24


def _list(out, options, title, columns, blank_rows, landscape, head, printed, examples):
    top = 3 if head else 2
    sheet = out.sheet(title, landscape=landscape, header_row=top)
    scale = min(1, ROOM[landscape] / sum(column.width for column in columns))
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    out.title_row(sheet, title, len(columns))
    sheet.write_string(1, 0, _("灰底的是示例，照着填，填好后可以删掉。"), out.format(font_size=9, font_color=GREY))
    if head:
        sheet.set_row(2, PEN_HEIGHT / scale)
        sheet.write_string(2, 0, "    ".join(f"{name}：＿＿＿＿＿＿" for name in head), out.format())
    out.header(sheet, top, columns)
    left = LIST_HEIGHT[landscape] / scale - 90
    for row, values in enumerate(examples, top + 1):
        filled = [(value, column) for value, column in zip(values, columns, strict=True) if value is not None]
        height = LINE_HEIGHT * max((_lines(value, column.width) for value, column in filled), default=1) + 4
        left -= height
        sheet.set_row(row, height)
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            out.cell(sheet, row, index, column, value, bg_color="#F1F1EF", font_color=GREY)
    first = top + 1 + len(examples)
    last = first - 1 + blank_rows
    # Few rows share the page; many run on to the next, each still high enough for a pen.
    pen = max(PEN_HEIGHT, min(left * scale / blank_rows, 2 * PEN_HEIGHT)) / scale
    for row in range(first, last + 1):
        words = printed[row - first] if row - first < len(printed) else []
        lines = max((_lines(text, column.width) for text, column in zip(words, columns, strict=False)), default=1)
        sheet.set_row(row, max(pen, LINE_HEIGHT * lines + 4))
        for index, column in enumerate(columns):
            text = words[index] if index < len(words) else None
            out.cell(sheet, row, index, column, int(text) if text and text.isdecimal() else text)
    for index, column in enumerate(columns):
        options.offer(sheet, column, top + 1, last, index)
    sheet.print_area(0, 0, last, len(columns) - 1)


def _card(out, options, title, columns, head):
    sheet = out.sheet(title, landscape=False, header_row=2)
    sheet.fit_to_pages(1, 1)
    for index, width in enumerate(CARD_WIDTHS):
        sheet.set_column(index, index, width)
    out.title_row(sheet, title, len(CARD_WIDTHS))
    sheet.write_string(
        1, 0, _("一件一张：灰底是填好的样子，右边空格您来填。"), out.format(font_size=9, font_color=GREY)
    )
    headings = (_("栏目"), _("填好的样子（示例）"), _("您来填"))
    out.header(sheet, 2, [Column(text, width) for text, width in zip(headings, CARD_WIDTHS, strict=True)])
    rows = [*(Column(name, 12) for name in head), *columns]
    wanted = [
        max(
            26 if column.width < 14 else 36 if column.width < 20 else 52,
            LINE_HEIGHT * _lines("" if column.example is None else column.example, CARD_WIDTHS[1]) + 6,
        )
        for column in rows
    ]
    stretch = max(1, min(1.5, CARD_HEIGHT / sum(wanted)))
    for row, (column, height) in enumerate(zip(rows, wanted, strict=True), 3):
        sheet.set_row(row, round(height * stretch))
        sheet.write_string(row, 0, column.name, out.format(border=1, bold=True, text_wrap=True))
        plain = Column(column.name, kind=column.kind)
        out.cell(sheet, row, 1, plain, column.example, bg_color="#F1F1EF", font_color=GREY, left_aligned=True)
        out.cell(sheet, row, 2, plain, None, left_aligned=True)
        options.offer(sheet, column, row, row, 2)
    sheet.print_area(0, 0, len(rows) + 2, len(CARD_WIDTHS) - 1)


class _Options:
    """Where the lists of choices stand: in the rule itself, or, when long or holding a comma, on a hidden sheet."""

    def __init__(self, out):
        self.out = out
        self.lists = []

    def source(self, choices):
        joined = ",".join(choices)
        if len(joined) <= INLINE_LIST and not any("," in choice for choice in choices):
            return list(choices)
        self.lists.append(list(choices))
        from xlsxwriter.utility import xl_col_to_name

        name = xl_col_to_name(len(self.lists) - 1)
        return f"={_('下拉选项')}!${name}$1:${name}${len(choices)}"

    def offer(self, sheet, column, first, last, index):
        """The choices of a column as a list to pick from in these cells."""
        if column.choices:
            rule = {
                "validate": "list",
                "source": self.source(column.choices),
                "error_title": _("没有这一项"),
                "error_message": _("请点格子右边的小箭头，从列表里选。"),
                "error_type": "warning",
            }
            sheet.data_validation(first, index, last, index, rule)

    def write(self):
        if not self.lists:
            return
        sheet = self.out.book.add_worksheet(_("下拉选项"))
        for row in range(max(map(len, self.lists))):
            for index, choices in enumerate(self.lists):
                if row < len(choices):
                    sheet.write_string(row, index, choices[row])
        sheet.hide()
