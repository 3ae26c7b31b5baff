"""Counting a pack: the answers of ``counts``, from columns. The same questions and answers as ``ledger.rows``, which asks the database."""

from decimal import Decimal

import numpy as np

from enterprises.models import SizeClass

from .columns import day_of, number_of
from .models import FEWEST_ANSWERS, ActivityFact, Kind
from .scope import WITHOUT, Scope

SMALL = (SizeClass.SMALL, SizeClass.MICRO)

ROOM = 1 << 26
"""Cells of a table of groups × persons that is filled rather than sorted."""
KEPT = 300
"""Answers kept for one state of the ledger."""


def _among(column, wanted):
    """Which values are one of a few."""
    if len(wanted) > 8:
        return np.isin(column, np.array(wanted, dtype=np.int64))
    fits = np.zeros(column.size, bool)
    for one in wanted:
        fits |= column == one
    return fits


class Rows:
    """The rows of one table that fit a scope: chosen once, read column by column."""

    def __init__(self, asked, table, scope, filters):
        self.pack, self.codes = asked.pack, asked.pack.codes
        self.table = asked.pack.tables[table]
        base, extra = self.table.base, self.table.extra
        self.low, self.high = 0, base["id"].size
        if "day" in base:
            if scope.start:
                self.low = int(np.searchsorted(base["day"], number_of(scope.start)))
            if scope.end:
                self.high = int(np.searchsorted(base["day"], number_of(scope.end) + 1))
            self.high = max(self.low, self.high)
        self.mask, self.more = self.table.standing(asked.as_of, self.pack.posting, self.low, self.high)
        if "day" in base and extra["id"].size:
            if scope.start:
                self.more &= extra["day"] >= number_of(scope.start)
            if scope.end:
                self.more &= extra["day"] <= number_of(scope.end)
        for name in filters:
            value = getattr(scope, name)
            if value is not None:
                self.only(name, self._wanted(name, value))
        if "kind" in base and not scope.kind:
            self.only("kind", self._wanted("kind", Kind.PROMOTION), inside=False)
        self._took = {}

    def _wanted(self, name, value):
        """Numbers of a filter's values as the column keeps them."""
        if value == WITHOUT:
            return [0]
        values = value if isinstance(value, tuple) else (value,)
        if name not in self.codes:
            return [int(one) for one in values]
        places = {text: place for place, text in enumerate(self.codes[name], start=1)}
        return [places[str(one)] for one in values if str(one) in places]

    def only(self, name, wanted, *, inside=True):
        """Keep the rows whose column is (not) one of ``wanted``."""
        for mask, column in (
            (self.mask, self.table.base[name][self.low : self.high]),
            (self.more, self.table.extra[name]),
        ):
            fits = _among(column, wanted)
            mask &= fits if inside else ~fits

    def among(self, name, flags):
        """Keep the rows whose column is a place of ``flags`` that is set."""
        for mask, column in (
            (self.mask, self.table.base[name][self.low : self.high]),
            (self.more, self.table.extra[name]),
        ):
            mask &= flags[column]

    def take(self, name):
        """The column of the chosen rows: those of the pack in its order, then those written since."""
        if name not in self._took:
            column = self.table.base[name][self.low : self.high][self.mask]
            extra = self.table.extra[name]
            if extra.size:
                column = np.concatenate([column, extra[self.more].astype(column.dtype)])
            self._took[name] = column
        return self._took[name]

    @property
    def size(self):
        """How many rows are chosen."""
        return int(np.count_nonzero(self.mask) + np.count_nonzero(self.more))


