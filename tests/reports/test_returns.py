"""月报: from draft to frozen, who may take which step, what is missing, and what a frozen one keeps when the books go on."""

import contextlib
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from core import clock
from core.models import AuditRecord
from enterprises.models import Appointment, District, Membership, Organiser, Role
from ledger import counts
from ledger.services import last_number
from reports import amending, diff, returning, rules, summary
from reports.models import Amendment, Freeze, Return, ReturnChange
from tests.training import house
from training import correcting
from training.models import Registration

pytestmark = pytest.mark.django_db

MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
IN_APRIL, IN_MAY = clock.at(date(2025, 4, 3), 10), clock.at(date(2025, 5, 4), 10)


@pytest.fixture
def second_admin(world):
    user = User.objects.create(username="city2", phone="19900000099")
    Appointment.objects.create(user=user, role=Role.CITY_ADMIN)
    return user


def prepared(month=MARCH, moment=IN_APRIL, scope="city"):
    with clock.moved_to(moment):
        returning.prepare(month)
    return Return.objects.get(month=month, scope=scope)


def approved(world, month=MARCH, moment=IN_APRIL, actor=None):
    """All seventeen returns of a month approved; the city's."""
    city = prepared(month, moment)
    with clock.moved_to(moment):
        for report in Return.objects.filter(month=month).exclude(scope="city"):
            notes = {"sessions": "季节", "person_times": "季节", "enterprises": "季节", "open_rounds": "已催"}
            returning.explain_swings(report.pk, notes, actor=world.statistician)
            returning.submit(report.pk, actor=world.statistician, reason="代各区汇总")
        assert returning.approve_districts(month, actor=world.city) == 16
        returning.explain_swings(city.pk, notes, actor=world.statistician)
        returning.submit(city.pk, actor=world.statistician)
        returning.approve(city.pk, actor=world.city)
    return city


def frozen(world, month=MARCH, moment=IN_APRIL):
    city = approved(world, month, moment)
    with clock.moved_to(moment):
        return returning.freeze(city.pk, actor=world.statistician)


def come_after_all(world, round_, person):
    """The absent one was there: a correction after closing."""
    row = Registration.objects.get(round=round_, person=person)
    session = round_.sessions.get()
    return correcting.correct(row.pk, actor=world.city, reason="签到表上有签名", sessions={session: "present"})


def audit():
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("audit", "--json", stdout=out)
    return [row for row in json.loads(out.getvalue()) if row["check"].startswith("return.")]


def test_drafts_are_made_once_and_only_of_a_month_that_is_over(world, code_of):
    with clock.moved_to(clock.at(date(2025, 3, 31), 20)):
        assert code_of(returning.prepare, MARCH) == "return.early"
    with clock.moved_to(IN_APRIL):
        assert [returning.prepare(MARCH), returning.prepare(date(2025, 3, 9)), returning.last_month()] == [17, 0, MARCH]
    assert ReturnChange.objects.filter(state="draft").count() == Return.objects.count() == 17
    assert AuditRecord.objects.get(action="return.prepare").changes["drafts"] == [0, 17]


def test_the_whole_way_with_who_when_and_why(world, march, code_of):
    district = prepared(scope="120111")
    with clock.moved_to(IN_APRIL):
        assert code_of(returning.approve, district.pk, actor=world.city) == "return.missing"
        assert code_of(returning.submit, district.pk, actor=world.wuqing) == "return.missing"
        assert code_of(returning.submit, district.pk, actor=world.statistician) == "reason.missing"
        returning.submit(district.pk, actor=world.xiqing)
        assert code_of(returning.submit, district.pk, actor=world.xiqing) == "return.missing"
        assert code_of(returning.explain_swings, district.pk, {}, actor=world.xiqing) == "return.fixed"
        assert code_of(returning.approve, district.pk, actor=world.statistician) == "return.missing"
        assert code_of(returning.send_back, district.pk, actor=world.city, reason=" ") == "reason.missing"
        returning.send_back(district.pk, actor=world.city, reason="请核对人次")
        returning.submit(district.pk, actor=world.xiqing)
        assert code_of(returning.freeze, district.pk, actor=world.statistician) == "return.missing"
        returning.approve(district.pk, actor=world.city)
        assert code_of(returning.freeze, district.pk, actor=world.city) == "return.missing"
        freeze = returning.freeze(district.pk, actor=world.statistician)
        assert returning.freeze(district.pk, actor=world.statistician) == freeze
        assert code_of(returning.send_back, district.pk, actor=world.city, reason="晚了一步") == "return.missing"
    steps = list(district.changes.values_list("state", "actor__username", "reason"))
    assert steps == [
        ("draft", None, ""),
        ("submitted", "xiqing", ""),
        ("sent_back", "city", "请核对人次"),
        ("submitted", "xiqing", ""),
        ("approved", "city", ""),
        ("frozen", "statistician", ""),
    ]
    assert (freeze.figures["total"]["person_times"], freeze.posting, freeze.rules) == (
        2,
        last_number(),
        rules.version(),
    )
    assert (freeze.at, freeze.actor) == (IN_APRIL, world.statistician)


