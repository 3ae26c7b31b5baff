"""The code that somebody gives out on the spot."""

from datetime import timedelta

import pytest

from accounts.models import OneTimeCode, SignIn, User
from core import clock
from core.exceptions import DomainError
from core.models import AuditRecord
from enterprises import desk_codes
from enterprises.models import Membership, Person
from tests.training import house

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def enter(client, name, code):
    return client.post(LOGIN, {"do": "desk_code", "name": name, "code": code, "next": "/my/"})


def test_a_person_without_phone_and_login_gets_in_once(world, client_of):
    code = desk_codes.issue(world.zhao, actor=world.xiqing)
    assert len(code) == 8
    assert code not in OneTimeCode.objects.get().code_hash
    client = client_of(None)
    assert enter(client, " 赵六 ", f"{code[:4]} {code[4:]}").headers["Location"] == "/my/"
    assert "赵六，您好" in client.get("/my/").content.decode()
    world.zhao.refresh_from_db()
    assert world.zhao.user.phone is None
    assert SignIn.objects.get().way == "desk_code"
    assert "对不上" in enter(client_of(None), "赵六", code).content.decode()
    row = AuditRecord.objects.get(action="desk_code.issue")
    assert (row.actor, row.object_id) == (world.xiqing, str(world.zhao.pk))
    assert code not in str(row.changes)


def test_fifteen_minutes(world, client_of):
    code = desk_codes.issue(world.zhao, actor=world.xiqing)
    with clock.moved_to(clock.now() + timedelta(minutes=15, seconds=1)):
        assert enter(client_of(None), "赵六", code).status_code == 200


def test_five_wrong_tries_burn_it(world, client_of):
    code = desk_codes.issue(world.zhao, actor=world.xiqing)
    wrong = f"{(int(code) + 1) % 100_000_000:08d}"
    for _ in range(5):
        assert enter(client_of(None), "赵六", wrong).status_code == 200
    assert enter(client_of(None), "赵六", code).status_code == 200


def test_a_new_one_ends_the_old(world, client_of):
    old = desk_codes.issue(world.zhao, actor=world.xiqing)
    new = desk_codes.issue(world.zhao, actor=world.xiqing)
    assert enter(client_of(None), "赵六", old).status_code == 200
    assert enter(client_of(None), "赵六", new).status_code == 302
    assert User.objects.filter(person=world.zhao).count() == 1


def test_two_of_the_same_name(world, client_of):
    other = Person.objects.create(name="赵六")
    first = desk_codes.issue(world.zhao, actor=world.xiqing)
    second = desk_codes.issue(other, actor=world.xiqing)
    for person, code in ((world.zhao, first), (other, second)):
        client = client_of(None)
        assert enter(client, "赵六", code).status_code == 302
        assert Person.objects.get(user=client.session["_auth_user_id"]) == person


@pytest.mark.django_db(transaction=True)
def test_a_code_is_used_once_however_many_try_at_once(at_once):
    from accounts import desk_codes as codes
    from tests.suite import world as people

    world = people.make()
    code = desk_codes.issue(world.zhao, actor=world.xiqing)
    results = at_once(6, lambda _n: codes.check("赵六", code))
    assert sum(isinstance(one, User) for one in results) == 1
    assert {one.code for one in results if isinstance(one, Exception)} == {"desk_code.wrong"}


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("jia_trainer", "desk_code.staff"), ("alpha_contact", "desk_code.staff"), ("xiqing", "desk_code.self")],
)
def test_rights_are_not_lent(world, who, refusal):
    with pytest.raises(DomainError) as caught:
        desk_codes.issue(getattr(world, who).person, actor=world.xiqing)
    assert caught.value.code == refusal


def test_who_proves_the_listed_phone_later_is_the_same_user(world, client_of, sms):
    person = Person.objects.create(name="孙七", phone="19911112222")
    desk_codes.issue(person, actor=world.city)
    person.refresh_from_db()
    client = client_of(None)
    client.post(LOGIN, {"do": "send", "phone": "19911112222"})
    code = "".join(c for c in sms[-1][1] if c.isdigit())[:6]
    client.post(LOGIN, {"do": "phone", "phone": "19911112222", "code": code, "agree": "on"})
    assert int(client.session["_auth_user_id"]) == person.user_id
    assert User.objects.get(pk=person.user_id).phone == "19911112222"


@pytest.mark.parametrize(
    ("who", "answer"),
    [("alpha_contact", 200), ("xiqing", 200), ("city", 200), ("beta_contact", 404), ("wuqing", 404), ("editor", 404)],
)
def test_contact_district_and_city_give_one_to_whom_they_see(world, client_of, who, answer):
    got = client_of(getattr(world, who)).post(f"/enterprises/people/{world.zhao.pk}/code/")
    assert got.status_code == answer
    if answer == 200:
        assert got.headers["Cache-Control"] == "no-store"


def test_the_trainer_gives_one_to_who_is_on_the_list(world, client_of):
    member = Membership.objects.select_related("person", "enterprise").get(person=world.zhao)
    round_ = house.opened(world, None, [member])
    row = round_.registrations.get()
    client = client_of(world.jia_trainer)
    page = client.post(f"/desk/rounds/{round_.pk}/people/code/", {"registration": row.pk})
    digits = "".join(c for c in page.context["code"] if c.isdigit())
    assert "赵六的登录码" in page.content.decode()
    assert enter(client_of(None), "赵六", digits).status_code == 302
    url = f"/desk/rounds/{round_.pk}/people/code/"
    assert client_of(world.yi_trainer).post(url, {"registration": row.pk}).status_code == 404
    assert client.post(url, {"registration": 0}).status_code == 404
