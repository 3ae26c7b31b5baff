"""A return as offices print it: title, who and when, a merged header of several rows, figures, a line to sign; A4 landscape, one page
wide, header on every page."""

from collections.abc import Sequence
from dataclasses import dataclass

from .spreadsheets import LINE_HEIGHT, Column, _Book, _lines


@dataclass(frozen=True)
class Heading:
    """A column of the table: its kind and width, and its words in each row of the header.

    Neighbours whose words are the same (and the same above) share one cell; a text followed by "" reaches down.
    """

    words: Sequence[str]
    width: float = 8
    kind: str = "number"


def merged_cells(headings):
    """[(row, column, last row, last column, text)] of the header, from the words of its columns."""
    depth = max(len(heading.words) for heading in headings)
    grid = [[*heading.words, *[""] * (depth - len(heading.words))] for heading in headings]
    found, taken = [], set()
    for row in range(depth):
        for column, words in enumerate(grid):
            if (row, column) in taken or not words[row]:
                continue
            bottom = row
            while bottom + 1 < depth and not words[bottom + 1]:
                bottom += 1
            right = column
            while right + 1 < len(grid) and grid[right + 1][: bottom + 1] == words[: bottom + 1]:
                right += 1
            taken |= {(r, c) for r in range(row, bottom + 1) for c in range(column, right + 1)}
            found.append((row, column, bottom, right, words[row]))
    return found


def write_official(target, name, title, headings, rows, *, corner="", above=(), below=(), total=None, notes=()):
    """Write the sheet into ``target`` (a path or a binary file); returns the number of rows.

    ``above`` are texts of the line under the title (left, middle, right); ``rows`` are sequences in the order of ``headings``, read
    once; ``total`` is the last row, in bold; ``below`` are lines under the table, the first of them to sign; ``notes`` are
    (heading, lines) of the sheet 口径说明.
    """
    out = _Book(target, title)
    last = len(headings) - 1
    depth = max(len(heading.words) for heading in headings)
    top = 3
    sheet = out.sheet(name, landscape=True)
    sheet.repeat_rows(top, top + depth - 1)
    sheet.freeze_panes(top + depth, 2)
    for index, heading in enumerate(headings):
        sheet.set_column(index, index, heading.width)
    sheet.write_string(0, 0, corner, out.format())
    sheet.set_row(1, 32)
    sheet.merge_range(1, 0, 1, last, title, out.format(bold=True, font_size=16, align="center"))
    _spread(out, sheet, 2, above, last)
    style = out.format(bold=True, border=1, text_wrap=True, align="center", bg_color="#ECE8DF")
    cells = merged_cells(headings)
    words = {(row, column): text for row, column, _bottom, _right, text in cells}
    for row in range(depth):
        sheet.set_row(top + row, LINE_HEIGHT * (2 if row == depth - 1 else 1.4))
        for column in range(last + 1):
            if (row, column) in words:
                sheet.write_string(top + row, column, words[row, column], style)
            else:
                sheet.write_blank(top + row, column, None, style)
    # Rows are written from top to bottom and not kept: merge_range, which writes into rows further down, would lose the words.
    sheet.merge += [
        [top + row, column, top + bottom, right]
        for row, column, bottom, right, _text in cells
        if (row, column) != (bottom, right)
    ]
    columns = [Column(heading.words[-1], heading.width, heading.kind) for heading in headings]
    count, row = 0, top + depth
    for count, values in enumerate(rows, 1):  # noqa: B007 - the last number is the answer
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            out.cell(sheet, row, index, column, value)
        row += 1
    if total is not None:
        for index, (column, value) in enumerate(zip(columns, total, strict=True)):
            out.cell(sheet, row, index, column, value, bold=True, bg_color="#F1F1EF")
        row += 1
    for line in below:
        sheet.set_row(row, LINE_HEIGHT * _lines(line, sum(heading.width for heading in headings)) + 6)
        sheet.merge_range(row, 0, row, last, line, out.format(text_wrap=True))
        row += 1
    if notes:
        out.notes("口径说明", notes)
    out.book.close()
    return count


def _spread(out, sheet, row, texts, last):
    """Texts side by side over the whole width: left, middle, right."""
    if not texts:
        return
    step = (last + 1) / len(texts)
    aligns = ("left", "center", "right")
    for index, text in enumerate(texts):
        first, end = round(index * step), round((index + 1) * step) - 1
        style = out.format(align=aligns[index] if len(texts) == 3 else "left")
        if end > first:
            sheet.merge_range(row, first, row, end, text, style)
        else:
            sheet.write_string(row, first, text, style)
