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
    """One district: ``fill`` is a part of WIDE: how much of its ``goal`` is done, or its 人次 where the district with most fills
    its tile. ``pace`` is where the goal's 序时进度 lies, None without a goal."""

    row: object
    x: int
    y: int
    fill: float
    unclosed: int
    query: str
    goal: object = None
    pace: float | None = None

    @property
    def kind(self):
        """ahead or behind of the pace, or plain."""
        return "fill" if self.goal is None else "behind" if self.goal.state[0] == "behind" else "ahead"


def shared(lines):
    """Whether the districts have shares of 人次 of their own (分解到区): then the picture is of 完成率."""
    return any(_share(line) for line in lines)


def _share(line):
    """A district's own share of 人次, a floor; None."""
    for goal in line.get("goals", ()):
        if goal.target.district_id and goal.target.metric == "person_times" and goal.share is not None:
            return goal
    return None


def tiles(lines):
    """[Tile] of the district lines ({row, unclosed, query, goals}); those without a district are left out."""
    with_shares = shared(lines)
    lines = [line for line in lines if line["row"].district is not None and line["row"].district.pk in PLACES]
    most = max((line["row"].person_times for line in lines), default=0) or 1
    found = []
    for line in lines:
        column, down = PLACES[line["row"].district.pk]
        goal = _share(line) if with_shares else None
        part = min(goal.share, 1) if goal else 0 if with_shares else line["row"].person_times / most
        pace = round(goal.pace * WIDE, 1) if goal else None
        place = 1 + column * STEP[0], 1 + down * STEP[1]
        found.append(Tile(line["row"], *place, round(part * WIDE, 1), line["unclosed"], line["query"], goal, pace))
    return found