def test_the_city_waits_for_its_districts_and_freezes_them_along(world, march, code_of):
    city = prepared()
    with clock.moved_to(IN_APRIL):
        assert "16 个区还没审核通过" in returning.missing(city, "submit", world.statistician)[0]
    city = approved(world)
    freeze = returning.freeze(city.pk, actor=world.statistician)
    rows = Freeze.objects.filter(report__month=MARCH)
    assert (rows.count(), set(rows.values_list("posting", flat=True))) == (17, {freeze.posting})
    for row in rows.exclude(pk=freeze.pk).select_related("report"):
        assert row.figures["total"] == freeze.figures["lines"][row.report.scope]
    assert audit() == []


def test_who_submitted_cannot_approve(world, march, second_admin, code_of):
    district = prepared(scope="120111")
    with clock.moved_to(IN_APRIL):
        returning.submit(district.pk, actor=world.city, reason="电话核过，代报")
        assert code_of(returning.approve, district.pk, actor=world.city) == "return.missing"
        returning.approve(district.pk, actor=second_admin)


def test_what_one_looked_at_is_what_is_signed(world, march, code_of):
    district = prepared(scope="120114")
    seen = last_number()
    late = Registration.objects.get(round=march, person__name="学员2", enterprise=world.beta).person
    with clock.moved_to(IN_APRIL):
        come_after_all(world, march, late)
        assert code_of(returning.submit, district.pk, actor=world.wuqing, seen=seen) == "return.moved"
        returning.submit(district.pk, actor=world.wuqing, seen=last_number())


def test_a_big_swing_and_an_open_round_need_a_word(world, march, code_of):
    frozen(world)
    house.held(world, [house.lesson(date(2025, 4, 9))], house.make_people(25, world.alpha, name="四月"), seats=60)
    house.ready(
        world, [house.lesson(date(2025, 4, 16))], house.make_people(1, world.alpha, name="没结"), title="没结班"
    )
    house.ready(world, [house.lesson(date(2025, 4, 16))], title="外区的班", owner=Organiser.objects.get(pk=world.yi.pk))
    xiqing = prepared(APRIL, IN_MAY, "120111")
    wuqing = prepared(APRIL, IN_MAY, "120114")
    with clock.moved_to(IN_MAY):
        (swing,) = returning.missing(xiqing, "submit", world.xiqing)
        assert "人次从 2 到 25" in swing
        (open_round,) = returning.missing(wuqing, "submit", world.wuqing)
        assert "还有 1 场讲完没结班" in open_round
        returning.explain_swings(xiqing.pk, {"person_times": "一家企业整班来学"}, actor=world.xiqing)
        returning.submit(xiqing.pk, actor=world.xiqing)
        returning.explain_swings(wuqing.pk, {"open_rounds": "成绩 5 日登完"}, actor=world.wuqing)
        returning.submit(wuqing.pk, actor=world.wuqing)


def test_a_frozen_return_stays_and_the_next_one_brings_the_adjustments(world, march):
    first = frozen(world)
    assert first.figures["adjustments"] is None
    late = Registration.objects.get(round=march, person__name="学员2", enterprise=world.beta).person
    moved = Registration.objects.get(round=march, person__name="学员1", enterprise=world.beta)
    with clock.moved_to(clock.at(date(2025, 4, 8), 9)):
        come_after_all(world, march, late)
        elsewhere = Membership.objects.create(person=moved.person, enterprise=world.alpha, layer="middle")
        correcting.correct(moved.pk, actor=world.city, reason="单位写错", membership=elsewhere)
    house.held(world, [house.lesson(date(2025, 4, 9))], house.make_people(3, world.alpha, name="四月"))
    second = frozen(world, APRIL, IN_MAY)
    first.refresh_from_db()
    assert first.figures["total"]["person_times"] == 3
    assert (second.figures["total"]["person_times"], second.figures["total"]["year_person_times"]) == (3, 7)
    assert second.figures["adjustments"]["person_times"] == [2, 1]
    assert second.figures["adjustments"]["middle"] == [1, 0]
    for name in ("person_times", "sessions", "rounds"):
        up, down = second.figures["adjustments"][name]
        before, now = first.figures["total"], second.figures["total"]
        assert before[f"year_{name}"] + now[name] + up - down == now[f"year_{name}"], name
    wuqing = Freeze.objects.get(report__month=APRIL, report__scope="120114").figures["adjustments"]
    assert wuqing["person_times"] == [1, 1]
    scope = returning.late_scope(second.report, second.posting, second.since_month)
    acts = diff.acts(scope, second.since)
    assert [(act.up, act.down, act.posting.reason) for act in acts] == [(1, 0, "签到表上有签名"), (1, 1, "单位写错")]
    assert audit() == []


