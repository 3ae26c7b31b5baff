"""Taking a batch back, whole or not at all, while nothing depends on it and nobody has changed its rows since."""

from itertools import islice

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import bulk, clock
from core.audit_trail import record
from core.exceptions import DomainError

from ..models import Enterprise, ImportBatch, ImportChange
from . import progress
from .rows import scope_of
from .writing import one_at_a_time

CHUNK = 5_000
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
            _check_dependents(batch, model)
            _check_unchanged(batch, model, made=True)
            _delete(batch, model)
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


def _made(batch, model):
    """Keys of the rows this batch made, as a subquery."""
    rows = ImportChange.objects.filter(batch=batch, object_type=model._meta.model_name, before__isnull=True)
    return rows.values("object_id")


def _check_dependents(batch, model):
    """Anything of any app that points at a row this batch made: registrations, enrolments, entries, certificates …

    Asked of the models themselves, so that an app above needs not be known here. What the batch made itself is gone by now.
    """
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not relation.is_relation:
            continue
        pointing = relation.related_model
        if relation.many_to_many or pointing is Enterprise.pilots.through:
            continue
        name = relation.field.name
        count = pointing._base_manager.filter(**{f"{name}__in": _made(batch, model)}).count()
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
    changes = batch.changes.filter(object_type=model._meta.model_name, before__isnull=made)
    for piece in _pieces(changes.order_by("pk").values_list("object_id", "after")):
        names = sorted({name for _key, after in piece for name in after if name != "pilots"})
        rows = model._base_manager.filter(pk__in=[key for key, _after in piece]).values("pk", *names)
        now = {row["pk"]: row for row in rows}
        for key, after in piece:
            row = now.get(key)
            if row is None or any(_plain(row[name]) != value for name, value in after.items() if name != "pilots"):
                raise DomainError(
                    "import.changed",
                    _("导入以后有%(what)s又改过了（编号 %(key)s），撤销会丢掉后来的改动，所以没有撤销。请逐条改。")
                    % {"what": model._meta.verbose_name, "key": key},
                )


def _pieces(values):
    values = values.iterator(chunk_size=CHUNK)
    while piece := list(islice(values, CHUNK)):
        yield piece


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _delete(batch, model):
    if model is Enterprise:
        Enterprise.pilots.through.objects.filter(enterprise__in=_made(batch, model)).delete()
    rows = model._base_manager.filter(pk__in=_made(batch, model))
    # Nothing points at them: the collector would only load them all. A key still in use fails the transaction.
    rows._raw_delete(rows.db)


def _restore(batch, model):
    changes = batch.changes.filter(object_type=model._meta.model_name, before__isnull=False)
    groups = {}
    for key, before in changes.order_by("-pk").values_list("object_id", "before"):
        if "pilots" in before:
            model(pk=key).pilots.set(before.pop("pilots"))
        names = tuple(before)
        if names:
            values = [model._meta.get_field(name).to_python(before[name]) for name in names]
            groups.setdefault(names, []).append((key, *values))
    for names, rows in groups.items():
        bulk.update(model, [model._meta.get_field(name).name for name in names], rows)
