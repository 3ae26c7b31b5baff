"""工作台: 企业 and 人员. Who sees which rows, finding them, and acting on one."""

import pytest
from django.urls import reverse

from enterprises import identity
from enterprises.models import District, Enterprise, FormerIdentity, Membership, Person, Pilot
from enterprises.policies import EnterprisePolicy, PersonPolicy
from enterprises.services import list_person
from tests.suite.world import CODES, WUQING
from tests.training import house

pytestmark = pytest.mark.django_db

LIST = "/desk/enterprises/"
PEOPLE = "/desk/people/"


def names(client, url=LIST, **query):
    page = client.get(url, query)
    assert page.status_code == 200
    return [row.name for row in page.context["page"]]


def act(client, row, name, /, **data):
    prefix = "code" if name == "accept-code" else name
    fields = {f"{prefix}-{key}": value for key, value in data.items()}
    return client.post(reverse(f"desk:enterprise-{name}", args=[row.pk]), fields)


def errors(answer, name):
    return answer.context["forms"][name].errors


# Who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["city", "statistician", "auditor"])
def test_the_city_sees_all(world, client_of, who):
    client = client_of(getattr(world, who))
    assert names(client) == [world.beta.name, world.alpha.name]
    assert len(names(client, PEOPLE)) == 14


def test_a_district_sees_its_own(world, client_of):
    client = client_of(world.xiqing)
    assert names(client) == [world.alpha.name]
    assert names(client, district=WUQING) == [world.alpha.name]
    assert sorted(names(client, PEOPLE)) == ["王小二", "甲企联络员", "赵六"]
    assert names(client, PEOPLE, q="乙企联络员") == []


@pytest.mark.parametrize("who", ["jia_admin", "jia_trainer", "alpha_contact", "wang", "editor", "nobody"])
def test_it_is_not_there_for_others(world, client_of, who):
    client = client_of(getattr(world, who))
    for url in (LIST, PEOPLE, f"{LIST}{world.alpha.pk}/", f"{PEOPLE}{world.zhao.pk}/"):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "statistician"])
def test_reading_only(world, client_of, who):
    client = client_of(getattr(world, who))
    page = client.get(f"{LIST}{world.alpha.pk}/")
    assert page.status_code == 200
    assert "办理" not in page.content.decode()
    assert not any(page.context["may"].values())
    for name in ("rename", "code", "accept-code", "status", "eligibility", "district"):
        assert act(client, world.alpha, name).status_code == 403
    assert client.get(f"{LIST}{world.alpha.pk}/facts/").status_code == 403
    for name in ("phone", "name"):
        assert client.post(f"{PEOPLE}{world.zhao.pk}/{name}/").status_code == 403
    staff = reverse("enterprises:staff", args=[world.alpha.pk])
    assert client.get(staff).status_code == 200
    assert client.post(reverse("enterprises:staff-add", args=[world.alpha.pk])).status_code == 403


ACTIONS = ("view", "roster", "change", "staff", "hand_over", "identify", "override", "export_plain")
MAY = {
    "city": "view roster change staff identify override export_plain",
    "statistician": "view roster",
    "auditor": "view roster",
    "xiqing": "view roster change staff identify export_plain",
    "wuqing": "",
    "alpha_contact": "view roster change staff hand_over export_plain",
    "beta_contact": "",
    "wang": "view",
    "jia_admin": "",
    "jia_trainer": "",
    "editor": "",
    "nobody": "",
}


@pytest.mark.parametrize("who", MAY)
def test_one_policy(world, who):
    user, policy = getattr(world, who), EnterprisePolicy()
    assert [action for action in ACTIONS if policy.may(user, action, world.alpha)] == MAY[who].split()


PERSON_MAY = {
    "city": ("view change phone export_plain", "view change phone export_plain"),
    "auditor": ("view", "view"),
    "xiqing": ("view change phone export_plain", "view change phone export_plain"),
    "wuqing": ("", ""),
    "alpha_contact": ("view export_plain", "view change phone export_plain"),
    "beta_contact": ("", ""),
    "wang": ("view change", ""),
    "jia_trainer": ("", ""),
}


@pytest.mark.parametrize("who", PERSON_MAY)
def test_one_policy_for_people(world, who):
    user, policy = getattr(world, who), PersonPolicy()
    for person, expected in zip((world.wang.person, world.zhao), PERSON_MAY[who], strict=True):
        actions = [one for one in ("view", "change", "phone", "export_plain") if policy.may(user, one, person)]
        assert actions == expected.split()


