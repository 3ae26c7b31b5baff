"""Many certificates as one file: asked for by who may see them, made by a worker, one bad record reported and the rest delivered."""

import hashlib
import logging
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.spreadsheets import Column, write_workbook

from . import numbers, rendering
from .models import Batch, Certificate

logger = logging.getLogger(__name__)

MOST = 5000
"""Certificates in one file."""
CHUNK = 100
SAY_EVERY = 10
"""After so many the progress is written down."""
SILENT = timedelta(minutes=3)
"""A worker that said nothing for so long is gone: another begins anew. What it had rendered is stored and not made again."""
KEPT_DAYS = 7
ENDINGS = {Batch.Kind.ZIP: "zip", Batch.Kind.SHEETS: "pdf", Batch.Kind.REGISTER: "xlsx"}


@transaction.atomic
def ask(rows, kind, *, title, actor):
    """Have the certificates ``rows`` (a queryset the actor may see) made into one file, in the order of their numbers; the Batch.

    Raises DomainError ``batch.empty`` and ``batch.long``.
    """
    from . import tasks

    keys = list(rows.order_by("number", "version").values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise DomainError("batch.empty", _("没有可以打包的证明，请换个条件。"))
    if len(keys) > MOST:
        raise DomainError("batch.long", _("一次最多 %(n)s 张，请按年份或期次分开打包。") % {"n": MOST})
    batch = Batch.objects.create(kind=kind, title=title[:120], keys=keys, asked_by=actor)
    record(actor, "certificate.batch", batch, changes={"kind": [None, kind], "certificates": [None, len(keys)]})
    tasks.make_batch.delay_on_commit(batch.pk)
    return batch


def make(batch_id):
    """Make the file of a batch; True when this call made it. One worker at a time; done already, nothing happens."""
    now = clock.now()
    waiting = Batch.objects.filter(pk=batch_id, state=Batch.State.WAITING)
    gone = Batch.objects.filter(pk=batch_id, state=Batch.State.MAKING, touched_at__lt=now - SILENT)
    begun = {"state": Batch.State.MAKING, "touched_at": now, "done": 0, "faults": []}
    if not (waiting.update(**begun) or gone.update(**begun)):
        return False
    batch = Batch.objects.get(pk=batch_id)
    progress = _Progress(batch)
    ending = ENDINGS[batch.kind]
    try:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / f"batch.{ending}"
            MAKERS[batch.kind](batch, target, progress)
            with target.open("rb") as content:
                # The name cannot be guessed: the file holds names of people.
                name = batch.file.storage.save(f"certificate-batches/{numbers.new_token()}.{ending}", File(content))
    except Exception:
        Batch.objects.filter(pk=batch_id).update(state=Batch.State.FAILED)
        logger.exception("certificate batch %s failed", batch_id)
        raise
    progress.say(state=Batch.State.READY, file=name)
    return True


def resume():
    """Make what waits and what a lost worker left; returns how many were made. Beat, every few minutes."""
    now = clock.now()
    waiting = Batch.objects.filter(state=Batch.State.WAITING, asked_at__lt=now - SILENT)
    gone = Batch.objects.filter(state=Batch.State.MAKING, touched_at__lt=now - SILENT)
    return sum(make(pk) for pk in [*waiting.values_list("pk", flat=True), *gone.values_list("pk", flat=True)])


def forget(before):
    """Delete the files and rows of batches older than that moment; returns how many."""
    rows = list(Batch.objects.filter(asked_at__lt=before))
    for batch in rows:
        if batch.file:
            batch.file.storage.delete(batch.file.name)
        batch.delete()
    return len(rows)


class _Progress:
    """How far a batch is, written down now and then."""

    def __init__(self, batch):
        self.batch, self.done, self.faults = batch, 0, []

    def one(self, row, sentence=""):
        self.done += 1
        if sentence:
            self.faults.append([row.number, sentence])
        if self.done % SAY_EVERY == 0:
            self.say()

    def say(self, **fields):
        Batch.objects.filter(pk=self.batch.pk).update(
            done=self.done, faults=self.faults, touched_at=clock.now(), **fields
        )


def _rows(batch):
    """The certificates in their order, a hundred at a time."""
    for at in range(0, len(batch.keys), CHUNK):
        keys = batch.keys[at : at + CHUNK]
        found = Certificate.objects.with_status().select_related("template", "seal").in_bulk(keys)
        yield from (found[key] for key in keys if key in found)


def file_name(row):
    """培训合格证明_王小二_TJXW-….pdf, without what a file system refuses."""
    text = f"{row.words['title']}_{row.words['name']}_{row.number}"
    return "".join("_" if sign in '\\/:*?"<>|' else sign for sign in text) + ".pdf"


def stored(row):
    """The bytes of the stored PDF, made now when it still waits. Raises DomainError for what cannot be handed out."""
    if row.erased_at:
        raise DomainError("certificate.erased", _("个人信息已按要求删除"))
    if not row.rendered_at:
        row = rendering.render(row.pk)
    try:
        with row.pdf.open("rb") as file:
            content = file.read()
    except (OSError, ValueError):
        raise DomainError("certificate.lost", _("文件找不到了，请到这张证明的页面重做")) from None
    if hashlib.sha256(content).hexdigest() != row.pdf_sha256:
        raise DomainError("certificate.changed", _("文件被改过，请报告管理员"))
    return content


def _zip(batch, target, progress):
    # PDFs are compressed already.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for row in _rows(batch):
            try:
                content = stored(row)
            except DomainError as error:
                progress.one(row, str(error.sentence))
            else:
                archive.writestr(file_name(row), content)
                progress.one(row)
        if progress.faults:
            lines = [f"{number}\t{sentence}" for number, sentence in progress.faults]
            archive.writestr(_("没放进去的.txt"), "\r\n".join(lines))


def _sheets(batch, target, progress):
    from . import printing  # and with it the PDF library

    def done(row, error):
        progress.one(row, str(error.sentence) if error else "")

    def living():
        for row in _rows(batch):
            if row.erased_at:
                progress.one(row, _("个人信息已按要求删除"))
            else:
                yield row

    if not printing.bind(living(), str(target), title=batch.title, done=done):
        raise DomainError("batch.nothing", _("没有一张印得出来，请看每张的原因。"))


def _register(batch, target, progress):
    columns = [
        Column(_("序号"), 6, "number"),
        Column(_("证书编号"), 30),
        Column(_("姓名"), 12),
        Column(_("所在单位"), 28),
        Column(_("培训项目"), 30),
        Column(_("学时"), 10),
        Column(_("考核结果"), 14),
        Column(_("发证日期"), 14),
        Column(_("有效期至"), 14),
        Column(_("状态"), 8),
        Column(_("领证人签字"), 14),
        Column(_("领证日期"), 12),
    ]

    def lines():
        for number, row in enumerate(_rows(batch), 1):
            words = row.words
            yield [
                number,
                row.number,
                words["name"],
                words["enterprise"],
                words["course_title"],
                words["class_hours"].partition(" ")[0],
                words["result"],
                words["issued_on"],
                words["valid_until"].partition("（")[0],
                str(row.status.label),
                "",
                "",
            ]
            progress.one(row)

    write_workbook(str(target), _("发证登记表"), columns, lines())


MAKERS = {Batch.Kind.ZIP: _zip, Batch.Kind.SHEETS: _sheets, Batch.Kind.REGISTER: _register}
