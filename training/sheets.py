"""The marked rows of a paper sign-in sheet, back from a workbook: looked at, confirmed, and the same file again changes nothing.

What a phone or the desk has recorded stands: where the paper says otherwise, the cell is refused and a human looks at both.
"""

import re
import tempfile
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, tables
from core.audit_trail import record
from core.big_sheets import write_sheet
from core.exceptions import DomainError
from core.text import normalise, normalise_name

from .check_in import enter_list
from .models import Attendance, Registration, Round, SheetImport
from .standing import when

MAX_ROWS = 1000
HEAD_ROWS = 10
KEPT_DAYS = 90
"""A list repeats names: after that long its lines are forgotten."""

A = Attendance.State
MARKS = {
    A.PRESENT: "√ ✓ ✔ v 到 签 签到 是 1",
    A.LATE: "迟 迟到",
    A.EARLY: "早 早退",
    A.LEAVE: "假 请假",
    A.ABSENT: "缺 缺席 缺勤 × x 否 0",
}
"""What people write into a cell -> what it means."""

_MEANING = {word: state for state, words in MARKS.items() for word in words.split()}
_LESSON = re.compile(r"第\s*(\d+)\s*课")
NEW, SAME, REFUSED = "new", "same", "refused"


def heading(session):
    """第 2 课 3月5日下午: how a session's column is called."""
    return _("第 %(n)s 课 %(when)s") % {"n": session.number, "when": when(session)}


