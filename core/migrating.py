"""Operations of migrations that Django does not bring."""

from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation


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
