"""Packing the ledger: entries, activities and facts as numpy arrays on disk. Read by ``ledger.columns``, counted by ``ledger.tally``."""

import json
import shutil
import time

import numpy as np
from django.db import connection

from enterprises.models import District, Layer, Pilot, SizeClass

from .models import ActivityFact, FeeNature, Kind, Mode, Posting
from .packed import folder, is_wide

VERSION = 2
"""Of what a pack looks like; another is not read."""

LOST = 2_000_000_000
"""``reversed`` of a row that stands: above every posting."""

CODED = {
    "layer": Layer.values,
    "kind": Kind.values,
    "mode": Mode.values,
    "fee_nature": FeeNature.values,
    "size_class": SizeClass.values,
    "name": ActivityFact.Name.values,
}
"""Texts kept as the place in their list, from 1; 0 is none."""

TABLES = {
    "entry": {
        "id": ("id", "i8"),
        "posting": ("posting_id", "i4"),
        "reversed": ("reversed_by_id", "i4"),
        "day": ("occurred_on", "i4"),
        "district": ("district_id", "i2"),
        "layer": ("layer", "i1"),
        "kind": ("kind", "i1"),
        "mode": ("mode", "i1"),
        "fee_nature": ("fee_nature", "i1"),
        "size_class": ("size_class", "i1"),
        "pilot": ("pilot_id", "i2"),
        "organiser": ("owner_id", "i4"),
        "person": ("person_id", "i4"),
        "enterprise": ("enterprise_id", "i4"),
        "activity": ("activity_id", "i4"),
        "hours": ("class_hours", "i2"),
        "auditor": ("is_auditor", "i1"),
    },
    "activity": {
        "id": ("id", "i8"),
        "posting": ("posting_id", "i4"),
        "reversed": ("reversed_by_id", "i4"),
        "day": ("ended_on", "i4"),
        "district": ("district_id", "i2"),
        "kind": ("kind", "i1"),
        "mode": ("mode", "i1"),
        "fee_nature": ("fee_nature", "i1"),
        "pilot": ("pilot_id", "i2"),
        "organiser": ("owner_id", "i4"),
        "held": ("held", "i1"),
    },
    "activityfact": {
        "id": ("id", "i8"),
        "posting": ("posting_id", "i4"),
        "activity": ("activity_id", "i4"),
        "district": ("district_id", "i2"),
        "name": ("name", "i1"),
        "value": ("value", "i4"),
    },
}
"""table: {name of the array: (column, type)}."""

MADE = {"entry": ["stands", "pair", "pairs"], "activity": ["stands"], "activityfact": ["reversed", "stands"]}
"""Arrays a pack has besides, made from the others: which rows stand; a number for each pair of activity and enterprise (0:
without an enterprise), and the pairs themselves, so that 家次 are numbers that differ."""

ORDER = {
    "entry": ("day", "activity", "enterprise", "id"),
    "activity": ("day", "id"),
    "activityfact": ("activity", "district", "name", "posting"),
}
"""How the rows of a pack lie: a period is one stretch; pairs of activity and enterprise lie together."""


# Reading from the database -------------------------------------------------------------------------------------------


def _codes():
    """{array: the values its numbers stand for, in order}, as the database has them now."""
    return CODED | {
        "district": list(District.objects.order_by("pk").values_list("pk", flat=True)),
        "pilot": list(Pilot.objects.order_by("pk").values_list("pk", flat=True)),
    }


def _expression(name, column, codes):
    """SQL of one array's value, as a whole number; -1 for a text that is not in the list."""
    if name in codes:
        places = " ".join(f"WHEN '{value}' THEN {place}" for place, value in enumerate(codes[name], start=1))
        return f"CASE WHEN {column} IS NULL THEN 0 ELSE CASE {column} {places} ELSE -1 END END"
    lite = connection.vendor == "sqlite"
    if column in ("occurred_on", "ended_on"):
        return f"CAST(julianday({column}) - 1721424.5 AS INTEGER)" if lite else f"({column} - DATE '0001-01-01' + 1)"
    if name == "hours":
        return f"CAST(ROUND({column} * 10) AS INTEGER)"
    if name == "reversed":
        return f"CASE WHEN {column} <= %(until)s THEN {column} ELSE {LOST} END"
    if name in ("auditor", "held"):
        return f"CASE WHEN {column} THEN 1 ELSE 0 END"
    return f"COALESCE({column}, 0)"


def _select(table, codes, after, until, *, whole=False):
    """(SQL, names): rows of a table that postings in (after, until] wrote, as whole numbers."""
    values = {name: _expression(name, column, codes) for name, (column, _type) in TABLES[table].items()}
    cast = "::int8" if whole else ""
    said = ", ".join(f"({value}){cast}" for value in values.values())
    sql = f"SELECT {said} FROM ledger_{table} WHERE posting_id > %(after)s AND posting_id <= %(until)s"  # noqa: S608
    numbers = {"after": int(after), "until": int(until)}
    return sql % numbers, list(values)


def rows_of(table, codes, after, until):
    """{array: values} of the rows written by postings in (after, until]."""
    sql, names = _select(table, codes, after, until)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, len(names))
    return {name: found[:, place] for place, name in enumerate(names)}


