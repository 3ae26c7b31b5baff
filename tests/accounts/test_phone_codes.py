"""Codes by text message: sent sparingly, checked once, burnt by guessing."""

from datetime import timedelta

import pytest

from accounts import services
from accounts.models import SmsCode, User
from core import clock
from core.exceptions import DomainError

pytestmark = pytest.mark.django_db

PHONE = "19912345678"


def code_in(message):
    return "".join(c for c in message[1] if c.isdigit())[:6]


def refused(code, act, *args, **kwargs):
    with pytest.raises(DomainError) as caught:
        act(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def test_the_newest_code_signs_in_once(sms):
    assert services.send_code("＋86 199-1234-5678") == PHONE
    code = code_in(sms[-1])
    services.check_code(PHONE, code)
    refused("sms.expired", services.check_code, PHONE, code)


def test_the_code_is_stored_hashed(sms):
    services.send_code(PHONE)
    assert code_in(sms[-1]) not in SmsCode.objects.get().code_hash


def test_five_wrong_tries_burn_it(sms):
    services.send_code(PHONE)
    code = code_in(sms[-1])
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1, 0):
        assert refused("sms.wrong", services.check_code, PHONE, wrong).params["left"] == left
    refused("sms.expired", services.check_code, PHONE, code)


def test_after_five_minutes_it_is_too_old(sms):
    services.send_code(PHONE)
    with clock.moved_to(clock.now() + timedelta(minutes=5, seconds=1)):
        refused("sms.expired", services.check_code, PHONE, code_in(sms[-1]))


@pytest.mark.parametrize(
    ("gap", "allowed"), [(timedelta(seconds=30), 1), (timedelta(minutes=2), 5), (timedelta(minutes=70), 10)]
)
def test_a_number_is_not_flooded(gap, allowed):
    """One a minute, five an hour, ten a day."""
    start = clock.now()
    for number in range(allowed):
        with clock.moved_to(start + gap * number):
            services.send_code(PHONE)
    with clock.moved_to(start + gap * allowed):
        refused("sms.too_often", services.send_code, PHONE)
    assert SmsCode.objects.count() == allowed


def test_sixty_people_sign_up_from_one_wifi(client_of, sms):
    """A class of sixty behind one address: nobody is locked out by the others."""
    for number in range(60):
        client = client_of(None)
        phone = f"1991234{number:04d}"
        assert client.post("/accounts/login/", {"do": "send", "phone": phone}).status_code == 200
        answer = client.post(
            "/accounts/login/", {"do": "phone", "phone": phone, "code": code_in(sms[-1]), "agree": "on", "next": "/my/"}
        )
        assert (answer.status_code, answer.headers["Location"]) == (302, "/my/")
    assert User.objects.filter(phone__startswith="1991234").count() == 60


def test_a_wrong_phone_says_what_to_look_at(client_of):
    answer = client_of(None).post("/accounts/login/", {"do": "send", "phone": "1234"})
    assert "手机号要 11 位数字" in answer.content.decode()


def test_codes_are_forgotten_after_a_day():
    services.send_code(PHONE)
    assert services.forget_codes() == 0
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        assert services.forget_codes() == 1
