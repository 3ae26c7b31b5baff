"""Plain tables of any length as .xlsx, every cell a text: no formulas, no links, no rounded codes. For drawn-up sheets see
``spreadsheets``."""

from .spreadsheets import FONT, sheet_name

RED = "#A8321F"


def write_sheet(target, title, header, rows, *, widths=(), red=None):
    """Write a table into ``target`` (a path): 100,000 rows of twelve columns in 2 s and 20 MB. Returns the number of rows.

    ``rows`` are sequences in the order of ``header``, read once; their values become text. ``red`` is the place of a column
    printed in red. Two equal headings are told apart by a number, because the writer goes by name.
    """
    from rustpy_xlsxwriter import Format, write_worksheet  # 1 MB that a process may never need

    names = _distinct(header)
    plain = Format().set_font_name(FONT).set_num_format("@")
    warning = Format().set_font_name(FONT).set_num_format("@").set_font_color(RED).set_text_wrap()
    count = 0

    def records():
        nonlocal count
        for count, values in enumerate(rows, 1):  # noqa: B007 - counted for the caller
            yield {name: "" if value is None else str(value) for name, value in zip(names, values, strict=True)}

    source = records()
    first = next(source, None)
    write_worksheet(
        # Without a row the writer would know no columns: an empty one keeps the header.
        _chain(first if first is not None else dict.fromkeys(names, ""), source),
        str(target),
        sheet_name=sheet_name(title),
        freeze_row=1,
        header_format=Format().set_bold().set_font_name(FONT).set_num_format("@").set_background_color("#ECE8DF"),
        column_widths=[float(width) for width in widths] or [16.0] * len(names),
        column_formats=[warning if place == red else plain for place in range(len(names))],
    )
    return count


def _chain(first, rest):
    yield first
    yield from rest


def _distinct(header):
    names = []
    for text in map(str, header):
        name, number = text, 2
        while name in names:
            name, number = f"{text}（{number}）", number + 1
        names.append(name)
    return names
