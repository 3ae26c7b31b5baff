"""Makes the two weights of the serif of our PDFs from its source font. A program of its own, run by ``pdf_fonts.prepare``.

The PDF library embeds TrueType outlines only and the source (Noto Serif SC, OFL) has PostScript ones, in one weight: the
curves are redrawn within one unit of a thousandth of the em, and the bold is drawn from them by moving the outline outwards,
more across than along, as a type designer thickens the stems of a Song face and leaves the horizontals fine. Characters the
first source lacks (rare ones of names) come from its sister fonts, drawn by the same hand; one of smaller letters is enlarged to
it, and made as fine.
"""

import os
import struct
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import pairwise
from math import hypot
from pathlib import Path

from fontTools.cu2qu import curve_to_quadratic
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph

MAX_ERROR = 1.0
BOLD_ACROSS, BOLD_ALONG = 46, 16
"""How much wider a vertical and a horizontal stroke becomes, in units of the em."""
FINER_ACROSS, FINER_ALONG = 16, 18
"""How much thicker a vertical and a horizontal stroke of an enlarged sister is than the source's (H, o, z), in units of the em."""
ORDINARY_OUTLINE = 11_500
"""Outline length of a character of ordinary density (格). One with more strokes is thickened less: its counters would close."""

KEPT_TABLES = ("head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "name", "post")
UNUSED_LIMITS = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxCompositePoints",
    "maxCompositeContours",
    "maxComponentElements",
    "maxComponentDepth",
)
CHUNK = 1500
# Turning by more than 160 degrees: a spike there would shoot far out, so the point stays.
_SHARP = -0.94


def embolden(coordinates, ends, across, along):
    """Points of a TrueType outline moved outwards by half of ``across`` and ``along``.

    Contours are filled on their right; where the source drew a glyph the other way round (，！“”), outwards is the other side.
    """
    side = -1 if signed_area(coordinates, ends) > 0 else 1
    half_x, half_y = side * across / 2, side * along / 2
    moved = list(coordinates)
    start = 0
    for end in ends:
        # Points that lie on each other have no direction: they move together.
        runs = []
        for index in range(start, end + 1):
            if runs and coordinates[runs[-1][-1]] == coordinates[index]:
                runs[-1].append(index)
            else:
                runs.append([index])
        if len(runs) > 1 and coordinates[runs[0][0]] == coordinates[runs[-1][0]]:
            runs[0] = runs.pop() + runs[0]
        start = end + 1
        if len(runs) < 3:
            continue
        points = [coordinates[run[0]] for run in runs]
        sides = []
        for index, (x, y) in enumerate(points):
            next_x, next_y = points[(index + 1) % len(points)]
            length = hypot(next_x - x, next_y - y)
            sides.append(((next_x - x) / length, (next_y - y) / length, length))
        for index, run in enumerate(runs):
            in_x, in_y, in_length = sides[index - 1]
            out_x, out_y, out_length = sides[index]
            turn = in_x * out_x + in_y * out_y
            if turn <= _SHARP:
                continue
            turn += 1
            # Along the bisector, but never further than the shorter neighbouring side allows.
            inner = out_y * in_x - out_x * in_y
            room = min(in_length, out_length)
            shift_x, shift_y = -(in_y + out_y), in_x + out_x
            shift_x *= half_x / turn if half_x * inner <= room * turn else room / inner
            shift_y *= half_y / turn if half_y * inner <= room * turn else room / inner
            x, y = points[index]
            for point in run:
                moved[point] = (round(x + shift_x), round(y + shift_y))
    return moved


def signed_area(coordinates, ends):
    """Area within all contours, negative when the outer ones run as TrueType's do."""
    start = total = 0
    for end in ends:
        contour = coordinates[start : end + 1]
        total += sum(x * v - u * y for (x, y), (u, v) in pairwise([*contour, contour[0]]))
        start = end + 1
    return total / 2


