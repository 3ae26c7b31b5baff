"""Who is told what about a round; and calendars that follow its moves."""

from datetime import date, timedelta

import icalendar
import pytest
from django.urls import reverse

from core import clock
from enterprises.models import District
from notices.models import Notice
from tests.training import house
from training import announcing, feeds, nearby, registration, scheduling, sessions
from training.models import Registration, Round

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

BEFORE = clock.at(house.DAY - timedelta(days=5), 10)


@pytest.fixture(autouse=True)
def _five_days_before():
    with clock.moved_to(BEFORE):
        yield


def told(person=None):
    rows = Notice.objects.order_by("pk")
    return list((rows.filter(person=person) if person else rows).values_list("kind", flat=True))


def test_everybody_is_told_what_became_of_their_registration(world):
    member = world.wang.person.memberships.get()
    first, second = house.make_people(2, world.alpha)
    round_ = house.opened(world, members=[first], seats=1, hold_hours=24)
    assert told() == ["round.listed"]
    registration.register(round_.pk, member.person, member, actor=world.wang)
    registration.register(round_.pk, second.person, second, actor=world.jia_admin)
    registration.cancel(house.of(round_, first.person).pk, actor=world.city, reason="出差")
    row = house.of(round_, member.person)
    registration.confirm(row.pk, actor=world.wang)
    assert told(member.person) == ["round.waiting", "round.offered"]
    assert told(first.person) == ["round.listed", "round.unlisted"]
    registration.cancel(row.pk, actor=world.wang, reason="改主意")
    assert told(member.person) == ["round.waiting", "round.offered"]  # one's own act is no news
    assert told(second.person) == ["round.waiting", "round.offered"]
    offer = Notice.objects.filter(person=second.person).latest("pk")
    assert (offer.subject, offer.url) == (f"round:{round_.pk}", reverse("rounds:detail", args=[round_.pk]))
    assert "3月1日 10:00" in offer.body


def test_a_move_is_told_once_to_list_queue_and_trainer_and_again_when_it_moves_again(world):
    people = house.make_people(2, world.alpha)
    round_ = house.opened(world, house.five_half_days(), people, seats=1, trainers=[world.jia_trainer.person])
    Notice.objects.all().delete()
    session = round_.sessions.first()
    for days in (9, 9, 10):
        times = {
            "starts_at": clock.at(house.DAY + timedelta(days=days), 9),
            "ends_at": clock.at(house.DAY + timedelta(days=days), 12),
        }
        sessions.move_session(session.pk, **times, actor=world.city, reason="讲师出差")
    assert told(people[1].person) == told(world.jia_trainer.person) == ["session.moved"] * 2
    first = Notice.objects.order_by("pk").first()
    assert first.body == "第 1 课 9 点的课原定 3月5日 09:00，改到 3月14日 09:00，地点：线下。原因：讲师出差"
    sessions.cancel_session(session.pk, actor=world.city, reason="并到下一课")
    scheduling.cancel_round(round_.pk, actor=world.city, reason="停电")
    scheduling.cancel_round(round_.pk, actor=world.city, reason="停电")
    assert told(people[0].person)[2:] == ["session.cancelled", "round.cancelled"]


def test_nobody_is_told_of_a_plan_and_all_are_when_it_is_published(world):
    member = house.make_people(1, world.alpha)[0]
    round_ = house.planned(world)
    registration.register(round_.pk, member.person, member, actor=world.city, by_staff=True)
    assert told() == []
    scheduling.publish(round_.pk, actor=world.city)
    assert told(member.person) == ["round.listed"]


def test_the_morning_before_people_are_reminded_once(world):
    members = house.make_people(2, world.alpha)
    house.opened(world, members=members, seats=1, trainers=[world.jia_trainer.person])
    Notice.objects.all().delete()
    for _ in range(2):
        with clock.moved_to(clock.at(house.DAY - timedelta(days=1), 9)):
            announcing.remind()
    assert told() == ["round.reminder"]
    for _ in range(2):
        with clock.moved_to(clock.at(house.DAY + timedelta(days=1), 9)):
            announcing.remind()
    assert told(world.jia_trainer.person) == ["session.unsubmitted"]


