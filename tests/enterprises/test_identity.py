"""Name, code, district, status, checks and facts: each change kept, refused with a name, and done once."""

from datetime import date, timedelta

import pytest
from django.db import connections

from core import clock
from core.exceptions import DomainError
from core.models import AuditRecord
from enterprises import identity
from enterprises.credit_code import check_enterprise_code, kind_of
from enterprises.models import District, Enterprise, FormerIdentity, Pilot, RevenueBand, SizeClass
from enterprises.services import join
from tests.suite.world import CODES, WUQING, XIQING

pytestmark = pytest.mark.django_db

NEW = CODES["spare"][0]


def refused(refusal, act, /, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        act(*args, **kwargs)
    assert caught.value.code == refusal
    return caught.value.sentence


def fresh(row):
    return Enterprise.objects.get(pk=row.pk)


@pytest.fixture
def alpha(world):
    return world.alpha


# Who may hold a code --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"), [("91120112MA0TE5T087", "企业"), ("92110000MA00000004", "个体工商户"), ("93", "农民专业合作社")]
)
def test_kinds(code, kind):
    assert kind_of(code) == kind


def individual():
    """A fabricated code of an individual business with a right check character."""
    from stdnum.cn import uscc

    body = "92120112MA0TE5T08"
    return body + uscc.calc_check_digit(body)


def test_an_individual_business_may_report_in_and_is_shown_as_one(world):
    xiqing = District.objects.get(pk=XIQING)
    row = join(world.nobody, name="路人甲", code=individual(), layer="top", enterprise_name="示例铺子", district=xiqing)
    assert row.enterprise.is_individual_business
    assert list(Enterprise.objects.individual_businesses()) == [row.enterprise]


def test_a_body_that_is_no_enterprise_is_named(world):
    sentence = refused("code.not_enterprise", check_enterprise_code, "51420000MJH2003604")
    assert "社会团体" in sentence
    refused("code.not_enterprise", join, world.nobody, name="路人甲", code="51420000MJH2003604", layer="top")


# Name -------------------------------------------------------------------------------------------------------------


def test_renaming_keeps_the_former_name(world, alpha):
    before = alpha.name
    for _time in range(2):
        identity.rename(alpha.pk, "示例（新）企业有限公司", actor=world.city, reason="营业执照变更")
    assert fresh(alpha).name == "示例（新）企业有限公司"
    former = FormerIdentity.objects.get()
    assert (former.name, former.until, former.changed_by) == (before, clock.today(), world.city)
    assert list(Enterprise.objects.search("示例甲")) == [alpha]
    record = AuditRecord.objects.get(action="enterprise.rename")
    assert record.changes["name"] == [before, "示例（新）企业有限公司"]


def test_brackets_become_full_width_and_are_no_other_name(world, alpha):
    identity.rename(alpha.pk, "示例(甲)有限公司", actor=world.city)
    assert fresh(alpha).name == "示例（甲）有限公司"
    FormerIdentity.objects.all().delete()
    identity.rename(alpha.pk, "示例（甲） 有限公司", actor=world.city)
    assert not FormerIdentity.objects.exists()
    assert identity.same_name("示例(甲)有限公司", "示例（甲）有限公司 ")


def test_a_name_there_must_be(world, alpha):
    refused("enterprise_name.missing", identity.rename, alpha.pk, " ", actor=world.city)
    refused("enterprise_name.long", identity.rename, alpha.pk, "例" * 121, actor=world.city)


# Code -------------------------------------------------------------------------------------------------------------


def test_a_new_code_and_the_old_one_still_finds_it(world, alpha):
    old = alpha.code
    for _time in range(2):
        identity.change_code(alpha.pk, NEW.lower(), actor=world.xiqing, reason="三证合一换码")
    assert fresh(alpha).code == NEW
    assert Enterprise.objects.by_code(old) == Enterprise.objects.by_code(NEW) == alpha
    assert list(Enterprise.objects.search(old[:12])) == [alpha]
    assert FormerIdentity.objects.get().code == old
    identity.change_code(alpha.pk, old, actor=world.xiqing, reason="改回来")
    assert fresh(alpha).code == old


def test_refusals_of_a_code(world, alpha):
    change = identity.change_code
    assert world.beta.name in refused("code.taken", change, alpha.pk, world.beta.code, actor=world.city, reason="误")
    refused("code.check", change, alpha.pk, NEW[:-1] + "2", actor=world.city, reason="误")
    assert "是不是 0" in refused(
        "code.alphabet", change, alpha.pk, NEW.replace("0", "O"), actor=world.city, reason="误"
    )
    refused("reason.missing", change, alpha.pk, NEW, actor=world.city, reason=" ")
    identity.change_code(alpha.pk, NEW, actor=world.city, reason="换码")
    refused("code.taken", change, world.beta.pk, CODES["alpha"], actor=world.city, reason="别家用过的")


def test_an_odd_code_is_accepted_with_a_reason(world, alpha):
    odd = NEW[:-1] + "2"
    refused("reason.missing", identity.accept_code, alpha.pk, odd, actor=world.city, reason="")
    refused("code.length", identity.accept_code, alpha.pk, "12345", actor=world.city, reason="老码")
    identity.accept_code(alpha.pk, odd, actor=world.city, reason="执照原件如此")
    assert (fresh(alpha).code, fresh(alpha).code_accepted_because) == (odd, "执照原件如此")
    identity.change_code(alpha.pk, NEW, actor=world.city, reason="换了新照")
    assert fresh(alpha).code_accepted_because == ""