def outline_length(coordinates, ends):
    """Length of all contours, in units of the em."""
    start = total = 0
    for end in ends:
        contour = coordinates[start : end + 1]
        total += sum(hypot(x - u, y - v) for (x, y), (u, v) in pairwise([*contour, contour[0]]))
        start = end + 1
    return total


class Outline:
    """A pen that takes PostScript curves and keeps TrueType ones: (x, y), on-curve flags, the last index of each contour."""

    def __init__(self):
        self.points, self.on_curve, self.ends = [], [], []

    def moveTo(self, point):  # noqa: N802 - the names of the pen protocol
        self._contour = [(point, 1)]

    def lineTo(self, point):  # noqa: N802
        self._contour.append((point, 1))

    def curveTo(self, *points):  # noqa: N802
        curve = curve_to_quadratic((self._contour[-1][0], *points), MAX_ERROR)
        self._contour += [(point, 0) for point in curve[1:-1]]
        self._contour.append((curve[-1], 1))

    def closePath(self):  # noqa: N802
        contour = [((round(x), round(y)), on) for (x, y), on in self._contour]
        if len(contour) > 1 and contour[0] == contour[-1]:
            contour.pop()
        # PostScript fills on the left of its contours, TrueType on the right.
        contour[1:] = reversed(contour[1:])
        self.points += [point for point, _on in contour]
        self.on_curve += [on for _point, on in contour]
        self.ends.append(len(self.points) - 1)

    endPath = closePath


def compiled(points, on_curve, ends):
    """The bytes of a simple glyph in the glyf table, and its left edge."""
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    flags, across, along = bytearray(), bytearray(), bytearray()
    last_x = last_y = 0
    for x, y, flag in zip(xs, ys, on_curve, strict=True):
        for delta, data, short, same in ((x - last_x, across, 2, 16), (y - last_y, along, 4, 32)):
            if delta == 0:
                flag |= same
            elif -255 <= delta <= 255:
                flag |= short | (same if delta > 0 else 0)
                data.append(abs(delta))
            else:
                data += delta.to_bytes(2, "big", signed=True)
        flags.append(flag)
        last_x, last_y = x, y
    left = min(xs)
    head = struct.pack(f">5h{len(ends)}HH", len(ends), left, min(ys), max(xs), max(ys), *ends, 0)
    return head + flags + across + along, left


@cache
def _glyphs(source):
    return TTFont(source, lazy=True).getGlyphSet()


def capitals(source):
    """How high the capital letters of a font are, in units of its em."""
    font = TTFont(source, lazy=True)
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[font.getBestCmap()[ord("H")]].draw(pen)
    return pen.bounds[3]


def draw(source, names, scale=1):
    """{glyph name: (regular outline, its left edge, bold outline, its left edge, points, contours)}; outlines as bytes, enlarged by
    ``scale`` and then made finer, unless that is 1."""
    glyphs, enlarged = _glyphs(source), scale != 1
    drawn = {}
    for name in names:
        outline = Outline()
        # Made finer a letter rises from its line by half of what it loses.
        glyphs[name].draw(TransformPen(outline, (scale, 0, 0, scale, 0, -FINER_ALONG / 2 if enlarged else 0)))
        points, on_curve, ends = outline.points, outline.on_curve, outline.ends
        if not points:
            drawn[name] = (b"", 0, b"", 0, 0, 0)
            continue
        if enlarged:
            points = embolden(points, ends, -FINER_ACROSS, -FINER_ALONG)
        room = max(0.45, min(1, ORDINARY_OUTLINE / (outline_length(points, ends) or 1)))
        bolder = embolden(points, ends, BOLD_ACROSS * room, BOLD_ALONG * room)
        drawn[name] = (
            *compiled(points, on_curve, ends),
            *compiled(bolder, on_curve, ends),
            len(points),
            len(ends),
        )
    return drawn


