"""Taking a batch back, whole or not at all, while nothing depends on it and nobody has changed its rows since."""

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import bulk, clock
from core.audit_trail import record
from core.exceptions import DomainError

from ..models import Enterprise, ImportBatch
from . import progress
from .rows import scope_of
from .writing import one_at_a_time

ORDER = ["membership", "assistanceneed", "assistancestep", "formeridentity", "assistance", "person", "enterprise"]
"""What points at others goes first: memberships and former names before people and enterprises."""


def undo(batch_id):
    """Take back what a batch wrote; returns the ImportBatch, UNDONE, or still DONE with the reason as its message."""
    try:
        return _undo(batch_id)
    except DomainError as error:
        return _refuse(batch_id, error.sentence)
    except IntegrityError:
        return _refuse(batch_id, _("撤销的时候有人正在用这批人员或企业，一行也没有动，请稍后再试。"))


def _refuse(batch_id, sentence):
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state == ImportBatch.State.UNDOING:
            batch.state = ImportBatch.State.DONE
            batch.message = sentence[:300]
            batch.save(update_fields=["state", "message"])
    progress.forget(batch_id)
    return batch


def _undo(batch_id):
    with transaction.atomic():
        one_at_a_time()
        batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
        if batch.state != ImportBatch.State.UNDOING:
            return batch
        scope_of(batch)
        names = list(batch.changes.order_by().values_list("object_type", flat=True).distinct())
        for name in sorted(names, key=ORDER.index):
            model = apps.get_model("enterprises", name)
            made = _made(batch, model)
            _check_dependents(model, made)
            _check_unchanged(batch, model, made=True)
            _delete(model, made)
            progress.report(batch.pk, 50)
        for name in names:
            model = apps.get_model("enterprises", name)
            _check_unchanged(batch, model, made=False)
            _restore(batch, model)
        batch.state = ImportBatch.State.UNDONE
        batch.message = ""
        batch.progress = 100
        batch.finished_at = clock.now()
        batch.save(update_fields=["state", "message", "progress", "finished_at"])
        record(batch.uploaded_by, "import.undo", batch, changes={"counts": [batch.counts, None]})
    progress.forget(batch_id)
    return batch


def _records(batch, model, *, made):
    """``(names, rows)`` of each record of the batch about a table."""
    records = batch.changes.filter(object_type=model._meta.model_name, made=made)
    return records.order_by("-pk").values_list("names", "rows").iterator(chunk_size=1)


def _made(batch, model):
    """Keys of the rows this batch made, some thousands at a time."""
    return [[row[0] for row in rows] for _names, rows in _records(batch, model, made=True)]


def _check_dependents(model, made):
    """Anything of any app that points at a row this batch made: registrations, enrolments, entries, certificates …

    Asked of the models themselves, so that an app above needs not be known here. What the batch made itself is gone by now.
    """
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not relation.is_relation:
            continue
        pointing = relation.related_model
        if relation.many_to_many or pointing is Enterprise.pilots.through:
            continue
        rows = pointing._base_manager
        count = sum(rows.filter(**{f"{relation.field.name}__pk__among": keys}).count() for keys in made)
        if count:
            raise DomainError(
                "import.used",
                _(
                    "这批%(what)s已经有 %(n)s 条“%(who)s”记录在用，不能撤销。请在那里逐条处理，或把有错的行改好再导入一次。"
                )
                % {"what": model._meta.verbose_name, "n": count, "who": pointing._meta.verbose_name},
                count=count,
            )


def _check_unchanged(batch, model, *, made):
    for names, rows in _records(batch, model, made=made):
        columns = [name for name in names if name != "pilots"]
        found = model._base_manager.filter(pk__among=[row[0] for row in rows]).values("pk", *columns)
        now = {row["pk"]: row for row in found}
        for row in rows:
            here, after = now.get(row[0]), dict(zip(names, row[1:] if made else row[2], strict=True))
            if here is None or any(_plain(here[name]) != after[name] for name in columns):
                raise DomainError(
                    "import.changed",
                    _("导入以后有%(what)s又改过了（编号 %(key)s），撤销会丢掉后来的改动，所以没有撤销。请逐条改。")
                    % {"what": model._meta.verbose_name, "key": row[0]},
                )


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _delete(model, made):
    for keys in made:
        if model is Enterprise:
            Enterprise.pilots.through.objects.filter(enterprise__pk__among=keys).delete()
        rows = model._base_manager.filter(pk__among=keys)
        # Nothing points at them: the collector would only load them all. A key still in use fails the transaction.
        rows._raw_delete(rows.db)


def _restore(batch, model):
    for names, rows in _records(batch, model, made=False):
        old = [(key, dict(zip(names, before, strict=True))) for key, before, _after in rows]
        if "pilots" in names:
            for key, values in old:
                model(pk=key).pilots.set(values["pilots"])
        fields = {name: model._meta.get_field(name) for name in names if name != "pilots"}
        if fields:
            values = [(key, *(field.to_python(each[name]) for name, field in fields.items())) for key, each in old]
            bulk.update(model, [field.name for field in fields.values()], values)
