"""归档: a package of everything a closed round rests on, made once by a worker; then the state."""

import hashlib
import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.models import AuditRecord
from tests.training import house
from training import archive_parts, archiving, check_in, closing, corrections, evidence, reconciling, tasks
from training.models import Archive, Evidence, Round, RoundChange

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fonts")]


@pytest.fixture
def held(world):
    """A closed round of two with real files; one sheet was replaced before closing, 学员2 signed no paper."""
    people = house.make_people(2, world.alpha)
    round_ = house.opened(world, members=people, has_exam=False)
    session = round_.sessions.get()
    house.attend(world, round_)
    trainer = world.jia_trainer
    with clock.moved_to(house.after(round_)):
        blurred = evidence.attach(round_, kind="sign_in", file=pdf("签到表.pdf", b"1"), actor=trainer)
        evidence.replace(blurred.pk, file=pdf("签到表.pdf", b"2"), reason="照片糊了", actor=trainer)
        for number in range(closing.PHOTOS):
            evidence.attach(round_, kind="photo", file=pdf("现场.pdf", b"%d" % number), actor=trainer)
        reconciling.count(session.pk, 1, actor=trainer, explanation="学员2 没在纸上签")
        return closing.close_round(round_.pk, actor=trainer)


def pdf(name, content):
    return SimpleUploadedFile(name, b"%PDF-1.4 " + content)


def package(round_, actor):
    """The newest package, made now."""
    row = archiving.ask(round_.pk, actor=actor)
    archiving.make(row.pk)
    return Archive.objects.get(pk=row.pk)


def rows_of(archive, name):
    sheet = openpyxl.load_workbook(io.BytesIO(archive.read(name))).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_the_package_holds_everything_and_its_manifest_says_so(world, held):
    row = package(held, world.jia_trainer)
    assert (row.state, row.faults, row.number, row.done) == ("ready", [], 1, row.total)
    content = row.file.open().read()
    assert (row.sha256, row.size) == (hashlib.sha256(content).hexdigest(), len(content))
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = archive.namelist()
    assert names[:6] == [
        *("01 结班报告.pdf", "02 学员名册.xlsx", "03 考勤.xlsx", "03 没签上的.xlsx", "04 统计.xlsx"),
        "05 通知往来.xlsx",
    ]
    assert sorted(name for name in names if name[:2] in ("07", "08", "13")) == [
        *("07 签到表/签到表.pdf", "08 现场照片/现场.pdf", "08 现场照片/现场（2）.pdf", "08 现场照片/现场（3）.pdf"),
        "13 换下和撤下的/签到表.pdf",
    ]
    assert archive.read("07 签到表/签到表.pdf") == b"%PDF-1.4 2"
    assert archive.read("13 换下和撤下的/签到表.pdf") == b"%PDF-1.4 1"
    assert sum(name.startswith("12 培训合格证明/") for name in names) == 2
    sums = dict(line.split("  ", 1)[::-1] for line in archive.read("SHA256SUMS.txt").decode().splitlines())
    assert sums == {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names if name != "SHA256SUMS.txt"}
    roster = rows_of(archive, "02 学员名册.xlsx")
    assert [(line[1], line[12]) for line in roster[1:]] == [("学员1", "是"), ("学员2", "是")]
    numbers = {tuple(line[:3]) for line in rows_of(archive, "04 统计.xlsx")}
    assert {("人数", "计入人次", "2"), ("人数核对", "第 1 课 签名人数", "1"), ("人数", "发证", "2")} <= numbers
    assert len(rows_of(archive, "03 考勤.xlsx")) == 3
    assert len(rows_of(archive, "05 通知往来.xlsx")) > 2
    assert archive.read("01 结班报告.pdf").startswith(b"%PDF")


