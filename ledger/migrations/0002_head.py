"""The one row that gives out posting numbers."""

from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("ledger", "LedgerHead").objects.create(pk=1, last_number=0)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
