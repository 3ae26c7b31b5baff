"""Going through the rows of a batch: read, cleaned, compared, a few thousand at a time, so that memory does not grow."""

import io
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from core import bulk, tables
from core.exceptions import DomainError

from ..models import Role
from ..policies import rights_of
from . import kinds

CHUNK = 4_000
"""Rows compared with the database by one set of queries."""

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"


@dataclass(slots=True)
class Row:
    """One row of the file. ``errors`` are (heading or label, sentence); ``todo`` is what the kind wants written."""

    number: int
    cells: list
    values: dict
    errors: list
    outcome: str = ""
    todo: object = None

    def refuse(self, column, sentence):
        """Take the row out of the import, with the reason and the mend in one sentence."""
        self.errors.append((str(column), str(sentence)))
        self.outcome = REFUSED


@dataclass(frozen=True)
class Scope:
    """What the person who sent the file may write: the whole city, some districts, or one enterprise."""

    user: object
    city: bool
    districts: frozenset
    enterprise: object = None

    def covers(self, enterprise_id, district_id):
        """Whether an enterprise is in it."""
        if self.enterprise is not None:
            return enterprise_id == self.enterprise.pk
        return self.city or district_id in self.districts


def scope_of(batch):
    """The Scope of a batch by the rights its sender has now. Raises DomainError ``import.rights`` when they have lost them."""
    rights = rights_of(batch.uploaded_by)
    city = Role.CITY_ADMIN in rights.roles
    enterprise = batch.enterprise
    if enterprise is not None:
        allowed = city or enterprise.district_id in rights.districts or enterprise.pk in rights.enterprises
    else:
        allowed = city or bool(rights.districts)
    if not allowed:
        raise DomainError("import.rights", _("上传的人现在没有导入的权限，请由有权限的人重新上传。"))
    return Scope(batch.uploaded_by, city, rights.districts, enterprise)


@dataclass
class Seen:
    """What earlier rows of the same file said: ``keys`` maps what must be unique to its row number; kinds keep caches in ``known``."""

    keys: dict = field(default_factory=dict)
    known: dict = field(default_factory=dict)
    notes: Counter = field(default_factory=Counter)


def header_of(batch):
    """The headings of the file."""
    with _text(batch) as text:
        for number, cells in tables.kept(text):
            if number == batch.columns["header"]:
                return cells
    raise DomainError("import.header", _("文件里找不到表头了，请重新上传。"))


def _text(batch):
    file = batch.file.open("rb").file
    # The bare file beneath Django's, which is asked at every line whether it is closed.
    return io.TextIOWrapper(getattr(file, "file", file), encoding="utf-8", newline="")


def chunks(batch, scope, seen):
    """Lists of Row with values read and compared; a row with ``errors`` is refused. Everything set-based: no query per row."""
    kind = kinds.KINDS[batch.kind]
    with _text(batch) as text, closing(bulk.ahead(_read_rows(batch, kind, scope, seen, text))) as pieces:
        for rows in pieces:
            kind.compare([row for row in rows if not row.errors], scope, seen)
            yield rows


def _read_rows(batch, kind, scope, seen, text):
    """Lists of Row with values read, nothing asked of the database."""
    header_row = batch.columns["header"]
    source = ((number, cells) for number, cells in tables.kept(text) if number >= header_row)
    _number, header = next(source)
    readers = _readers(kind, header, batch.columns["fields"], scope.enterprise)
    example = _example(readers)
    while piece := list(islice(source, CHUNK)):
        rows = [Row(number, cells, {}, []) for number, cells in piece if not example(cells)]
        for reader in readers:
            _read(rows, reader, seen)
        yield rows


def _readers(kind, header, matched, enterprise):
    """[(field, place in the row, heading, memory)] for the matched fields."""
    place_of = {text: place for place, text in reversed(list(enumerate(header))) if text}
    return [
        (field, place_of[matched[field.name]], matched[field.name], {})
        for field in kind.fields_for(enterprise)
        if matched.get(field.name) in place_of
    ]


MEMORY = 20_000
"""Different texts of one column that are remembered with what they mean; a district or a layer is read once."""


def _read(rows, reader, seen):
    """Read one column of a chunk."""
    each, place, heading, memory = reader
    name = each.name
    for row in rows:
        text = row.cells[place] if place < len(row.cells) else ""
        if not text:
            if each.required:
                row.refuse(heading, _("这一格是空的，请填上%(label)s。") % {"label": each.label})
            continue
        known = memory.get(text)
        if known is None:
            known = _understood(each, text)
            if len(memory) < MEMORY:
                memory[text] = known
        value, sentence, note = known
        if sentence is None:
            row.values[name] = value
            if note:
                seen.notes[note] += 1
        else:
            row.refuse(heading, sentence)


def _understood(each, text):
    """``(value, None, note)`` of a cell, or ``(None, what is wrong with it, None)``."""
    try:
        return each.read(text), None, each.note and each.note(text)
    except DomainError as error:
        return None, error.sentence, None


def _example(readers):
    """Whether the cells of a row are the grey example of our own template, left in."""
    wanted = [(place, field.example) for field, place, _heading, _memory in readers if field.example]
    if not wanted:
        return lambda cells: False
    first, text = wanted[0]

    def is_example(cells):
        return (
            first < len(cells)
            and cells[first] == text
            and all(place < len(cells) and cells[place] == example for place, example in wanted)
        )

    return is_example
