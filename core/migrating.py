"""Operations of migrations that Django does not bring, and how they are run in half the time."""

import copy
import inspect
from contextlib import contextmanager
from functools import cache

from django.apps import apps
from django.apps.registry import Apps
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.models import Field
from django.utils.functional import cached_property


@contextmanager
def drawing_quickly():
    """Inside, Django draws the models of a migration's state in half the time, and the same ones. For ``migrate`` only.

    Some two hundred migrations from nothing draw ten thousand models. For each field of each, Django takes the field apart and
    builds it anew, where a copy is the same: those of a state belong to no model yet. And for each relation it goes through all
    models for those that settings swap, because drawing forgets what was found; settings do not change meanwhile.
    """
    ask = Apps.get_swappable_settings_name.__wrapped__
    clone, asked = Field.clone, Apps.get_swappable_settings_name
    known = cache(lambda to: ask(apps, to))

    def swappable(self, to_string):
        return known(to_string) if self is apps else ask(self, to_string)

    swappable.cache_clear = lambda: None
    Field.clone = lambda field: clone(field) if hasattr(field, "model") else _copied(field)
    Apps.get_swappable_settings_name = swappable
    try:
        yield
    finally:
        Field.clone, Apps.get_swappable_settings_name = clone, asked


def _copied(field):
    """The field once more, the newest of all: columns stand in the order in which their fields were made."""
    copied = copy.deepcopy(field)
    for part in (copied, copied.remote_field):
        for name in _worked_out(type(part)) & vars(part).keys() if part else ():
            del vars(part)[name]
    if copied.auto_created:
        copied.creation_counter = Field.auto_creation_counter
        Field.auto_creation_counter -= 1
    else:
        copied.creation_counter = Field.creation_counter
        Field.creation_counter += 1
    return copied


@cache
def _worked_out(kind):
    """Names of what such an object works out once and keeps: on a copy it may be something else."""
    return {name for name in dir(kind) if isinstance(inspect.getattr_static(kind, name), cached_property)}


class CreateAll(Operation):
    """The models of a first migration, created together as they are after the last of ``operations``.

    Django draws every related model anew after each single operation: with some hundred models, most of them related to the
    user, that is nearly all a migration costs. Here they are drawn once. Raises ValueError for an operation that does more
    than say how one of these new models looks: what it does to the database would be left out.
    """

    def __init__(self, operations):
        self.operations = operations
        new = {operation.name_lower for operation in self._models()}
        for operation in operations:
            says_how = isinstance(operation, AddField | AddIndex | AddConstraint)
            if not isinstance(operation, CreateModel) and not (says_how and operation.model_name.lower() in new):
                raise ValueError(f"{operation.describe()}: not for CreateAll, write it after it")

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # what was drawn so far; drawn again when it is asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for operation in self._models():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for operation in reversed(self._models()):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def _models(self):
        return [operation for operation in self.operations if isinstance(operation, CreateModel)]

    def describe(self):
        return "Create " + ", ".join(operation.name for operation in self._models())
