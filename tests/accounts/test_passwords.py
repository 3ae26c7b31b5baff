"""What a password must be like, and the one that was given out."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from tests.suite.world import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.mark.parametrize(
    ("who", "password", "fault"),
    [
        ("wang", "Ab3-xyzq", None),
        ("wang", "Ab3-xyz", "至少要 8 个字符"),
        ("xiqing", "Ab3-xyzqw", "至少要 10 个字符"),
        ("xiqing", "Ab3-xyzqwe", None),
        ("alpha_contact", "Ab3-xyzq", None),
        ("wang", "abcdefgh1", "至少要有三样"),
        ("wang", "A-19900000041", "手机号"),
        ("wang", "A-00000041-b", "手机号"),
        ("wang", "王小二Ab3-xyz", "姓名"),
        ("wang", "质量管理好Ab3", None),
    ],
)
def test_the_rules(world, who, password, fault):
    if fault is None:
        validate_password(password, getattr(world, who))
        return
    with pytest.raises(ValidationError, match=fault):
        validate_password(password, getattr(world, who))


def test_an_initial_password_is_replaced_before_anything_else(world, client_of, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    User.objects.filter(username="wang").update(must_change_password=True)
    client = client_of(world.wang)
    answer = client.get("/my/?x=1")
    assert answer.headers["Location"] == "/accounts/password/?next=%2Fmy%2F%3Fx%3D1"
    assert "别人给您的" in client.get(answer.headers["Location"]).content.decode()
    form = {"do": "change", "old": PASSWORD, "next": "/my/?x=1"}
    assert (
        "跟原来的一样"
        in client.post("/accounts/password/", form | {"new": PASSWORD, "again": PASSWORD}).content.decode()
    )
    new = {"new": "Xin-mima-99", "again": "Xin-mima-99"}
    assert client.post("/accounts/password/", form | new).headers["Location"] == "/my/?x=1"
    assert client.get("/my/").status_code == 200


def test_a_forgotten_password_is_replaced_by_a_code(world, client_of, sms):
    client = client_of(world.wang)
    client.post("/accounts/password/", {"do": "send"})
    code = "".join(c for c in sms[-1][1] if c.isdigit())[:6]
    new = {"new": "Xin-mima-99", "again": "Xin-mima-99"}
    assert client.post("/accounts/password/", new | {"code": ""}).status_code == 200
    assert client.post("/accounts/password/", new | {"code": code}).status_code == 302
    world.wang.refresh_from_db()
    assert world.wang.check_password("Xin-mima-99")


def test_a_password_that_an_administrator_gives_is_an_initial_one(world, client_of):
    User.objects.filter(username="city").update(is_superuser=True)
    client = client_of(User.objects.get(username="city"))
    form = {
        "username": "newcomer",
        "email": "newcomer@example.com",
        "first_name": "新",
        "last_name": "人",
        "password1": "Ab3-xyzqwe",
        "password2": "Ab3-xyzqwe",
    }
    answer = client.post("/admin/users/new/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    assert User.objects.get(username="newcomer").must_change_password
