"""PostgreSQL knows how many people share a surname, and so walks through them in order instead of fetching and sorting all."""

from django.db import migrations


def finer(apps, schema_editor):
    _set(schema_editor, 1000)


def usual(apps, schema_editor):
    _set(schema_editor, -1)


def _set(schema_editor, target):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE enterprises_person ALTER COLUMN name_key SET STATISTICS {target}")


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0010_imports_in_few_records")]

    operations = [migrations.RunPython(finer, usual)]
