"""How long a sign-in lasts, what is written down about it, and how one ends it elsewhere."""

from datetime import timedelta

import pytest

from accounts import sessions
from accounts.models import SignIn
from core import clock
from tests.suite.world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _argon(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def signed_in(client_of, name, **more):
    client = client_of(None)
    answer = client.post(LOGIN, {"do": "password", "login": name, "password": PASSWORD} | more)
    assert answer.status_code == 302
    return client


def stays(client, *steps):
    """Whether the client is still signed in after coming back at each of ``steps`` (times from now)."""
    start = clock.now()
    for step in steps:
        with clock.moved_to(start + step):
            answer = client.get("/my/security/")
            if answer.status_code != 200:
                return False
    return True


@pytest.mark.parametrize(
    ("who", "more", "minutes", "result"),
    [
        ("wang", {}, 29, True),
        ("wang", {}, 31, False),
        ("wang", {"remember": "1"}, 60 * 24 * 6, True),
        ("wang", {"remember": "1"}, 60 * 24 * 7 + 1, False),
        ("xiqing", {}, 14, True),
        ("xiqing", {}, 16, False),
        ("xiqing", {"remember": "1"}, 16, False),
        ("alpha_contact", {}, 29, True),
    ],
)
def test_how_long_one_may_be_away(world, client_of, who, more, minutes, result):
    assert stays(signed_in(client_of, who, **more), timedelta(minutes=minutes)) is result


def test_whoever_keeps_working_stays_but_not_for_ever(world, client_of):
    steps = [timedelta(minutes=10 * n) for n in range(1, 12 * 6)]
    client = signed_in(client_of, "xiqing")
    start = clock.now()
    assert stays(client, *steps)
    with clock.moved_to(start + timedelta(hours=12, minutes=1)):
        assert client.get("/my/security/").status_code == 302


def test_a_player_in_the_background_counts_as_working(world, client_of):
    """Any request does: the progress of a lesson, an exam's answer."""
    client = signed_in(client_of, "wang")
    start = clock.now()
    for minutes in (25, 50, 75):
        with clock.moved_to(start + timedelta(minutes=minutes)):
            client.post("/study/lessons/1/progress/", {}, headers={"Accept": "application/json"})
    assert "_auth_user_id" in client.session


def test_the_login_page_says_why_and_leads_back(world, client_of):
    client = signed_in(client_of, "wang")
    with clock.moved_to(clock.now() + timedelta(minutes=31)):
        answer = client.get("/my/", follow=True)
        assert answer.redirect_chain == [("/accounts/login/?next=/my/", 302)]
        assert "有一阵子没操作" in answer.content.decode()


def test_a_form_sent_too_late_leads_back_to_the_form(world, client_of):
    client = signed_in(client_of, "wang")
    headers = {"Accept": "text/html", "Referer": "http://testserver/enterprises/join/?next=/my/"}
    with clock.moved_to(clock.now() + timedelta(minutes=31)):
        answer = client.post("/enterprises/join/", {}, headers=headers)
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fenterprises%2Fjoin%2F%3Fnext%3D%2Fmy%2F"


def test_a_new_password_ends_the_other_sessions(world, client_of):
    here, there = signed_in(client_of, "wang"), signed_in(client_of, "wang")
    form = {"do": "change", "old": PASSWORD, "new": "Xin-mima-99", "again": "Xin-mima-99"}
    assert here.post("/accounts/password/", form).status_code == 302
    assert here.get("/my/security/").status_code == 200
    assert there.get("/my/security/").status_code == 302


def test_a_new_phone_ends_the_other_sessions(world, client_of, sms):
    here, there = signed_in(client_of, "wang"), signed_in(client_of, "wang")
    here.post("/enterprises/phone/", {"do": "send", "phone": "199 1234 5678"})
    code = "".join(c for c in sms[-1][1] if c.isdigit())[:6]
    form = {"do": "change", "phone": "19912345678", "code": code}
    assert here.post("/enterprises/phone/", form).status_code == 302
    assert here.get("/my/security/").status_code == 200
    assert there.get("/my/security/").status_code == 302


def test_one_ends_the_sessions_elsewhere(world, client_of):
    here, there = signed_in(client_of, "wang"), signed_in(client_of, "wang")
    assert here.post("/my/security/end-others/").status_code == 302
    assert here.get("/my/security/").status_code == 200
    assert there.get("/my/security/").status_code == 302


def test_the_user_reads_who_signed_in(world, client_of):
    client_of(None).post(LOGIN, {"do": "password", "login": "wang", "password": "wrong"})
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile MicroMessenger/8.0"
    client = client_of(None, headers={"User-Agent": agent})
    client.post(LOGIN, {"do": "password", "login": "19900000041", "password": PASSWORD})
    rows = list(SignIn.objects.order_by("pk").values_list("user__username", "way", "succeeded", "device", "ip"))
    assert rows == [
        ("wang", "password", False, sessions.device_words(""), "127.0.0.1"),
        ("wang", "password", True, "微信 · Android", "127.0.0.1"),
    ]
    page = client.get("/my/security/").content.decode()
    assert "微信 · Android" in page
    assert "没登上" in page


def test_the_log_cannot_be_tidied(world):
    from django.db import DatabaseError, transaction

    row = SignIn.objects.create(user=world.wang, way="phone")
    old = SignIn.objects.create(user=world.wang, way="phone", at=clock.now() - timedelta(days=3 * 365 + 2))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        row.delete()
    assert sessions.forget(clock.now() - timedelta(days=3 * 365 + 1)) == 1
    assert list(SignIn.objects.all()) == [row]
    assert old.pk


def test_five_wrong_passwords_lock_the_account_here_and_only_here(world, client_of):
    wrong = {"do": "password", "login": "city", "password": "wrong"}
    client = client_of(None)
    for _ in range(5):
        assert client.post(LOGIN, wrong).status_code == 200
    answer = client.post(LOGIN, wrong | {"password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "15 分钟后再试" in answer.content.decode()
    elsewhere = client_of(None, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post(LOGIN, wrong | {"password": PASSWORD}).status_code == 302


def test_an_address_is_limited_in_the_hundreds(client_of, monkeypatch):
    from accounts.views import signing_in

    monkeypatch.setattr(signing_in, "PER_ADDRESS_A_MINUTE", 2)
    client = client_of(None)
    answers = [client.post(LOGIN, {"do": "send", "phone": "1"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert "歇一会儿" in answers[-1].content.decode()