def test_the_desk_sees_who_was_not_reached_and_sends_again(world, client_of):
    member = world.wang.person.memberships.get()
    nameless = world.zhao.memberships.get()
    round_ = house.opened(world, members=[member, nameless])
    here = reverse("desk:told", args=[round_.pk])
    desk = client_of(world.jia_trainer)
    page = desk.get(here + "?only=unreached").context
    assert ({row.person for row in page["page"].rows}, page["unreached"]) == ({world.wang.person, world.zhao}, 2)
    Notice.objects.get(person=world.wang.person).deliveries.update(state="sent", sent_at=BEFORE - timedelta(hours=1))
    assert desk.get(here).context["unreached"] == 1
    desk.post(here, {"notice": Notice.objects.get(person=world.wang.person).pk})
    assert Notice.objects.get(person=world.wang.person).deliveries.count() == 2
    other = house.opened(world, title="别的班")
    assert desk.post(reverse("desk:told", args=[other.pk]), {"notice": Notice.objects.first().pk}).status_code == 404


def test_the_public_list_is_chosen_by_layer_pilot_and_free_seats(world, client_of):
    everybody = house.opened(world, title="不限")
    full = house.opened(world, members=house.make_people(1, world.alpha), seats=1, layers="top,middle", title="老板")
    browser = client_of(None)

    def found(query):
        return {row.title for row in browser.get(reverse("rounds:list") + query).context["page"].rows}

    assert found("?layer=top") == {everybody.title, full.title}
    assert found("?layer=frontline") == {everybody.title}
    assert found("?free=1") == {everybody.title}
    assert found("?pilot=guangfu") == found("?district=120101") == set()
    assert found("?pilot=there-is-none") == found("") == {everybody.title, full.title}
    # 甲 is in 东丽区; 王小二 works in 西青区, which does not lie beside it; 乙 is in 武清区, which does.
    elsewhere = house.opened(world, owner=world.yi, title="武清班")
    assert found("?district=120101&district=120110") == {everybody.title, full.title}
    assert found("?district=120114&district=120110&district=x") == {everybody.title, full.title, elsewhere.title}
    assert found("?near=1") == {everybody.title, full.title, elsewhere.title}  # nobody knows where a visitor is
    browser = client_of(world.wang)
    assert found("?near=1") == {elsewhere.title}
    assert "西青区和相邻的区" in browser.get(reverse("rounds:list") + "?near=1").content.decode()


def test_every_district_lies_beside_another():
    assert nearby.BESIDE.keys() == set(District.objects.values_list("pk", flat=True))
    assert all(one in nearby.BESIDE[other] for one, others in nearby.BESIDE.items() for other in others)


