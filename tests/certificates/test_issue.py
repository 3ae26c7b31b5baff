"""Issuing, correcting, revoking."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.test.utils import CaptureQueriesContext

from certificates import privacy, services
from certificates.models import Certificate, CertificateEvent, CertificateSeries, Status
from core import clock
from core.exceptions import DomainError
from core.merging import Merging
from core.registry import merge_persons
from enterprises.models import Person

from .conftest import ISSUED_ON


def test_what_is_printed(issue, world):
    row = issue(actor=world.city)
    assert row.number == "TJXW-NSY-2026-012-0001-" + row.number[-1]
    assert row.holder == world.wang.person
    assert row.words["name"] == "王小二"
    assert row.words["title"] == "培训合格证明"
    assert row.words["class_hours"] == "20 学时（每学时 45 分钟）"
    assert row.words["issued_on"] == "2026年11月2日"
    assert row.words["valid_until"] == "2029年11月1日（建议复训）"
    assert row.words["signatory"] == "示例培训机构甲"
    assert row.expires_on == date(2029, 11, 1)
    event = row.events.get()
    assert (event.kind, event.actor) == ("issued", world.city)


def test_the_words_are_frozen(issue, world):
    row = issue()
    person = world.wang.person
    person.name = "王大二"
    person.save()
    template = row.template
    template.statement = "改过的声明"
    with pytest.raises(DomainError) as refused:
        template.save()
    assert refused.value.code == "template.used"
    type(template).objects.filter(pk=template.pk).update(statement="改过的声明")
    row.refresh_from_db()
    assert row.words["name"] == "王小二"
    assert "公益性质" in row.words["statement"]
    assert row.words_hash == services.words_hash(row.number, 1, row.words)
    assert issue().words["name"] == "王小二"


def test_asking_again_returns_the_same(issue):
    first = issue()
    assert issue() == first
    assert issue(result="优秀").words == first.words
    assert CertificateSeries.objects.get().last_serial == 1
    assert CertificateEvent.objects.count() == 1


def test_a_refused_issue_uses_up_no_number(issue):
    with pytest.raises(DomainError, match="不齐"):
        issue(name=" ")
    with pytest.raises(DomainError) as refused:
        issue(phone="19900000041")
    assert refused.value.code == "certificate.words"
    assert issue().serial == 1


def test_unknown_template(issue, world, words):
    with pytest.raises(DomainError) as refused:
        services.issue_many(
            [{"source_key": "x:1", "holder": world.zhao, "words": words()}],
            series_key="NSY-2026-012",
            template_key="nothing",
            issued_on=ISSUED_ON,
        )
    assert refused.value.code == "certificate.template"


def test_a_round_is_issued_in_a_few_queries(world, words, django_assert_max_num_queries):
    people = Person.objects.bulk_create(Person(name=f"学员{n}") for n in range(40))
    items = [{"source_key": f"registration:{p.pk}", "holder": p, "words": words(name=p.name)} for p in people]
    settings = {"series_key": "TJXW-NSY-2026-013", "template_key": "round", "issued_on": ISSUED_ON}
    services.issue_many(items[:3], **settings)
    with django_assert_max_num_queries(14):
        rows = services.issue_many(items, **settings)
    assert [row.words["name"] for row in rows] == [person.name for person in people]
    assert [row.serial for row in rows] == list(range(1, 41))
    assert {row.series.key for row in rows} == {"TJXW-NSY-2026-013"}


def test_leap_day(words, world):
    row = services.issue(
        source_key="x:1",
        series_key="NSY-2024-001",
        holder=world.zhao,
        words=words(),
        template_key="round",
        issued_on=date(2024, 2, 29),
    )
    assert row.expires_on == date(2027, 2, 28)


def test_correct_makes_a_second_version(issue, world):
    first = issue()
    second = services.correct(first, {"enterprise": "示例甲企业股份有限公司"}, actor=world.city, reason="单位名称写错")
    assert (second.number, second.version, second.replaces) == (first.number, 2, first)
    assert second.token != first.token
    assert second.words["enterprise"] == "示例甲企业股份有限公司"
    assert second.words["issued_on"] == first.words["issued_on"]
    rows = {row.version: row for row in Certificate.objects.with_status()}
    assert (rows[1].status, rows[2].status) == (Status.CORRECTED, Status.VALID)
    assert rows[1].words["enterprise"] == "示例甲企业有限公司"
    # The source now has the corrected one; its number is not given out again.
    assert issue() == second
    assert issue("registration:2").serial == 2


def test_correct_refuses(issue, world):
    row = issue()
    with pytest.raises(DomainError) as refused:
        services.correct(row, {"result": "优秀"}, actor=world.city, reason=" ")
    assert refused.value.code == "certificate.reason"
    assert services.correct(row, {"result": "合格"}, actor=world.city, reason="核对") == row
    services.revoke(row, actor=world.city, reason="学时不够")
    with pytest.raises(DomainError) as refused:
        services.correct(row, {"result": "优秀"}, actor=world.city, reason="改分")
    assert refused.value.code == "certificate.revoked"


def test_revoke_holds_for_every_version_and_once(issue, world):
    first = issue()
    services.correct(first, {"result": "优秀"}, actor=world.city, reason="改分")
    with pytest.raises(DomainError, match="原因"):
        services.revoke(first, actor=world.city, reason="")
    services.revoke(first, actor=world.city, reason="学时不够")
    services.revoke(first, actor=world.city, reason="再来一次")
    assert {row.status for row in Certificate.objects.with_status()} == {Status.REVOKED}
    assert CertificateEvent.objects.filter(kind="revoked").count() == 1
    assert issue("registration:2").serial == 2


def test_expiry_is_a_status_not_an_act(issue):
    row = issue()
    with clock.moved_to(clock.at(date(2029, 11, 1), 12)):
        assert row.status == Status.VALID
    with clock.moved_to(clock.at(date(2029, 11, 2))):
        assert row.status == Status.EXPIRED


def test_history_is_append_only(issue):
    event = issue().events.get()
    for act in (
        lambda: CertificateEvent.objects.filter(pk=event.pk).update(reason="x"),
        lambda: CertificateEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def test_status_of_many_costs_nothing_more(issue, django_assert_num_queries):
    for n in range(3):
        issue(f"registration:{n}")
    with django_assert_num_queries(1):
        assert [row.status for row in Certificate.objects.with_status().newest()] == [Status.VALID] * 3


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_leave_no_gap(issue, world, at_once):
    people = Person.objects.bulk_create(Person(name=f"学员{n}") for n in range(50))
    issued = at_once(50, lambda n: issue(f"registration:{n // 2}", holder=people[n // 2]))
    assert [row for row in issued if isinstance(row, Exception)] == []
    # Every source asked twice at the same time: 25 certificates, each answer in a pair the same one.
    assert sorted(row.serial for row in issued[::2]) == list(range(1, 26))
    assert [row.pk for row in issued[::2]] == [row.pk for row in issued[1::2]]
    assert CertificateSeries.objects.get().last_serial == 25
    assert CertificateEvent.objects.count() == 25


def test_merging_people_moves_certificates(issue, world):
    row = issue(holder=world.zhao)
    assert privacy.merge_persons in [part.move for part in merge_persons]
    privacy.merge_persons(Merging(world.wang.person, world.zhao))
    row.refresh_from_db()
    assert row.holder == world.wang.person
    assert row.words["name"] == "王小二"


def test_issuing_one_takes_few_queries(issue, db):
    from django.db import connection

    issue()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        issue("registration:2")
    assert len(queries) <= 14
