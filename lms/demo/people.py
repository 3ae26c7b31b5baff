"""Fictional enterprises, organisers and people. Every name carries 示例, 示, 例 or 样, so that nobody mistakes it for a real one."""

from random import Random

from stdnum.cn import uscc

from enterprises.models import District, Enterprise, Layer, Membership, Organiser, Person, Pilot, SizeClass

SURNAMES = "张李王刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "远安宁川维可青衡明容禾庭达敏秋乐舟成遥之平帆如昭若朴恒岚霖亭"
TRADES = [
    "精工机械",
    "液压件",
    "铸锻",
    "阀门制造",
    "轴承",
    "焊接设备",
    "数控机床",
    "传动科技",
    "模具",
    "密封件",
    "起重机械",
    "紧固件",
]
LAYERS = [Layer.TOP] * 2 + [Layer.MIDDLE] * 4 + [Layer.FRONTLINE] * 5 + [Layer.OTHER]
SIZES = [SizeClass.MICRO] * 4 + [SizeClass.SMALL] * 5 + [SizeClass.MEDIUM]
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(district, serial):
    """A fabricated code with right check characters: 91 + district + MA0T + serial."""
    body = f"MA0T{serial:04d}"
    rest = 11 - sum(int(c, 36) * w for c, w in zip(body, _INNER_WEIGHTS, strict=True)) % 11
    inner = "X" if rest == 10 else "0" if rest == 11 else str(rest)
    code = f"91{district}{body}{inner}"
    return code + uscc.calc_check_digit(code)


def make_enterprises(random: Random, per_district):
    """``per_district`` enterprises in each district; returns them as a list."""
    pilots = list(Pilot.objects.all())
    rows = []
    for district in District.objects.all():
        for number in range(per_district):
            trade = TRADES[len(rows) * 5 % len(TRADES)]
            rows.append(
                Enterprise(
                    code=credit_code(district.code, len(rows) + 1),
                    name=f"示例{trade}（{district.name.removesuffix('区')}{number + 1}）有限公司",
                    district=district,
                    industry_code=random.choice(["3421", "3444", "3489", "3525", "3670"]),
                    size_class=random.choice(SIZES),
                )
            )
    Enterprise.objects.bulk_create(rows)
    link = Enterprise.pilots.through
    link.objects.bulk_create(
        link(enterprise_id=row.pk, pilot_id=pilots[0].pk if n % 3 else pilots[n % len(pilots)].pk)
        for n, row in enumerate(rows)
    )
    return rows


def make_people(random: Random, enterprises, each, started_on):
    """``each`` people per enterprise with a membership; returns [Membership]. One in twenty has no phone."""
    people, places = [], []
    for row in enterprises:
        for number in range(each):
            serial = len(people)
            name = random.choice(SURNAMES) + random.choice("示例样") + random.choice(GIVEN)
            phone = None if serial % 20 == 19 else f"1990{serial:07d}"
            people.append(Person(name=name, phone=phone))
            places.append((row, LAYERS[(serial + number) % len(LAYERS)]))
    people[3].name = "买买提·示例江"
    people[8].name = "陈示喆"
    people[12].name = "刘例㛃"
    Person.objects.bulk_create(people)
    memberships = [
        Membership(
            person=person,
            enterprise=row,
            layer=layer,
            post="质量员" if layer == Layer.MIDDLE else "",
            started_on=started_on,
        )
        for person, (row, layer) in zip(people, places, strict=True)
    ]
    return Membership.objects.bulk_create(memberships)


def make_organisers():
    """A bureau in each district, the city's, two certification bodies and an association: {name or district code: Organiser}."""
    rows = [
        Organiser(name=f"{district.name}市场监管局（示例）", kind=Organiser.Kind.BUREAU, district=district)
        for district in District.objects.all()
    ]
    rows += [
        Organiser(name="天津市市场监管部门（示例）", kind=Organiser.Kind.BUREAU),
        Organiser(name="天津示例认证有限公司", kind=Organiser.Kind.CERTIFIER, district_id="120110"),
        Organiser(name="渤海示例认证中心", kind=Organiser.Kind.CERTIFIER, district_id="120116"),
        Organiser(name="天津示例质量协会", kind=Organiser.Kind.ASSOCIATION),
    ]
    Organiser.objects.bulk_create(rows)
    return {row.district_id if row.kind == Organiser.Kind.BUREAU and row.district_id else row.name: row for row in rows}
