"""What we change in the PDF library, and the library itself: 25 MB that only a process that draws has to hold.

Imported by ``pdf_fonts.register``, which comes before every drawing; nothing else may import it or the library when it is
loaded (tests/lms/test_memory.py).
"""

import mmap
from array import array
from pathlib import Path

from django.conf import settings
from reportlab import rl_config
from reportlab.pdfbase import ttfonts
from reportlab.pdfbase.pdfdoc import PDFInfo
from reportlab.platypus import BaseDocTemplate
from xhtml2pdf import reportlab_paragraph

# Binary streams: text encoding makes files a quarter larger and takes a twentieth of the time.
rl_config.useA85 = 0

# What a reader lists as program and author where a document names none; the library says "anonymous".
PDFInfo.creator = PDFInfo.author = BaseDocTemplate._initArgs["creator"] = settings.WAGTAIL_SITE_NAME

NEVER_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—·％%°℃,.;:?!)]}")
"""Signs that may not begin a line."""
NEVER_LAST = frozenset("（《〈「『【〔“‘([{")
_MOST_PUSHED = 8
"""Characters that may go to the next line with the one that does not fit; a longer run of Latin letters is cut."""


def _split_between(characters, start, end):
    """Where a line from ``start`` that has no room for ``characters[end]`` ends: not before a comma, within a word or number."""
    for place in range(end, max(start, end - _MOST_PUSHED), -1):
        before, after = characters[place - 1], characters[place]
        if after == " " and place + 1 < len(characters):  # what follows the blank is what one sees first
            after = characters[place + 1]
        within = all(one.isascii() and one.isalnum() for one in (before, after))
        if not (within or after in NEVER_FIRST or before in NEVER_LAST):
            return place
    return end


def _cjk_lines(fragments, widths, calc_bounds, encoding="utf8"):
    """The library's own split of Chinese text, which lets lines begin with a comma; same arguments, same answer."""
    characters = [
        reportlab_paragraph.cjkU(one, fragment, encoding)
        for fragment in fragments
        for one in (fragment.text or [fragment.text])
    ]
    lines, start, used = [], 0, 0
    for place, one in enumerate(characters):
        width = widths[min(len(lines), len(widths) - 1)]
        used += one.width
        if used > width + _FUZZ and place > start and not hasattr(one.frag, "lineBreak"):
            end = _split_between(characters, start, place)
            left = width - sum(each.width for each in characters[start:end])
            lines.append(reportlab_paragraph.makeCJKParaLine(characters[start:end], left, calc_bounds))
            start, used = end, sum(each.width for each in characters[end : place + 1])
    if start < len(characters):
        left = widths[min(len(lines), len(widths) - 1)] - used
        lines.append(reportlab_paragraph.makeCJKParaLine(characters[start:], left, calc_bounds))
    return reportlab_paragraph.ParaLines(kind=1, lines=lines)


_FUZZ = 1e-6
reportlab_paragraph.cjkFragSplit = _cjk_lines
_break_lines_cjk = reportlab_paragraph.Paragraph.breakLinesCJK


def _break_lines_of_one_fragment(paragraph, width):
    """The library breaks a Chinese paragraph of one single style into lines its own drawing cannot take: break it like the rest."""
    if len(paragraph.frags) != 1 or getattr(paragraph, "_splitpara", 0):
        return _break_lines_cjk(paragraph, width)
    widths = width if isinstance(width, list | tuple) else [width]
    return _cjk_lines(paragraph.frags, widths, False, paragraph.encoding)


reportlab_paragraph.Paragraph.breakLinesCJK = _break_lines_of_one_fragment


_unicode_map = ttfonts.makeToUnicodeCMap


def _unicode_map_beyond_bmp(fontname, subset):
    """PDF wants UTF-16 here. The library writes five hex digits above U+FFFF, and 𬭎 would copy out as something else."""
    text = _unicode_map(fontname, subset)
    for index, code in enumerate(subset):
        if code > 0xFFFF:
            wrong = f"<{index:02X}> <{code:04X}>"
            text = text.replace(wrong, f"<{index:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>")
    return text


ttfonts.makeToUnicodeCMap = _unicode_map_beyond_bmp


class _Outlines:
    """The table of outlines, 14 MB: cut out of the file piece by piece, as the glyphs of a document need them."""

    def __init__(self, data, start):
        self._data, self._start = data, start

    def __getitem__(self, part):
        return self._data[self._start + part.start : self._start + part.stop]


def leave_on_disk(face):
    """Keep of a font that has been read what documents ask for; its file is mapped, so that processes share what they touch.

    The library keeps the whole file and copies all its outlines for every document it embeds the font into: 30 MB a weight.
    """
    with Path(face.filename).open("rb") as file:
        face._ttf_data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    outlines = _Outlines(face._ttf_data, face.get_table_pos("glyf")[0])
    read = face.get_table
    face.get_table = lambda tag: outlines if tag == "glyf" else read(tag)
    face.glyphToChar = {}  # wanted for reading only
    face.glyphPos = array("I", face.glyphPos)
    # 33,000 glyphs have a few hundred widths: equal ones are one object.
    equal = {}
    face.hmetrics = [equal.setdefault(pair, pair) for pair in face.hmetrics]
    for code, width in face.charWidths.items():
        face.charWidths[code] = equal.setdefault(width, width)
