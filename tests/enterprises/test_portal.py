"""我的企业: what the contact of an enterprise may do with its list, and that nobody else's list can be reached."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.services import user_of_phone
from core import clock, registry
from core.models import AuditRecord
from enterprises import staff
from enterprises.models import Appointment, Enterprise, Layer, Membership, Person, Role
from enterprises.services import join
from tests.suite.world import CODES, WUQING
from tests.training import house

pytestmark = pytest.mark.django_db

PHONE = "19911110001"


@pytest.fixture
def contact(world, client_of):
    return client_of(world.alpha_contact)


@pytest.fixture
def post(world, contact):
    """``post("change", row, layer="top")``: the contact of alpha sends a form about a membership."""

    def send(act, row, firm=None, **data):
        url = reverse(f"enterprises:member-{act}", args=[(firm or world.alpha).pk, row.pk])
        return contact.post(url, data)

    return send


def add(world, name="陈示一", phone=PHONE, **more):
    fields = {"layer": Layer.FRONTLINE, "actor": world.alpha_contact} | more
    return staff.add(more.pop("enterprise", world.alpha), name=name, phone=phone, **fields)


def of(world, user):
    return Membership.objects.get(person__user=user, ended_on=None)


def page_of(world, client, **query):
    return client.get(reverse("enterprises:staff", args=[world.alpha.pk]), query)


def names(page):
    return [row.person.name for row in page.context["page"]]


def said(client, url="/my/"):
    return " ".join(str(message) for message in client.get(url).context["messages"])


# Adding -----------------------------------------------------------------------------------------------------------


def test_adding_by_the_form(world, contact):
    url = reverse("enterprises:staff-add", args=[world.alpha.pk])
    form = {"name": "陈示一", "phone": "199 1111 0001", "layer": "middle", "department": "质检部", "tags": ["auditor"]}
    for _time in range(2):
        assert contact.post(url, form).status_code == 302
    row = Membership.objects.get(person__phone=PHONE)
    assert (row.enterprise, row.layer, row.tags) == (world.alpha, "middle", ["auditor"])
    assert row.confirmed_at
    assert AuditRecord.objects.filter(action="membership.add").count() == 1
    answer = contact.post(url, form | {"name": "别人"})
    assert answer.status_code == 422
    assert "phone" in answer.context["form"].errors
    assert contact.post(url, {}).status_code == 422


def test_who_has_signed_in_with_that_phone_before_is_that_person(world):
    user = user_of_phone(PHONE)
    assert add(world).person.user == user


def test_a_posted_enterprise_is_not_looked_at(world, contact):
    url = reverse("enterprises:staff-add", args=[world.alpha.pk])
    contact.post(url, {"name": "陈示一", "phone": "", "layer": "top", "enterprise": world.beta.pk})
    assert Membership.objects.get(person__name="陈示一").enterprise == world.alpha


# Changing and leaving ---------------------------------------------------------------------------------------------


def test_another_post_is_another_row(world, post):
    row = of(world, world.wang)
    Membership.objects.filter(pk=row.pk).update(started_on=clock.today() - timedelta(days=30))
    assert post("change", row, layer="middle", department="质检部", tags=["quality_lead"]).status_code == 302
    row.refresh_from_db()
    new = of(world, world.wang)
    assert (row.layer, row.ended_on) == ("frontline", clock.today() - timedelta(days=1))
    assert (new.layer, new.tags, new.started_on) == ("middle", ["quality_lead"], clock.today())
    assert AuditRecord.objects.get(action="membership.change").changes["layer"] == ["frontline", "middle"]
    # The old row is the past: it is never written again.
    post("change", row, layer="top")
    assert of(world, world.wang).layer == "middle"
    assert AuditRecord.objects.filter(action="membership.change").count() == 1


def test_moving_out(world, post):
    row = of(world, world.wang)
    tomorrow = clock.today() + timedelta(days=1)
    for wrong in (
        {"out-ended_on": tomorrow, "out-reason": "离职"},
        {"out-ended_on": clock.today(), "out-reason": ""},
        {},
    ):
        assert post("out", row, **wrong).status_code == 422
    right = {"out-ended_on": clock.today(), "out-reason": "离职"}
    assert post("out", row, **right).status_code == 302
    assert post("out", row, **right).status_code == 422
    row.refresh_from_db()
    assert row.ended_on == clock.today()
    assert AuditRecord.objects.get(action="membership.move_out").reason == "离职"


def test_the_contact_does_not_leave_before_handing_over(world, post):
    row = of(world, world.alpha_contact)
    answer = post("out", row, **{"out-ended_on": clock.today(), "out-reason": "离职"})
    assert "先把联络员移交" in answer.content.decode()
    assert of(world, world.alpha_contact) == row


# Confirming -------------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(world):
    return join(world.nobody, name="路人甲", code=CODES["alpha"], layer="frontline")


def test_who_reported_in_waits_and_is_confirmed(world, contact, post, waiting):
    assert names(page_of(world, contact, state="waiting")) == ["路人甲"]
    assert "路人甲" not in names(page_of(world, contact))
    for _time in range(2):
        assert post("confirm", waiting).status_code == 302
    assert "路人甲" in names(page_of(world, contact))
    assert AuditRecord.objects.filter(action="membership.confirm").count() == 1


def test_who_does_not_work_here_is_refused(world, contact, post, waiting):
    assert post("refuse", waiting).status_code == 422
    assert post("refuse", waiting, **{"refuse-reason": "不是本厂的人"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.ended_on, waiting.confirmed_at) == (clock.today(), None)
    assert names(page_of(world, contact, state="waiting")) == []
    assert post("refuse", of(world, world.wang), **{"refuse-reason": "误点"}).status_code == 422
    assert of(world, world.wang)


# Inviting ---------------------------------------------------------------------------------------------------------


def test_inviting_before_there_is_an_account_and_signing_in(world, post, sms):
    row = add(world)
    assert post("invite", row).status_code == 302
    (number, text), row = sms[-1], Membership.objects.get(pk=row.pk)
    assert (number, row.invited_at is not None) == (PHONE, True)
    assert world.alpha.name in text
    assert "/accounts/login/" in text
    user = user_of_phone(PHONE)
    assert Person.objects.get(user=user) == row.person
    post("invite", row)
    assert len(sms) == 1


def test_invitations_have_a_limit(world, contact, post, sms):
    row = add(world)
    for _time in range(4):
        post("invite", row)
    assert len(sms) == staff.INVITATIONS_A_DAY["person"]
    assert "请明天再发" in said(contact)


def test_who_has_no_phone_or_has_left_is_not_invited(world, post, sms):
    post("invite", Membership.objects.get(person=world.zhao))
    row = add(world)
    staff.move_out(row.pk, ended_on=clock.today(), reason="离职", actor=world.alpha_contact)
    post("invite", row)
    assert not sms


def test_a_gateway_that_refuses_leaves_no_mark(world, post, settings):
    settings.SMS_BACKEND = "accounts.sms.WebhookBackend"
    settings.SMS_WEBHOOK_URL = "http://127.0.0.1:9/"
    row = add(world)
    post("invite", row)
    row.refresh_from_db()
    assert row.invited_at is None


# Handing over -----------------------------------------------------------------------------------------------------


def test_handing_over_ends_one_and_begins_another(world, contact, client_of):
    url = reverse("enterprises:hand-over", args=[world.alpha.pk])
    answer = contact.post(url, {"to": of(world, world.wang).pk})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my/")
    overview = reverse("enterprises:overview", args=[world.alpha.pk])
    assert contact.get(overview).status_code == 403
    assert contact.post(url, {"to": of(world, world.wang).pk}).status_code == 403
    heir = client_of(User.objects.get(pk=world.wang.pk))
    assert heir.get(overview).status_code == 200
    assert overview in heir.get("/my/").content.decode()
    in_force = Appointment.objects.in_force().filter(role=Role.CONTACT, enterprise=world.alpha)
    assert [one.user for one in in_force] == [world.wang]
    assert AuditRecord.objects.filter(action="enterprise.hand_over").count() == 1


def hand_over_url(world):
    return reverse("enterprises:hand-over", args=[world.alpha.pk])


def signs_in(phone):
    """A first sign-in with this phone, as the adapter does it."""
    user = User.objects.create(username=f"new-{phone}", phone=phone)
    for linked in registry.phone_verified:
        linked(user)
    return User.objects.get(pk=user.pk)


def contacts(world):
    rows = Appointment.objects.in_force().filter(role=Role.CONTACT, enterprise=world.alpha)
    return [row.user for row in rows]


def test_who_has_never_signed_in_takes_over_at_the_first_sign_in(world, contact, sms):
    row = add(world, phone="19911110088", name="陈接手")
    for _time in range(2):
        assert contact.post(hand_over_url(world), {"to": row.pk}).status_code == 302
    assert sms[-1][0] == "19911110088"
    assert contacts(world) == [world.alpha_contact]
    assert "陈接手" in contact.get(hand_over_url(world)).content.decode()
    heir = signs_in("19911110088")
    assert contacts(world) == [heir]
    assert contact.get(reverse("enterprises:overview", args=[world.alpha.pk])).status_code == 403
    assert AuditRecord.objects.filter(action="enterprise.hand_over_wait").count() == 1


def test_a_hand_over_that_waits_is_taken_back(world, contact):
    row = add(world, phone="19911110088", name="陈接手")
    other = add(world, phone="19911110089", name="陈另一")
    contact.post(hand_over_url(world), {"to": row.pk})
    assert contact.post(hand_over_url(world), {"to": other.pk}).status_code == 422
    for _time in range(2):
        assert contact.post(hand_over_url(world), {"do": "keep"}).status_code == 302
    assert AuditRecord.objects.filter(action="enterprise.hand_over_kept").count() == 1
    signs_in("19911110088")
    assert contacts(world) == [world.alpha_contact]


def test_nobody_takes_over_from_who_is_no_longer_contact_or_after_leaving(world, contact):
    row = add(world, phone="19911110088", name="陈接手")
    contact.post(hand_over_url(world), {"to": row.pk})
    Membership.objects.filter(pk=row.pk).update(ended_on=clock.today())
    signs_in("19911110088")
    assert contacts(world) == [world.alpha_contact]
    row = add(world, phone="19911110089", name="陈另一")
    contact.post(hand_over_url(world), {"to": row.pk})
    Appointment.objects.filter(user=world.alpha_contact).update(withdrawn_at=clock.now())
    signs_in("19911110089")
    assert contacts(world) == []
    assert not Appointment.objects.standing().filter(enterprise=world.alpha).exists()


def test_only_to_a_colleague_who_can_be_reached(world, contact, waiting):
    url = reverse("enterprises:hand-over", args=[world.alpha.pk])
    nobodies = [
        Membership.objects.get(person=world.zhao),  # neither login nor phone
        of(world, world.beta_contact),  # another enterprise
        of(world, world.alpha_contact),  # oneself
        waiting,  # not confirmed
    ]
    for row in nobodies:
        assert contact.post(url, {"to": row.pk}).status_code == 422
    assert Appointment.objects.in_force().get(enterprise=world.alpha).user == world.alpha_contact


@pytest.mark.django_db(transaction=True)
def test_handing_over_twice_at_once_leaves_one_contact(world, at_once):
    heirs = [of(world, world.wang), add(world, phone=world.nobody.phone, name="路人甲")]

    def give(number):
        return staff.hand_over(world.alpha, heirs[number], actor=world.alpha_contact)

    results = at_once(2, give)
    assert sum(isinstance(result, Appointment) for result in results) == 1
    assert Appointment.objects.in_force().filter(enterprise=world.alpha).count() == 1


# The outsider -----------------------------------------------------------------------------------------------------


def test_a_foreign_membership_under_ones_own_enterprise_is_not_there(world, post):
    foreign = of(world, world.beta_contact)
    for act in ("change", "out", "confirm", "refuse", "invite"):
        assert post(act, foreign).status_code == 404
        assert post(act, foreign, firm=world.beta).status_code == 404
    foreign.refresh_from_db()
    assert foreign.ended_on is None


def test_an_expired_contact_is_an_outsider_at_the_next_request(world, contact):
    assert page_of(world, contact).status_code == 200
    Appointment.objects.filter(user=world.alpha_contact).update(expires_on=clock.today() - timedelta(days=1))
    assert page_of(world, contact).status_code == 403
    Membership.objects.filter(person=world.alpha_contact.person).update(ended_on=clock.today())
    assert page_of(world, contact).status_code == 404


def test_facts_by_the_contact(world, contact):
    url = reverse("enterprises:facts", args=[world.alpha.pk])
    form = {"industry_code": "3670", "employees": 50, "revenue_band": 1000, "size_class": "large", "iso": "none"}
    hidden = {"name": "改名", "code": "X", "district": WUQING, "status": "closed"}
    assert contact.post(url, form | hidden).status_code == 302
    row = Enterprise.objects.get(pk=world.alpha.pk)
    assert (row.size_class, row.name, row.code, row.district_id, row.status) == (
        "small",
        world.alpha.name,
        world.alpha.code,
        world.alpha.district_id,
        "confirmed",
    )
    wrong = contact.post(url, form | {"industry_code": "9999"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["industry_code"])
    assert contact.post(url, form | {"size_declared": "on", "size_class": "unknown"}).status_code == 422


# The list ---------------------------------------------------------------------------------------------------------


def test_filters_and_search(world, contact):
    add(world, name="曾示例", layer=Layer.MIDDLE)
    assert names(page_of(world, contact)) == ["甲企联络员", "王小二", "曾示例", "赵六"]
    assert names(page_of(world, contact, layer="middle")) == ["甲企联络员", "曾示例"]
    for q in ("曾", "示例", "zeng", "0001"):
        assert names(page_of(world, contact, q=q)) == ["曾示例"]
    assert "没有找到" in page_of(world, contact, q="没有的人").content.decode()
    staff.move_out(of(world, world.wang).pk, ended_on=clock.today(), reason="离职", actor=world.city)
    assert names(page_of(world, contact, state="left")) == ["王小二"]


def test_what_each_has_learned_stands_beside(world, contact):
    house.held(world, None, [of(world, world.wang)])
    rows = {row.person.name: row.glance for row in page_of(world, contact).context["page"]}
    assert {label: value for label, value, _url in rows["王小二"]} == {"培训班": "1 个", "合格证明": "1 张"}
    assert rows["甲企联络员"] == []


QUERIES = 7


@pytest.mark.parametrize("more", [0, 2])
def test_constant_queries(world, contact, django_assert_num_queries, more):
    for number in range(more):
        add(world, name=f"陈示{number}", phone=f"1991111100{number}")
    page_of(world, contact)
    with django_assert_num_queries(QUERIES):
        page_of(world, contact)


def test_pages_follow_each_other_without_gaps(world, contact, monkeypatch):
    monkeypatch.setattr("enterprises.views.portal.PAGE", 3)
    for number in range(6):
        add(world, name="陈示例", phone=f"1991111100{number}")
    seen, query, turns = [], {}, 0
    while turns < 10:
        page = page_of(world, contact, **query).context["page"]
        seen += [row.pk for row in page]
        turns += 1
        if not page.after:
            break
        query = {"after": page.after}
    assert len(seen) == len(set(seen)) == 9
    back = page_of(world, contact, before=page.before).context["page"]
    assert [row.pk for row in back] == seen[3:6]
    assert page_of(world, contact, after="x").status_code == 200
