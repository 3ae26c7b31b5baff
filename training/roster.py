"""Filling a round from a workbook: looked at, confirmed in one transaction, taken back as a whole.

The look is the writing itself, rolled back: what it says of a line is what would happen to it.
"""

from collections import Counter
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, tables
from core.audit_trail import record
from core.exceptions import DomainError
from core.text import mask_phone
from enterprises.imports import columns
from enterprises.imports.places import CODE
from enterprises.imports.staff import FIELDS
from enterprises.models import Enterprise, Membership, Person
from enterprises.services import list_person

from . import registration
from .models import Registration, RosterImport, Round

MAX_ROWS = 500
"""Lines of one workbook. More people than that are no round."""

HEAD_ROWS = 10
"""Among the first lines the headings are looked for."""

KEPT_DAYS = 90
"""A list repeats names and numbers: after that long its lines are forgotten."""

State = RosterImport.State
REFUSED, SAME = "refused", "same"


def receive(round_id, upload, *, actor):
    """Take in a workbook (an uploaded file with a ``name``); returns the RosterImport, looked at when its columns are known.

    Raises DomainError ``table.*`` for a file that cannot be read, ``import.header``, ``import.rows``, and ``roster.long``.
    """
    lines = list(islice(tables.read(upload, upload.name), MAX_ROWS + HEAD_ROWS + 1))
    if not lines:
        raise DomainError("table.empty", _("文件里一行内容也没有，请看看是不是选错了文件。"))
    number, header = columns.find_header(FIELDS, lines[:HEAD_ROWS])
    rows = [[line, cells] for line, cells in lines if line > number]
    if not rows:
        raise DomainError("import.rows", _("文件里只有表头，没有内容行。请把要导入的内容填在表头下面再传。"))
    if len(rows) > MAX_ROWS:
        raise DomainError("roster.long", _("一个班的名单最多 %(n)s 行，请分成几个文件。") % {"n": MAX_ROWS})
    batch = RosterImport.objects.create(
        round_id=round_id,
        file_name=upload.name[-200:],
        header=header,
        rows=rows,
        matched=columns.match(FIELDS, header),
        uploaded_by=actor,
        uploaded_at=clock.now(),
    )
    record(actor, "roster.upload", batch, changes={"rows": [None, len(rows)]})
    if not missing(batch):
        look(batch.pk)
    return RosterImport.objects.get(pk=batch.pk)


def missing(batch):
    """Labels of the columns that are needed and not matched."""
    return [str(field.label) for field in FIELDS if field.required and not batch.matched.get(field.name)]


def rematch(batch_id, matched, *, actor):
    """The columns as a person chose them (``{field name: heading}``), and another look. Raises DomainError ``roster.state``."""
    with transaction.atomic():
        batch = _locked(batch_id, State.CHECKED)
        batch.matched = {name: text for name, text in matched.items() if text in batch.header}
        batch.outcome = []
        batch.save(update_fields=["matched", "outcome"])
    if not missing(batch):
        look(batch_id)
    return RosterImport.objects.get(pk=batch_id)


def look(batch_id):
    """What would happen to each line now; writes nothing but that."""
    batch = RosterImport.objects.select_related("uploaded_by").get(pk=batch_id)
    try:
        with transaction.atomic():
            outcome = _enter(batch, batch.uploaded_by)
            transaction.set_rollback(True)
    except DomainError as refused:
        outcome = [[line, REFUSED, refused.sentence, None] for line, _cells in batch.rows]
    # What was rolled back has no rows to point at.
    batch.outcome = [[line, what, sentence, None] for line, what, sentence, _key in outcome]
    batch.save(update_fields=["outcome"])


@transaction.atomic
def write(batch_id, *, actor):
    """Put the people of a workbook on the list. Asked again it is done already. Returns the RosterImport.

    Raises DomainError ``round.not_open``, ``roster.nothing`` and ``roster.state`` (taken back before).
    """
    # The round first, as everybody else does.
    Round.objects.select_for_update().get(roster_imports=batch_id)
    batch = _locked(batch_id, State.CHECKED, State.DONE)
    if batch.state == State.DONE:
        return batch
    batch.outcome = _enter(batch, actor)
    if not any(key for _line, what, _sentence, key in batch.outcome if what != SAME):
        raise DomainError("roster.nothing", _("没有一行能上名单，请照退回的原因改好再传。"))
    batch.state = State.DONE
    batch.save(update_fields=["outcome", "state"])
    record(actor, "roster.write", batch, changes={"counts": [None, dict(counts(batch))]})
    return batch


@transaction.atomic
def take_back(batch_id, *, actor):
    """Cancel the registrations a workbook made, but those who have been signed in. Returns how many were cancelled.

    Raises DomainError ``round.closed`` and ``roster.state``.
    """
    Round.objects.select_for_update().get(roster_imports=batch_id)
    batch = _locked(batch_id, State.DONE)
    made = [key for _line, what, _sentence, key in batch.outcome if key and what != SAME]
    rows = Registration.objects.live().filter(pk__in=made, frozen_at=None).order_by("-sequence")
    for row in rows:
        registration.cancel(row.pk, actor=actor, reason=_("撤销名单导入"))
    batch.state = State.UNDONE
    batch.save(update_fields=["state"])
    record(actor, "roster.undo", batch, changes={"registrations": [len(made), len(made) - len(rows)]})
    return len(rows)


