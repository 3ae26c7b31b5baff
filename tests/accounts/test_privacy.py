"""A copy of one's data, and closing the account: what identifies goes, what counts stays."""

import io
import json
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from django.core.management import call_command

from accounts import privacy
from accounts.models import Consent, DataExport, SignIn, User
from core import clock, retention
from core.exceptions import DomainError
from core.models import AuditRecord
from enterprises.models import ImportBatch, Membership, Person
from ledger import counts
from ledger.models import Entry
from quizzes.models import Attempt, Quiz
from tests.suite.world import PASSWORD
from tests.training import house
from training.models import Scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(world):
    """wang in a closed round of 2025: entry, certificate, attendance."""
    members = Membership.objects.filter(person=world.wang.person).select_related("person", "enterprise")
    return house.held(world, house.five_half_days(), list(members))


def figures():
    from datetime import date

    from ledger.counts import Scope

    return vars(counts.figures(Scope(start=date(2025, 1, 1), end=date(2026, 12, 31))))


def code_of(sms):
    return "".join(c for c in sms[-1][1] if c.isdigit())[:6]


# A copy -------------------------------------------------------------------------------------------------------------


def test_everything_held_in_one_file(counted, world, client_of, django_capture_on_commit_callbacks):
    client = client_of(world.wang)
    SignIn.objects.create(user=world.wang, way="phone", device="微信 · Android")
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/my/privacy/export/")
    export = DataExport.objects.get()
    assert (export.state, export.progress) == ("done", 100)
    assert f"/my/privacy/export/{export.pk}/" in client.get("/my/privacy/").content.decode()
    answer = client.get(f"/my/privacy/export/{export.pk}/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    data = json.loads(archive.read("我的信息.json"))
    assert set(data) == {
        "账号", "同意记录", "登录记录", "姓名和任职", "培训班", "课程学习", "考试", "错题练习", "培训合格证明", "学时台账", "消息",
    }  # fmt: skip
    assert data["姓名和任职"][0]["姓名"] == "王小二"
    assert data["学时台账"][0]["活动"]
    sheet = openpyxl.load_workbook(io.BytesIO(archive.read("我的信息.xlsx"))).active
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"王小二", "19900000041", "示例甲企业有限公司", "微信 · Android"} <= cells


