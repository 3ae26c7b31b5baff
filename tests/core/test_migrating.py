"""First migrations: their models are created together, and nothing else hides among them."""

import pytest
from django.apps.registry import Apps
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import Field

from core.migrating import CreateAll, drawing_quickly


def pair():
    """Two models that name each other, an index on one: what makemigrations writes for them."""
    ident = ("id", models.BigAutoField(primary_key=True))
    return [
        migrations.CreateModel("Hen", [ident, ("name", models.CharField(max_length=9))]),
        migrations.CreateModel("Egg", [ident, ("hen", models.ForeignKey("yard.Hen", models.CASCADE))]),
        migrations.AddField("hen", "egg", models.ForeignKey("yard.Egg", models.CASCADE, null=True)),
        migrations.AddIndex("hen", models.Index(fields=["name"], name="hens_by_name")),
        migrations.AddConstraint("hen", models.UniqueConstraint(fields=["name"], name="hen_once")),
    ]


@pytest.mark.django_db(transaction=True)
def test_models_that_name_each_other_come_and_go():
    def tables():
        return {name for name in connection.introspection.table_names() if name.startswith("yard_")}

    migration = migrations.Migration("0001_initial", "yard")
    migration.operations = [CreateAll(pair())]
    with connection.schema_editor(atomic=True) as editor:
        migration.apply(ProjectState(), editor)
    with connection.cursor() as cursor:
        made = connection.introspection.get_constraints(cursor, "yard_hen")
    assert tables() == {"yard_hen", "yard_egg"}
    assert {"hens_by_name", "hen_once"} <= set(made)
    assert [row["foreign_key"] for row in made.values() if row["foreign_key"]] == [("yard_egg", "id")]
    with connection.schema_editor(atomic=True) as editor:
        migration.unapply(ProjectState(), editor)
    assert not tables()


@pytest.mark.parametrize(
    "stranger",
    [
        migrations.RunSQL("SELECT 1"),
        migrations.AlterField("hen", "name", models.TextField()),
        migrations.AddField("cock", "name", models.TextField()),
    ],
)
def test_what_would_be_left_out_is_refused(stranger):
    with pytest.raises(ValueError, match="not for CreateAll"):
        CreateAll([*pair(), stranger])


def looks(apps):
    """Every model with its columns in order, each as a migration would write it, and its options."""
    return {
        model._meta.label: (
            model._meta.db_table,
            [(field.column, *field.deconstruct()[1:]) for field in model._meta.fields],
            [(field.name, *field.deconstruct()[1:]) for field in model._meta.many_to_many],
            sorted(str(field) for field in model._meta.related_objects),
            [str(constraint) for constraint in model._meta.constraints + model._meta.indexes],
            [str(base._meta) if hasattr(base, "_meta") else base for base in model.__bases__],
        )
        for model in apps.get_models(include_swapped=True)
    }


@pytest.mark.one_engine
def test_models_drawn_quickly_are_the_same_models():
    state = MigrationLoader(None).project_state()
    plain = looks(state.clone().apps)
    clone, asked = Field.clone, Apps.get_swappable_settings_name
    with drawing_quickly():
        # Twice: the second time from fields that have been asked about what they relate to.
        looks(state.clone().apps)
        assert looks(state.clone().apps) == plain
        state.reload_model("accounts", "user")
        assert looks(state.apps) == plain
    assert len(plain) > 150
    assert (Field.clone, Apps.get_swappable_settings_name) == (clone, asked)