def counts(batch):
    """Counter of what happened, or would happen, to the lines: registered, waiting, same, refused."""
    return Counter(what for _line, what, _sentence, _key in batch.outcome)


def refused_rows(batch):
    """[(sentence, cells)] of the lines that were refused, in their order."""
    cells = dict(map(tuple, batch.rows))
    return [(sentence, cells[line]) for line, what, sentence, _key in batch.outcome if what == REFUSED]


def forget(before):
    """Forget the lines of workbooks older than that moment; what became of them is in the registrations. Returns how many."""
    old = RosterImport.objects.filter(uploaded_at__lt=before).exclude(rows=[])
    return old.update(rows=[], outcome=[])


def _locked(batch_id, *states):
    batch = RosterImport.objects.select_for_update().get(pk=batch_id)
    if batch.state not in states:
        raise DomainError(
            "roster.state", _("这份名单现在是“%(state)s”，做不了这一步。") % {"state": batch.get_state_display()}
        )
    return batch


def _enter(batch, actor):
    """Register every good line in the order of the file; returns the outcome."""
    outcome, members = {}, {}
    seen = {}
    readers = [
        (field, batch.header.index(batch.matched[field.name])) for field in FIELDS if batch.matched.get(field.name)
    ]
    codes = _enterprises(batch, readers)
    for line, cells in batch.rows:
        if _is_example(cells, readers):
            continue
        try:
            values = _values(cells, readers)
            with transaction.atomic():
                member = _member(values, codes, actor)
            before = seen.setdefault(member.person_id, line)
            if before != line:
                raise DomainError("roster.twice", _("与第 %(n)s 行是同一个人，请删掉其中一行。") % {"n": before})
            members[line] = member
        except DomainError as refused:
            outcome[line] = [line, REFUSED, refused.sentence, None]
    before = dict(Registration.objects.live().filter(round=batch.round_id).values_list("person", "pk"))
    rows = registration.register_many(batch.round_id, list(members.values()), actor=actor, by_staff=True)
    for line, row in zip(members, rows, strict=True):
        if isinstance(row, DomainError):
            outcome[line] = [line, REFUSED, row.sentence, None]
        elif row.person_id in before:
            outcome[line] = [line, SAME, _("已经在名单上"), row.pk]
        else:
            outcome[line] = [line, row.state, row.get_state_display(), row.pk]
    return [outcome[line] for line, _cells in batch.rows if line in outcome]


def _is_example(cells, readers):
    wanted = [(place, field.example) for field, place in readers if field.example]
    return bool(wanted) and all(place < len(cells) and cells[place] == text for place, text in wanted)


def _values(cells, readers):
    """The values of one line. Raises DomainError naming the column."""
    values = {}
    for field, place in readers:
        text = cells[place] if place < len(cells) else ""
        if text:
            try:
                values[field.name] = field.read(text)
            except DomainError as refused:
                raise DomainError(refused.code, f"{field.label}：{refused.sentence}") from None
        elif field.required:
            raise DomainError("roster.empty", _("%(label)s这一格是空的，请填上。") % {"label": field.label})
    return values


def _enterprises(batch, readers):
    """{credit code: Enterprise} of the whole file. One query."""
    place = next((place for field, place in readers if field is CODE), None)
    codes = set()
    for _line, cells in batch.rows:
        if place is not None and place < len(cells) and cells[place]:
            try:
                codes.add(CODE.read(cells[place])[0])
            except DomainError:
                continue
    return {firm.code: firm for firm in Enterprise.objects.filter(code__in=codes, merged_into=None)}


def _member(values, codes, actor):
    """The membership a line is about. Who is on the enterprise's list already stays as written there."""
    code, wrong = values["code"]
    firm = codes.get(code)
    if firm is None:
        raise DomainError("code.unknown", wrong or _("没有登记过这家企业，请先请企业报到，或由管理员登记。"))
    number, name = values.get("phone"), values["name"]
    if number:
        person = Person.objects.select_related("merged_into").filter(phone=number).first()
        person = person and person.itself
        if person is not None and person.name != name:
            raise DomainError(
                "phone.taken",
                _("%(phone)s 已登记为另一位姓名不同的人，请核对姓名或手机号。") % {"phone": mask_phone(number)},
            )
        known = person and Membership.objects.open().filter(person=person, enterprise=firm).first()
        if known and known.confirmed_at:
            known.person, known.enterprise = person, firm
            return known
    fields = {key: values[key] for key in ("layer", "department", "post", "tags") if key in values}
    return list_person(name=name, phone=number or "", membership=fields | {"enterprise": firm}, actor=actor)
