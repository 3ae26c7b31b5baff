"""Chinese on paper: where lines may be broken, and that the bold is bolder."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from core import pdf, pdf_fonts, pdf_library
from core.font_building import signed_area

pytestmark = pytest.mark.one_engine


@pytest.fixture(scope="module", autouse=True)
def _fonts(fonts):
    pdf_fonts.register()


def lines_of(html, width_mm):
    style = f"<style>@page {{ size: {width_mm}mm 200mm; margin: 5mm }} body {{ -pdf-word-wrap: CJK }}</style>"
    text = PdfReader(BytesIO(pdf.from_html(style + html, title="t"))).pages[0].extract_text()
    return [line for line in text.splitlines() if line.strip()]


def test_no_line_begins_with_a_stop_or_within_a_number():
    told = "他说：“不行。”可是，规定写着（第 3 版）：温度 190—200 ℃，时间 40 分钟，编号 HJ-02，压力 12.5 牛、3,600 件。"
    for width in range(46, 80):  # every place in the text is at the end of a line in one of them
        lines = lines_of(f"<p>{told}</p>", width)
        assert "".join(lines).replace(" ", "") == told.replace(" ", "")
        for before, after in zip(lines, lines[1:], strict=False):
            assert after.strip()[0] not in pdf_library.NEVER_FIRST, (width, lines)
            assert before.strip()[-1] not in pdf_library.NEVER_LAST, (width, lines)
            assert not (before[-1].isdigit() and after[0].isdigit()), (width, lines)


def test_bold_words_between_others_are_broken_like_the_rest():
    lines = lines_of("<p>一二三四<b>五六七八，九十</b>一二三四五，六七八九十</p>", 30)
    assert "".join(lines) == "一二三四五六七八，九十一二三四五，六七八九十"
    assert not any(line[0] == "，" for line in lines)


def test_bold_signs_are_bolder_whichever_way_the_source_drew_them():
    areas = []
    for path in pdf_fonts.paths():
        font = TTFont(path, lazy=True)
        names, table = font.getBestCmap(), font["glyf"]
        drawn = [table[names[ord(sign)]].getCoordinates(table) for sign in "，！“”国一"]
        areas.append([abs(signed_area([tuple(one) for one in points], ends)) for points, ends, _flags in drawn])
    assert all(bold > regular * 1.1 for regular, bold in zip(*areas, strict=True))


def test_the_letters_of_european_names_are_drawn_as_large_as_the_others():
    assert pdf_fonts.missing("Łukasz Żółć, Dvořák Šťastný, Erdős, Ștefan, Ğül, Þór") == []
    for letter, plain in zip("Żőřşą", "Zorsa", strict=True):
        for bold in (False, True):
            ratio = pdf_fonts.width_of(letter, 10, bold=bold) / pdf_fonts.width_of(plain, 10, bold=bold)
            assert 0.97 < ratio < 1.03, (letter, ratio)
    embedded = pdf.from_html("<p>Łukasz Żółć</p>", title="t")
    assert "Łukasz Żółć" in PdfReader(BytesIO(embedded)).pages[0].extract_text()
    assert len(embedded) < 20_000


def test_a_font_that_was_read_is_not_kept_as_a_whole():
    from reportlab.pdfbase import pdfmetrics

    pdf_fonts.register()
    pdf_fonts.register_for_drawings()

    faces = [pdfmetrics.getFont(name).face for name in (pdf_fonts.REGULAR, pdf_fonts.BOLD, pdf_fonts.DRAWING)]
    assert faces[2] is faces[0]
    for face in faces:
        assert not [name for name, kept in vars(face).items() if isinstance(kept, bytes) and len(kept) > 100_000]