def test_a_correction_sheet_needs_two_people_and_opens_a_second_version(world, march, second_admin, code_of):
    freeze = frozen(world)
    report = freeze.report
    with clock.moved_to(clock.at(date(2025, 4, 8), 9)):
        asked = {"actor": world.statistician, "style": "reissue", "reason": "补交签到表", "evidence": "签到表第 2 页"}
        assert code_of(amending.ask, report.pk, **asked) == "amendment.nothing"
        late = Registration.objects.get(round=march, person__name="学员2", enterprise=world.beta).person
        come_after_all(world, march, late)
        assert code_of(amending.ask, report.pk, **asked | {"reason": "改"}) == "reason.missing"
        assert code_of(amending.ask, report.pk, **asked | {"style": "so"}) == "amendment.style"
        assert code_of(amending.ask, report.pk, **asked | {"actor": world.xiqing}) == "return.missing"
        sheet = amending.ask(report.pk, **asked)
        assert code_of(amending.ask, report.pk, **asked) == "return.missing"
        assert {"figure": "person_times", "old": 3, "new": 4} in sheet.lines
        assert code_of(amending.decide, sheet.pk, actor=world.statistician, agree=True) == "amendment.own"
        assert code_of(amending.decide, sheet.pk, actor=world.auditor, agree=True) == "amendment.right"
        assert code_of(amending.decide, sheet.pk, actor=world.city, agree=False) == "reason.missing"
        second = amending.decide(sheet.pk, actor=world.city, agree=True).opened
        assert code_of(amending.decide, sheet.pk, actor=second_admin, agree=True) == "amendment.decided"
        assert (second.version, second.state, second.changes.get().reason) == (
            2,
            "draft",
            f"更正单 {sheet.label} 同意重开",
        )
        assert list(Return.objects.newest().filter(scope="city")) == [second]
        returning.submit(second.pk, actor=world.statistician)
        returning.approve(second.pk, actor=world.city)
        again = returning.freeze(second.pk, actor=world.statistician)
    freeze.refresh_from_db()
    assert (freeze.figures["total"]["person_times"], again.figures["total"]["person_times"]) == (3, 4)
    assert audit() == []
    refused = Amendment.objects.filter(report=report).count()
    assert (refused, sheet.label) == (1, "2025-03-全市-1-01")


def test_the_database_refuses_to_change_what_was_frozen_and_audit_sees_it_when_forced(world, march):
    freeze = frozen(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Freeze.objects.filter(pk=freeze.pk).update(sha256="0" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnChange.objects.first().delete()
    connection.check_constraints()  # PostgreSQL: nothing pending, so that the table may be altered
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER reports_freeze_no_update")
        else:
            cursor.execute("ALTER TABLE reports_freeze DISABLE TRIGGER USER")
    freeze.figures["total"]["person_times"] += 1
    freeze.save()
    assert [row["pk"] for row in audit()] == [freeze.report_id, freeze.report_id]


def test_the_rows_of_the_table_are_those_of_the_figures(world, march):
    """The table's groups, counted once for all districts, are what ``counts.figures`` answers for each."""
    house.held(world, [house.lesson(date(2025, 2, 5))], house.make_people(2, world.alpha, name="二月"), kind="K1")
    scope = summary.month_scope(MARCH)
    table = summary.table(scope)
    for code, _name, line in table.lines:
        if code == summary.NOWHERE:
            continue
        for prefix, start in (("", MARCH), ("year_", date(2025, 1, 1))):
            mine = counts.figures(scope.of(start=start, district=code))
            for name in ("sessions", "rounds", "person_times", "persons", "enterprises", "small", "class_hours"):
                assert getattr(line, prefix + name) == getattr(mine, name), (code, prefix, name)
        exams = counts.exam_figures(scope.of(district=code))
        assert (line.examined, line.passed) == (exams.get("examined", 0), exams.get("passed", 0))
    whole = counts.figures(scope)
    assert (table.total.persons, table.total.enterprises) == (whole.persons, whole.enterprises)
    assert len(table.lines) == District.objects.count() + 1
    assert summary.Line.from_dict(table.total.as_dict()) == table.total