def lacking(source, others):
    """What the other fonts add: [(font, {character code: its glyph there}), …]; a character is taken from the first that has it."""
    present = set(TTFont(source, lazy=True).getBestCmap())
    added = []
    for other in others:
        fresh = {code: name for code, name in TTFont(other, lazy=True).getBestCmap().items() if code not in present}
        present |= fresh.keys()
        added.append((other, fresh))
    return added


def assemble(source, drawn, added, *, bold, target):
    """Write one weight as a TrueType file; the finished file appears under its name in one step.

    ``added`` are (character code, glyph, advance width) that ``source`` has no character for.
    """
    font = TTFont(source, recalcBBoxes=False, recalcTimestamp=False)
    order = font.getGlyphOrder() + list(dict.fromkeys(name for _code, name, _width in added))
    advances = font["hmtx"].metrics
    maxp = font["maxp"]
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format in (4, 12):
            table.cmap.update({code: name for code, name, _width in added if code <= 0xFFFF or table.format == 12})
    advances.update({name: (width, 0) for _code, name, width in added})
    font.setGlyphOrder(order)
    for tag in set(font.keys()) - {*KEPT_TABLES, "GlyphOrder"}:
        del font[tag]
    glyf = font["glyf"] = newTable("glyf")
    font["loca"] = newTable("loca")
    glyf.glyphOrder = order
    glyf.glyphs = {}
    for name in order:
        glyf.glyphs[name] = Glyph(drawn[name][2 if bold else 0])
        # Renderers shift an outline whose left edge differs from its side bearing.
        advances[name] = (advances[name][0], drawn[name][3 if bold else 1])
    maxp.tableVersion = 0x00010000
    for field in UNUSED_LIMITS:
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    maxp.maxPoints = max(row[4] for row in drawn.values())
    maxp.maxContours = max(row[5] for row in drawn.values())
    font["head"].glyphDataFormat = 0
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
    weight = "Bold" if bold else "Regular"
    font["OS/2"].usWeightClass = 700 if bold else 400
    for record, value in ((4, f"Academy Serif {weight}"), (6, f"AcademySerif-{weight}")):
        font["name"].setName(value, record, 3, 1, 0x409)
    target = Path(target)
    half = target.with_suffix(f".{os.getpid()}.half")
    font.save(half, reorderTables=None)
    half.replace(target)


def build(sources, regular, bold, processes, report):
    """Both weights from the first of ``sources``, filled up from the others; ``report(done, total)`` is called as glyphs are drawn."""
    source, *others = sources
    wanted = [(source, TTFont(source, lazy=True).getGlyphOrder(), 1)]
    added = []
    for other, fresh in lacking(source, others):
        widths = TTFont(other, lazy=True)["hmtx"].metrics
        high, there = capitals(source), capitals(other)
        scale = 1 if high == there else (high + FINER_ALONG) / there
        wanted.append((other, sorted(set(fresh.values())), scale))
        added += [
            (code, _renamed(other, name, source), round(widths[name][0] * high / there)) for code, name in fresh.items()
        ]
    chunks = [(font, names[at : at + CHUNK], by) for font, names, by in wanted for at in range(0, len(names), CHUNK)]
    total = sum(len(names) for _font, names, _scale in wanted)
    drawn = {}
    with ProcessPoolExecutor(processes) as pool:
        for (font, _names, _scale), part in zip(chunks, pool.map(draw, *zip(*chunks, strict=True)), strict=True):
            drawn |= {_renamed(font, name, source): outline for name, outline in part.items()}
            report(len(drawn), total)
    assemble(source, drawn, added, bold=False, target=regular)
    assemble(source, drawn, added, bold=True, target=bold)


def _renamed(font, name, source):
    """Two fonts name different glyphs alike."""
    return name if font == source else f"{Path(font).stem}.{name}"


if __name__ == "__main__":
    build(sys.argv[3:], *sys.argv[1:3], os.cpu_count() or 1, lambda done, total: print(done, total, flush=True))  # noqa: T201
