"""Writing to a class: looked at with its count, sent once, and those it did not reach."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.models import AuditRecord
from notices.models import Delivery, Notice
from notices.services import set_preference
from tests.training import house
from training import messages, registration
from training.models import Registration, RoundMessage

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

BEFORE = clock.at(house.DAY - timedelta(days=5), 10)
TEXT = "第二天请带一份本厂的检验记录。"


@pytest.fixture(autouse=True)
def _five_days_before():
    with clock.moved_to(BEFORE):
        yield


@pytest.fixture
def round_(world):
    """One seat: 王小二 has it; 赵六 (no phone) and another wait."""
    members = [world.wang.person.memberships.get(), world.zhao.memberships.get(), *house.make_people(1, world.beta)]
    round_ = house.opened(world, members=members, seats=1)
    Notice.objects.all().delete()
    return round_


def written(round_, **fields):
    return {"text": TEXT, "audience": "everybody", "key": "k" * 32} | fields


def test_a_message_is_looked_at_counted_sent_once_and_logged(world, client_of, round_, sms):
    world.wang.email = "wang@factory.example"
    world.wang.save()
    here, desk = reverse("desk:message", args=[round_.pk]), client_of(world.jia_trainer)
    assert len(desk.get(here).context["form"].initial["key"]) == 32
    shown = desk.post(here, written(round_)).context["shown"]
    assert (shown.people, shown.by_sms, shown.by_email, shown.inbox, shown.sms_parts) == (3, 1, 1, 2, 1)
    assert shown.body == f"王小二，{TEXT}"
    assert not Notice.objects.exists()
    for _ in range(2):
        answer = desk.post(here, written(round_, send="1"))
    message = RoundMessage.objects.get()
    assert answer.url == f"{reverse('desk:told', args=[round_.pk])}?message={message.pk}"
    assert (message.people, message.sent_by, Notice.objects.count()) == (3, world.jia_trainer, 3)
    assert AuditRecord.objects.filter(action="round.message").count() == 1
    page = desk.get(answer.url).context
    assert (len(page["page"].rows), page["message"]) == (3, message)


def test_only_those_who_are_meant_are_told(world, round_):
    rows = {row.person_id: row for row in Registration.objects.filter(round=round_)}
    audiences = {
        "registered": {world.wang.person.pk},
        "waiting": rows.keys() - {world.wang.person.pk},
        "picked": {world.zhao.pk},
    }
    for audience, people in audiences.items():
        picked = [rows[world.zhao.pk].pk]
        sent = messages.send(round_.pk, TEXT, audience, key=audience, picked=picked, actor=world.city)
        assert set(Notice.objects.filter(event=sent.event).values_list("person", flat=True)) == people
    registration.cancel(rows[world.zhao.pk].pk, actor=world.city, reason="走不开")
    everybody = messages.send(round_.pk, TEXT, "everybody", key="all", actor=world.city)
    assert everybody.people == 2


def test_what_may_not_be_said_is_refused_before_anybody_hears_it(world, client_of, round_, code_of):
    def code(text=TEXT, audience="everybody", number=round_.pk):
        return code_of(messages.send, number, text, audience, key=text[:30], actor=world.city)

    assert (code("  "), code("长" * 201), code("来上课，包 过！")) == (
        "message.empty",
        "message.long",
        "message.forbidden",
    )
    assert (code(audience="picked"), code(number=house.planned(world).pk)) == ("message.nobody", "round.state")
    page = client_of(world.jia_trainer).post(
        reverse("desk:message", args=[round_.pk]), written(round_, text="免费发证", send="1")
    )
    assert (page.status_code, "免费发证" in page.context["form"].errors["text"][0]) == (422, True)
    assert not Notice.objects.exists()


def test_at_night_only_what_is_urgent_rings_and_who_wants_none_gets_none(world, round_):
    wang = world.wang.person
    with clock.moved_to(clock.at(BEFORE.date(), 22)):
        messages.send(round_.pk, TEXT, "registered", key="a", actor=world.city)
        messages.send(round_.pk, TEXT, "registered", key="b", urgent=True, actor=world.city)
    due = Delivery.objects.filter(notice__person=wang).order_by("pk").values_list("due_at", flat=True)
    assert list(due) == [clock.at(BEFORE.date() + timedelta(days=1), 8), clock.at(BEFORE.date(), 22)]
    set_preference(wang, sms=False, email=True, digest=False)
    assert messages.preview(round_, TEXT, "registered").inbox == 1


def test_those_not_reached_get_it_again_and_who_has_no_way_is_named(world, client_of, round_):
    message = messages.send(round_.pk, TEXT, "everybody", key="a", actor=world.city)
    Delivery.objects.update(state="failed")
    here, desk = (
        f"{reverse('desk:told', args=[round_.pk])}?message={message.pk}&only=unreached",
        client_of(world.jia_trainer),
    )
    assert (desk.get(here).context["unreached"], len(desk.get(here).context["page"].rows)) == (3, 3)
    said = [str(one) for one in desk.post(here, {"everybody": "1"}, follow=True).context["messages"]]
    assert said[0] == "给 1 位没送到的又发了一次。"
    assert ("赵六" in said[1], "王小二" in said[1]) == (True, False)
    wang = Notice.objects.get(person=world.wang.person)
    assert wang.deliveries.count() == 2


def test_the_head_of_a_page_says_how_many_are_new_but_not_a_visitors(
    world, client_of, round_, django_capture_on_commit_callbacks
):
    browser, home = client_of(world.wang), reverse("rounds:list")
    assert b'class="button button--small button--quiet unread"' not in browser.get(home).content
    with django_capture_on_commit_callbacks(execute=True):
        messages.send(round_.pk, TEXT, "everybody", key="a", actor=world.city)
    assert browser.get(home).context["unread_notices"]() == 1
    assert b"button--quiet unread" in browser.get(home).content
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("notices:read"))
    assert b"button--quiet unread" not in browser.get(home).content
    visitor = client_of(None).get(home)
    assert (b"button--quiet unread" in visitor.content, bool(visitor.cookies)) == (False, False)
