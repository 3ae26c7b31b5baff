"""Lists go out inside one's scope, with masked phones unless one may and says why; no cell is ever a formula."""

import csv
import io

import openpyxl
import pytest

from core.models import AuditRecord
from enterprises.models import Enterprise, Membership, Person
from enterprises.policies import rights_of
from tests.suite.world import XIQING

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def table(answer):
    content = b"".join(answer.streaming_content)
    assert answer.status_code == 200
    if answer["Content-Type"].startswith("text/csv"):
        assert content.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert all(
        cell.data_type in ("s", "n") and not isinstance(cell.value, int | float) for row in sheet for cell in row
    )
    return [["" if value is None else value for value in row] for row in sheet.iter_rows(values_only=True)]


def take(client, url="/desk/export/", **fields):
    return client.post(url, {"kind": "people", "file": "csv"} | fields)


@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_people_of_ones_scope_with_masked_phones(world, client_of, file):
    rows = table(take(client_of(world.xiqing), file=file))
    people = {row[0]: row for row in rows[1:]}
    assert people.keys() == {"王小二", "赵六", "甲企联络员"}
    assert people["王小二"][1:4] == ["199****0041", world.alpha.name, world.alpha.code]
    everybody = table(take(client_of(world.auditor), file=file))
    assert "乙企联络员" in [row[0] for row in everybody]


def test_enterprises_of_ones_scope(world, client_of):
    Enterprise.objects.filter(pk=world.alpha.pk).update(contact_name="张三", contact_phone="19900000031")
    rows = table(take(client_of(world.xiqing), kind="enterprises"))
    assert [row[0] for row in rows[1:]] == [world.alpha.name]
    assert "199****0031" in rows[1]
    assert len(table(take(client_of(world.city), kind="enterprises"))) == 3


def test_full_numbers_need_the_right_and_a_reason_and_are_recorded(world, client_of):
    client = client_of(world.xiqing)
    answer = take(client, plain="on", reason=" ")
    assert (answer.status_code, "为什么要完整手机号" in answer.content.decode()) == (422, True)
    rows = table(take(client, plain="on", reason="通知本区学员开班"))
    assert "19900000041" in [row[1] for row in rows]
    record = AuditRecord.objects.filter(action="export.people").latest("pk")
    assert (record.actor, record.reason, record.changes) == (world.xiqing, "通知本区学员开班", {"plain": [None, True]})
    masked = table(take(client_of(world.auditor), plain="on", reason="想看看号码"))
    assert "19900000041" not in [row[1] for row in masked]


def test_who_looks_everywhere_and_acts_in_one_district_gets_full_numbers_of_that_district_only(world, client_of):
    world.auditor.appointments.create(user=world.auditor, role="district_admin", district_id=XIQING)
    rows = table(take(client_of(world.auditor), plain="on", reason="核对本区名单"))
    assert rights_of(world.auditor).city
    assert {row[2] for row in rows[1:]} == {world.alpha.name}


def test_a_contact_takes_out_the_own_enterprise(world, client_of):
    url = f"/enterprises/{world.alpha.pk}/export/"
    rows = table(take(client_of(world.alpha_contact), url, plain="on", reason="通知大家上课"))
    assert {row[2] for row in rows[1:]} == {world.alpha.name}
    assert "19900000041" in [row[1] for row in rows]
    assert take(client_of(world.beta_contact), url).status_code == 404


def test_no_cell_runs_as_a_formula(world, client_of):
    names = ["=1+1", "+2", "-3", "@SUM(A1)"]
    for name in names:
        Membership.objects.create(person=Person.objects.create(name=name), enterprise=world.alpha, layer="other")
    found = {row[0] for row in table(take(client_of(world.xiqing)))}
    assert {"'" + name for name in names} <= found
    assert set(names) <= {row[0] for row in table(take(client_of(world.xiqing), file="xlsx"))}


def test_constant_queries(world, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(world.xiqing)
    costs = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            table(take(client))
        costs.append(len(queries))
        people = Person.objects.bulk_create(Person(name=f"陈示{n}") for n in range(5))
        Membership.objects.bulk_create(
            Membership(person=each, enterprise=world.alpha, layer="other") for each in people
        )
    assert costs[0] == costs[1]
