"""The whole way through the screens: upload, columns, dry run, confirm, refused rows back, undo; and who may."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import AuditRecord
from enterprises.imports import refused
from enterprises.models import ImportBatch, Membership, Person
from tests.enterprises.sheets import STAFF, checked, counts, workbook, written
from tests.suite.world import CODES

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

ROWS = [
    [*STAFF[:4], "工号"],
    ["陈示一", "19911110001", CODES["alpha"], "一线员工", "007"],
    ["陈示二", "1991111", CODES["alpha"], "一线员工", "=1+1x"],
]


def run(act, capture):
    """What workers would do right after the commit."""
    with capture(execute=True):
        return act()


def upload(client, rows, url="/desk/import/", **fields):
    answer = client.post(url, {"kind": "staff", "file": workbook(rows), **fields})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.get(pk=answer.url.rstrip("/").split("/")[-1]), answer.url


def test_the_whole_way(world, client_of, django_capture_on_commit_callbacks):
    client = client_of(world.xiqing)
    batch, url = upload(client, ROWS)
    page = client.get(url).content.decode()
    assert "对一下列" in page
    fields = batch.columns["fields"]
    run(lambda: client.post(url, fields | {"do": "match"}), django_capture_on_commit_callbacks)
    page = client.get(url).content.decode()
    assert "确认写入 1 行" in page
    assert "第 3 行" in page
    assert "11 位数字" in page
    assert not Person.objects.filter(phone="19911110001").exists()
    run(lambda: client.post(url, {"do": "confirm"}), django_capture_on_commit_callbacks)
    assert Membership.objects.get(person__phone="19911110001").enterprise == world.alpha
    assert "撤销这一批" in client.get(url).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(url + "refused.xlsx").streaming_content)))
    head, row = book.active.iter_rows(values_only=True)
    assert head == ("错误原因", *ROWS[0])
    assert row[1:] == ("陈示二", "1991111", CODES["alpha"], "一线员工", "=1+1x")
    assert book.active["A2"].font.color.rgb.endswith("A8321F")
    assert all(cell.data_type == "s" for cell in book.active[2])
    run(lambda: client.post(url, {"do": "undo"}), django_capture_on_commit_callbacks)
    assert not Person.objects.filter(phone="19911110001").exists()
    assert ImportBatch.objects.get(pk=batch.pk).state == "undone"
    acts = list(
        AuditRecord.objects.filter(action__startswith="import.").order_by("pk").values_list("action", flat=True)
    )
    assert acts == ["import.upload", "import.write", "import.undo"]


def test_refused_rows_can_be_sent_again_as_they_come_back(world, client_of):
    batch = checked(world.city, "staff", ROWS)
    content = client_of(world.city).get(reverse("desk:import-refused", args=[batch.pk]))
    again = SimpleUploadedFile("退回.xlsx", b"".join(content.streaming_content))
    again = checked(world.city, "staff", None, upload=again)
    assert counts(again) == (0, 0, 0, 1)
    assert next(refused.read(again))[1][1:] == ["陈示二", "1991111", CODES["alpha"], "一线员工", "=1+1x"]


def test_the_template_comes_back_filled_in(world, client_of):
    content = client_of(world.xiqing).get(reverse("desk:import-template", args=["staff"])).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    lists = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    assert any("一线员工" in text for text in lists.values())
    place = {cell.value.rstrip("*"): cell.column for cell in sheet[3]}
    for name, value in zip(STAFF[:4], ["陈示一", "19911110001", CODES["alpha"], "一线员工"], strict=True):
        sheet.cell(row=5, column=place[name], value=value)
    target = io.BytesIO()
    book.save(target)
    batch = checked(world.xiqing, "staff", None, upload=SimpleUploadedFile("t.xlsx", target.getvalue()))
    assert (batch.columns["header"], counts(batch)) == (3, (1, 0, 0, 0))


def test_columns_that_cannot_be_told_are_asked_for(world, client_of, django_capture_on_commit_callbacks):
    client = client_of(world.alpha_contact)
    url = reverse("enterprises:imports", args=[world.alpha.pk])
    batch, url = upload(client, [["甲", "层级"], ["陈示一", "一线"]], url)
    assert "还没认出" in client.get(url).content.decode()
    answer = client.post(url, {"do": "match", "layer": "层级"})
    assert (answer.status_code, "请选出它在文件里的哪一列" in answer.content.decode()) == (422, True)
    answer = client.post(url, {"do": "match", "layer": "层级", "name": "层级"})
    assert (answer.status_code, "选了两次" in answer.content.decode()) == (422, True)
    run(lambda: client.post(url, {"do": "match", "name": "甲", "layer": "层级"}), django_capture_on_commit_callbacks)
    assert counts(ImportBatch.objects.get(pk=batch.pk)) == (1, 0, 0, 0)


def test_what_cannot_be_read_is_said_at_the_upload(world, client_of):
    client = client_of(world.city)
    for rows, words in [([STAFF], "只有表头"), ([["姓名", "姓名"], ["甲", "乙"]], "两列都叫")]:
        answer = client.post("/desk/import/", {"kind": "staff", "file": workbook(rows)})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not ImportBatch.objects.exists()


def test_steps_out_of_turn_are_refused(world, client_of):
    client = client_of(world.city)
    _batch, url = upload(client, ROWS)
    for step in ("confirm", "undo"):
        page = client.post(url, {"do": step}, follow=True).content.decode()
        assert "做不了这一步" in page


def test_a_foreign_enterprise_in_the_form_changes_nothing(world, client_of, django_capture_on_commit_callbacks):
    """The door decides the enterprise; whatever is posted, and whatever code stands in the rows."""
    client = client_of(world.beta_contact)
    assert client.get(reverse("enterprises:imports", args=[world.alpha.pk])).status_code == 404
    home = reverse("enterprises:imports", args=[world.beta.pk])
    batch, url = upload(client, ROWS, home, enterprise=world.alpha.pk)
    assert batch.enterprise == world.beta
    form = batch.columns["fields"] | {"do": "match", "enterprise": world.alpha.pk}
    run(lambda: client.post(url, form), django_capture_on_commit_callbacks)
    batch.refresh_from_db()
    assert counts(batch) == (0, 0, 0, 2)
    page = client.post(url, {"do": "confirm"}, follow=True).content.decode()
    assert "没有要新增或更改的行" in page
    assert client.get(reverse("enterprises:import", args=[world.alpha.pk, batch.pk])).status_code == 404
    assert client_of(world.wuqing).get(reverse("desk:import", args=[batch.pk])).status_code == 404


def test_the_auditor_only_looks(world, client_of):
    batch = checked(world.city, "staff", ROWS)
    client = client_of(world.auditor)
    url = reverse("desk:import", args=[batch.pk])
    page = client.get(url).content.decode()
    assert "确认写入" not in page
    assert client.post(url, {"do": "confirm"}).status_code == 403
    assert client.post("/desk/import/", {"kind": "staff", "file": workbook(ROWS)}).status_code == 403


def test_progress_is_asked_for_until_it_ends(world, client_of):
    from enterprises.imports import progress

    batch = checked(world.city, "staff", ROWS)
    client = client_of(world.city)
    url = reverse("desk:import", args=[batch.pk])
    ImportBatch.objects.filter(pk=batch.pk).update(state="writing", progress=0)
    progress.report(batch.pk, 40)
    answer = client.get(url, headers={"HX-Request": "true"})
    assert 'value="40"' in answer.content.decode()
    ImportBatch.objects.filter(pk=batch.pk).update(state="done", progress=100)
    assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_constant_queries(world, client_of, django_assert_num_queries):
    client = client_of(world.city)
    client.get("/desk/import/")
    batch = checked(world.city, "staff", ROWS)
    url = reverse("desk:import", args=[batch.pk])
    costs = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for number in (1, 3):
        for page in ("/desk/import/", url):
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            costs.append((page, len(queries)))
        if number == 1:
            written(world.xiqing, "staff", ROWS)
            written(world.xiqing, "staff", ROWS)
    assert costs[0] == costs[2]
    assert costs[1] == costs[3]
    assert max(cost for _page, cost in costs) <= 8
