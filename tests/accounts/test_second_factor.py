"""The second factor: forced on staff in production, asked for at our own sign-in page, no way around it."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import get_resolver

from accounts.models import SignIn
from tests.suite.world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _production(settings):
    settings.MFA_REQUIRED = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def digits_now():
    return format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("who", ["city", "editor", "xiqing", "jia_trainer", "auditor"])
def test_staff_set_it_up_first(world, client_of, who):
    client = client_of(getattr(world, who))
    for path in ("/my/", "/desk/", "/desk/rounds/", "/admin/"):
        assert client.get(path).headers["Location"] == "/accounts/2fa/"
    assert client.post("/desk/rounds/1/publish/").status_code == 403
    assert client.get("/accounts/2fa/").status_code == 200
    assert client.get("/healthz").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302


@pytest.mark.parametrize("who", ["wang", "alpha_contact", "nobody"])
def test_learners_and_contacts_need_none(world, client_of, who):
    assert client_of(getattr(world, who)).get("/my/").status_code == 200


def test_who_has_one_goes_on(world, client_of):
    TOTP.activate(world.xiqing, SECRET)
    assert client_of(world.xiqing).get("/desk/").status_code == 200


def test_the_secret_is_kept_encrypted(world):
    TOTP.activate(world.xiqing, SECRET)
    assert SECRET not in str(Authenticator.objects.get().data)


def test_our_own_sign_in_asks_for_it(world, client_of):
    TOTP.activate(world.xiqing, SECRET)
    client = client_of(None)
    form = {"do": "password", "login": "xiqing", "password": PASSWORD, "next": "/desk/rounds/"}
    assert client.post(LOGIN, form).headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/desk/rounds/").status_code == 302  # not signed in yet
    assert not SignIn.objects.exists()
    page = client.get("/accounts/2fa/authenticate/").content.decode()
    assert "第二道验证" in page
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    answer = client.post("/accounts/2fa/authenticate/", {"code": digits_now()})
    assert answer.headers["Location"] == "/desk/rounds/"
    assert client.get("/desk/rounds/").status_code == 200
    assert SignIn.objects.get().way == "password"


def test_a_code_by_text_message_asks_for_it_too(world, client_of, sms):
    TOTP.activate(world.xiqing, SECRET)
    client = client_of(None)
    client.post(LOGIN, {"do": "send", "phone": world.xiqing.phone})
    code = "".join(c for c in sms[-1][1] if c.isdigit())[:6]
    answer = client.post(LOGIN, {"do": "phone", "phone": world.xiqing.phone, "code": code})
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"


def test_setting_up_an_authenticator(world, client_of):
    client = client_of(None)
    client.post(LOGIN, {"do": "password", "login": "xiqing", "password": PASSWORD})
    # The password was typed a moment ago: not asked for again.
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    global SECRET
    kept, SECRET = SECRET, page.context["form"].secret
    try:
        answer = client.post("/accounts/2fa/totp/activate/", {"code": digits_now()})
    finally:
        SECRET = kept
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200
    assert client.get("/desk/").status_code == 200


def test_the_pages_of_passkeys_stand(world, client_of):
    client = client_of(None)
    client.post(LOGIN, {"do": "password", "login": "xiqing", "password": PASSWORD})
    page = client.get("/accounts/2fa/webauthn/add/").content.decode()
    assert 'id="passkey-options"' in page
    assert client.get("/accounts/2fa/webauthn/").status_code == 200


def test_there_is_one_door(world, client_of):
    """Wagtail's own sign-in pages would let a password in without the second factor."""
    for path in ("/admin/login/?next=/admin/", "/_util/login/?next=/my/"):
        assert client_of(None).get(path).headers["Location"].startswith(LOGIN)
        assert client_of(None).post(path, {"username": "city", "password": PASSWORD}).status_code == 302
    for name in (
        "account_signup",
        "account_email",
        "account_reset_password",
        "account_set_password",
        "mfa_login_webauthn",
    ):
        assert not get_resolver().reverse_dict.getlist(name)
