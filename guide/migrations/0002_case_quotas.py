"""How many cases a district hands in, by the notices."""

from django.db import migrations

QUOTAS = [
    # year, each district at least, at most, source
    (2023, 1, None, "2023 年小微企业质量管理体系认证提升行动通知：各区至少报送 1 个案例"),
    (2025, 0, 5, "2025 年小微企业质量管理体系认证提升行动通知：各区不超过 5 个案例"),
]


def add_quotas(apps, schema_editor):
    for year, least, most, source in QUOTAS:
        apps.get_model("guide", "CaseQuota").objects.get_or_create(
            year=year, defaults={"least": least, "most": most, "source": source}
        )


class Migration(migrations.Migration):
    dependencies = [("guide", "0001_initial")]
    operations = [migrations.RunPython(add_quotas, migrations.RunPython.noop)]