def test_asked_for_again_and_made_by_two_it_is_made_once_until_something_changes(world, held, code_of):
    running = house.opened(world, members=house.make_people(1, world.alpha, name="别班"))
    assert code_of(archiving.ask, running.pk, actor=world.city) == "archive.not_closed"
    first = archiving.ask(held.pk, actor=world.jia_trainer)
    assert archiving.ask(held.pk, actor=world.city) == first
    assert archiving.make(first.pk) is True
    assert archiving.make(first.pk) is False
    assert archiving.ask(held.pk, actor=world.city) == first
    evidence.attach(held, kind="other", file=pdf("晚到.pdf", b"3"), actor=world.jia_trainer)
    second = archiving.ask(held.pk, actor=world.city)
    assert (second.number, second.state) == (2, "waiting")
    # The worker that had it is gone: another takes it up.
    Archive.objects.filter(pk=second.pk).update(state="making")
    assert tasks.resume_archives() == 0
    with clock.moved_to(clock.now() + 2 * archiving.SILENT):
        assert tasks.resume_archives() == 1
    assert Archive.objects.get(pk=second.pk).state == "ready"
    assert list(AuditRecord.objects.filter(action="archive.ask").values_list("actor", flat=True)) == [
        *(world.jia_trainer.pk, world.city.pk)
    ]


def test_archived_when_nothing_is_missing_once_and_corrected_afterwards(world, held, code_of):
    def missing():
        with pytest.raises(Exception, match="归档还差") as refused:
            archiving.archive(held.pk, actor=world.jia_trainer)
        return refused.value.params["missing"]

    assert missing() == ["certificates", "package", "current"]
    package(held, world.jia_trainer)
    row = house.of(held, house.Person.objects.get(name="学员2"))
    session = held.sessions.get()
    asked = corrections.ask(row.pk, actor=world.jia_trainer, reason="没来", sessions={str(session.pk): "absent"})
    assert missing() == ["corrections", "current"]
    corrections.withdraw(asked.pk, actor=world.jia_trainer)
    package(held, world.jia_trainer)
    assert archiving.archive(held.pk, actor=world.jia_trainer).state == Round.State.ARCHIVED
    archiving.archive(held.pk, actor=world.city)
    change = RoundChange.objects.get(after="archived")
    assert (change.actor, change.before) == (world.jia_trainer, "closed")
    # A correction is made as after closing; the package says that it is out of date, and the next one is made.
    before = archiving.newest(held)
    asked = corrections.ask(row.pk, actor=world.jia_trainer, reason="没来", sessions={str(session.pk): "absent"})
    corrections.approve(asked.pk, actor=world.jia_admin)
    assert not archiving.checks(Round.objects.get(pk=held.pk), before)[-1].is_done
    assert package(held, world.city).number == before.number + 1
    assert Round.objects.get(pk=held.pk).state == Round.State.ARCHIVED
    assert code_of(check_in.mark, session, row, "absent", actor=world.city, reason="没来") == "round.closed"


def test_a_lost_or_changed_file_is_named_and_needs_a_word_before_the_round_is_archived(world, held, code_of):
    lost, changed, *_rest = Evidence.objects.filter(kind="photo")
    lost.file.storage.delete(lost.file.name)
    Evidence.objects.filter(pk=changed.pk).update(sha256="0" * 64)
    row = package(held, world.jia_trainer)
    assert [(path, "找不到" in said, "不一样" in said) for path, said in row.faults] == [
        ("08 现场照片/现场.pdf", True, False),
        ("08 现场照片/现场.pdf", False, True),
    ]
    assert "没放进去的.txt" in zipfile.ZipFile(row.file.open()).namelist()
    assert code_of(archiving.archive, held.pk, actor=world.jia_trainer) == "archive.faults"
    archiving.archive(held.pk, actor=world.jia_trainer, reason="照片随手机丢了，另有两张")
    assert RoundChange.objects.get(after="archived").reason == "照片随手机丢了，另有两张"


def test_who_is_erased_takes_the_packages_with_their_name_along(
    world, held, django_capture_on_commit_callbacks, monkeypatch
):
    row = package(held, world.jia_trainer)
    name, person = row.file.name, house.Person.objects.get(name="学员1")
    with django_capture_on_commit_callbacks(execute=True):
        archiving.forget_files(person)
        assert row.file.storage.exists(name)
    row.refresh_from_db()
    assert (row.file.name, row.file.storage.exists(name)) == ("", False)
    # Another is being made, with the name in it, while somebody else is erased: nothing of it stays.
    again = archiving.ask(held.pk, actor=world.jia_trainer)
    assert again.number == 2
    write, before = archiving._write, row.file.storage.listdir("archives")

    def written_while_erased(*said):
        faults = write(*said)
        archiving.forget_files(person)
        return faults

    monkeypatch.setattr(archiving, "_write", written_while_erased)
    assert archiving.make(again.pk) is False
    again.refresh_from_db()
    assert (again.state, again.file.name, row.file.storage.listdir("archives")) == ("failed", "", before)
    assert archiving.ask(held.pk, actor=world.jia_trainer).number == 3