def workbook(round_):
    """The bytes of the workbook to mark in: the list, one column a session."""
    sessions = list(round_.sessions.all())
    rows = Registration.objects.on_the_list().filter(round=round_).select_related("person", "enterprise")
    header = [_("报名号"), _("姓名"), _("单位"), _("手机尾号"), *map(heading, sessions)]
    lines = [
        [
            str(row.pk),
            row.person.name,
            row.enterprise.name if row.enterprise else "",
            (row.person.phone or "")[-4:],
            *[""] * len(sessions),
        ]
        for row in rows.order_by("sequence")
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        write_sheet(path, _("签到表"), header, lines, widths=[10, 12, 34, 10, *[22] * len(sessions)])
        return path.read_bytes()


def receive(round_id, upload, *, actor):
    """Take in a marked workbook (an uploaded file with a ``name``); returns the SheetImport, looked at.

    Raises DomainError ``table.*``, ``sheet.header`` (no column of a session, or none of names) and ``sheet.rows``.
    """
    lines = list(islice(tables.read(upload, upload.name), MAX_ROWS + HEAD_ROWS + 1))
    round_ = Round.objects.get(pk=round_id)
    sessions = {session.number: session for session in round_.sessions.all()}
    top, places, columns = _header(lines[:HEAD_ROWS], sessions)
    if len(lines) - top > MAX_ROWS:
        raise DomainError("sheet.rows", _("一张签到表最多 %(n)s 行，请分成几个文件。") % {"n": MAX_ROWS})
    rows = []
    for number, cells in lines[top:]:
        said = {name: normalise(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        marks = [[key, label, normalise(cells[place])] for place, key, label in columns if place < len(cells)]
        marks = [mark for mark in marks if mark[2]]
        if marks and any(said.values()):
            rows.append([number, said, marks])
    if not rows:
        raise DomainError("sheet.rows", _("课次那几列全是空的：请在到课的格子里打 √，迟到、早退、请假、缺席写一个字。"))
    batch = SheetImport.objects.create(
        round=round_, file_name=upload.name[-200:], rows=rows, uploaded_by=actor, uploaded_at=clock.now()
    )
    record(actor, "sheet.upload", batch, changes={"rows": [None, len(rows)]})
    return look(batch.pk)


NAMES = {"key": "报名号", "name": "姓名", "tail": "手机尾号"}


def _header(lines, sessions):
    """``(index of the first line below, {name: place}, [(place, session key, heading)])``."""
    for index, (_number, cells) in enumerate(lines):
        texts = [normalise(cell) for cell in cells]
        places = {name: texts.index(text) for name, text in NAMES.items() if text in texts}
        columns = []
        for place, text in enumerate(texts):
            found = _LESSON.search(text)
            if found and int(found[1]) in sessions:
                columns.append((place, sessions[int(found[1])].pk, text))
        if columns and ("key" in places or "name" in places):
            return index + 1, places, columns
    raise DomainError("sheet.header", _("没找到“姓名”（或“报名号”）和“第几课”的列，请下载这个班的空表，填好再传。"))


def look(batch_id):
    """What would happen to each cell now; writes nothing but that. Returns the SheetImport."""
    batch = SheetImport.objects.select_related("round").get(pk=batch_id)
    batch.outcome, _changes = _compare(batch)
    batch.save(update_fields=["outcome"])
    return batch


@transaction.atomic
def write(batch_id, *, actor):
    """Write the marks of a sheet into the register; asked again it is done already. Returns the SheetImport.

    Raises DomainError ``round.closed`` and ``sheet.nothing``.
    """
    # The round first, as everybody else does.
    Round.objects.select_for_update(of=("self",)).get(sheet_imports=batch_id)
    batch = SheetImport.objects.select_for_update(of=("self",)).select_related("round").get(pk=batch_id)
    if batch.state == SheetImport.State.DONE:
        return batch
    batch.outcome, changes = _compare(batch)
    if not changes:
        raise DomainError("sheet.nothing", _("没有可登记的：都已经登记过，或都退回了。请照退回的原因改好再传。"))
    sessions = {session.pk: session for session in batch.round.sessions.all()}
    for key, states in changes.items():
        enter_list(
            sessions[key], states, actor=actor, reason=_("纸质签到表：%(file)s") % {"file": batch.file_name[-80:]}
        )
    batch.state = SheetImport.State.DONE
    batch.save(update_fields=["outcome", "state"])
    record(actor, "sheet.write", batch, changes={"cells": [None, sum(map(len, changes.values()))]})
    return batch


def _compare(batch):
    """``([line, column, who, what, sentence] of each cell, {session key: {registration key: state}} of what is new)``."""
    listed = list(Registration.objects.on_the_list().filter(round=batch.round_id).select_related("person"))
    sessions = {session.pk: session for session in batch.round.sessions.all()}
    known = {}
    for row in Attendance.objects.filter(session__in=sessions):
        known[row.registration_id, row.session_id] = row
    outcome, changes, seen = [], {}, {}
    for number, said, marks in batch.rows:
        who, wrong = _who(said, listed)
        if who is not None and seen.setdefault(who.pk, number) != number:
            wrong = _("与第 %(n)s 行是同一个人，请删掉其中一行。") % {"n": seen[who.pk]}
        name = who.person.name if who else said.get("name") or said.get("key", "")
        for key, label, text in marks:
            session = sessions.get(key)
            state, why = (None, wrong) if wrong else _mark(text, session, who, known.get((who.pk, key)))
            what = REFUSED if why else NEW if state else SAME
            outcome.append([number, label, name, what, why or ""])
            if state:
                changes.setdefault(key, {})[who.pk] = state
    return outcome, changes


def said_by_paper(round_, listed):
    """What the marked workbooks of a round say, the newest first asked: ``({session key: {registration key: state}}, {session key:
    [names marked as there who are not on the list]})``. ``listed``: the Registrations on the list with their people."""
    states, strangers = {}, {}
    for rows in round_.sheet_imports.exclude(rows=[]).order_by("pk").values_list("rows", flat=True):
        for _number, said, marks in rows:
            who, _why = _who(said, listed)
            for key, _label, text in marks:
                state = A.MADE_UP if text.startswith("补") else _MEANING.get(text.lower())
                if who is not None and state:
                    states.setdefault(key, {})[who.pk] = state
                elif state in Attendance.COUNTED:
                    strangers.setdefault(key, set()).add(said.get("name") or said.get("key", ""))
    return states, {key: sorted(names) for key, names in strangers.items()}


def _who(said, listed):
    """``(registration, "")`` or ``(None, why not)``."""
    key, name, tail = said.get("key", ""), normalise_name(said.get("name", "")), said.get("tail", "")
    if key:
        found = [row for row in listed if str(row.pk) == key]
        if found and (not name or found[0].person.name == name):
            return found[0], ""
        if found:
            return None, _("报名号 %(key)s 是另一个人，请核对姓名，或把报名号这一格清空。") % {"key": key}
        return None, _("名单上没有报名号 %(key)s，请用这个班的空表，或先把人加上名单。") % {"key": key}
    found = [row for row in listed if row.person.name == name and (not tail or (row.person.phone or "")[-4:] == tail)]
    if len(found) == 1:
        return found[0], ""
    if found:
        return None, _("名单上不止一位同名，请写报名号或手机尾号。")
    return None, _("名单上没有这个人，请先到班里把人加上名单，再传一次。")


def _mark(text, session, who, now):
    """``(new state or None, why refused or "")``."""
    state = _MEANING.get(text.lower())
    if text.startswith("补"):
        return None, _("补签要另一位同事批，请在“请假和补签”里提交。")
    if state is None:
        return None, _("“%(text)s”看不懂：到课打 √，其余写 迟、早、假、缺。") % {"text": text[:10]}
    if session is None or session.starts_at > clock.now():
        return None, _("这一课还没上（或取消了），请把这一列清空。")
    if now is None or (now.method == Attendance.Method.PAPER and now.state != state):
        return state, ""
    if now.state == state or (state == A.PRESENT and now.state in Attendance.COUNTED):
        return None, ""
    if now.state not in Attendance.COUNTED and state in Attendance.COUNTED:
        return state, ""
    return None, _("系统里是“%(how)s %(was)s”，和表上不一样：请核对，确要改请手工登记并写原因。") % {
        "how": now.get_method_display(),
        "was": now.get_state_display(),
    }


def forget(before):
    """Forget the lines of sheets older than that moment; what became of them is in the register. Returns how many."""
    old = SheetImport.objects.filter(uploaded_at__lt=before).exclude(rows=[])
    return old.update(rows=[], outcome=[])
