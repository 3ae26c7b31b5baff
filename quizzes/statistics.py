"""Item and paper analysis. Pure: no database, no clock. Every paper is added once, nothing but sums is kept.

Where papers are drawn from a bank, each has other questions: items are told apart by their wording (revision), and what one
earned is taken as a share of what it could earn, so that papers compare.
"""

from array import array
from dataclasses import dataclass, field
from math import sqrt
from statistics import median

from django.utils.translation import gettext as _

TAIL = 0.27
"""Upper and lower group: 27 % each, the share at which the difference between them is told most surely (Kelley 1939)."""

ENOUGH = 30
"""Papers below which a figure is shown but no advice is given: correlations of fewer say little."""

GROUPS = ("upper", "middle", "lower")
BINS = 10


@dataclass
class Response:
    """What one paper says of one item: points earned of how many; ``chosen`` the numbers of the options (None where the kind
    has none); ``seconds`` until it was last saved, counted from the answer saved before it (None: never saved)."""

    revision: int
    kind: str
    points: float
    out_of: float
    chosen: list | None = None
    seconds: float | None = None


@dataclass
class _Item:
    kind: str
    n: int = 0
    right: int = 0
    x: float = 0.0
    xx: float = 0.0
    r: float = 0.0
    rr: float = 0.0
    xr: float = 0.0
    tails: dict = field(default_factory=lambda: {name: [0, 0.0] for name in GROUPS})
    choices: dict = field(default_factory=dict)
    seconds: array = field(default_factory=lambda: array("f"))


def groups_of(scores):
    """{key: "upper" | "lower"} of the TAIL at each end of ``scores`` [(key, share of the points)]; the rest is the middle.

    Of equal scores at the edge the earlier key counts as lower, so that both groups have exactly the same size. Fewer than
    four papers have no tails.
    """
    ranked = sorted(scores, key=lambda one: (one[1], one[0]))
    size = round(TAIL * len(ranked)) if len(ranked) >= 4 else 0
    tails = {key: "lower" for key, _score in ranked[:size]}
    return tails | {key: "upper" for key, _score in ranked[len(ranked) - size :]}


class Tally:
    """Add every paper once, then ask for ``result()``."""

    def __init__(self):
        self.items = {}
        self.n = 0
        self.total = self.squares = 0.0
        self.bins = [0] * BINS
        self.same_items = True
        self.dichotomous = True
        self._first = None
        self._length = None
        self._points = [0.0, 0.0]
        self._within = self._means = self._mean_squares = 0.0

    def add(self, responses, group):
        """One paper: its Responses, and the group it belongs to (see ``groups_of``; None for the middle)."""
        group = group or "middle"
        earned = sum(one.points for one in responses)
        possible = sum(one.out_of for one in responses)
        if not possible:
            return
        percent = 100 * earned / possible
        self.n += 1
        self.total += percent
        self.squares += percent * percent
        self.bins[min(BINS - 1, int(percent * BINS / 100))] += 1
        self._note_set(responses, earned)
        for one in responses:
            self._add_item(one, earned, possible, group)

    def _note_set(self, responses, earned):
        shape = sorted((one.revision, one.out_of) for one in responses)
        if self._first is None:
            self._first, self._length = shape, len(shape)
        self.same_items = self.same_items and shape == self._first
        if self._length != len(shape):
            self._length = None
        self._points[0] += earned
        self._points[1] += earned * earned
        shares = [one.points / one.out_of for one in responses if one.out_of]
        self.dichotomous = self.dichotomous and all(share in (0, 1) for share in shares)
        mean = sum(shares) / len(shares)
        self._within += sum((share - mean) ** 2 for share in shares)
        self._means += mean
        self._mean_squares += mean * mean

    def _add_item(self, one, earned, possible, group):
        item = self.items.get(one.revision)
        if item is None:
            item = self.items[one.revision] = _Item(one.kind)
        x = one.points / one.out_of if one.out_of else 0.0
        rest = (earned - one.points) / (possible - one.out_of) if possible > one.out_of else 0.0
        item.n += 1
        item.right += x == 1
        item.x += x
        item.xx += x * x
        item.r += rest
        item.rr += rest * rest
        item.xr += x * rest
        tail = item.tails[group]
        tail[0] += 1
        tail[1] += x
        if one.chosen is not None:
            place = GROUPS.index(group)
            for number in one.chosen or [-1]:
                item.choices.setdefault(number, [0, 0, 0])[place] += 1
        if one.seconds is not None:
            item.seconds.append(one.seconds)

    def result(self):
        """{n, mean, sd, sem, reliability, reliability_kind, bins, items: {revision: …}} in percent of the points, as JSON.

        ``mean``, ``sd``: mean and standard deviation (of the population: these papers are all there are) of the scores.
        ``sem``: standard error of measurement, sd·√(1 − reliability) (Lord & Novick 1968): how far a score is from what
        the person would earn on average on such papers.
        """
        mean, spread = _mean_and_deviation(self.n, self.total, self.squares)
        reliability, kind = self._reliability()
        return {
            "n": self.n,
            "mean": _rounded(mean),
            "sd": _rounded(spread),
            "sem": _rounded(None if reliability is None else spread * sqrt(max(0.0, 1 - reliability))),
            "reliability": _rounded(reliability, 3),
            "reliability_kind": kind,
            "bins": self.bins,
            "items": {str(revision): self._item(item) for revision, item in self.items.items()},
        }

    def _item(self, item):
        """``facility`` p: mean share of the points earned (for right/wrong items the share who were right). ``rest``:
        correlation of the item with the rest of the paper, point-biserial for right/wrong items; the item itself is left out
        of the total, which would else correlate with itself (Henrysson 1963). ``difference``: D = p of the upper minus p of
        the lower 27 % (Kelley 1939; Ebel & Frisbie 1991 call 0.4 and more very good, below 0.2 poor). ``seconds``: median
        time. ``choices``: {option: [upper, middle, lower]}, -1 for none."""
        upper, lower = item.tails["upper"], item.tails["lower"]
        difference = upper[1] / upper[0] - lower[1] / lower[0] if upper[0] and lower[0] else None
        return {
            "kind": item.kind,
            "n": item.n,
            "facility": _rounded(item.x / item.n, 3),
            "rest": _rounded(_correlation(item), 3),
            "difference": _rounded(difference, 3),
            "seconds": round(median(item.seconds)) if item.seconds else None,
            "choices": {str(number): counts for number, counts in sorted(item.choices.items())},
            "groups": [item.tails[name][0] for name in GROUPS],
        }

    def _reliability(self):
        """(coefficient, its name): how much of the spread of the scores is not chance; (None, "") when it cannot be said.

        The same items for everybody: Cronbach's α = k/(k−1)·(1 − Σ item variances / variance of the totals) (Cronbach 1951),
        which for right/wrong items is Kuder and Richardson's formula 20 (1937). Items drawn anew for each paper: the
        generalizability coefficient of items nested within persons, 1 − MS(within)/MS(between) (Brennan 2001, i:p design).
        """
        k = self._length
        if self.n < 2 or not k or k < 2:
            return None, ""
        if self.same_items:
            _mean, spread = _mean_and_deviation(self.n, *self._points)
            out_of = dict(self._first)
            variances = sum(
                (item.xx / item.n - (item.x / item.n) ** 2) * out_of[revision] ** 2
                for revision, item in self.items.items()
            )
            if spread < 1e-9:
                return None, ""
            return k / (k - 1) * (1 - variances / spread**2), "kr20" if self.dichotomous else "alpha"
        between = k * (self._mean_squares - self._means**2 / self.n) / (self.n - 1)
        within = self._within / (self.n * (k - 1))
        return (1 - within / between, "nested") if between > 1e-12 else (None, "")