def _copied(table, codes, until):
    """The same of everything, by COPY: half a second a million rows."""
    sql, names = _select(table, codes, 0, until, whole=True)
    record = np.dtype([("n", ">i2"), *((f"{kind}{name}", kind) for name in names for kind in (">i4", ">i8"))])
    parts, rest, head = [], b"", True
    with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)") as copy:
        waiting, size = [], 0
        for piece in copy:
            waiting.append(bytes(piece))
            size += len(piece)
            if size > 1 << 25:
                rest, head = _parsed(rest + b"".join(waiting), head, record, names, table, parts)
                waiting, size = [], 0
        _parsed(rest + b"".join(waiting), head, record, names, table, parts)
    types = {name: kind for name, (_column, kind) in TABLES[table].items()}
    return {
        name: np.concatenate([part[name] for part in parts]) if parts else np.empty(0, types[name]) for name in names
    }


def _parsed(data, head, record, names, table, parts):
    """Take whole records off ``data`` into ``parts``; what is left, and that the head is behind us."""
    at = 19 if head else 0
    count = (len(data) - at) // record.itemsize
    rows = np.frombuffer(data, record, count, at)
    parts.append({name: _narrow(rows[f">i8{name}"], TABLES[table][name][1]) for name in names})
    return data[at + count * record.itemsize :], False


def _narrow(values, kind):
    """``values`` in the type of the pack. OverflowError for a number too large for it."""
    if values.size and (values.max() > np.iinfo(kind).max or values.min() < np.iinfo(kind).min):
        raise OverflowError(kind)
    return values.astype(kind)


# Packing -------------------------------------------------------------------------------------------------------------


def superseded(facts):
    """For facts in their ORDER: the posting whose value replaced each; LOST where it still holds."""
    later = np.full(facts["id"].size, LOST, "i4")
    same = np.ones(max(facts["id"].size - 1, 0), bool)
    for name in ("activity", "district", "name"):
        same &= facts[name][1:] == facts[name][:-1]
    later[:-1][same] = facts["posting"][1:][same]
    return later


def pair_of(rows):
    """The pair of activity and enterprise of each row as one number; 0 without an enterprise."""
    keys = rows["activity"].astype(np.int64) << 32 | rows["enterprise"]
    return np.where(rows["enterprise"] == 0, 0, keys)


def _paired(entries):
    """``pair`` and ``pairs`` of entries: places, from 1, in the order in which the pairs lie."""
    keys = pair_of(entries)
    known = different(keys[keys != 0])
    places = np.searchsorted(known, keys)
    return {"pair": np.where(keys == 0, 0, places + 1).astype("i4"), "pairs": known}


def different(values):
    """The different values, sorted. (numpy's own ``unique`` hashes, which is ten times slower for millions.)"""
    values = np.sort(values)
    return values[np.concatenate([[True], values[1:] != values[:-1]])] if values.size else values


def _arrays(table, codes, until):
    """The arrays of a table as of posting ``until``, in their order."""
    if connection.vendor == "postgresql":
        found = _copied(table, codes, until)
    else:
        found = {
            name: _narrow(values, TABLES[table][name][1]) for name, values in rows_of(table, codes, 0, until).items()
        }
    if any((found[name] < 0).any() for name in codes if name in found):
        raise LookupError(f"a text of ledger_{table} is in no list")
    order = np.lexsort([found[name] for name in reversed(ORDER[table])])
    found = {name: values[order] for name, values in found.items()}
    if table == "activityfact":
        found["reversed"] = superseded(found)
    found["stands"] = found["reversed"] == LOST
    if table == "entry":
        found |= _paired(found)
    place = np.argsort(found["id"], kind="stable")
    return found | {"ids": found["id"][place], "places": place.astype("i4")}


def pack():
    """Pack the ledger as it is at its newest posting; returns that posting's number, or None where nothing is to be packed.

    Ledgers below ``settings.LEDGER_COLUMNS_FROM`` entries are counted by the database: theirs is taken away.
    """
    base = folder()
    if base is None:
        return None
    newest = newest_posting()
    if newest is None or not is_wide():
        shutil.rmtree(base, ignore_errors=True)
        return None
    until, stamp = newest
    codes = _codes()
    base.mkdir(parents=True, exist_ok=True)
    place = base / f"{until}-{time.time_ns()}"
    place.mkdir()
    for table in TABLES:
        for name, values in _arrays(table, codes, until).items():
            np.save(place / f"{table}-{name}.npy", values)
    about = {"version": VERSION, "posting": until, "stamp": stamp, "codes": {k: list(v) for k, v in codes.items()}}
    (place / "about.json").write_text(json.dumps(about))
    new = base / f".current-{place.name}"
    new.write_text(place.name)
    new.replace(base / "current")
    # Who still has the old one mapped keeps it: the system frees it with the last of them.
    for old in base.glob("*-*"):
        if old.is_dir() and old.name != place.name:
            shutil.rmtree(old, ignore_errors=True)
    return until


def newest_posting():
    """(number, moment as text) of the newest posting."""
    row = Posting.objects.order_by("-number").values_list("number", "posted_at").first()
    return row and (row[0], row[1].isoformat())
