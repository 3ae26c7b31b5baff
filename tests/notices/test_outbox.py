"""The outbox: told once whatever happens to the worker, not at night, not after a rollback; and what did not arrive is known."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from core import clock
from core.exceptions import DomainError
from notices import kinds, sending, services, views
from notices.models import Delivery, Notice, NoticePreference, NoticeTemplate

pytestmark = pytest.mark.django_db

NOON = clock.at(date(2025, 3, 3), 12)
State = Delivery.State


@pytest.fixture(autouse=True)
def _noon():
    with clock.moved_to(NOON):
        yield


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    """A kind of message that only tests know."""
    plain = kinds.Kind(
        "test.plain", "测试", "标题 {what}", "{name}：{what}", "短信 {what}", sample={"what": "明天开课"}
    )
    monkeypatch.setitem(kinds.KINDS, plain.key, plain)
    urgent = kinds.Kind("test.urgent", "急事", "急", "急", "急", urgent=True)
    monkeypatch.setitem(kinds.KINDS, urgent.key, urgent)
    return plain


def tell(world, revision=0, kind="test.plain", people=None, event="e"):
    people = [world.wang.person.pk] if people is None else people
    return services.notify(people, kind, event=event, revision=revision, words={"what": "换教室"}, subject="round:1")


def states():
    return list(Delivery.objects.order_by("pk").values_list("channel", "number", "state"))


def test_an_event_is_told_once_and_its_next_revision_again(world, sms):
    for revision in (0, 0, 1):
        tell(world, revision)
    assert list(Notice.objects.order_by("pk").values_list("title", "body", "revision")) == [
        ("标题 换教室", "王小二：换教室", 0),
        ("标题 换教室", "王小二：换教室", 1),
    ]
    assert (sending.send_due(), sending.send_due()) == (2, 0)
    assert sms == [(world.wang.person.phone, "短信 换教室")] * 2


def test_what_is_rolled_back_is_told_to_nobody(world, sms):
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(world)
        raise RuntimeError
    assert not Notice.objects.exists()
    assert sending.send_due() == 0


def test_nobody_is_woken_at_night_but_for_what_is_urgent(world, sms):
    with clock.moved_to(clock.at(date(2025, 3, 3), 22)):
        tell(world)
        tell(world, kind="test.urgent", event="u")
        assert sending.send_due() == 1
    with clock.moved_to(clock.at(date(2025, 3, 4), 7, 59)):
        assert sending.send_due() == 0
    with clock.moved_to(clock.at(date(2025, 3, 4), 8)):
        assert sending.send_due() == 1
    assert [text for _phone, text in sms] == ["急", "短信 换教室"]


def test_an_e_mail_has_a_name_of_its_own_and_the_link(world):
    world.wang.email = "wang@example.org"
    world.wang.save()
    services.notify([world.wang.person.pk], "test.plain", event="m", words={"what": "开课"}, url="/rounds/1/")
    sending.send_due()
    letter = mail.outbox[0]
    assert (letter.to, letter.subject) == (["wang@example.org"], "标题 开课")
    assert letter.body.endswith("/rounds/1/")
    assert letter.extra_headers["Message-ID"].startswith(f"<notice-{Notice.objects.get().pk}-email-1@")


def test_a_gateway_that_fails_is_asked_again_and_in_the_end_given_up(world, monkeypatch):
    def down(phone, text, key=""):
        raise OSError("gateway")

    monkeypatch.setattr("accounts.sms.send", down)
    tell(world)
    moment = NOON
    for _ in range(sending.TRIES):
        with clock.moved_to(moment):
            assert sending.send_due() == 0
        moment += timedelta(hours=1)
    assert states() == [("sms", 1, State.FAILED)]
    assert list(Notice.objects.about("round:1").unreached()) == [Notice.objects.get()]


def test_what_left_a_dying_workers_hand_is_not_sent_twice_by_a_gateway_that_forgets(world, sms):
    tell(world)
    sending._claim()
    with clock.moved_to(NOON + sending.LEASE + timedelta(seconds=1)):
        assert sending.send_due() == 0
        assert states() == [("sms", 1, State.UNCLEAR)]
        services.resend(Notice.objects.get().pk, actor=world.city)
        assert sending.send_due() == 1
        with pytest.raises(DomainError) as soon:
            services.resend(Notice.objects.get().pk, actor=world.city)
    assert soon.value.code == "notice.soon"
    assert (states()[1], len(sms)) == (("sms", 2, State.SENT), 1)
    assert not Notice.objects.unreached().exists()


def test_who_left_no_number_is_not_reached_and_that_is_said(world):
    notice = tell(world, people=[world.zhao.pk])[0]
    assert list(Notice.objects.unreached()) == [notice]
    with pytest.raises(DomainError) as refused:
        services.resend(notice.pk, actor=world.city)
    assert refused.value.code == "notice.nowhere"


def test_a_digest_is_one_message_of_the_day(world, sms):
    services.set_preference(world.wang.person, sms=True, email=False, digest=True)
    tell(world, event="a")
    tell(world, event="b")
    tell(world, kind="test.urgent", event="c")
    assert sending.send_due() == 1  # what is urgent does not wait
    with clock.moved_to(clock.at(date(2025, 3, 3), 18)):
        assert (sending.send_digests(), sending.send_digests()) == (1, 0)
        assert (sending.send_due(), sending.send_due()) == (1, 0)
    assert [text for _phone, text in sms] == ["急", "【质量学堂】您今天有 1 条消息：标题 换教室"]


def test_who_wants_no_text_message_gets_none(world, sms):
    NoticePreference.objects.create(person=world.wang.person, sms=False)
    tell(world)
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 0)


def test_an_editors_wording_is_used_checked_and_previewed(world):
    own = NoticeTemplate(kind="test.plain", title="新：{what}", body="{name}好，{what}", sms="")
    own.full_clean()
    own.save()
    tell(world)
    notice = Notice.objects.get()
    assert (notice.title, notice.body, notice.deliveries.count()) == ("新：换教室", "王小二好，换教室", 0)
    own.title = "{when}？"
    with pytest.raises(ValidationError) as refused:
        own.full_clean()
    assert "“{when}”" in refused.value.message_dict["title"][0]
    own.title = "新：{what}"
    page = own.make_preview_request()
    assert page.status_code == 200
    assert "示例·张三好，明天开课" in page.rendered_content


# The inbox -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_inbox_asks_the_same_for_one_and_three(world, client_of, count, django_assert_num_queries):
    for number in range(count):
        tell(world, number)
    phone = client_of(world.wang)
    phone.get(reverse("notices:inbox"))
    with django_assert_num_queries(4):
        page = phone.get(reverse("notices:inbox"))
    assert [notice.revision for notice in page.context["page"]] == list(range(count))[::-1]
    assert page.context["unread"] == count


def test_only_ones_own_messages_are_marked_as_seen(world, client_of):
    mine, other = tell(world)[0], tell(world, people=[world.nobody.person.pk])[0]
    client_of(world.wang).post(reverse("notices:read"), {"notice": other.pk})
    assert Notice.objects.unread().count() == 2
    client_of(world.wang).post(reverse("notices:read"))
    assert list(Notice.objects.unread()) == [other]
    mine.refresh_from_db()
    assert mine.read_at == NOON
    client_of(world.wang).post(reverse("notices:preference"), {"digest": "on"})
    assert NoticePreference.objects.get().digest


# At once -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_task_delivered_eight_times_sends_each_message_once(world, at_once, sms, monkeypatch):
    monkeypatch.setattr("notices.tasks.send.delay_on_commit", lambda: None)
    for number in range(20):
        tell(world, number)

    def work(n):
        with clock.moved_to(NOON):
            return sending.send_due()

    assert sum(at_once(8, work)) == 20
    assert (len(sms), Delivery.objects.filter(state=State.SENT).count()) == (20, 20)


@pytest.mark.django_db(transaction=True)
def test_two_tell_the_same_at_once_and_it_is_told_once(world, at_once, monkeypatch):
    monkeypatch.setattr("notices.tasks.send.delay_on_commit", lambda: None)

    def work(n):
        with clock.moved_to(NOON):
            return tell(world)[0].pk

    assert len(set(at_once(6, work))) == 1
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_number_in_the_head_is_forgotten_once_the_messages_are_read_not_before(world, monkeypatch):
    person = world.wang.person
    tell(world)
    seen = []
    monkeypatch.setattr(services.cache, "delete_many", lambda keys: seen.append(services.unread(person)))
    assert (services.mark_read(person), seen) == (1, [0])


def test_the_inbox_is_paged_newest_first(world, client_of, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 2)
    for number in range(3):
        tell(world, number)
    newest = list(Notice.objects.order_by("-pk"))
    client = client_of(world.wang)
    first = client.get(reverse("notices:inbox")).context["page"]
    last = client.get(reverse("notices:inbox"), {"after": first.after}).context["page"]
    assert (first.rows, last.rows, last.after) == (newest[:2], newest[2:], None)
    assert client.get(reverse("notices:inbox"), {"before": last.before}).context["page"].rows == newest[:2]
