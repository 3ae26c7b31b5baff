"""Finding, correcting and revoking at the desk; many as one file; who has none; who is told that a paper ends."""

import io
import json
import zipfile
from datetime import date, timedelta

import pypdf
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from certificates import batches, policies, proofs, reminders, rendering, services, tasks
from certificates.models import Batch, Certificate
from core import clock, tables
from core.exceptions import DomainError
from core.models import AuditRecord
from enterprises.models import Membership, Person
from notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def desk(name, *args):
    return reverse(f"desk:{name}", args=args)


def test_the_list_finds_by_number_person_and_enterprise(client_of, issue, world, django_assert_num_queries):
    client = client_of(world.city)
    rows = [issue("registration:0")]
    client.get(desk("certificates"))
    with django_assert_num_queries(4):
        client.get(desk("certificates"))
    rows += [issue(f"registration:{n}", holder=world.zhao, name="赵六", enterprise="示例乙企业") for n in (1, 2)]
    services.revoke(rows[2], actor=world.city, reason="学时不够")
    with django_assert_num_queries(4):
        page = client.get(desk("certificates")).content.decode()
    assert all(row.number in page for row in rows)

    def found(**query):
        page = client.get(desk("certificates"), query).content.decode()
        return [n for n, row in enumerate(rows) if f"/desk/certificates/{row.number}/" in page]

    assert found(q=rows[1].number.lower().replace("-", " ")) == [1]
    assert found(q="TJXW-NSY-2026-O12") == [0, 1, 2]
    assert found(q="赵六") == [1, 2]
    assert found(q="示例乙") == [1, 2]
    assert found(state="revoked") == [2]
    assert found(state="valid") == [0, 1]
    assert found(state="unmade", series="NSY-2026-012") == [0, 1, 2]
    assert found(series="NSY-2026-013") == found(year="2021") == found(state="failed") == []
    # A trainer of nobody's round sees the room, and nothing in it.
    assert rows[0].number not in client_of(world.yi_trainer).get(desk("certificates")).content.decode()


def test_correcting_at_the_desk(client_of, issue, world, monkeypatch):
    followed = []
    monkeypatch.setattr(services, "superseded", [lambda old, new: followed.append((old.version, new.version))])
    row = issue()
    client, url = client_of(world.city), desk("certificate-correct", row.number)
    given = {
        f"correct-{name}": row.words[name] for name in ("name", "enterprise", "course_title", "basis", "organiser")
    }
    assert "查验的人会看到" in client.post(url, given).content.decode()
    long = given | {"correct-reason": "写错", "correct-course_title": "质量" * 45}
    assert client.post(url, long).status_code == 302
    newest = Certificate.objects.newest().get()
    with pytest.raises(DomainError):
        rendering.render(newest.pk)
    page = client.get(desk("certificate", row.number)).content.decode()
    assert "文件做不出来" in page
    done = client.post(url, given | {"correct-name": "王晓二", "correct-reason": "姓名写错一个字"}, follow=True)
    page = done.content.decode()
    assert "第 3 版" in page
    assert "王晓二" in page
    assert followed == [(1, 2), (2, 3)]
    trail = AuditRecord.objects.filter(action="certificate.correct").latest("pk")
    assert trail.changes["name"] == ["王*二", "王*二"]
    assert Certificate.objects.newest().get().number == row.number


def test_revoking_at_the_desk_names_who_decided(client_of, issue, world):
    row = issue()
    client = client_of(world.city)
    url = desk("certificate-revoke", row.number)
    assert client.post(url, {"revoke-authority": "", "revoke-reason": ""}).status_code == 422
    client.post(url, {"revoke-authority": "示例主管单位", "revoke-reason": "查实由他人代签"})
    assert services.revoked_by_decision(row)
    for page in (client.get(desk("certificate", row.number)), client.get(f"/verify/{row.token}/")):
        assert "示例主管单位决定撤销" in page.content.decode()
    assert "撤销了的不能再改" in client.get(desk("certificate", row.number)).content.decode()
    assert AuditRecord.objects.get(action="certificate.revoke").reason == "查实由他人代签"


