"""The verbs of the ledger: post once per person and activity, correct by reversal, number in the order of commits."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from core import clock
from enterprises.models import Membership
from ledger import counts, services
from ledger.models import Activity, ActivityFact, Entry, FeeNature, Kind, LedgerHead, Mode, Posting
from tests.training import house

pytestmark = pytest.mark.django_db

DAY = date(2025, 3, 5)


def activity(key="round:1", facts=None, **fields):
    line = {
        "title": "内审员班",
        "kind": Kind.INTERNAL_AUDITOR,
        "mode": Mode.ON_SITE,
        "fee_nature": FeeNature.FREE,
        "started_on": DAY,
        "ended_on": DAY,
        "class_hours": Decimal(4),
        "held": True,
    }
    return services.ActivityLine(key=key, facts=facts or {}, **line | fields)


def line(member, hours="4", day=DAY):
    entry = Entry()
    entry.take_organisation(member)
    return services.EntryLine(member.person_id, entry.organisation, day, Decimal(hours))


def post(members, key="round:1", kind=Posting.Kind.CLOSING, **fields):
    return services.post(activity(key, **fields), [line(member) for member in members], kind=kind)


@pytest.fixture
def people(world):
    return house.make_people(3, world.alpha)


# post ------------------------------------------------------------------------------------------------------------


def test_posting_writes_activity_entries_and_facts_under_one_number(world, people):
    with clock.moved_to(clock.at(DAY, 16)):
        posting = post(people, facts={("120111", "expected"): 4, (None, "expected"): 1}, pilot_id="ditan")
    assert (posting.number, posting.kind, posting.posted_at) == (1, "closing", clock.at(DAY, 16))
    row = Activity.objects.get()
    assert (row.key, row.posting, row.reversed_by, row.pilot_id) == ("round:1", posting, None, "ditan")
    assert set(Entry.objects.values_list("person", "posting", "pilot", "kind", "reason")) == {
        (member.person_id, 1, "ditan", "K7", "") for member in people
    }
    assert set(ActivityFact.objects.values_list("district", "name", "value")) == {
        ("120111", "expected", 4),
        (None, "expected", 1),
    }


def test_asking_again_adds_only_who_is_not_there_yet(world, people):
    """An online course: one activity, one entry with each completion."""
    post(people[:2])
    again = post(people, title="别的名字")
    assert (again.number, Activity.objects.get().title) == (2, "内审员班")
    assert list(Entry.objects.order_by("pk").values_list("person", "posting")) == [
        (people[0].person_id, 1),
        (people[1].person_id, 1),
        (people[2].person_id, 2),
    ]
    post(people)
    assert (Entry.objects.count(), counts.figures(counts.Scope()).person_times) == (3, 3)


def test_the_same_person_in_two_activities_is_two_person_times_and_one_person(world, people):
    post(people[:1])
    post(people[:1], key="round:2")
    figures = counts.figures(counts.Scope())
    assert (figures.person_times, figures.persons, figures.sessions) == (2, 1, 2)


@pytest.mark.parametrize("kind", [Posting.Kind.CORRECTION, Posting.Kind.SUPPLEMENT])
def test_corrections_and_supplements_say_why(people, kind, code_of):
    assert code_of(post, people, kind=kind) == "ledger.reason"
    assert not Posting.objects.exists()
    services.post(activity(), [line(people[0])], kind=kind, reason="第二份纸质名单")
    assert Entry.objects.get().reason == "第二份纸质名单"


def test_a_fault_while_posting_leaves_no_number(people):
    with pytest.MonkeyPatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr("ledger.services.ActivityFact.objects.bulk_create", lambda rows: 1 / 0)
        post(people)
    assert (Posting.objects.count(), Activity.objects.count(), services.last_number()) == (0, 0, 0)
    assert post(people).number == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_only_inside_a_transaction():
    with pytest.raises(RuntimeError):
        services.take_number(Posting.Kind.CLOSING)
    assert (Posting.objects.count(), LedgerHead.objects.get().last_number) == (0, 0)


def test_posting_asks_the_same_questions_for_one_person_and_three(people, django_assert_num_queries):
    for number, members in enumerate((people[:1], people), start=1):
        lines = [line(member) for member in members]
        with django_assert_num_queries(9):
            services.post(activity(f"round:{number}"), lines, kind=Posting.Kind.CLOSING)


# correct ---------------------------------------------------------------------------------------------------------


def correct(world, key="round:1", reason="签到表有签名", **change):
    return services.correct(key, actor=world.city, reason=reason, **change)


def test_a_correction_reverses_and_writes_as_one_posting(world, people):
    first, second, third = people
    post(people[:2])
    posting = correct(world, remove=[first.person_id], add=[line(third, "2")], facts={("120111", "passed"): 7})
    assert (posting.number, posting.kind, posting.actor, posting.reason) == (
        2,
        "correction",
        world.city,
        "签到表有签名",
    )
    rows = Entry.objects.order_by("pk").values_list("person", "posting", "reversed_by", "class_hours", "reason")
    assert list(rows) == [
        (first.person_id, 1, 2, 4, ""),
        (second.person_id, 1, None, 4, ""),
        (third.person_id, 2, None, 2, "签到表有签名"),
    ]
    assert ActivityFact.objects.get().posting == posting


def test_who_is_replaced_is_live_once(world, people):
    post(people[:1])
    correct(world, remove=[people[0].person_id], add=[line(people[0], "2")])
    assert Entry.objects.as_of().get().class_hours == 2
    assert Entry.objects.count() == 2


def test_refused_corrections_say_which_rule_and_take_no_number(world, people, code_of):
    first, second, _third = people
    post([first])
    assert code_of(correct, world, remove=[first.person_id], reason="  ") == "ledger.reason"
    assert code_of(correct, world, key="round:9", remove=[first.person_id]) == "ledger.unknown"
    assert code_of(correct, world, remove=[second.person_id]) == "ledger.not_counted"
    assert code_of(correct, world, add=[line(first)]) == "ledger.counted"
    assert code_of(correct, world, remove=[first.person_id, second.person_id]) == "ledger.not_counted"
    assert (services.last_number(), Entry.objects.get().reversed_by) == (1, None)
    correct(world, remove=[first.person_id])
    assert code_of(correct, world, remove=[first.person_id]) == "ledger.not_counted"
    assert services.last_number() == 2


# as of -----------------------------------------------------------------------------------------------------------


def test_every_posting_is_a_moment_that_can_be_asked_for_again(world, people):
    first, second, third = people
    post([first, second])
    correct(world, remove=[first.person_id])
    post([third], key="round:2", kind=Posting.Kind.COMPLETION)
    correct(world, add=[line(first, "2")])

    def at(number):
        figures = counts.figures(counts.Scope(as_of=number))
        return figures.person_times, figures.persons, figures.sessions, figures.class_hours

    assert [at(number) for number in range(5)] == [
        (0, 0, 0, 0),
        (2, 2, 1, 8),
        (1, 1, 1, 4),
        (2, 2, 2, 8),
        (3, 3, 2, 10),
    ]
    assert at(None) == at(4) == at(99)


def test_facts_are_asked_for_as_of_a_posting_too(world, people):
    post(people, facts={("120111", "examined"): 3, ("120111", "passed"): 1})
    correct(world, facts={("120111", "passed"): 2})
    assert counts.exam_figures(counts.Scope(as_of=1)) == {"examined": 3, "passed": 1}
    assert counts.exam_figures(counts.Scope()) == {"examined": 3, "passed": 2}
    assert counts.exam_figures(counts.Scope(as_of=0)) == {}


# Many at once ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_ten_posting_the_same_person_at_once_count_once(world, at_once):
    people = house.make_people(3, world.alpha)
    results = at_once(10, lambda n: post(people).number)
    assert sorted(results) == list(range(1, 11))
    assert (Activity.objects.count(), Entry.objects.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_corrections_of_one_person_at_once_leave_one_live_entry(world, at_once):
    people = house.make_people(1, world.alpha)
    person = people[0].person_id
    post(people)
    results = at_once(8, lambda n: correct(world, remove=[person], add=[line(people[0], str(n + 1))]))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Entry.objects.as_of().count() == 1
    assert [counts.figures(counts.Scope(as_of=number)).person_times for number in range(1, 10)] == [1] * 9


@pytest.mark.django_db(transaction=True)
def test_a_slow_poster_and_a_quick_one_are_numbered_in_the_order_of_their_commits(world):
    """What is asked as of the last visible number never gains a row later: a number is not seen before those under it."""
    slow, quick = house.make_people(2, world.alpha)
    posted, seen = threading.Event(), []

    def slowly():
        with transaction.atomic():
            seen.append(("slow", post([slow]).number))
            posted.set()
            release.wait(10)
        connection.close()

    def quickly():
        posted.wait(10)
        seen.append(("quick", post([quick], key="round:2").number))
        connection.close()

    release = threading.Event()
    threads = [threading.Thread(target=work) for work in (slowly, quickly)]
    for thread in threads:
        thread.start()
    posted.wait(10)
    threads[1].join(0.3)
    # The slow one is not committed: nobody sees its number, and the quick one has not overtaken it.
    assert services.last_number() == 0
    assert counts.figures(counts.Scope()).person_times == 0
    assert seen == [("slow", 1)]
    release.set()
    for thread in threads:
        thread.join(20)
    assert seen == [("slow", 1), ("quick", 2)]
    assert Entry.objects.as_of(1).get().person_id == slow.person_id


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_as_of_a_number_while_others_post_is_the_same_afterwards(world, at_once):
    people = house.make_people(8, world.alpha)
    asked = {}

    def work(n):
        if n % 2:
            number = services.last_number()
            asked[number] = counts.figures(counts.Scope(as_of=number)).person_times
            return number
        return post([people[n]], key=f"round:{n}").number

    results = at_once(8, work)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert {number: counts.figures(counts.Scope(as_of=number)).person_times for number in asked} == asked
    assert all(number == people_then for number, people_then in asked.items())


def test_a_membership_ended_since_does_not_matter(world, people):
    post(people)
    Membership.objects.filter(pk__in=[member.pk for member in people]).update(ended_on=DAY)
    assert counts.figures(counts.Scope(enterprise=world.alpha.pk)).person_times == 3
