"""The sixteen districts as equal tiles, roughly where they lie: a picture for people who think in places, beside the table."""

from dataclasses import dataclass

PLACES = {
    "120119": (2, 0), "120115": (2, 1), "120114": (1, 2), "120113": (2, 2), "120117": (3, 2), "120106": (1, 3),
    "120105": (2, 3), "120110": (3, 3), "120116": (4, 3), "120111": (0, 4), "120104": (1, 4), "120101": (2, 4),
    "120102": (3, 4), "120118": (0, 5), "120103": (2, 5), "120112": (3, 5),
}  # fmt: skip
"""{code of the district: (column, row)}."""

STEP = (170, 110)
WIDE = 163
"""Width of a tile inside its frame."""


@dataclass(frozen=True)
class Tile:
    """One district: ``fill`` is its 人次 as a part of WIDE, the district with most fills its tile."""

    row: object
    x: int
    y: int
    fill: float
    unclosed: int
    query: str


def tiles(lines):
    """[Tile] of the dashboard's district lines ({row, unclosed, query}); those without a district are left out."""
    lines = [line for line in lines if line["row"].district is not None and line["row"].district.pk in PLACES]
    most = max((line["row"].person_times for line in lines), default=0) or 1
    found = []
    for line in lines:
        column, down = PLACES[line["row"].district.pk]
        fill = round(line["row"].person_times * WIDE / most, 1)
        found.append(Tile(line["row"], 1 + column * STEP[0], 1 + down * STEP[1], fill, line["unclosed"], line["query"]))
    return found
