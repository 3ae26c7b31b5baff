"""A file of questions into the bank: taken in, compared with what is there, and written in one transaction."""

import hashlib
from collections import Counter
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from . import pictures
from .bank import FACTS, WORDING
from .exchange import gift_reading, moodle_reading, sheet_reading
from .models import BankImport, Picture, Question, QuestionRevision

NEW, REWORDED, MOVED, SAME, REFUSED = "new", "reworded", "moved", "same", "refused"

FILE_DAYS = 90
"""How long a file is kept after it came."""

_LABELS = {
    "kind": gettext_lazy("题型"),
    "stem": gettext_lazy("题干"),
    "options": gettext_lazy("选项"),
    "answer": gettext_lazy("答案"),
    "explanation": gettext_lazy("解析"),
    "picture_alt": gettext_lazy("题图的文字说明"),
}

_ENDINGS = {"xlsx": "sheet", "csv": "sheet", "tsv": "sheet", "gift": "gift", "xml": "moodle"}


def receive(user, upload, topic="", *, approve=False):
    """Take in an uploaded file; returns the BankImport. Nothing is written into the bank yet.

    The format is told from the ending, of a ``.txt`` from its content. Raises DomainError ``table.*`` or ``exchange.*`` for a
    file that cannot be read at all.
    """
    content = upload.read()
    format_ = _format(upload.name, content)
    _parse(format_, content, upload.name, topic)
    batch = BankImport(format=format_, file_name=upload.name[-200:], topic=topic, approve=approve, uploaded_by=user)
    batch.file.save("questions", ContentFile(content), save=False)
    with transaction.atomic():
        batch.save()
        record(user, "question.upload", batch, changes={"file": ["", batch.file_name]})
    return batch


def _format(name, content):
    ending = name.rsplit(".", 1)[-1].lower()
    if ending == "txt":
        return "moodle" if content.lstrip()[:1] == b"<" else "gift"
    if ending not in _ENDINGS:
        raise DomainError(
            "exchange.kind", _("只认 xlsx、csv、GIFT（.gift、.txt）和 Moodle XML（.xml）。请另存成其中一种再传。")
        )
    return _ENDINGS[ending]


def _parse(format_, content, name, topic):
    """(headings or None, rows)."""
    if format_ == "sheet":
        return sheet_reading.read(BytesIO(content), name, topic)
    reading = gift_reading if format_ == "gift" else moodle_reading
    return None, reading.read(content, topic)


def read(batch):
    """(headings of a workbook or None, rows compared with the bank as it is now). Each row gets ``outcome``; writes nothing.

    Raises DomainError ``exchange.forgotten`` when the file is not kept any more.
    """
    header, rows = _rows(batch)
    compare(rows, keeps_pictures=batch.format != BankImport.Format.MOODLE)
    return header, rows


def _rows(batch):
    if not batch.file:
        raise DomainError("exchange.forgotten", _("这个文件已经过了保存期。要再看，请重新上传。"))
    with batch.file.open("rb") as file:
        return _parse(batch.format, file.read(), batch.file_name, batch.topic)


def compare(rows, *, keeps_pictures):
    """Set ``outcome`` and ``question`` of each row by what the bank holds, ``picture`` to (hash, bytes to keep or None).

    ``keeps_pictures``: the format has none, so that a question there keeps its own. Three queries, however many rows.
    """
    first = {}
    for row in rows:
        if row.item is None:
            continue
        key = row.item["key"]
        if key in first:
            row.refuse(
                _("题号"),
                _("和第 %(n)s 行是同一道题（题号 %(key)s）。请删掉一行，或换一个题号。")
                % {"n": first[key].number, "key": key},
            )
        else:
            first[key] = row
    _look_at_pictures(first.values())
    revisions = QuestionRevision.objects.current().select_related("question", "picture")
    last = {revision.question.key: revision for revision in revisions.filter(question__key__in=first)}
    new = {row.item["stem"] for row in first.values() if row.item and row.item["key"] not in last}
    twins = dict(revisions.filter(stem__in=new).values_list("stem", "question__key"))
    for row in rows:
        if row.item is None:
            row.outcome = REFUSED
            continue
        revision = last.get(row.item["key"])
        if revision is None:
            row.outcome = NEW
            if row.item["stem"] in twins:
                row.note(_("题库里有一道题干一样的：%(key)s。") % {"key": twins[row.item["stem"]]})
            continue
        row.question = revision.question
        if keeps_pictures and row.image is None:
            row.picture = (revision.picture.sha256, None) if revision.picture else None
            row.item["picture_alt"] = revision.picture_alt
        changed = _changed(row, revision)
        if changed:
            row.outcome = REWORDED
            row.note(_("会改：%(what)s。") % {"what": "、".join(changed)})
        else:
            moved = any(getattr(revision.question, name) != row.item[name] for name in FACTS)
            row.outcome = MOVED if moved else SAME


