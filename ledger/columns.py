"""The ledger packed into columns: numpy arrays on disk, mapped by every worker, for counting millions of rows in milliseconds.

A pack holds everything up to one posting. What was posted since is read from the ledger itself, whose postings are numbered in
the order of their commits: the ledger is the pack's change log, and answers are exact at any moment, as of any posting. No pack,
or one that does not fit: ``current()`` is None, and the database counts.
"""

import json
import threading
from datetime import date

import numpy as np
from django.db import connection

from .models import Entry, Posting
from .packed import folder, is_there
from .packing import (
    LOST,
    MADE,
    ORDER,
    TABLES,
    VERSION,
    different,
    newest_posting,
    pack,
    pair_of,
    rows_of,
    superseded,
)


class Table:
    """The rows of one table: those of the pack (mapped), those written since, and which of the pack were reversed since."""

    def __init__(self, base, extra, places, reversals):
        self.base, self.extra = base, extra
        self.places, self.reversals = places, reversals

    @classmethod
    def load(cls, place, table):
        names = [*TABLES[table], "ids", "places", *MADE.get(table, ())]
        base = {name: np.load(place / f"{table}-{name}.npy", mmap_mode="r").view(np.ndarray) for name in names}
        none = np.empty(0, np.int64)
        return cls(base, dict.fromkeys(names, none), none, none)

    def find(self, ids):
        """(places in the pack, which of ``ids`` they are)."""
        at = np.searchsorted(self.base["ids"], ids)
        at[at == self.base["ids"].size] = 0
        known = self.base["ids"][at] == ids if self.base["ids"].size else np.zeros(ids.size, bool)
        return self.base["places"][at[known]].astype(np.int64), known

    def with_reversals(self, extra, ids, postings):
        """A further Table: ``extra`` rows, and rows ``ids`` reversed by ``postings``."""
        places, known = self.find(ids)
        mine = np.isin(extra["id"], ids)
        if mine.any():
            by = dict(zip(ids.tolist(), postings.tolist(), strict=True))
            extra = extra | {"reversed": extra["reversed"].copy()}
            extra["reversed"][mine] = [by[pk] for pk in extra["id"][mine].tolist()]
        return Table(
            self.base,
            extra,
            np.concatenate([self.places, places]),
            np.concatenate([self.reversals, postings[known]]),
        )

    def standing(self, as_of, packed, low, high):
        """(mask over base[low:high], mask over extra) of the rows that stood at a posting."""
        if as_of < packed:
            mask = self.base["reversed"][low:high] > as_of
            mask &= self.base["posting"][low:high] <= as_of
        else:
            mask = self.base["stands"][low:high].copy()
        here = (self.places >= low) & (self.places < high) & (self.reversals <= as_of)
        mask[self.places[here] - low] = False
        return mask, (self.extra["posting"] <= as_of) & (self.extra["reversed"] > as_of)