def test_it_is_its_persons_alone_and_for_seven_days(world, client_of, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client_of(world.wang).post("/my/privacy/export/")
    export = DataExport.objects.get()
    assert client_of(world.city).get(f"/my/privacy/export/{export.pk}/").status_code == 404
    storage, name = export.file.storage, export.file.name
    assert privacy.forget_exports(clock.now() - timedelta(days=7)) == 0
    with clock.moved_to(clock.now() + timedelta(days=7, minutes=1)), django_capture_on_commit_callbacks(execute=True):
        assert privacy.forget_exports(clock.now() - timedelta(days=7)) == 1
    assert not storage.exists(name)


def test_asking_twice_makes_one(world, client_of):
    for _ in range(2):
        privacy.ask_for_export(world.wang, actor=world.wang)
    assert DataExport.objects.count() == 1
    page = client_of(world.wang).get("/my/privacy/", headers={"HX-Request": "true"}).content.decode()
    assert "<progress" in page
    assert "<html" not in page
    # Its worker died: nobody waits for it for ever.
    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        privacy.ask_for_export(world.wang, actor=world.wang)
    assert [one.state for one in DataExport.objects.order_by("pk")] == ["failed", "waiting"]


# Closing ------------------------------------------------------------------------------------------------------------


def test_what_identifies_goes_and_what_counts_stays(counted, world, client_of, sms):
    before, entries = figures(), list(Entry.objects.order_by("pk").values())
    number = world.wang.person.certificates.get().number
    client = client_of(world.wang)
    Consent.objects.create(user=world.wang, policy="privacy", version="1")
    client.post("/my/privacy/close/", {"do": "send"})
    form = {"do": "close", "sure": "on"}
    assert client.post("/my/privacy/close/", form | {"code": "000000"}).status_code == 200
    assert User.objects.get(pk=world.wang.pk).is_active
    page = client.post("/my/privacy/close/", form | {"code": code_of(sms)}).content.decode()
    assert "账号注销了" in page
    assert client.get("/my/").status_code == 302

    person = Person.objects.get(pk=world.wang.person.pk)
    assert (person.name, person.phone, person.user) == ("已注销", None, None)
    assert person.erased_at
    user = User.objects.get(pk=world.wang.pk)
    assert (user.phone, user.is_active, user.has_usable_password()) == (None, False, False)
    assert "王小二" not in str(vars(user))
    certificate = person.certificates.get()
    assert (certificate.number, certificate.words["name"], certificate.pdf.name) == (number, "王*二", "")
    assert Consent.objects.get().withdrawn_at
    assert not Membership.objects.filter(person=person, ended_on=None).exists()
    assert figures() == before
    assert list(Entry.objects.order_by("pk").values()) == entries
    call_command("audit", verbosity=0)  # would leave with code 2 on any difference
    row = AuditRecord.objects.get(action="account.close")
    assert row.changes == {"phone": ["199****0041", ""]}
    privacy.close_account(user, actor=world.city)  # once is enough
    assert AuditRecord.objects.filter(action="account.close").count() == 1


def test_the_phone_is_free_for_a_new_account(world, client_of, sms):
    privacy.close_account(world.wang, actor=world.wang)
    client = client_of(None)
    client.post("/accounts/login/", {"do": "send", "phone": "19900000041"})
    answer = client.post(
        "/accounts/login/", {"do": "phone", "phone": "19900000041", "code": code_of(sms), "agree": "on"}
    )
    assert answer.status_code == 302
    assert User.objects.get(phone="19900000041").pk != world.wang.pk


def refused(code, act, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        act(*args, **kwargs)
    assert caught.value.code == code
    return caught.value.sentence


def test_not_on_the_day_of_a_round(world, client_of):
    members = Membership.objects.filter(person=world.wang.person).select_related("person", "enterprise")
    round_ = house.opened(world, None, list(members), title="今天的班")
    session = round_.sessions.first()
    with clock.moved_to(session.starts_at + timedelta(minutes=20)):
        sentence = refused("erase.busy", privacy.close_account, world.wang, actor=world.wang)
        assert "今天还在上“今天的班”" in sentence
        assert "今天还在上" in client_of(world.wang).get("/my/privacy/close/").content.decode()
    with clock.moved_to(session.starts_at - timedelta(days=3)):
        assert privacy.refusals(world.wang.person) == []


def test_not_in_the_middle_of_an_exam(world):
    quiz = Quiz.objects.create(key="q", title="小测", blueprint=[])
    attempt = Attempt.objects.create(
        quiz=quiz,
        person=world.wang.person,
        context="lesson:1",
        number=1,
        seed=1,
        paper=[],
        key=[],
        pass_percent=60,
        max_score=1,
        started_at=clock.now(),
    )
    assert "“小测”还没交卷" in refused("erase.busy", privacy.close_account, world.wang, actor=world.wang)
    attempt.delete()
    assert privacy.refusals(world.wang.person) == []


def test_not_while_one_works_here(world):
    refused("erase.staff", privacy.close_account, world.xiqing, actor=world.xiqing)


def test_without_a_phone_the_password_proves_it(world, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    world.nobody.phone = None
    refused("password.wrong", privacy.prove, world.nobody, password="x")
    privacy.prove(world.nobody, password=PASSWORD)


def test_a_person_without_login_on_request(world):
    privacy.erase(world.zhao, actor=world.city, reason="本人来电要求")
    world.zhao.refresh_from_db()
    assert world.zhao.name == "已注销"
    row = AuditRecord.objects.get(action="person.erase")
    assert (row.actor, row.reason) == (world.city, "本人来电要求")


# Retention ----------------------------------------------------------------------------------------------------------


def test_three_years_without_a_sign_in(world, sms):
    old = clock.now() - timedelta(days=privacy.INACTIVE_DAYS + 1)
    User.objects.update(date_joined=old)
    User.objects.exclude(username="wang").update(last_login=clock.now())
    User.objects.filter(username="xiqing").update(last_login=None)  # staff stay
    assert privacy.close_inactive(clock.now() - timedelta(days=privacy.INACTIVE_DAYS)) == 0
    assert [phone for phone, _text in sms] == ["19900000041"]
    with clock.moved_to(clock.now() + timedelta(days=31)):
        User.objects.exclude(username__in=["wang", "xiqing"]).update(last_login=clock.now())
        assert privacy.close_inactive(clock.now() - timedelta(days=privacy.INACTIVE_DAYS)) == 1
    assert set(User.objects.exclude(erased_at=None).values_list("pk", flat=True)) == {world.wang.pk}


def test_who_came_back_after_the_message_is_told_again_before_the_account_is_closed(world, sms):
    start = clock.now()
    User.objects.update(date_joined=start - timedelta(days=4000), last_login=start + timedelta(days=2000))
    wang = User.objects.filter(pk=world.wang.pk)
    wang.update(last_login=start, closing_told_at=start - timedelta(days=5))
    late = start + timedelta(days=privacy.INACTIVE_DAYS + 1)
    with clock.moved_to(late):
        assert privacy.close_inactive(clock.now() - timedelta(days=privacy.INACTIVE_DAYS)) == 0
    assert [phone for phone, _text in sms] == ["19900000041"]
    with clock.moved_to(late + timedelta(days=31)):
        assert privacy.close_inactive(clock.now() - timedelta(days=privacy.INACTIVE_DAYS)) == 1
    assert wang.get().erased_at and len(sms) == 1


def test_refused_scans_go_after_a_year_and_accepted_ones_stay(world):
    round_ = house.opened(world, None, [])
    session = round_.sessions.first()
    old = clock.now() - timedelta(days=400)
    rows = {"session": session, "method": "qr", "at": old, "recorded_at": old}
    Scan.objects.create(**rows, outcome="check_in.expired", nonce="n1")
    Scan.objects.create(**rows, outcome=Scan.ACCEPTED, nonce="n2", person=world.zhao)
    Scan.objects.create(**(rows | {"recorded_at": clock.now()}), outcome="check_in.expired", nonce="n3")
    retention.enforce()
    assert set(Scan.objects.values_list("nonce", flat=True)) == {"n2", "n3"}


def test_import_files_go_after_ninety_days(world):
    from django.core.files.base import ContentFile

    for days in (80, 100):
        batch = ImportBatch(kind="staff", file_name="a.xlsx", uploaded_by=world.city)
        batch.uploaded_at = clock.now() - timedelta(days=days)
        batch.file.save("a.xlsx", ContentFile(b"x"))
    retention.enforce()
    assert [bool(batch.file) for batch in ImportBatch.objects.order_by("pk")] == [True, False]
