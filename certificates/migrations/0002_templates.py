"""The two templates every installation starts with: training rounds and online courses."""

from django.db import migrations

STATEMENT = "本证明仅说明持证人完成上述培训并通过考核，不作为质量管理体系认证或职业资格的证明；本培训为公益性质。"


def add(apps, schema_editor):
    template = apps.get_model("certificates", "CertificateTemplate")
    for key, citation in (
        ("round", "参加下列培训，经考核合格，特发此证明。"),
        ("course", "学完下列网络课程，经考核合格，特发此证明。"),
    ):
        template.objects.get_or_create(
            key=key,
            version=1,
            defaults={
                "citation": citation,
                "statement": STATEMENT,
                "basis": "GB/T 19001—2016／ISO 9001:2015",
                "validity_years": 3,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