# Finding ----------------------------------------------------------------------------------------------------------


def test_filters(world, client_of):
    client = client_of(world.city)
    pilot = Pilot.objects.first()
    world.alpha.pilots.add(pilot)
    Enterprise.objects.filter(pk=world.alpha.pk).update(size_class="small", iso="held", status="claimed")
    code = "92" + CODES["alpha"][2:]
    Enterprise.objects.create(code=code, name="示例丙铺子", district_id=WUQING)
    for query in (
        {"pilot": pilot.pk},
        {"size": "small"},
        {"iso": "held"},
        {"status": "claimed"},
        {"district": "120111"},
    ):
        assert names(client, **query) == [world.alpha.name]
    assert names(client, kind="92") == ["示例丙铺子"]
    assert "示例丙铺子" not in names(client, kind="9")
    assert names(client, size="nonsense", pilot="none") == names(client)


@pytest.mark.parametrize(
    "typed", ["示例甲", "甲企业", CODES["alpha"], CODES["alpha"][:9].lower(), "91120112 MA0TE5T087"]
)
def test_search(world, client_of, typed):
    assert names(client_of(world.city), q=typed) == [world.alpha.name]


def test_former_names_find_it_too(world, client_of):
    FormerIdentity.objects.create(enterprise=world.alpha, name="示例老厂")
    FormerIdentity.objects.create(enterprise=world.alpha, code=CODES["spare"][0])
    for typed in ("老厂", CODES["spare"][0]):
        assert names(client_of(world.city), q=typed) == [world.alpha.name]
    assert names(client_of(world.wuqing), q="老厂") == []


@pytest.mark.parametrize("typed", ["%", "_", "没有这家", "甲_业", "'--"])
def test_nothing_found_says_what_to_do(world, client_of, typed):
    page = client_of(world.city).get(LIST, {"q": typed})
    assert "没有符合的企业" in page.content.decode()


def test_a_merged_enterprise_is_not_listed(world, client_of):
    Enterprise.objects.filter(pk=world.beta.pk).update(merged_into=world.alpha, status="merged")
    Person.objects.filter(pk=world.zhao.pk).update(merged_into=world.wang.person)
    assert names(client_of(world.city)) == [world.alpha.name]
    assert "赵六" not in names(client_of(world.city), PEOPLE)


def test_people_stand_in_the_order_of_a_dictionary(world, client_of):
    for name in ("曾示例", "单示例", "欧阳示例", "安示例"):
        list_person(name=name, phone="", membership={"enterprise": world.alpha, "layer": "top"})
    assert names(client_of(world.xiqing), PEOPLE) == [
        "安示例",
        "甲企联络员",
        "欧阳示例",
        "单示例",
        "王小二",
        "曾示例",
        "赵六",
    ]


# Acting -----------------------------------------------------------------------------------------------------------


def test_acts_on_an_enterprise(world, client_of):
    client, alpha = client_of(world.xiqing), world.alpha
    assert act(client, alpha, "rename", name="示例(新)有限公司").status_code == 302
    assert act(client, alpha, "code", code=CODES["spare"][0], reason="换照").status_code == 302
    assert act(client, alpha, "status", status="closed", reason="注销").status_code == 302
    assert (
        act(client, alpha, "eligibility", result="clear", source="公示系统", checked_on="2026-11-02").status_code == 302
    )
    row = Enterprise.objects.get(pk=alpha.pk)
    assert (row.name, row.code, row.status) == ("示例（新）有限公司", CODES["spare"][0], "closed")
    page = client.get(f"{LIST}{alpha.pk}/").content.decode()
    for words in (alpha.name, alpha.code, "未见异常", "换照"):
        assert words in page


def test_a_refusal_stands_at_its_field_and_says_how_to_mend(world, client_of):
    client, alpha = client_of(world.city), world.alpha
    answer = act(client, alpha, "code", code=CODES["beta"], reason="误")
    assert answer.status_code == 422
    assert world.beta.name in errors(answer, "code")["code"][0]
    assert "reason" in errors(act(client, alpha, "code", code=CODES["spare"][0]), "code")
    assert "reason" in errors(act(client, alpha, "status", status="closed"), "status")
    assert errors(act(client, alpha, "rename", name=" "), "rename")