class Groups:
    """The group each chosen row belongs to, and the key of each group. ``held``: a flag at the place of each activity's key."""

    def __init__(self, rows, axes, held=None):
        self.axes, self.rows, self.held = axes, rows, held
        self.values, self.of, self.count = [], None, 1
        for axis in axes:
            values, places = self._axis(axis)
            self.values.append(values)
            self.of = places if self.of is None else self.of * len(values) + places
            self.count *= len(values)

    def _axis(self, axis):
        rows = self.rows
        if axis == "month":
            return _months(rows.take("day"))
        if axis == "held":
            return [False, True], self.held[rows.take("activity")].astype(np.int64)
        column = rows.take(axis)
        if axis in rows.codes:
            return [None, *rows.codes[axis]], column.astype(np.int64)
        known, places = np.unique(column, return_inverse=True)
        return [int(one) or None for one in known.tolist()], places

    def key(self, group):
        """The axis values of a group's number."""
        key = []
        for values in reversed(self.values):
            group, place = divmod(group, len(values))
            key.append(values[place])
        return tuple(reversed(key))

    def counted(self, chosen=None, weights=None):
        """How many rows each group has (or the sum of whole ``weights``), of those ``chosen``."""
        if self.of is None:
            if weights is not None:
                return np.array([int(weights.sum(dtype=np.int64))])
            return np.array([self.size if chosen is None else int(np.count_nonzero(chosen))])
        of = self.of if chosen is None else self.of[chosen]
        # Sums of whole numbers below 2 ** 53 are exact as floats.
        return np.bincount(of, weights, self.count).astype(np.int64)

    @property
    def size(self):
        return self.rows.size

    def distinct(self, values, chosen=None):
        """How many different ``values`` (whole, not 0) each group has."""
        of = self.of
        if chosen is not None:
            values, of = values[chosen], of if of is None else of[chosen]
        width = int(values.max(initial=0)) + 1
        if self.count * width > ROOM:
            pairs = np.sort((values if of is None else of * width + values)[values != 0])
            first = np.ones(pairs.size, bool)
            first[1:] = pairs[1:] != pairs[:-1]
            return np.bincount(pairs[first] // width, minlength=self.count)
        seen = np.zeros(self.count * width, bool)
        seen[values if of is None else of * width + values] = True
        seen = seen.reshape(self.count, width)
        seen[:, 0] = False
        return np.count_nonzero(seen, axis=1)


def _months(days):
    """([first of month, …], place of each day's month in it)."""
    if not days.size:
        return [None], days.astype(np.int64)
    low, high = day_of(days.min()), day_of(days.max())
    months, place_of = [], np.zeros(number_of(high) - number_of(low) + 1, np.int64)
    for number in range(number_of(low), number_of(high) + 1):
        month = day_of(number).replace(day=1)
        if not months or months[-1] != month:
            months.append(month)
        place_of[number - number_of(low)] = len(months) - 1
    return months, place_of[days - number_of(low)]


class Asked:
    """A pack asked as of one posting."""

    def __init__(self, pack, as_of):
        self.pack, self.as_of = pack, as_of

    def _kept(self, question, answer):
        answers = self.pack.answers
        if question not in answers:
            if len(answers) >= KEPT:
                answers.clear()
            answers[question] = answer()
        return answers[question]

    def people(self, scope, axes, want=()):
        """{axis values: People} of the entries in scope."""
        question = "people", scope.of(as_of=self.as_of), axes, want
        return dict(self._kept(question, lambda: self._people(scope, axes, want)))

    def held(self, scope, axes):
        """{axis values: (场次, 轮次)} of the activities in scope."""
        return dict(self._kept(("held", scope.of(as_of=self.as_of), axes), lambda: self._held(scope, axes)))

    def facts(self, scope):
        """{district or None: {fact: sum of the newest values}}, without what nobody may read (``rows.readable``)."""
        return dict(self._kept(("facts", scope.of(as_of=self.as_of)), lambda: self._facts(scope)))

    def _entries(self, scope):
        """The rows of a scope; a screen asks several questions of one, so the last is kept."""
        scope = scope.of(as_of=self.as_of)
        last = self.pack.last
        if last is None or last[0] != scope:
            last = self.pack.last = scope, Rows(self, "entry", scope, Scope.OF_ENTRIES.values())
        return last[1]

    def _activities(self, scope):
        rows = Rows(self, "activity", scope, Scope.OF_ACTIVITIES.values())
        if scope.names_people:
            people = Rows(self, "entry", Scope(kind=tuple(Kind.values)), ())
            for name in Scope.OF_PEOPLE.values():
                value = getattr(scope, name)
                if value is not None:
                    people.only(name, people._wanted(name, value))
            rows.among("id", self._flags(people.take("activity")))
        return rows

    def _flags(self, ids):
        """A flag at the place of each activity's key."""
        table = self.pack.tables["activity"]
        flags = np.zeros(int(max(table.base["id"].max(initial=0), table.extra["id"].max(initial=0))) + 1, bool)
        flags[ids] = True
        return flags

    def _people(self, scope, axes, want):
        from .counts import People

        rows = self._entries(scope)
        groups = Groups(rows, axes, self._held_flags() if "held" in axes else None)
        sizes = [self._number("size_class", one) for one in SMALL]

        def small():
            return _among(rows.take("size_class"), sizes)

        ways = {
            "person_times": lambda: there,
            "persons": lambda: groups.distinct(rows.take("person")),
            "enterprises": lambda: groups.distinct(rows.take("enterprise")),
            "small": lambda: groups.distinct(rows.take("enterprise"), small()),
            "class_hours": lambda: groups.counted(weights=rows.take("hours")),
            "visits": lambda: groups.distinct(rows.take("pair")),
            "auditors": lambda: groups.counted(rows.take("auditor") == 1),
            "small_times": lambda: groups.counted(small()),
        }
        there = groups.counted()
        counted = {"person_times": there} | {name: ways[name]() for name in want or ways}
        found = {}
        for group in np.flatnonzero(there).tolist():
            values = {name: int(column[group]) for name, column in counted.items()}
            if "class_hours" in values:
                values["class_hours"] = Decimal(values["class_hours"]) / 10
            found[groups.key(group) if axes else ()] = People(**values)
        return found

    def _number(self, name, text):
        return self.pack.codes[name].index(text) + 1

    def _held_flags(self):
        """A flag for each activity: whether it counts as a session."""
        activities = Rows(self, "activity", Scope(kind=tuple(Kind.values)), ())
        return self._flags(activities.take("id")[activities.take("held") == 1])

    def _held(self, scope, axes):
        rows = self._activities(scope)
        groups = Groups(rows, axes)
        held = rows.take("held") == 1
        sessions = groups.counted(held)
        rounds = groups.counted(held & (rows.take("kind") == self._number("kind", Kind.INTERNAL_AUDITOR)))
        return {
            (groups.key(group) if axes else ()): (int(sessions[group]), int(rounds[group]))
            for group in np.flatnonzero(sessions).tolist()
        }

    def _facts(self, scope):
        activities = self._activities(scope.of(district=None))
        facts = Rows(self, "activityfact", scope.of(start=None, end=None), ("district",))
        facts.among("activity", self._flags(activities.take("id")))
        name, value, district = facts.take("name"), facts.take("value"), facts.take("district").astype(np.int64)
        names, places = self.pack.codes["name"], [None, *self.pack.codes["district"]]
        said = np.flatnonzero(_among(name, [self._number("name", one) for one in ActivityFact.OF_SURVEYS]))
        where = facts.take("activity")[said].astype(np.int64) * len(places) + district[said]
        few = (name[said] == self._number("name", ActivityFact.Name.ANSWERED)) & (value[said] < FEWEST_ANSWERS)
        keep = np.ones(name.size, bool)
        keep[said] = ~np.isin(where, where[few])
        of = (district * (len(names) + 1) + name)[keep]
        size = len(places) * (len(names) + 1)
        sums = np.bincount(of, value[keep], size).astype(np.int64)
        found = {}
        for group in np.flatnonzero(np.bincount(of, minlength=size)).tolist():
            place, number = divmod(group, len(names) + 1)
            found.setdefault(places[place], {})[ActivityFact.Name(names[number - 1])] = int(sums[group])
        return found

    def page(self, scope, edge, size, newer=False):
        """Keys of the newest entries in scope, newest first; of those behind ``edge`` (day, key), or with ``newer`` the ones just
        in front of it."""
        if edge:
            day, pk = edge
            if newer:
                scope = scope.of(start=max(scope.start, day) if scope.start else day)
            else:
                scope = scope.of(end=min(scope.end, day) if scope.end else day)
        rows = self._entries(scope)
        base, extra = rows.table.base, rows.table.extra
        places = np.flatnonzero(rows.mask) + rows.low
        if edge:
            # Of the day of the edge only what lies beyond its key; the days beyond it whole.
            low, high = np.searchsorted(places, np.searchsorted(base["day"], [number_of(day), number_of(day) + 1]))
            shared = base["id"][places[low:high]]
            fits = shared > pk if newer else shared < pk
            places = np.concatenate([places[:low], places[low:high][fits], places[high:]])
        if places.size > size:
            # As many days as the page can reach.
            if newer:
                most = np.searchsorted(base["day"], base["day"][places[size - 1]], side="right")
                places = places[: np.searchsorted(places, most)]
            else:
                least = np.searchsorted(base["day"], base["day"][places[-size]])
                places = places[np.searchsorted(places, least) :]
        days = np.concatenate([base["day"][places].astype(np.int64), extra["day"][rows.more]])
        keys = np.concatenate([base["id"][places], extra["id"][rows.more]])
        if edge:
            beyond = days > number_of(day) if newer else days < number_of(day)
            fits = beyond | (keys > pk if newer else keys < pk)
            days, keys = days[fits], keys[fits]
        found = keys[np.lexsort([-keys, -days])]
        return (found[-size:] if newer else found[:size]).tolist()