def _mean_and_deviation(n, total, squares):
    if not n:
        return None, None
    mean = total / n
    return mean, sqrt(max(0.0, squares / n - mean * mean))


def _correlation(item):
    n = item.n
    spread_x, spread_r = item.xx / n - (item.x / n) ** 2, item.rr / n - (item.r / n) ** 2
    if n < 2 or spread_x < 1e-12 or spread_r < 1e-12:
        return None
    return (item.xr / n - item.x / n * item.r / n) / sqrt(spread_x * spread_r)


def _rounded(number, digits=2):
    return None if number is None else round(number, digits)


def pass_rates(tries):
    """(share passed at the first try, share passed in the end, how many) of [(who and for what, number, passed)].

    A try that ran out counts as not passed. The first is the lowest number; one pass is a pass in the end.
    """
    first, ever = {}, {}
    for key, number, passed in tries:
        if key not in first or number < first[key][0]:
            first[key] = number, passed
        ever[key] = ever.get(key, False) or passed
    n = len(ever)
    return (sum(passed for _n, passed in first.values()) / n, sum(ever.values()) / n, n) if n else (None, None, 0)


# In words -----------------------------------------------------------------------------------------------------------


def advice(item, right, names):
    """What to do about an item, as sentences: ``right`` numbers of its right options, ``names`` {number: text}."""
    if item["n"] < ENOUGH:
        return []
    said = []
    p, rest, difference = item["facility"], item["rest"], item["difference"]
    if p >= 0.95:
        said.append(_("太容易：几乎人人都对，换一个更像现场的问法，或者只留作热身。"))
    elif p <= 0.25:
        said.append(_("太难或者有误：只有少数人对，先核对答案，再看课里讲没讲清楚。"))
    if rest is not None and rest < 0:
        said.append(_("反着来：整卷考得好的人反而做错，多半是答案写错了或者有歧义，请马上核对。"))
    elif 0.25 < p < 0.95 and (rest is None or rest < 0.1 or (difference is not None and difference < 0.2)):
        said.append(_("分不开：会的和不会的得分差不多，题干可能说不清，或者考的不是这门课。"))
    upper, _middle, lower = item["groups"]
    for number, name in names.items():
        counts = item["choices"].get(str(number), [0, 0, 0])
        if not item["choices"] or number in right:
            continue
        if not sum(counts):
            said.append(_("“%(name)s”没有人选，换一个更像那么回事的错误选项。") % {"name": name})
        elif upper and lower and counts[0] / upper >= 0.1 and counts[0] / upper > counts[2] / lower:
            said.append(_("考得好的人更爱选“%(name)s”，请核对它是不是也对。") % {"name": name})
    return said