def test_a_lost_file_is_mended_at_the_desk(client_of, issue, world):
    row = rendering.render(issue().pk)
    client = client_of(world.city)
    row.pdf.storage.delete(row.pdf.name)
    assert "文件找不到了" in client.get(desk("certificate", row.number)).content.decode()
    client.post(desk("certificate-restore", row.number))
    row.refresh_from_db()
    assert row.pdf.storage.exists(row.pdf.name)


def test_what_the_font_could_not_draw_is_made_at_the_desk_once_it_can(client_of, issue, world):
    row, still = issue(name="Łukasz Żółć"), issue("registration:2", name="张𪻐三")
    Certificate.objects.update(render_error="字体里没有这个字，请告诉管理员补字。")
    client = client_of(world.city)
    assert "再做一次" in client.get(desk("certificate", row.number)).content.decode()
    client.post(desk("certificate-restore", row.number))
    row.refresh_from_db()
    assert row.pdf.storage.exists(row.pdf.name) and row.render_error == ""
    assert AuditRecord.objects.get(action="certificate.restore").changes["pdf_sha256"] == ["", row.pdf_sha256]
    refused = client.post(desk("certificate-restore", still.number), follow=True).content.decode()
    assert "字体里没有“𪻐”" in refused
    assert AuditRecord.objects.filter(action="certificate.restore").count() == 1


