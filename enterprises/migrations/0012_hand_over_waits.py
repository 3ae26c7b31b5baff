"""A hand-over may wait for the first sign-in of the one who takes over."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('enterprises', '0011_finer_statistics_of_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='appointment',
            name='takes_over',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='enterprises.appointment'),
        ),
    ]