class Pack:
    """A pack with what was posted since, up to ``seen``. Never changed: what comes later makes a further one."""

    def __init__(self, name, about, tables, seen, stamp):
        self.name, self.about, self.tables = name, about, tables
        self.posting, self.codes = about["posting"], about["codes"]
        self.seen, self.stamp = seen, stamp
        self.answers, self.last = {}, None

    @classmethod
    def load(cls, place):
        about = json.loads((place / "about.json").read_text())
        if about["version"] != VERSION:
            raise ValueError(about["version"])
        tables = {table: Table.load(place, table) for table in TABLES}
        return cls(place.name, about, tables, about["posting"], about["stamp"])

    def fits(self):
        """Whether the database is the one this was packed from: its newest posting seen is there, made at the same moment."""
        moment = Posting.objects.filter(number=self.seen).values_list("posted_at", flat=True).first()
        return moment is not None and moment.isoformat() == self.stamp

    def at(self, newest):
        """The Pack with everything up to ``newest`` (number, moment); None when it does not fit the database."""
        number, stamp = newest
        if (number, stamp) == (self.seen, self.stamp):
            return self
        if number <= self.seen or not self.fits():
            return None
        tables = {}
        for name, table in self.tables.items():
            rows = rows_of(name, self.codes, self.seen, number)
            if any((rows[column] < 0).any() for column in self.codes if column in rows):
                return None
            tables[name] = self._facts(table, rows) if name == "activityfact" else self._with(name, table, rows, number)
        return Pack(self.name, self.about, tables, number, stamp)

    def _with(self, name, table, rows, number):
        extra = {key: np.concatenate([table.extra[key], rows[key]]) for key in rows}
        if name == "entry":
            extra["pair"] = self._pairs(table.base["pairs"], extra)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, reversed_by_id FROM ledger_{name} WHERE reversed_by_id > %s AND reversed_by_id <= %s",  # noqa: S608
                [self.seen, number],
            )
            gone = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)
        return table.with_reversals(extra, gone[:, 0], gone[:, 1])

    @staticmethod
    def _pairs(known, extra):
        """Numbers of the pairs of rows written since: the pack's own, and further ones behind them."""
        keys = pair_of(extra)
        at = np.searchsorted(known, keys)
        at[at == known.size] = 0
        is_known = known[at] == keys if known.size else np.zeros(keys.size, bool)
        new = different(keys[(keys != 0) & ~is_known])
        further = known.size + 1 + np.searchsorted(new, keys)
        return np.where(keys == 0, 0, np.where(is_known, at + 1, further))

    def _facts(self, table, rows):
        """A fact's newer value takes the place of the older one, in the pack and among those written since."""
        extra = {key: np.concatenate([table.extra[key], rows[key]]) for key in rows}
        order = np.lexsort([extra[name] for name in reversed(ORDER["activityfact"])])
        extra = {key: values[order] for key, values in extra.items()}
        extra["reversed"] = superseded(extra).astype(np.int64)
        places, postings = [], []
        base = table.base
        for activity, district, name, posting in zip(
            *(rows[key].tolist() for key in ("activity", "district", "name", "posting")), strict=True
        ):
            low, high = np.searchsorted(base["activity"], [activity, activity + 1])
            same = (base["district"][low:high] == district) & (base["name"][low:high] == name)
            found = np.flatnonzero(same & (base["reversed"][low:high] == LOST)) + low
            places += found.tolist()
            postings += [posting] * found.size
        return Table(
            base,
            extra,
            np.concatenate([table.places, np.array(places, np.int64)]),
            np.concatenate([table.reversals, np.array(postings, np.int64)]),
        )


_lock = threading.Lock()
_state = None
"""The newest Pack this process has made."""


def _kept():
    """The Pack on disk with what this process has read since; None when there is none that can be read."""
    global _state
    base = folder()
    if base is None:
        return None
    try:
        name = (base / "current").read_text()
        if _state is None or _state.name != name:
            _state = Pack.load(base / name)
    except (OSError, ValueError, KeyError):
        _state = None
    return _state


def current(as_of=None):
    """What answers for a posting (default: the newest): an ``Asked`` of the pack, or None when the database must."""
    global _state
    if not is_there():
        return None
    from .tally import Asked

    newest = newest_posting()
    with _lock:
        pack_ = _kept()
        if pack_ is None or newest is None:
            return None
        pack_ = pack_.at(newest)
        if pack_ is None:
            return None
        if not connection.in_atomic_block:
            # What an open transaction has written may yet be taken back: that is not kept.
            _state = pack_
    return Asked(pack_, pack_.seen if as_of is None else min(as_of, pack_.seen))


def number_of(day):
    """A day as the columns keep it."""
    return day.toordinal()


def day_of(number):
    """And back."""
    return date.fromordinal(int(number))


def repack_if_old(changes=2000):
    """Pack anew when more than ``changes`` entries were written since, or when there is no pack yet; the posting or None.

    Run by beat; a pack that is not old is left alone.
    """
    pack_ = _kept()
    if pack_ is not None and pack_.fits():
        since = Entry.objects.filter(posting__gt=pack_.posting).order_by().values_list("pk")[changes : changes + 1]
        if not since.exists():
            return None
    return pack()