def test_the_report_asks_the_same_questions_however_much_happened(world, held):
    """Names of everybody who did something, each with a login of their own."""

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert archive_parts.report(held, archiving.newest(held)).startswith(b"%PDF")
        return len(queries)

    package(held, world.jia_trainer)
    before = asked()
    for row, actor in zip(
        Evidence.objects.filter(kind="photo"), (world.jia_admin, world.city, world.wang), strict=True
    ):
        Evidence.objects.filter(pk=row.pk).update(withdrawn_at=clock.now(), withdrawn_by=actor, withdrawn_reason="糊")
    assert asked() == before


@pytest.mark.one_engine
def test_by_the_buttons_with_progress_and_each_download_written_down(world, held, client_of):
    trainer = client_of(world.jia_trainer)
    url = reverse("desk:archive", args=[held.pk])
    assert "去归档" in trainer.get(reverse("desk:round", args=[held.pk])).content.decode()
    assert client_of(world.yi_trainer).get(url).status_code == 404
    assert "打归档包" in trainer.get(url).content.decode()
    row = held.registrations.first()
    wrong = {str(held.sessions.get().pk): "absent"}
    waiting = corrections.ask(row.pk, actor=world.jia_trainer, reason="没来", sessions=wrong)
    assert f"?round={held.pk}&amp;state=asked" in trainer.get(url).content.decode()
    corrections.withdraw(waiting.pk, actor=world.jia_trainer)
    page = trainer.post(url, follow=True).content.decode()
    state = reverse("desk:archive-state", args=[held.pk])
    row = Archive.objects.get()
    assert f'data-hx-get="{state}"' in page
    assert "在排队" in trainer.get(state, headers={"HX-Request": "true"}).content.decode()
    assert trainer.get(reverse("desk:archive-file", args=[row.pk])).status_code == 302
    archiving.make(row.pk)
    assert trainer.get(state).headers["HX-Redirect"] == url
    answer = trainer.get(reverse("desk:archive-file", args=[row.pk]))
    assert answer.streaming
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == Archive.objects.get().sha256
    assert AuditRecord.objects.filter(action="archive.download", actor=world.jia_trainer).count() == 1
    assert "已归档" in trainer.post(reverse("desk:archive-done", args=[held.pk]), follow=True).content.decode()
    assert "甲讲师 归档" in trainer.get(url).content.decode()


@pytest.mark.one_engine
def test_the_round_says_how_many_certificates_have_their_file(world, held, client_of):
    trainer = client_of(world.jia_trainer)
    url = reverse("desk:issued", args=[held.pk])
    page = trainer.get(url).content.decode()
    assert "0／2" in page
    assert "every 2s" in page
    package(held, world.jia_trainer)
    page = trainer.get(url).content.decode()
    assert "证明都出好了，2 份" in page
    assert "every 2s" not in page
    held.registrations.first().certificate.__class__.objects.filter(registration__round=held).update(
        rendered_at=None, render_error="缺字"
    )
    page = trainer.get(url).content.decode()
    assert "2 份没做成" in page
    assert "every 2s" not in page


@pytest.mark.django_db(transaction=True)
def test_asked_for_and_archived_by_several_at_once(world, held, at_once):
    rows = at_once(4, lambda n: archiving.ask(held.pk, actor=world.jia_trainer))
    assert {row.pk for row in rows} == {Archive.objects.get().pk}
    waiting = Archive.objects.create(round=held, number=2, asked_by=world.city)
    assert sorted(at_once(3, lambda n: archiving.make(waiting.pk))) == [False, False, True]
    states = at_once(3, lambda n: archiving.archive(held.pk, actor=world.jia_trainer).state)
    assert states == ["archived"] * 3
    assert RoundChange.objects.filter(after="archived").count() == 1