def test_override_is_the_citys(world, client_of):
    odd = CODES["spare"][0][:-1] + "2"
    wuqing = District.objects.get(pk=WUQING)
    district, city = client_of(world.xiqing), client_of(world.city)
    assert act(district, world.alpha, "accept-code", code=odd, reason="老码").status_code == 403
    assert act(district, world.alpha, "district", district=WUQING, reason="迁址").status_code == 403
    assert act(city, world.alpha, "accept-code", code=odd, reason="老码").status_code == 302
    assert act(city, world.alpha, "district", district=WUQING, reason="迁址").status_code == 302
    row = Enterprise.objects.get(pk=world.alpha.pk)
    assert (row.code, row.district) == (odd, wuqing)
    assert client_of(world.xiqing).get(f"{LIST}{world.alpha.pk}/").status_code == 404


def test_the_neighbours_enterprise_and_people_are_not_there(world, client_of):
    client = client_of(world.wuqing)
    assert act(client, world.alpha, "rename", name="改名").status_code == 404
    assert client.post(f"{PEOPLE}{world.zhao.pk}/phone/", {"phone-phone": "19911110001"}).status_code == 404
    assert client.post(f"{LIST}{world.alpha.pk}/facts/", {}).status_code == 404


def test_facts_at_the_desk(world, client_of):
    form = {"industry_code": "3670", "employees": 400, "revenue_band": 2000, "size_class": "unknown", "iso": "none"}
    assert client_of(world.xiqing).post(f"{LIST}{world.alpha.pk}/facts/", form).status_code == 302
    assert Enterprise.objects.get(pk=world.alpha.pk).size_class == "medium"


def test_one_person(world, client_of):
    member = Membership.objects.get(person__user=world.wang)
    house.held(world, None, [member])
    client = client_of(world.xiqing)
    url = f"{PEOPLE}{member.person_id}/"
    page = client.get(url).content.decode()
    for words in (world.alpha.name, "199****0041", "培训班", "合格证明"):
        assert words in page
    assert "19900000041" not in page
    phone = {"phone-phone": "19911110001", "phone-reason": "本人来电"}
    assert client.post(f"{url}phone/", phone).status_code == 302
    world.wang.refresh_from_db()
    assert world.wang.phone == "19911110001"
    taken = client.post(f"{url}phone/", phone | {"phone-phone": world.city.phone})
    assert (taken.status_code, list(taken.context["phone_form"].errors)) == (422, ["phone"])
    name = {"name-name": "王示二", "name-reason": "写错了"}
    assert client.post(f"{url}name/", name).status_code == 302
    assert Person.objects.get(pk=member.person_id).name_key.startswith("wang shi er")


# Cost -------------------------------------------------------------------------------------------------------------

ENTERPRISES, ENTERPRISE, PERSONS, PERSON = 6, 8, 4, 9


@pytest.mark.parametrize("more", [0, 2])
def test_constant_queries(world, client_of, django_assert_num_queries, more):
    client = client_of(world.xiqing)
    for number in range(more):
        row = Enterprise.objects.create(
            code=CODES["spare"][number], name=f"示例{number}", district=world.alpha.district
        )
        row.pilots.add(*Pilot.objects.all()[:2])
        list_person(name=f"陈示{number}", phone="", membership={"enterprise": world.alpha, "layer": "top"})
        identity.record_eligibility(world.alpha.pk, result="clear", source=f"来源{number}", actor=world.city)
        identity.rename(world.alpha.pk, f"示例名{number}", actor=world.city)
    if more:
        world.alpha.pilots.add(*Pilot.objects.all()[:2])
    for url, count in (
        (LIST, ENTERPRISES),
        (f"{LIST}{world.alpha.pk}/", ENTERPRISE),
        (PEOPLE, PERSONS),
        (f"{PEOPLE}{world.zhao.pk}/", PERSON),
    ):
        client.get(url)
        with django_assert_num_queries(count):
            client.get(url)


def test_where_one_can_go(world, client_of):
    def rooms(user, path="/desk/rounds/"):
        return {str(title) for title, _url, _here in client_of(user).get(path).context["desk_places"]()[0]}

    registry = {"总览", "台账", "企业", "管理"}
    assert registry <= rooms(world.xiqing)
    assert not registry & rooms(world.jia_trainer)
    assert "期次" in rooms(world.jia_trainer)
    _rooms, places = client_of(world.xiqing).get(PEOPLE).context["desk_places"]()
    assert [(str(title), here) for title, _url, here in places] == [
        ("企业", False),
        ("人员", True),
        ("导入导出", False),
        ("查重", False),
    ]
