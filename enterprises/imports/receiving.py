"""The verbs before and around the work itself: take a file in, match its columns, have it checked, confirmed, taken back."""

import tempfile

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from core import bulk, tables
from core.audit_trail import record
from core.exceptions import DomainError

from ..models import ImportBatch
from . import columns, kinds

State = ImportBatch.State


def receive(user, kind, upload, enterprise=None):
    """Take in a workbook (an uploaded file with a ``name``); returns the ImportBatch, its columns matched as far as headings tell.

    Only the rows are kept, as text. Raises DomainError ``table.*`` for a file that cannot be read, ``import.header`` and
    ``import.rows`` for one without header or rows.
    """
    fields = kinds.KINDS[kind].fields_for(enterprise)
    with bulk.uncollected(), tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as text:
        count, first = tables.keep(tables.read(upload, upload.name), text)
        if not count:
            raise DomainError("table.empty", _("文件里一行内容也没有，请看看是不是选错了文件。"))
        number, header = columns.find_header(fields, first)
        total = count - sum(each[0] <= number for each in first)
        if not total:
            raise DomainError("import.rows", _("文件里只有表头，没有内容行。请把要导入的内容填在表头下面再传。"))
        text.flush()
        text.buffer.seek(0)
        batch = ImportBatch(
            kind=kind,
            file_name=upload.name[-200:],
            enterprise=enterprise,
            uploaded_by=user,
            columns={"header": number, "fields": columns.match(fields, header)},
            counts={"total": total},
        )
        batch.file.save("rows.csv", File(text.buffer), save=False)
    with transaction.atomic():
        batch.save()
        record(user, "import.upload", batch, changes={"rows": [None, total]})
    return batch


def missing(batch):
    """Labels of the fields that must be matched and are not."""
    matched = batch.columns["fields"]
    return [
        str(field.label)
        for field in kinds.KINDS[batch.kind].fields_for(batch.enterprise)
        if field.required and field.name not in matched
    ]


@transaction.atomic
def check(batch_id, matched):
    """Begin the dry run with the columns as matched by a person: ``{field name: heading}``.

    Raises DomainError ``import.columns`` when a required field has no column or a column is used twice, ``import.state`` when
    the batch is past that.
    """
    batch = _locked(batch_id, State.UPLOADED, State.CHECKED, State.CHECKING, State.FAILED)
    batch.columns = batch.columns | {"fields": {name: text for name, text in matched.items() if text}}
    lacking = missing(batch)
    if lacking:
        raise DomainError(
            "import.columns", _("请选出这几项在文件里的哪一列：%(names)s。") % {"names": "、".join(lacking)}
        )
    used = list(batch.columns["fields"].values())
    twice = next((text for text in used if used.count(text) > 1), None)
    if twice:
        raise DomainError("import.columns", _("“%(name)s”这一列选了两次，请改掉一处。") % {"name": twice})
    batch.state = State.CHECKING
    batch.progress = 0
    batch.message = ""
    batch.save(update_fields=["columns", "state", "progress", "message"])
    _later("check", batch)
    return batch


@transaction.atomic
def confirm(batch_id):
    """Begin writing what the dry run showed; asked again, also of one whose worker died, it goes on with it.

    Raises DomainError ``import.state``, and ``import.nothing`` when there is nothing to write.
    """
    batch = _locked(batch_id, State.CHECKED, State.WRITING, State.FAILED)
    if not batch.counts.get("new") and not batch.counts.get("changed"):
        raise DomainError("import.nothing", _("没有要新增或更改的行，不用导入。"))
    batch.state = State.WRITING
    batch.progress = 0
    batch.message = ""
    batch.save(update_fields=["state", "progress", "message"])
    _later("write", batch)
    return batch


@transaction.atomic
def take_back(batch_id):
    """Begin undoing a batch that is done. Raises DomainError ``import.state``."""
    batch = _locked(batch_id, State.DONE, State.UNDOING)
    batch.state = State.UNDOING
    batch.progress = 0
    batch.message = ""
    batch.save(update_fields=["state", "progress", "message"])
    _later("undo", batch)
    return batch


def _locked(batch_id, *states):
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.state not in states:
        raise DomainError(
            "import.state",
            _("这一批现在是“%(state)s”，做不了这一步，请刷新页面看看。") % {"state": batch.get_state_display()},
        )
    return batch


def _later(name, batch):
    from .. import tasks

    getattr(tasks, f"{name}_import").delay_on_commit(batch.pk)