def _changed(row, revision):
    """What of the wording differs, in words."""
    changed = [str(_LABELS[name]) for name, value in _words(row).items() if getattr(revision, name) != value]
    have = revision.picture.sha256 if revision.picture else None
    want = row.picture[0] if row.picture else None
    return changed if have == want else [*changed, _("题图")]


def _words(row):
    words = {name: row.item[name] for name in WORDING if name not in ("picture_id", "picture_alt")}
    return words | {"picture_alt": row.item.get("picture_alt", "") if row.picture else ""}


def _look_at_pictures(rows):
    """``picture`` of the rows that bring one: ours already as it is (one of our drawings among them), else re-encoded; a row
    whose picture cannot be kept is refused."""
    rows = [row for row in rows if row.image]
    raw = {hashlib.sha256(row.image.content).hexdigest(): row for row in rows}
    known = set(Picture.objects.filter(sha256__in=raw).values_list("sha256", flat=True)) if raw else set()
    for row in rows:
        digest = hashlib.sha256(row.image.content).hexdigest()
        if digest in known:
            row.picture = (digest, None)
            continue
        try:
            content = pictures.encoded(row.image.content)
        except DomainError as error:
            row.refuse(_("图片"), error.sentence)
            continue
        row.picture = (hashlib.sha256(content).hexdigest(), content)
        if not row.item.get("picture_alt"):
            row.note(_("题图没有文字说明，导入以后是草稿，请补上说明再改成可用。"))


def write(batch_id, user):
    """Write what was confirmed; returns the BankImport. Confirming again, or twice at once, is confirming once.

    Good rows are written, all in one transaction; refused ones are left out. Raises DomainError ``exchange.forgotten``, or
    ``exchange.busy`` when the same questions were being entered at the same moment (then nothing was written).
    """
    try:
        with transaction.atomic():
            return _write(batch_id, user)
    except IntegrityError:
        raise DomainError(
            "exchange.busy", _("同时有人在录同样的题，没有写入任何一道。请看一眼题库，再确认一次。")
        ) from None


def _write(batch_id, user):
    batch = BankImport.objects.select_for_update().get(pk=batch_id)
    if batch.written_at:
        return batch
    _header, rows = _rows(batch)
    keys = [row.item["key"] for row in rows if row.item]
    list(Question.objects.select_for_update().filter(key__in=keys).order_by("pk").values_list("pk"))
    compare(rows, keeps_pictures=batch.format != BankImport.Format.MOODLE)
    fresh = [row for row in rows if row.outcome == NEW]
    for row in fresh:
        ready = batch.approve and not (row.picture and not row.item.get("picture_alt"))
        status = Question.Status.APPROVED if ready else Question.Status.DRAFT
        row.question = Question(key=row.item["key"], status=status, **{name: row.item[name] for name in FACTS})
    Question.objects.bulk_create([row.question for row in fresh])
    made = {question.key: question for question in Question.objects.filter(key__in=[row.item["key"] for row in fresh])}
    reworded = [row for row in rows if row.outcome in (NEW, REWORDED)]
    numbers = dict(
        QuestionRevision.objects.current()
        .filter(question__in=[row.question.pk for row in reworded if row.outcome == REWORDED])
        .values_list("question", "number")
    )
    revisions = []
    for row in reworded:
        question = made.get(row.item["key"]) or row.question
        number = numbers.get(question.pk, 0) + 1
        revisions.append(
            QuestionRevision(question=question, number=number, author=user, picture_id=_picture_key(row), **_words(row))
        )
    QuestionRevision.objects.bulk_create(revisions)
    moved = [row for row in rows if row.outcome in (MOVED, REWORDED)]
    for row in moved:
        for name in FACTS:
            setattr(row.question, name, row.item[name])
    Question.objects.bulk_update([row.question for row in moved], FACTS)
    batch.counts = count(rows)
    batch.written_at = clock.now()
    batch.save(update_fields=["counts", "written_at"])
    record(user, "question.import", batch, changes={"counts": [None, batch.counts]})
    return batch


def _picture_key(row):
    if row.picture is None:
        return None
    digest, content = row.picture
    if content is None:
        return Picture.objects.get(sha256=digest).pk
    return pictures.keep(content).pk


def count(rows):
    """{outcome: how many}, every outcome named."""
    found = Counter(row.outcome for row in rows)
    return {name: found[name] for name in (NEW, REWORDED, MOVED, SAME, REFUSED)}


def forget_files(before):
    """Delete the files that came before a moment; what they brought stays. Returns how many."""
    old = list(BankImport.objects.filter(uploaded_at__lt=before).exclude(file=""))
    for batch in old:
        batch.file.delete(save=False)
        batch.file = ""
        batch.save(update_fields=["file"])
    return len(old)