def test_a_batch_delivers_the_rest_and_names_the_bad_ones(client_of, issue, world, django_capture_on_commit_callbacks):
    rows = [issue(f"registration:{n}", name=name) for n, name in enumerate(["林例", "张𪻐三", "买买提·示例"])]
    changed = rendering.render(issue("registration:3", name="改过").pk)
    with open(changed.pdf.path, "ab") as file:  # noqa: PTH123
        file.write(b"%")
    client = client_of(world.city)
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(desk("certificate-batch") + "?series=NSY-2026-012", {"kind": "zip"})
    batch = Batch.objects.get()
    assert asked.url == reverse("certificates:batch", args=[batch.pk])
    assert (batch.state, batch.done) == ("ready", 4)
    assert [number for number, _why in batch.faults] == [rows[1].number, changed.number]
    page = client.get(asked.url).content.decode()
    assert "2 张没放进去" in page
    assert "𪻐" in page
    answer = client.get(reverse("certificates:batch_file", args=[batch.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        assert [name.split("_")[1] for name in names[:2]] == ["林例", "买买提·示例"]
        assert rows[1].number in archive.read("没放进去的.txt").decode()
        rows[0].refresh_from_db()
        assert archive.read(names[0]) == rows[0].pdf.open().read()
    # Nobody else has it, the city neither.
    assert client_of(world.statistician).get(asked.url).status_code == 404
    # Once made it is not made again; a week later it is forgotten.
    assert not batches.make(batch.pk)
    with clock.moved_to(clock.now() + timedelta(days=8)):
        assert batches.forget(clock.now() - timedelta(days=7)) == 1


def test_a_batch_goes_on_after_a_lost_worker(issue, world):
    issue()
    batch = batches.ask(Certificate.objects.newest(), "print", title="打印", actor=world.city)
    Batch.objects.filter(pk=batch.pk).update(state="making")
    assert tasks.resume_batches() == 0
    with clock.moved_to(clock.now() + timedelta(minutes=4)):
        assert tasks.resume_batches() == 1
    batch.refresh_from_db()
    assert len(pypdf.PdfReader(batch.file.open()).pages) == 1
    register = batches.ask(Certificate.objects.newest(), "register", title="登记表", actor=world.city)
    assert batches.make(register.pk)
    register.refresh_from_db()
    lines = [cells for _line, cells in tables.read(register.file.open(), "登记表.xlsx")]
    assert lines[1][:3] == ["序号", "证书编号", "姓名"]
    assert lines[2][2:4] == ["王小二", "示例甲企业有限公司"]
    with pytest.raises(DomainError) as refused:
        batches.ask(Certificate.objects.none(), "zip", title="空", actor=world.city)
    assert refused.value.code == "batch.empty"


def test_a_contact_sees_who_has_none(client_of, issue, world, monkeypatch, django_assert_num_queries):
    from django.db.models import Q

    row = issue()
    mine = [lambda user: Q(pk=row.pk) if user == world.alpha_contact else Q(pk__in=[])]
    monkeypatch.setattr(policies, "also_visible", mine)
    client, url = client_of(world.alpha_contact), reverse("certificates:enterprise", args=[world.alpha.pk])
    client.get(url)
    with django_assert_num_queries(7):
        page = client.get(url).content.decode()
    assert "在职 3 人，1 人有" in page
    assert reverse("certificates:detail", args=[row.number]) in page
    page = client.get(url, {"show": "none"}).content.decode()
    assert "赵六" in page
    assert "王小二" not in page
    Membership.objects.bulk_create(
        Membership(person=Person.objects.create(name=f"员工{n}"), enterprise=world.alpha, layer="frontline")
        for n in range(3)
    )
    with django_assert_num_queries(7):
        client.get(url)
    asked = client.post(reverse("certificates:enterprise_batch", args=[world.alpha.pk]), {"kind": "zip"})
    assert Batch.objects.get().keys == [row.pk]
    assert client.get(asked.url).status_code == 200


def test_one_s_own_wall(client_of, issue, world):
    client, url = client_of(world.wang), reverse("certificates:wall")
    assert "还没有证明" in client.get(url).content.decode()
    row = issue()
    gone = issue("registration:2", course_title="撤销的课")
    services.revoke(gone, actor=world.city, reason="重复发证")
    page = client.get(url).content.decode()
    assert row.number in page
    assert "已撤销" in page


def test_the_holder_is_told_once_before_the_end(issue, world):
    row, other = issue(), issue("registration:2", holder=world.zhao)
    services.revoke(other, actor=world.city, reason="学时不够")
    assert reminders.remind() == 0
    with clock.moved_to(clock.at(row.expires_on - timedelta(days=60), 9)):
        reminders.remind()
        services.correct(row, {"result": "优秀"}, actor=world.city, reason="改分")
        reminders.remind()
        assert [notice.person_id for notice in Notice.objects.filter(kind="certificate.ending")] == [row.holder_id]
        assert row.number in Notice.objects.get().body
    with clock.moved_to(clock.at(row.expires_on - timedelta(days=40), 9)):
        Notice.objects.all().delete()
        assert reminders.remind() == 0


def test_the_public_sees_masked_words_and_figures(client, client_of, issue, world):
    row = issue()
    data = client.get(f"/verify/{row.token}/json/").json()
    assert (data["number"], data["status"], data["words"]["name"]) == (row.number, "valid", "王*二")
    assert data["timeline"][0]["kind"] == "issued"
    assert client.get("/verify/AAAAAAAA/json/").status_code == 404
    # The holder sees their own name.
    assert "王小二" in client_of(world.wang).get(f"/verify/{row.token}/").content.decode()
    assert "王小二" not in client_of(world.city).get(f"/verify/{row.token}/").content.decode()
    services.revoke(row, actor=world.city, reason="重复发证")
    page = client.get("/verify/statistics/").content.decode()
    assert '<td class="nowrap">培训合格证明</td><td class="num">1</td><td class="num">1</td>' in page
    keys = client.get("/verify/keys/").json()["keys"]
    assert keys[0]["public_key"] == proofs.public_hex(proofs.private_key())
    assert keys[0]["public_key"] in client.get("/verify/offline/").content.decode()


def test_on_the_command_line(client, issue, capsys, tmp_path):
    row = issue()
    call_command("verify_certificate", row.number.lower(), row.check_code)
    assert json.loads(capsys.readouterr().out)["status"] == "valid"
    keys = tmp_path / "keys.json"
    keys.write_bytes(client.get("/verify/keys/").content)
    call_command("verify_certificate", qr=row.qr_text, keys=keys)
    assert json.loads(capsys.readouterr().out)["name"] == "王小二"
    with pytest.raises(CommandError, match="没有查到"):
        call_command("verify_certificate", row.number, "00000000")
    with pytest.raises(CommandError, match="签名不对"):
        call_command("verify_certificate", qr=row.qr_text[:-1] + str((int(row.qr_text[-1]) + 1) % 10))
    call_command("signing_key")
    assert capsys.readouterr().out.startswith("CERTIFICATE_SIGNING_KEY=")
    call_command("signing_key", withdraw=1, reason="私钥可能外泄")
    with pytest.raises(CommandError, match="作废"):
        call_command("verify_certificate", qr=row.qr_text)
    assert issue("registration:9").proof == ""
    assert row.issued_on == date(2026, 11, 2)
