"""查重: which pairs are found, which are not, and the screens around a merge."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises import duplicates, merging
from enterprises.models import Enterprise, FormerIdentity, Layer, Membership, Merge, MergeKind, NotSame, Person
from tests.suite.world import WUQING, XIQING
from tests.training import house

pytestmark = pytest.mark.django_db


def pairs(rule, districts=None):
    found, following = duplicates.find(rule, districts)
    assert following == ""
    return [(pair.one, pair.other) for pair in found]


def work(person, enterprise):
    return Membership.objects.create(person=person, enterprise=enterprise, layer=Layer.FRONTLINE)


def person(name, phone=None, enterprise=None):
    row = Person.objects.create(name=name, phone=phone)
    if enterprise:
        work(row, enterprise)
    return row


@pytest.fixture
def two(world):
    return person("孙七", "19922220001", world.alpha), person("孙七", None, world.alpha)


def test_one_name_in_one_enterprise(world, two):
    person("孙七", "19922220002", world.beta)
    person("孙八", "19922220003", world.alpha)
    assert pairs("staff") == [two]
    assert pairs("staff", {XIQING}) == [two]
    assert pairs("staff", {WUQING}) == []
    # A second membership of the same two adds nothing.
    Membership.objects.filter(person=two[0]).update(ended_on="2025-01-01")
    work(two[0], world.alpha)
    assert pairs("staff") == [two]


def test_one_name_and_no_phone(world):
    bare = person("周九", None, world.alpha)
    other = person("周九", "19922220004", world.beta)
    person("吴十", "19922220005", world.alpha)
    person("吴十", "19922220006", world.beta)
    assert pairs("phoneless") == [(bare, other)]
    assert pairs("phoneless", {XIQING}) == []


def test_what_was_reviewed_merged_or_erased_is_left_out(world, two):
    kept = merging.not_same(world.city, MergeKind.PERSON, two[1].pk, two[0].pk)
    assert pairs("staff") == pairs("phoneless") == []
    merging.review_again(world.city, kept.pk)
    assert pairs("staff") == [two]
    merging.merge(world.city, MergeKind.PERSON, two[0].pk, two[1].pk, reason="同一人")
    assert pairs("staff") == pairs("phoneless") == []


def test_enterprises(world):
    twin = house.make_enterprise(1, XIQING)
    Enterprise.objects.filter(pk=twin.pk).update(name=world.alpha.name)
    assert pairs("name") == [(world.alpha, twin)]
    assert pairs("name", {XIQING}) == [(world.alpha, twin)]
    Enterprise.objects.filter(pk=twin.pk).update(district=WUQING)
    assert pairs("name", {XIQING}) == []
    FormerIdentity.objects.create(enterprise=world.beta, code=twin.code)
    assert pairs("former") == [(world.beta, twin)]
    merging.not_same(world.city, MergeKind.ENTERPRISE, world.beta.pk, twin.pk)
    assert pairs("former") == []


@pytest.mark.parametrize(
    "code",
    [
        "9I120112MA0TE5T087",  # I for 1
        "91120112MAOTE5T087",  # O for 0
        "91120112MA0TE5T0B7",  # B for 8
        "91120121MA0TE5T087",  # neighbours exchanged
    ],
)
def test_a_code_one_slip_away(world, code):
    odd = house.make_enterprise(2, XIQING)
    Enterprise.objects.filter(pk=odd.pk).update(code=code, code_accepted_because="执照复印件就是这样")
    assert pairs("code") == [(world.alpha, odd)]


def test_pages_follow_each_other(world):
    for n in range(duplicates.PER_PAGE + 3):
        for phone in (f"1991000{n:04d}", None):
            person(f"同名{n}", phone, world.alpha)
    for rule in ("staff", "phoneless"):
        first, following = duplicates.find(rule)
        second, end = duplicates.find(rule, None, following)
        found = {pair.one.name for pair in [*first, *second]}
        assert (len(first), len(second), len(found), end) == (duplicates.PER_PAGE, 3, duplicates.PER_PAGE + 3, "")
    assert duplicates.find("staff", None, "nonsense")[0] == duplicates.find("staff")[0]


def test_a_long_way_without_any_is_gone_in_stretches(world, client_of, monkeypatch):
    """Nobody waits for a million enterprises: the screen says that there is more, and goes on from there."""
    monkeypatch.setattr(duplicates, "STEP", 1)
    monkeypatch.setattr(duplicates, "STEPS", 2)
    far = [house.make_enterprise(n, XIQING) for n in range(20, 26)][-1]
    one, other = person("陈远", "19911110001", far), person("陈远", None, far)
    address, found = "/desk/duplicates/?rule=staff", []
    for _page in range(30):
        body = client_of(world.city).get(address).content.decode()
        pairs, following = duplicates.find("staff", None, address.partition("after=")[2])
        found += [(pair.one, pair.other) for pair in pairs]
        assert ("接着查" in body) == bool(following and not pairs)
        if not following:
            break
        address = f"/desk/duplicates/?rule=staff&after={following}"
    assert (found, following) == ([(one, other)], "")


@pytest.mark.parametrize("rule", duplicates.RULES)
def test_the_screen_costs_the_same_for_any_number(world, client_of, rule):
    client = client_of(world.city)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("desk:duplicates"), {"rule": rule}).status_code == 200
        return len(queries)

    def more(n):
        person(f"同名{n}", f"1991000{n:04d}", world.alpha), person(f"同名{n}", None, world.alpha)
        one, other = house.make_enterprise(2 * n, XIQING), house.make_enterprise(2 * n + 1, XIQING)
        Enterprise.objects.filter(pk__in=[one.pk, other.pk]).update(name=f"同名企业{n}")
        odd = house.make_enterprise(1000 + n, XIQING)
        like = next(c for c in sorted(duplicates.likenesses(one.code)) if not Enterprise.objects.filter(code=c))
        Enterprise.objects.filter(pk=odd.pk).update(code=like, code_accepted_because="示例")
        FormerIdentity.objects.create(enterprise=odd, code=one.code)

    cost()
    more(1)
    with_one = cost()
    more(2), more(3)
    assert cost() == with_one


def test_from_finding_to_merging_to_undoing(world, client_of, two):
    client = client_of(world.xiqing)
    page = client.get(reverse("desk:duplicates")).content.decode()
    assert "孙七" in page
    assert "199****0001" in page
    assert "19922220001" not in page
    address = reverse("desk:merge", args=["person", two[0].pk, two[1].pk])
    assert "会动到哪些" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "本人确认"}).status_code == 302
    row = Merge.objects.get()
    assert "孙七 → 孙七" in client.get(reverse("desk:merges")).content.decode()
    assert "孙七" not in client_of(world.wuqing).get(reverse("desk:merges")).content.decode()
    client.post(reverse("desk:merge-undo", args=[row.pk]), {"reason": "认错了"})
    row.refresh_from_db()
    assert row.undone_by == world.xiqing
    client.post(reverse("desk:not-same", args=["person", two[0].pk, two[1].pk]), {"reason": "父子"})
    assert "父子" in client.get(reverse("desk:reviewed")).content.decode()
    client.post(reverse("desk:review-again", args=[NotSame.objects.get().pk]))
    assert not NotSame.objects.exists()


def test_the_auditor_looks_and_changes_nothing(world, client_of, two):
    client = client_of(world.auditor)
    address = reverse("desk:merge", args=["person", two[0].pk, two[1].pk])
    assert "是同一个，合并" not in client.get(address).content.decode()
    assert client.post(address, {"reason": "试试"}).status_code == 403
    assert not Merge.objects.exists()


def test_the_history_costs_the_same_for_any_number(world, client_of, django_assert_num_queries):
    client = client_of(world.city)
    client.get(reverse("desk:merges"))
    for rows in (1, 2):
        one, other = person(f"甲{rows}"), person(f"甲{rows}")
        merging.merge(world.city, MergeKind.PERSON, one.pk, other.pk, reason="同一人")
        with django_assert_num_queries(5):
            client.get(reverse("desk:merges"))
