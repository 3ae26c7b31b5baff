"""Legal texts in versions: frozen when published, asked again when a new one comes into force."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts import consents
from accounts.content_loader import load_legal_pages
from accounts.models import Consent, LegalPage, LegalVersion
from core import clock
from core.exceptions import DomainError

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def policy(db):
    from home.services import ensure_home

    home, _report = ensure_home()
    return home.add_child(
        instance=LegalPage(
            title="隐私政策", slug="privacy", version="1", effective_on=clock.today(), body="<p>第一版的话</p>"
        )
    )


def publish(policy, version, body, effective_on=None):
    policy.version, policy.body = version, body
    policy.effective_on = effective_on or clock.today()
    policy.save_revision().publish()


def test_a_published_version_stays_readable_and_cannot_be_rewritten(policy, client):
    publish(policy, "2", "<p>第二版的话</p>")
    old = client.get("/accounts/policies/privacy/1/").content.decode()
    assert "第一版的话" in old
    assert "现在用的不是这一版" in old
    assert "现在用的就是这一版" in client.get("/accounts/policies/privacy/2/").content.decode()
    assert client.get("/accounts/policies/privacy/3/").status_code == 404
    assert "/accounts/policies/privacy/1/" in client.get(policy.url).content.decode()
    policy.body = "<p>偷偷改</p>"
    with pytest.raises(ValidationError, match="新的版本号"):
        policy.full_clean()


def test_the_database_keeps_it_too(policy):
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        LegalVersion.objects.update(body="x")


def test_a_draft_is_no_version(policy):
    policy.version, policy.body = "2", "<p>草稿</p>"
    policy.save_revision()
    assert list(LegalVersion.objects.values_list("version", flat=True)) == ["1"]


def test_a_file_changed_without_a_new_version_is_refused(policy, tmp_path):
    head = '---\ntitle: 隐私政策\nslug: terms\nversion: "1"\neffective_on: 2026-11-01\n---\n'
    (tmp_path / "terms.md").write_text(head + "一", encoding="utf-8")
    load_legal_pages(tmp_path, policy.get_parent())
    (tmp_path / "terms.md").write_text(head + "二", encoding="utf-8")
    with pytest.raises(DomainError, match="新的版本号") as caught:
        load_legal_pages(tmp_path, policy.get_parent())
    assert caught.value.code == "content.version"


def test_signed_in_people_are_asked_once_before_anything_else(policy, world, client_of):
    consents.agree(world.wang)
    client = client_of(world.wang)
    assert client.get("/my/").status_code == 200
    publish(policy, "2", "<p>第二版的话</p>")
    assert client.get("/my/").headers["Location"] == "/accounts/agree/?next=%2Fmy%2F"
    page = client.get("/accounts/agree/?next=/my/").content.decode()
    assert "2 版，您上回同意的是 1 版" in page
    assert client.get(policy.url).status_code == 200  # to read it first
    answer = client.post("/accounts/agree/", {"do": "agree", "next": "/my/"})
    assert answer.headers["Location"] == "/my/"
    assert client.get("/my/").status_code == 200
    assert list(Consent.objects.filter(user=world.wang).values_list("version", flat=True)) == ["1", "2"]


def test_who_declines_is_signed_out_and_told(policy, world, client_of):
    client = client_of(world.wang)
    answer = client.post("/accounts/agree/", {"do": "decline"}, follow=True)
    assert "您没有同意新版，已为您退出" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert not Consent.objects.exists()


def test_a_version_is_asked_for_from_its_day_on(policy, world):
    consents.agree(world.wang)
    publish(policy, "2", "<p>下个月</p>", effective_on=clock.today() + timedelta(days=20))
    assert consents.has_agreed(world.wang)
    with clock.moved_to(clock.now() + timedelta(days=20)):
        assert consents.current_policies()["privacy"].version == "2"
        assert not consents.has_agreed(world.wang)


def test_a_form_on_its_way_arrives(policy, world, client_of):
    client = client_of(world.wang)
    assert client.post("/my/privacy/export/").headers["Location"] == "/my/privacy/"


def test_asking_costs_nothing_once_answered(policy, world, client_of, django_assert_num_queries):
    consents.agree(world.wang)
    client = client_of(world.wang)
    client.get("/my/security/")
    with django_assert_num_queries(4):  # user with person, second factors, appointments, sign-ins
        client.get("/my/security/")