@pytest.mark.parametrize("past", [False, True])
def test_pages_of_the_list_follow_each_other_there_and_back(world, client_of, past):
    step = -1 if past else 1
    Round.objects.bulk_create(
        Round(
            title=f"{n:02}",
            year=2025,
            owner=world.jia,
            state="open",
            starts_on=house.DAY + timedelta(days=step * (30 + n // 3)),
            ends_on=house.DAY + timedelta(days=step * (30 + n // 3)),
        )
        for n in (range(45) if step > 0 else reversed(range(45)))
    )
    browser, here = client_of(None), reverse("rounds:list") + ("?past=1" if past else "?")

    def page(query):
        return browser.get(here + query).context["page"]

    def titles(page):
        return [row.title for row in page.rows]

    first = page("")
    second = page(f"&after={first.after}")
    third = page(f"&after={second.after}")
    assert titles(first) + titles(second) + titles(third) == [f"{n:02}" for n in range(45)]
    assert (first.before, third.after) == (None, None)
    assert titles(page(f"&before={third.before}")) == titles(second)
    assert titles(page(f"&before={second.before}")) == titles(page("&after=0")) == titles(first)


def test_the_desks_list_is_found_by_name_and_number_and_the_board_counts_what_it_does_not_show(world, client_of):
    rows = [
        Round(
            title=f"示例 {n}",
            year=2025,
            number=n + 1,
            owner=world.jia,
            state="open",
            starts_on=house.DAY,
            ends_on=house.DAY,
        )
        for n in range(11)
    ]
    Round.objects.bulk_create(rows)
    desk = client_of(world.jia_admin)

    def found(query):
        return {row.number for row in desk.get(reverse("desk:rounds") + query).context["page"].rows}

    assert (found("?q=例 10"), found("?q=NSY-2025-011"), found("?q=7&state=open")) == ({11}, {11}, {7, 8})
    assert found("?q=7&state=planned") == set()
    columns = {
        state: (len(rows), count) for state, _label, rows, count in desk.get(reverse("desk:today")).context["columns"]
    }
    assert columns["open"] == (8, 11)
    assert columns["planned"] == (0, 0)


# Calendars -----------------------------------------------------------------------------------------------------------


def events(client, url):
    calendar = icalendar.Calendar.from_ical(client.get(url).content)
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Asia/Shanghai"
    return calendar.walk("VEVENT")


def test_a_moved_and_a_cancelled_lesson_keep_their_uid_and_raise_sequence(world, client_of):
    member = world.wang.person.memberships.get()
    round_ = house.opened(world, house.five_half_days(), [member], trainers=[world.jia_trainer.person])
    own = reverse("rounds:feed", args=[feeds.token_of(member.person, feeds.LEARNER)])
    taught = reverse("rounds:feed", args=[feeds.token_of(world.jia_trainer.person, feeds.TRAINER)])
    anybody = client_of(None)
    before = {event["UID"]: event for event in events(anybody, own)}
    assert {event["SEQUENCE"] for event in before.values()} == {0}
    first, second = round_.sessions.all()[:2]
    times = {"starts_at": clock.at(date(2025, 3, 14), 22), "ends_at": clock.at(date(2025, 3, 15), 0, 30)}
    sessions.move_session(first.pk, **times, actor=world.city, reason="晚上才有设备")
    sessions.cancel_session(second.pk, actor=world.city, reason="讲师生病")
    for url in (own, taught, reverse("rounds:feed-public")):
        after = {event["UID"]: event for event in events(anybody, url)}
        assert after.keys() == before.keys()
        moved, gone = (after[f"session-{one.pk}@127.0.0.1"] for one in (first, second))
        assert (moved["SEQUENCE"], moved.decoded("DTSTART"), moved["STATUS"]) == (1, times["starts_at"], "CONFIRMED")
        assert moved["DTSTART"].params["TZID"] == "Asia/Shanghai"
        assert (gone["SEQUENCE"], gone["STATUS"]) == (1, "CANCELLED")
        assert sum(event["SEQUENCE"] for event in after.values()) == 2
    scheduling.cancel_round(round_.pk, actor=world.city, reason="停电")
    public = events(anybody, reverse("rounds:feed-public"))
    assert {event["STATUS"] for event in public} == {"CANCELLED"}
    assert {event["SEQUENCE"] for event in public} == {1, 2}


def test_an_address_is_void_after_sessions_were_ended_and_invented_ones_are_not_there(world, client_of):
    person = world.wang.person
    old = feeds.token_of(person, feeds.LEARNER)
    assert feeds.person_of_token(old) == (person, "learner")
    assert feeds.person_of_token(old.replace("learner", "trainer")) is None
    world.wang.set_password("another-one-2026")
    world.wang.save()
    assert feeds.person_of_token(old) is None
    for token in ("1-learner-" + "0" * 32, "x", "1-boss-0"):
        assert client_of(None).get(reverse("rounds:feed", args=[token])).status_code == 404
    assert feeds.token_of(world.zhao, feeds.LEARNER) is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_asks_the_same_for_one_and_three(world, client_of, count, django_assert_num_queries):
    for number in range(count):
        house.opened(world, [house.lesson(house.DAY + timedelta(days=number))])
    with django_assert_num_queries(1):
        assert len(events(client_of(None), reverse("rounds:feed-public"))) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_day_of_a_trainer_asks_the_same_for_one_and_three(world, client_of, count, django_assert_num_queries):
    for number in range(count):
        house.opened(world, [house.lesson(hour=9 + number)], trainers=[world.jia_trainer.person], title=f"{number} 班")
        house.opened(world, [house.lesson(date(2025, 2, 3 + number))], title=f"旧 {number} 班")
    Round.objects.filter(title__startswith="旧").update(state="running")
    with clock.moved_to(clock.at(house.DAY, 8)):
        desk = client_of(world.jia_trainer)
        desk.get(reverse("desk:today"))
        with django_assert_num_queries(8):
            page = desk.get(reverse("desk:today")).context
    assert (len(page["sessions"]), len(page["unsubmitted"]), len(page["closing"])) == (count, count, count)
    assert Registration.objects.count() == 0
