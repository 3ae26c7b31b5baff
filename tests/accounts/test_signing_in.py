"""Signing in by password, the demo's accounts, consent, and where one lands."""

import pytest
from django.utils.timezone import now

from accounts import consents, services
from accounts.models import Consent, LegalPage, User
from enterprises.models import Person
from tests.suite.world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def sign_in(client, name, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"do": "password", "login": name, "password": password} | more)


@pytest.mark.parametrize("name", ["city", "19900000001", "+86 199 0000 0001"])
def test_by_user_name_or_phone(world, client_of, name, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert sign_in(client_of(None), name, next="/desk/").headers["Location"] == "/desk/"


def test_a_wrong_password_says_how_to_go_on(world, client_of, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    answer = sign_in(client_of(None), "city", "wrong")
    assert answer.status_code == 200
    assert "用户名或密码不对" in answer.content.decode()


def test_nobody_is_sent_to_another_site(world, client_of, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert sign_in(client_of(None), "city", next="https://evil.example/").headers["Location"] == "/my/"


def test_demo_accounts_work_only_in_the_demo(world, client_of, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    User.objects.filter(username="city").update(is_demo=True)
    assert sign_in(client_of(None), "city").status_code == 302
    world.city.refresh_from_db()  # signing in may have renewed the hash
    client = client_of(world.city)
    assert client.get("/my/").status_code == 200
    settings.DEMO = False
    assert sign_in(client_of(None), "city").status_code == 200
    assert client.get("/my/").status_code == 302  # an open session ends too


@pytest.fixture
def policy(db):
    from wagtail.models import Page

    root = Page.get_first_root_node()
    return root.add_child(
        instance=LegalPage(title="隐私政策", slug="privacy", version="1", effective_on=now().date(), body="<p>…</p>")
    )


def test_consent_is_never_taken_for_granted(policy, client_of, sms):
    client = client_of(None)
    client.post("/accounts/login/", {"do": "send", "phone": "19912345678"})
    code = "".join(c for c in sms[-1][1] if c.isdigit())[:6]
    form = {"do": "phone", "phone": "19912345678", "code": code}
    assert "请先阅读并勾选同意" in client.post("/accounts/login/", form).content.decode()
    assert not User.objects.exists()
    assert client.post("/accounts/login/", form | {"agree": "on"}).status_code == 302
    consent = Consent.objects.get()
    assert (consent.policy, consent.version, consent.user.phone) == ("privacy", "1", "19912345678")
    assert consent.ip == "127.0.0.1"


def test_a_new_version_asks_again(policy):
    user = User.objects.create(username="p1", phone="19912345678")
    consents.agree(user)
    consents.agree(user)
    assert user.consents.count() == 1
    assert consents.has_agreed(user)
    policy.version = "2"
    policy.save()
    assert not consents.has_agreed(user)


def test_a_person_listed_before_the_account_existed_is_linked_at_the_first_sign_in(db):
    listed = Person.objects.create(name="陈示喆", phone="19912345678")
    user = services.user_of_phone("19912345678")
    listed.refresh_from_db()
    assert listed.user == user
    assert services.user_of_phone("19912345678") == user