@pytest.mark.django_db(transaction=True)
def test_two_enterprises_reaching_for_one_code(world, at_once):
    rows = [world.alpha.pk, world.beta.pk]

    def take(number):
        try:
            return identity.change_code(rows[number], NEW, actor=None, reason="抢同一个").pk
        finally:
            connections.close_all()

    results = at_once(2, take)
    assert Enterprise.objects.filter(code=NEW).count() == 1
    refusals = [result for result in results if isinstance(result, DomainError)]
    assert [refusal.code for refusal in refusals] == ["code.taken"]


# Facts ------------------------------------------------------------------------------------------------------------


def test_the_size_follows_from_the_facts(world, alpha):
    facts = {
        "industry_code": "C3670",
        "employees": 50,
        "revenue_band": RevenueBand.FROM_1000,
        "pilots": list(Pilot.objects.all()[:2]),
    }
    for _time in range(2):
        identity.set_facts(alpha.pk, facts, actor=world.alpha_contact)
    row = fresh(alpha)
    assert (row.industry_code, row.size_class, row.pilots.count()) == ("3670", SizeClass.SMALL, 2)
    assert AuditRecord.objects.filter(action="enterprise.facts").count() == 1
    identity.set_facts(alpha.pk, {"employees": 10}, actor=world.alpha_contact)
    assert fresh(alpha).size_class == SizeClass.MICRO
    identity.set_facts(alpha.pk, {"employees": None}, actor=world.alpha_contact)
    assert fresh(alpha).size_class == SizeClass.UNKNOWN


def test_a_declared_size_stays(world, alpha):
    refused("size.declared", identity.set_facts, alpha.pk, {"size_declared": True}, actor=world.city)
    declared = {"size_declared": True, "size_class": SizeClass.MEDIUM}
    identity.set_facts(alpha.pk, declared | {"industry_code": "3670", "employees": 5}, actor=world.city)
    assert fresh(alpha).size_class == SizeClass.MEDIUM


def test_facts_that_are_refused(world, alpha):
    def write(**facts):
        identity.set_facts(alpha.pk, facts, actor=world.city)

    refused("facts.unknown", write, code="X")
    refused("facts.unknown", write, district_id=WUQING)
    refused("industry.division", write, industry_code="9999")
    refused("iso.dates", write, iso_issued_on=date(2026, 1, 2), iso_expires_on=date(2026, 1, 1))
    assert not AuditRecord.objects.filter(action="enterprise.facts").exists()


def test_the_contact_is_masked_in_the_trail(world, alpha):
    identity.set_facts(alpha.pk, {"contact_name": "示例人", "contact_phone": "19911112222"}, actor=world.city)
    changes = AuditRecord.objects.get(action="enterprise.facts").changes
    assert "示例人" not in str(changes)
    assert "19911112222" not in str(changes)


# Checks, status, district ------------------------------------------------------------------------------------------


def test_checks_are_dated_and_kept_once(world, alpha):
    for _time in range(2):
        identity.record_eligibility(alpha.pk, result="clear", source="公示系统", actor=world.xiqing)
    identity.record_eligibility(
        alpha.pk, result="abnormal", source="公示系统", actor=world.xiqing, checked_on=clock.today() - timedelta(days=9)
    )
    assert [check.result for check in alpha.eligibility_checks.all()] == ["clear", "abnormal"]
    refused("check.source", identity.record_eligibility, alpha.pk, result="clear", source=" ", actor=world.xiqing)
    tomorrow = clock.today() + timedelta(days=1)
    refused(
        "check.future",
        identity.record_eligibility,
        alpha.pk,
        result="clear",
        source="公示系统",
        actor=world.xiqing,
        checked_on=tomorrow,
    )


def test_status_by_hand(world, alpha):
    Enterprise.objects.filter(pk=alpha.pk).update(status="claimed")
    identity.set_status(alpha.pk, "confirmed", actor=world.xiqing)
    refused("reason.missing", identity.set_status, alpha.pk, "closed", actor=world.xiqing)
    refused("status.unknown", identity.set_status, alpha.pk, "merged", actor=world.city, reason="并")
    identity.set_status(alpha.pk, "closed", actor=world.xiqing, reason="已注销登记")
    assert fresh(alpha).status == "closed"
    assert AuditRecord.objects.filter(action="enterprise.status").count() == 2


def test_another_district_with_a_reason(world, alpha):
    wuqing = District.objects.get(pk=WUQING)
    refused("reason.missing", identity.move_district, alpha.pk, wuqing, actor=world.city, reason="")
    identity.move_district(alpha.pk, wuqing, actor=world.city, reason="迁址")
    identity.move_district(alpha.pk, wuqing, actor=world.city, reason="迁址")
    assert fresh(alpha).district_id == WUQING
    assert AuditRecord.objects.get(action="enterprise.move_district").changes["district"] == [XIQING, WUQING]


def test_a_merged_enterprise_is_not_changed(world, alpha):
    Enterprise.objects.filter(pk=alpha.pk).update(merged_into=world.beta, status="merged")
    refused("enterprise.merged", identity.rename, alpha.pk, "示例别名", actor=world.city)
    refused("enterprise.merged", identity.set_facts, alpha.pk, {"town": "某街"}, actor=world.city)
