"""Targets of 2025 that training carries: T03 and T04 of the programme's 2025 notice, T11 of the 2023 plan."""

from datetime import date

from django.db import migrations

SOURCE_2025 = "津质认联〔2025〕1号，第 39 行"
SOURCE_2023 = "津质认联〔2023〕2号附件，第 141 行"
TARGETS = [
    {
        "key": "T03",
        "title": "内审员培训",
        "scope_words": "高端装备制造",
        "metric": "rounds",
        "comparator": "ge",
        "value": 30,
        "pilot_id": "gaoduan-zhuangbei",
        "kind": "K7",
        "source": SOURCE_2025,
    },
    {
        "key": "T04",
        "title": "内审员培训覆盖",
        "scope_words": "高端装备制造",
        "metric": "person_times",
        "comparator": "gt",
        "value": 1000,
        "pilot_id": "gaoduan-zhuangbei",
        "kind": "K7",
        "source": SOURCE_2025,
    },
    {
        "key": "T11",
        "title": "集中培训",
        "scope_words": "每区",
        "metric": "sessions",
        "comparator": "ge",
        "value": 1,
        "per_district": True,
        "kind": "K1",
        "source": SOURCE_2023,
    },
]


def fill(apps, schema_editor):
    for order, target in enumerate(TARGETS, start=1):
        apps.get_model("reports", "Target").objects.create(
            order=order, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31), **target
        )


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("enterprises", "0002_districts_and_pilots")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
