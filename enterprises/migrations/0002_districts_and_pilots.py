"""The sixteen districts in official order (GB/T 2260) and the programme's industry chains."""

from django.db import migrations

DISTRICTS = [
    ("120101", "和平区"),
    ("120102", "河东区"),
    ("120103", "河西区"),
    ("120104", "南开区"),
    ("120105", "河北区"),
    ("120106", "红桥区"),
    ("120110", "东丽区"),
    ("120111", "西青区"),
    ("120112", "津南区"),
    ("120113", "北辰区"),
    ("120114", "武清区"),
    ("120115", "宝坻区"),
    ("120116", "滨海新区"),
    ("120117", "宁河区"),
    ("120118", "静海区"),
    ("120119", "蓟州区"),
]
PILOTS = [
    ("gaoduan-zhuangbei", "高端装备制造"),
    ("diandong-zixingche", "电动自行车"),
    ("qiche-lingbujian", "汽车零部件"),
    ("ditan", "地毯"),
    ("guangfu", "光伏"),
    ("muzhipin", "木制品"),
]


def fill(apps, schema_editor):
    for order, (code, name) in enumerate(DISTRICTS, start=1):
        apps.get_model("enterprises", "District").objects.create(code=code, name=name, order=order)
    for order, (slug, name) in enumerate(PILOTS, start=1):
        apps.get_model("enterprises", "Pilot").objects.create(slug=slug, name=name, order=order)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
