"""授权: who may give what to whom, until when; waiting for a first sign-in; taking back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import user_of_phone
from core import clock
from core.exceptions import DomainError
from core.models import AuditRecord
from enterprises import appointing
from enterprises.models import Appointment, District, Role
from enterprises.policies import rights_of
from tests.suite.world import WUQING, XIQING

pytestmark = pytest.mark.django_db

NEW = "19911112222"


def in_a_year():
    return clock.today() + timedelta(days=365)


def grant(actor, role, scope=None, phone=NEW, expires_on="year", **kwargs):
    expires_on = in_a_year() if expires_on == "year" else expires_on
    return appointing.grant(actor, role=role, scope=scope, phone=phone, expires_on=expires_on, **kwargs)


def refused(work, *args, **kwargs):
    with pytest.raises(DomainError) as error:
        work(*args, **kwargs)
    return error.value.code


def fresh(user):
    return User.objects.get(pk=user.pk)


def scopes(world):
    return {
        Role.CITY_ADMIN: None,
        Role.STATISTICIAN: None,
        Role.AUDITOR: None,
        Role.EDITOR: None,
        Role.DISTRICT_ADMIN: District.objects.get(pk=XIQING),
        Role.PROVIDER_ADMIN: world.jia,
        Role.TRAINER: world.jia,
        Role.CONTACT: world.alpha,
    }


MAY_GIVE = {
    "city": set(Role),
    "xiqing": {Role.CONTACT},
    "wuqing": set(),
    "jia_admin": {Role.TRAINER},
    "jia_trainer": set(),
    "yi_trainer": set(),
    "alpha_contact": set(),
    "statistician": set(),
    "auditor": set(),
    "editor": set(),
    "wang": set(),
}


@pytest.mark.parametrize("who", MAY_GIVE)
def test_everybody_gives_only_what_is_theirs_to_give(world, who):
    actor, given = getattr(world, who), set()
    for role, scope in scopes(world).items():
        try:
            grant(actor, role, scope)
            given.add(role)
        except DomainError as error:
            assert error.code == "appointment.not_yours"
    assert given == MAY_GIVE[who]


def test_what_is_given_holds_at_once_and_is_on_record(world):
    row = grant(world.city, Role.TRAINER, world.jia, world.nobody.phone)
    assert rights_of(fresh(world.nobody)).organisers == {world.jia.pk}
    note = AuditRecord.objects.get(action="appointment.grant", object_id=str(row.pk))
    assert note.changes["to"] == ["", "199****0051"]
    assert grant(world.city, Role.TRAINER, world.jia, world.nobody.phone).pk == row.pk
    assert AuditRecord.objects.filter(object_id=str(row.pk)).count() == 1


def test_an_appointment_waits_for_the_first_sign_in(world):
    row = grant(world.city, Role.DISTRICT_ADMIN, District.objects.get(pk=WUQING), "+86 199 1111 2222", name="新来的")
    assert (row.state, row.holder, grant(world.city, Role.DISTRICT_ADMIN, row.district).pk) == (
        "waiting",
        "新来的",
        row.pk,
    )
    user = user_of_phone(NEW)
    assert rights_of(user).districts == {WUQING}
    row.refresh_from_db()
    assert (row.user, row.waiting_phone, row.state) == (user, "", "held")
    assert rights_of(fresh(user_of_phone(NEW))).districts == {WUQING}


def test_a_number_given_up_does_not_inherit(world):
    row = grant(world.city, Role.AUDITOR)
    Appointment.objects.filter(pk=row.pk).update(granted_at=clock.now() - appointing.WAITS - timedelta(days=1))
    assert not rights_of(user_of_phone(NEW)).roles


@pytest.mark.parametrize(
    ("role", "days", "code"),
    [
        (Role.TRAINER, None, "appointment.expiry"),
        (Role.TRAINER, 367, "appointment.expiry"),
        (Role.TRAINER, -1, "appointment.expiry"),
        (Role.CONTACT, -1, "appointment.expiry"),
        (Role.TRAINER, 366, None),
        (Role.CONTACT, None, None),
        (Role.CONTACT, 2000, None),
    ],
)
def test_staff_roles_end_within_a_year(world, role, days, code):
    day = None if days is None else clock.today() + timedelta(days=days)
    scope = scopes(world)[role]
    if code:
        assert refused(grant, world.city, role, scope, expires_on=day) == code
    else:
        assert grant(world.city, role, scope, expires_on=day).expires_on == day


def test_refusals(world):
    assert refused(grant, world.city, Role.TRAINER) == "appointment.scope"
    assert refused(grant, world.city, Role.TRAINER, world.alpha) == "appointment.scope"
    assert refused(grant, world.city, Role.AUDITOR, world.alpha) == "appointment.scope"
    assert refused(grant, world.city, Role.AUDITOR, phone=world.city.phone) == "appointment.self"
    assert refused(grant, world.city, Role.AUDITOR, phone="123") == "phone.invalid"
    User.objects.filter(pk=world.nobody.pk).update(is_active=False)
    assert refused(grant, world.city, Role.AUDITOR, phone=world.nobody.phone) == "appointment.inactive"


def test_taking_back_ends_the_rights_and_stays_as_history(world):
    row = world.alpha_contact.appointments.get()
    assert refused(appointing.withdraw, world.city, row.pk, reason=" ") == "reason.missing"
    assert refused(appointing.withdraw, world.wuqing, row.pk, reason="调离") == "appointment.not_yours"
    for _ in range(2):
        appointing.withdraw(world.xiqing, row.pk, reason="调离岗位")
    assert not rights_of(fresh(world.alpha_contact)).enterprises
    row.refresh_from_db()
    assert (row.state, row.withdrawn_because, row.withdrawn_by) == ("withdrawn", "调离岗位", world.xiqing)
    assert AuditRecord.objects.filter(action="appointment.withdraw").count() == 1
    assert refused(appointing.extend, world.city, row.pk, expires_on=None) == "appointment.withdrawn"


def test_nobody_touches_their_own(world):
    own = world.city.appointments.get()
    assert refused(appointing.extend, world.city, own.pk, expires_on=in_a_year()) == "appointment.self"
    assert refused(appointing.withdraw, world.city, own.pk, reason="不干了") == "appointment.self"


def test_extending(world):
    row = grant(world.city, Role.TRAINER, world.jia)
    later = clock.today() + timedelta(days=300)
    assert appointing.extend(world.jia_admin, row.pk, expires_on=later).expires_on == later
    assert refused(appointing.extend, world.jia_admin, row.pk, expires_on=None) == "appointment.expiry"
    assert refused(appointing.extend, world.yi_trainer, row.pk, expires_on=later) == "appointment.not_yours"


@pytest.mark.parametrize("who", [{}, {"waiting_phone": NEW, "user": "nobody"}])
def test_the_database_wants_a_user_or_a_phone(world, who):
    who = {name: world.nobody if name == "user" else value for name, value in who.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(role=Role.AUDITOR, **who)


# Screens -------------------------------------------------------------------------------------------------------------


def test_the_form_offers_and_takes_only_ones_own(world, client_of):
    client = client_of(world.jia_admin)
    url = reverse("desk:appointment-new")
    page = client.get(url).content.decode()
    assert "讲师" in page
    assert "市级管理员" not in page
    assert world.yi.name not in page
    form = {"phone": NEW, "expires_on": in_a_year().isoformat(), "scope": world.yi.pk}
    assert client.post(url + "?role=trainer", form).status_code == 422
    assert client.post(url + "?role=city_admin", form).status_code == 404
    assert not Appointment.objects.filter(waiting_phone=NEW).exists()
    assert client.post(url + "?role=trainer", form | {"scope": world.jia.pk}).status_code == 302
    assert Appointment.objects.get(waiting_phone=NEW).organiser == world.jia


def test_a_district_names_a_contact_by_the_credit_code(world, client_of):
    client = client_of(world.xiqing)
    url = reverse("desk:appointment-new") + "?role=contact"
    assert client.post(url, {"phone": NEW, "code": world.beta.code}).status_code == 422
    assert client.post(url, {"phone": NEW, "code": world.alpha.code.lower()}).status_code == 302
    assert Appointment.objects.get(waiting_phone=NEW).enterprise == world.alpha


def test_the_list_shows_ones_scope_filtered(world, client_of):
    grant(world.city, Role.TRAINER, world.jia, expires_on=clock.today() + timedelta(days=3), name="快到期的人")

    def seen(user, **query):
        rows = client_of(user).get(reverse("desk:appointments"), query).context["page_obj"]
        return {row.holder for row in rows}

    assert seen(world.xiqing) == {"甲企联络员", "西青甲"}
    assert seen(world.jia_admin) == {"甲机构管理员", "甲讲师", "快到期的人"}
    assert seen(world.city, state="soon") == {"快到期的人"} == seen(world.city, state="waiting")
    assert seen(world.city, role="trainer", district=WUQING) == {"乙讲师"}
    assert seen(world.city, state="over") == set()
    assert "快到期的人" in seen(world.auditor)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(world, client_of, rows, django_assert_num_queries):
    Appointment.objects.exclude(user=world.city).delete()
    for n in range(rows - 1):
        grant(world.city, Role.TRAINER, world.jia, f"1991111000{n}")
    client = client_of(world.city)
    client.get(reverse("desk:appointments"))
    with django_assert_num_queries(5):
        client.get(reverse("desk:appointments"))


def test_acts_on_the_page_of_one(world, client_of):
    row = world.alpha_contact.appointments.get()
    client = client_of(world.xiqing)
    page = reverse("desk:appointment", args=[row.pk])
    assert "收回授权" in client.get(page).content.decode()
    client.post(reverse("desk:appointment-extend", args=[row.pk]), {"expires_on": in_a_year().isoformat()})
    client.post(reverse("desk:appointment-withdraw", args=[row.pk]), {"reason": "调离"})
    row.refresh_from_db()
    assert (row.expires_on, row.state) == (in_a_year(), "withdrawn")
    assert "收回授权" not in client.get(page).content.decode()
    assert "收回授权" not in client_of(world.alpha_contact).get(page, follow=True).content.decode()


def test_organisers_are_kept_by_the_city(world, client_of):
    new = {"name": "示例协会丙", "kind": "association", "district": ""}
    assert client_of(world.auditor).post(reverse("desk:organiser-new"), new).status_code == 403
    client = client_of(world.city)
    assert client.post(reverse("desk:organiser-new"), new).status_code == 302
    assert client.post(reverse("desk:organiser-new"), new).status_code == 422
    form = new | {"name": "示例协会丁", "district": XIQING}
    assert client.post(reverse("desk:organiser", args=[world.jia.pk]), form).status_code == 302
    world.jia.refresh_from_db()
    assert (world.jia.name, world.jia.district_id) == ("示例协会丁", XIQING)
    assert AuditRecord.objects.get(action="organiser.change").changes["district_id"] == ["120110", XIQING]
    assert "示例协会丙" in client_of(world.auditor).get(reverse("desk:organisers")).content.decode()
