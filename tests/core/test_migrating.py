"""First migrations: their models are created together, and nothing else hides among them."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from core.migrating import CreateAll


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
