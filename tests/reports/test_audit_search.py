"""The audit trail on the screen: found by what one remembers, quick however long it is, taken away as a list."""

from datetime import timedelta

import pytest
from django.db import connection

from core import audit_trail, clock, retention
from core.models import AuditRecord, RetentionRun

pytestmark = pytest.mark.django_db


def wrote(actor, action, row, n=1, **more):
    return [audit_trail.record(actor, action, row, **more) for _ in range(n)]


def found(client, **query):
    answer = client.get("/desk/audit/", query)
    assert answer.status_code == 200
    return [row.action for row in answer.context["page"]]


@pytest.fixture
def auditor(world, client_of):
    return client_of(world.auditor)


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("auditor", 200),
        ("city", 200),
        ("statistician", 403),
        ("xiqing", 403),
        ("jia_trainer", 403),
        ("alpha_contact", 404),
        ("wang", 404),
    ],
)
def test_who_may_read_it(world, client_of, who, answer):
    assert client_of(getattr(world, who)).get("/desk/audit/").status_code == answer
    assert client_of(getattr(world, who)).get("/desk/retention/").status_code == answer


def test_each_filter(world, auditor):
    with clock.moved_to(clock.now() - timedelta(days=40)):
        wrote(world.city, "old.act", world.alpha)
    first = wrote(world.city, "enterprise.rename", world.alpha, reason="更名")[0]
    wrote(world.xiqing, "person.note", world.zhao)
    assert found(auditor) == ["person.note", "enterprise.rename", "old.act"]
    assert found(auditor, who="市局甲") == ["enterprise.rename", "old.act"]
    assert found(auditor, who="xiqing") == found(auditor, who="199 0000 0011") == ["person.note"]
    assert found(auditor, who="没有这个人") == []
    assert found(auditor, action="person.note") == ["person.note"]
    assert found(auditor, object=f"enterprises.enterprise:{world.alpha.pk}") == ["enterprise.rename", "old.act"]
    assert found(auditor, object="Enterprises.Person") == ["person.note"]
    assert found(auditor, start=str(clock.today())) == ["person.note", "enterprise.rename"]
    assert found(auditor, end=str(clock.today() - timedelta(days=1))) == ["old.act"]
    assert found(auditor, request_id=first.request_id, action="enterprise.rename") == ["enterprise.rename"]
    assert found(auditor, start="不是日期")


def test_the_page_after_goes_on_where_this_one_ended(world, auditor):
    moment = clock.now()
    with clock.moved_to(moment):  # all at one moment: the key decides
        for n in range(120):
            audit_trail.record(world.city, f"act.{n}", world.alpha)
    seen, after = [], ""
    for _ in range(3):
        answer = auditor.get("/desk/audit/", {"who": "city", "after": after})
        seen += [row.action for row in answer.context["page"]]
        after = answer.context["page"].after
    assert seen == [f"act.{n}" for n in reversed(range(120))]
    assert after is None
    back = auditor.get("/desk/audit/", {"who": "city", "before": answer.context["page"].before}).context["page"]
    assert [row.action for row in back] == seen[50:100]
    assert len(auditor.get("/desk/audit/", {"after": "²"}).context["page"]) == 50


@pytest.mark.parametrize("rows", [1, 3])
def test_one_row_and_three_rows_are_the_same_questions(world, auditor, rows, django_assert_num_queries):
    auditor.get("/desk/audit/")
    for user in (world.city, world.xiqing, world.jia_admin)[:rows]:
        wrote(user, "act", world.alpha)
    with django_assert_num_queries(3):  # user with person, appointments, records with actors
        auditor.get("/desk/audit/")


@pytest.mark.parametrize(
    "query", [{}, {"who": "city"}, {"action": "act"}, {"object": "enterprises.enterprise:1"}, {"start": "2026-01-01"}]
)
def test_the_newest_page_is_read_from_an_index(world, auditor, query):
    """No sorting of what was found: what is shown costs what it shows, however many millions lie behind it."""
    if connection.vendor != "sqlite":
        return  # PostgreSQL chooses by the size of the table; the index is the same
    from reports.views.audit import AuditForm

    rows = AuditForm(query).rows()[:50]
    plan = rows.explain()
    assert "USING INDEX audit_by_" in plan
    assert "TEMP B-TREE" not in plan


def test_the_list_to_take_away(world, auditor):
    wrote(world.xiqing, "act", world.alpha, reason="=1+1", changes={"name": ["王*", "李*"]})
    answer = auditor.post("/desk/audit/export.csv", {"who": "xiqing"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "'=1+1" in lines[1]
    assert "李*" in lines[1]
    assert AuditRecord.objects.filter(action="audit.export", actor=world.auditor).count() == 1
    assert auditor.get("/desk/audit/export.csv").status_code == 405


def test_the_report_of_what_was_forgotten(world, auditor):
    retention.enforce()
    retention.enforce()
    run = RetentionRun.objects.get()
    assert {"操作日志", "短信验证码", "登录记录", "没签上的记录", "导入的文件", "佐证材料"} <= {
        line["name"] for line in run.results
    }
    assert not [line for line in run.results if "fault" in line]
    page = auditor.get("/desk/retention/").content.decode()
    assert "只报数，要人定" in page


def test_one_fault_does_not_keep_the_rest(world, monkeypatch):
    from core import registry

    def broken(before):
        raise RuntimeError

    rules = [registry.Retention("坏的", 1, broken), registry.Retention("好的", 1, lambda before: 7)]
    monkeypatch.setattr(registry, "retention", rules)
    assert retention.enforce().results == [
        {"name": "坏的", "days": 1, "reports": False, "fault": "RuntimeError"},
        {"name": "好的", "days": 1, "reports": False, "count": 7},
    ]


def test_a_filter_that_is_not_understood_takes_nothing_out(world, auditor):
    wrote(world.city, "act", world.alpha)
    answer = auditor.post("/desk/audit/export.csv", {"start": "三月五日"}, follow=True)
    assert "没有导出" in answer.content.decode()
    assert not AuditRecord.objects.filter(action="audit.export").exists()
