"""Signing in: codes that rotate, tickets that keep the moment at the door, one row whatever is scanned how often."""

import threading
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import signing
from django.db import connection
from django.urls import reverse

from core import clock
from enterprises.models import Membership, Person
from tests.training import house
from training import check_in, closing, registration, scheduling, tickets
from training.models import Attendance, Registration, Round, Scan
from training.refusals import refusals

pytestmark = pytest.mark.django_db

NINE = clock.at(house.DAY, 9)


def at(**later):
    """``with at(minutes=5):`` five minutes after the class began."""
    return clock.moved_to(NINE + timedelta(**later))


@pytest.fixture
def round_(world):
    """An open round with one session at nine; wang, zhao and the contact of alpha are on the list."""
    return house.opened(world, members=Membership.objects.filter(enterprise=world.alpha).order_by("pk"))


@pytest.fixture
def session(round_):
    return round_.sessions.get()


def code_in(session):
    """The part of the QR's URL that changes."""
    return tickets.door_code(session).url.rstrip("/").rsplit("/", 1)[1]


def scanned(session, **later):
    """An opened ticket of who scanned the big screen then."""
    with at(**later):
        return tickets.open_ticket(tickets.ticket_for_url(session, code_in(session)))


def sign_in(ticket, person, **later):
    with at(**later):
        return check_in.sign_in(ticket, person)


def outcomes():
    return list(Scan.objects.order_by("pk").values_list("outcome", flat=True))


# Codes -----------------------------------------------------------------------------------------------------------


def test_the_code_changes_every_thirty_seconds(session):
    seen = []
    for seconds in (0, 29, 30, 60):
        with at(seconds=seconds):
            seen.append(tickets.door_code(session))
    assert seen[0].url == seen[1].url
    assert len({code.url for code in seen}) == 3
    assert len({code.digits for code in seen}) == 3
    assert [code.seconds_left for code in seen] == [30, 1, 30, 30]
    assert all(len(code.digits) == 6 and code.digits.isdecimal() for code in seen)


def test_a_code_read_in_its_last_second_still_opens(session, code_of):
    with at(seconds=29):
        code = code_in(session)
    for seconds in (30, 59):
        with at(seconds=seconds):
            assert tickets.ticket_for_url(session, code)
    for seconds in (60, 3600, -1):  # old, very old, and not shown yet
        with at(seconds=seconds):
            assert code_of(tickets.ticket_for_url, session, code) == "check_in.expired"


def test_no_code_but_the_one_on_this_screen_opens(world, session, code_of):
    other = house.opened(world, title="隔壁的班").sessions.get()
    with at():
        good = code_in(session)
        step, token = good.split("-")
        forged = [f"{step}-{token[:-1]}0", f"{step}-", f"-{token}", token, "", f"{int(step) + 1}-{token}", "٣-x"]
        forged += [f"{'9' * 5000}-{token}", f"{step}-密码", code_in(other)]
        refused = [code_of(tickets.ticket_for_url, session, code) for code in forged if code != good]
        assert tickets.ticket_for_url(session, good)
    assert set(refused) == {"check_in.expired"}


def test_the_six_digits_open_as_well_as_the_code(session):
    with at(seconds=29):
        digits = tickets.door_code(session).digits
    with at(seconds=45):
        ticket = tickets.open_ticket(tickets.ticket_for_digits(session, digits))
    assert (ticket.session_id, ticket.method, ticket.at) == (session.pk, "code", NINE + timedelta(seconds=45))


def test_digits_typed_full_width_or_with_blanks_are_the_same_digits(session):
    with at():
        digits = tickets.door_code(session).digits
        full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
        for typed in (full_width, f" {digits[:3]} {digits[3:]} ", f"{digits}\u3000"):
            assert tickets.open_ticket(tickets.ticket_for_digits(session, typed)).session_id == session.pk


def test_wrong_old_and_foreign_digits_are_refused(world, session, code_of):
    other = house.opened(world, title="隔壁的班").sessions.get()
    with at(seconds=-61):
        old = tickets.door_code(session).digits
    with at():
        right = tickets.door_code(session).digits
        tries = {old, tickets.door_code(other).digits, "", "12345", "一二三四五六", f"{(int(right) + 1) % 10**6:06d}"}
        assert {code_of(tickets.ticket_for_digits, session, digits) for digits in tries - {right}} == {"check_in.code"}


# Tickets ---------------------------------------------------------------------------------------------------------


def test_a_ticket_lives_forty_five_minutes(session, settings, code_of):
    with at():
        text = tickets.ticket_for_url(session, code_in(session))
    with at(minutes=settings.CHECK_IN_TICKET_MINUTES):
        assert tickets.open_ticket(text).at == NINE
    with at(minutes=settings.CHECK_IN_TICKET_MINUTES, seconds=1):
        assert code_of(tickets.open_ticket, text) == "check_in.expired"


def test_a_forged_ticket_is_refused(session, code_of):
    facts = {"s": session.pk, "t": int(NINE.timestamp()), "m": "qr", "n": "0" * 16}
    with at():
        assert tickets.open_ticket(signing.dumps(facts, salt=tickets.SALT)).session_id == session.pk
        for text in ("", "x", signing.dumps(facts, salt="elsewhere"), signing.dumps(facts, salt=tickets.SALT)[:-1]):
            assert code_of(tickets.open_ticket, text) == "check_in.expired"


def test_a_ticket_writes_nothing(session, django_assert_num_queries):
    with at(), django_assert_num_queries(0):
        tickets.open_ticket(tickets.ticket_for_url(session, code_in(session)))


# Signing in ------------------------------------------------------------------------------------------------------


def test_signing_in_is_one_attendance_one_scan_and_starts_the_round(world, round_, session):
    row = sign_in(scanned(session, minutes=2), world.wang.person, minutes=3)
    assert (row.state, row.method, row.arrived_at) == ("present", "qr", NINE + timedelta(minutes=2))
    assert (row.recorded_at, row.recorded_by) == (NINE + timedelta(minutes=3), None)
    assert outcomes() == ["accepted"]
    round_.refresh_from_db()
    assert round_.state == Round.State.RUNNING
    assert round_.changes.last().reason == "第一位学员签到"


def test_a_slow_sign_in_counts_as_of_the_moment_at_the_door(world, session):
    row = sign_in(scanned(session, minutes=14), world.wang.person, minutes=50)
    assert row.arrived_at == NINE + timedelta(minutes=14)


def test_the_window_is_thirty_minutes_before_to_fifteen_after(world, session, code_of):
    wang, zhao = world.wang.person, world.zhao
    early, late = scanned(session, minutes=-30, seconds=-1), scanned(session, minutes=15, seconds=1)
    assert code_of(sign_in, early, wang) == "check_in.too_early"
    assert code_of(sign_in, late, wang, minutes=16) == "check_in.too_late"
    assert not Attendance.objects.exists()
    assert sign_in(scanned(session, minutes=-30), wang).state == "present"
    assert sign_in(scanned(session, minutes=15), zhao, minutes=15).state == "present"


def test_who_is_not_on_the_list_is_refused_by_why(world, round_, session, code_of):
    waiting = house.opened(world, [house.lesson()], house.make_people(2, world.beta), title="小班", seats=1)
    second = waiting.registrations.get(state="waiting").person
    wang = house.of(round_, world.wang.person)
    registration.cancel(wang.pk, actor=world.wang, reason="来不了")
    ticket = scanned(session)
    assert code_of(sign_in, ticket, world.wang.person) == "check_in.cancelled"
    assert code_of(sign_in, ticket, world.nobody.person) == "check_in.not_registered"
    assert code_of(sign_in, ticket, None) == "check_in.no_person"
    assert code_of(sign_in, scanned(waiting.sessions.get()), second) == "check_in.waiting"
    assert not Attendance.objects.exists()
    kept = Scan.objects.order_by("pk").values_list("outcome", "person")
    assert list(kept) == [
        ("check_in.cancelled", world.wang.person.pk),
        ("check_in.not_registered", world.nobody.person.pk),
        ("check_in.no_person", None),
        ("check_in.waiting", second.pk),
    ]


def test_a_round_that_is_over_lets_nobody_in(world, round_, session, code_of):
    ticket = scanned(session)
    scheduling.cancel_round(round_.pk, actor=world.city, reason="停电")
    assert code_of(sign_in, ticket, world.wang.person) == "check_in.closed"


def test_one_scan_signs_in_one_person(world, session, code_of):
    ticket = scanned(session)
    sign_in(ticket, world.wang.person)
    assert code_of(sign_in, ticket, world.zhao) == "check_in.ticket_used"
    assert list(Attendance.objects.values_list("registration__person", flat=True)) == [world.wang.person.pk]
    assert sign_in(scanned(session), world.zhao).state == "present"


def test_every_refusal_has_a_number_a_title_and_a_way_out():
    table = refusals()
    assert sorted(number for number, _title, _mend in table.values()) == [f"QD-{n:02d}" for n in range(1, 19)]
    assert all(title and mend.endswith("。") for _number, title, mend in table.values())


def test_signing_in_again_by_any_way_is_success_and_changes_nothing(world, session):
    first = sign_in(scanned(session, minutes=1), world.wang.person, minutes=1)
    with at(minutes=5):
        digits = tickets.door_code(session).digits
        again = check_in.sign_in(tickets.open_ticket(tickets.ticket_for_digits(session, digits)), world.wang.person)
    late = sign_in(scanned(session, minutes=40), world.wang.person, minutes=41)  # not "too late": he is there already
    assert {first.pk, again.pk, late.pk} == {Attendance.objects.get().pk}
    assert Attendance.objects.get().arrived_at == NINE + timedelta(minutes=1)
    assert outcomes() == ["accepted", "repeated", "repeated"]


def test_a_refusal_is_kept_once_however_often_it_is_tried(world, session):
    from core.exceptions import DomainError

    late, nobody = scanned(session, minutes=30), scanned(session)
    for _ in range(3):
        for ticket, person in ((late, world.wang.person), (nobody, None)):
            with pytest.raises(DomainError):
                sign_in(ticket, person, minutes=31)
    assert outcomes() == ["check_in.too_late", "check_in.no_person"]


def test_signing_in_mends_an_absence_written_by_hand(world, round_, session):
    row = house.of(round_, world.wang.person)
    with at(minutes=1):
        check_in.mark(session, row, house.ABSENT, actor=world.jia_trainer, reason="点名没来")
    present = sign_in(scanned(session, minutes=5), world.wang.person, minutes=5)
    assert (present.state, present.reason, present.recorded_by) == ("present", "", None)
    assert Attendance.objects.count() == 1


# Where the person belongs ----------------------------------------------------------------------------------------


def test_the_first_sign_in_freezes_where_the_person_belongs(world, round_, session):
    """A change of the membership before it counts, one after it does not, though the enterprise itself moves as well."""
    member = Membership.objects.get(person=world.wang.person)
    member.layer = "middle"
    member.tags = ["auditor"]
    member.save()
    world.alpha.size_class = "micro"
    world.alpha.save()
    world.alpha.pilots.add("ditan")
    sign_in(scanned(session), world.wang.person)
    member.layer = "top"
    member.save()
    world.alpha.district_id = "120119"
    world.alpha.save()
    sign_in(scanned(session, minutes=5), world.wang.person, minutes=5)
    row = house.of(round_, world.wang.person)
    assert row.organisation == {
        "enterprise_id": world.alpha.pk,
        "district_id": "120111",
        "layer": "middle",
        "is_auditor": True,
        "enterprise_pilots": ["ditan"],
        "size_class": "micro",
    }
    assert row.frozen_at == NINE


def test_what_was_frozen_is_what_the_ledger_says(world, round_, session):
    sign_in(scanned(session), world.wang.person)
    Membership.objects.filter(person=world.wang.person).update(layer="top", enterprise=world.beta)
    house.attend(world, round_)
    house.file_papers(round_)
    house.give_marks(world, round_)
    from ledger.models import Entry

    house.close(world, round_)
    entry = Entry.objects.get(person=world.wang.person)
    assert (entry.enterprise, entry.district_id, entry.layer) == (world.alpha, "120111", "frontline")


# What it asks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", [1, 30, 105])
def test_a_sign_in_asks_the_same_few_questions_in_an_empty_and_a_full_room(
    world, client_of, others, django_assert_num_queries
):
    """Who sees it, the registration, the session, and what is written: in one statement where the database can."""
    members = [*house.make_people(others, world.alpha), Membership.objects.get(person=world.wang.person)]
    round_ = house.opened(world, members=members, seats=200)
    session = round_.sessions.get()
    first = round_.registrations.exclude(person=world.wang.person)
    with at(minutes=1):
        there = dict.fromkeys(first.values_list("pk", flat=True), "present")
        check_in.enter_list(session, there, actor=world.jia_trainer, reason="纸质签到表")
        phone = client_of(world.wang)
        phone.get(reverse("check-in:scan", args=[session.pk, code_in(session)]), follow=True)
        place = reverse("check-in:confirm", args=[session.pk])
        with django_assert_num_queries(2 + (4 if connection.vendor == "postgresql" else 6)):  # 2: the savepoint
            done = phone.post(place)
        told = others + 1 if others < check_in.PLACES else None
        assert (done.context["attendance"].place, "您是这一课第" in done.content.decode()) == (told, bool(told))
        again = phone.post(place)
    assert (again.status_code, again.context["attendance"].place) == (200, told)


# By hand ---------------------------------------------------------------------------------------------------------


def test_a_mark_by_hand_says_why_and_by_whom(world, round_, session, code_of):
    row = house.of(round_, world.wang.person)
    how = {"actor": world.jia_trainer}
    assert code_of(check_in.mark, session, row, house.PRESENT, reason=" ", **how) == "reason.missing"
    assert not Attendance.objects.exists()
    assert code_of(check_in.mark, session, row, Attendance.State.MADE_UP, reason="手机没电", **how) == "mark.second"
    marked = check_in.mark(session, row, house.PRESENT, reason="手机没电", **how)
    assert (marked.method, marked.reason, marked.recorded_by) == ("manual", "手机没电", world.jia_trainer)
    again = check_in.mark(session, row, Attendance.State.LATE, reason="看了登记表", **how)
    assert (again.pk, Attendance.objects.get().state) == (marked.pk, "late")
    round_.refresh_from_db()
    assert round_.state == Round.State.RUNNING


def test_who_is_of_another_round_is_not_marked(world, session, code_of):
    other = house.opened(world, members=house.make_people(1, world.beta), title="隔壁的班")
    row = other.registrations.get()
    how = {"actor": world.jia_trainer, "reason": "认错人"}
    assert code_of(check_in.mark, session, row, house.PRESENT, **how) == "mark.foreign"
    assert code_of(check_in.enter_list, session, {row.pk: house.PRESENT}, **how) == "mark.foreign"
    assert not Attendance.objects.exists()


def test_a_paper_list_entered_twice_leaves_one_row_a_person(world, round_, session, code_of):
    rows = list(round_.registrations.all())
    states = {row.pk: house.PRESENT for row in rows}
    how = {"actor": world.jia_trainer}
    assert code_of(check_in.enter_list, session, states, reason="", **how) == "reason.missing"
    check_in.enter_list(session, states, reason="纸质签到表", **how)
    check_in.enter_list(session, states | {rows[0].pk: house.ABSENT}, reason="纸质签到表", **how)
    found = dict(Attendance.objects.values_list("registration", "state"))
    assert found == {row.pk: "present" for row in rows} | {rows[0].pk: "absent"}
    assert round_.registrations.filter(frozen_at=None).count() == 0
    assert {row.enterprise_id for row in round_.registrations.all()} == {world.alpha.pk}


def test_attendance_is_submitted_after_the_lesson_and_once(world, session, code_of):
    with at(minutes=179):
        assert code_of(check_in.submit_session, session.pk, actor=world.jia_trainer) == "session.not_over"
    for minutes in (180, 300):
        with at(minutes=minutes):
            row = check_in.submit_session(session.pk, actor=world.jia_trainer)
    assert row.submitted_at == NINE + timedelta(minutes=180)


# Many at once ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_taps_of_one_thumb_are_one_attendance_and_one_accepted_scan(world, round_, session, at_once):
    ticket = scanned(session)
    rows = at_once(20, lambda n: sign_in(ticket, world.wang.person))
    assert {getattr(row, "pk", row) for row in rows} == {Attendance.objects.get().pk}
    assert sorted(outcomes()) == ["accepted", "repeated"]
    assert round_.changes.filter(after="running").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_class_signing_in_at_once_is_let_in_whole(world, at_once):
    members = house.make_people(30, world.alpha)
    session = house.opened(world, members=members).sessions.get()
    rows = at_once(30, lambda n: sign_in(scanned(session), members[n].person))
    assert {type(row) for row in rows} == {Attendance}
    assert outcomes() == ["accepted"] * 30
    assert Round.objects.get().state == Round.State.RUNNING


@pytest.mark.django_db(transaction=True)
def test_one_ticket_in_eight_hands_signs_in_one(world, at_once):
    members = house.make_people(8, world.alpha)
    session = house.opened(world, members=members).sessions.get()
    ticket = scanned(session)
    results = at_once(8, lambda n: sign_in(ticket, members[n].person))
    codes = sorted(getattr(result, "code", "in") for result in results)
    assert codes == ["check_in.ticket_used"] * 7 + ["in"]
    assert Attendance.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_trainers_entering_the_list_at_once_leave_one_row_a_person(world, round_, session, at_once):
    states = {row.pk: house.PRESENT for row in round_.registrations.all()}
    results = at_once(
        4, lambda n: check_in.enter_list(session, states, actor=world.jia_trainer, reason=f"第 {n} 份签到表")
    )
    assert results == [None] * 4
    assert Attendance.objects.count() == 3
    assert round_.changes.filter(after="running").count() == 1


@pytest.mark.django_db(transaction=True)
def test_phones_paper_and_hand_at_once_never_break(world, at_once):
    """The first sign-in starts the round: sign-ins, lists and marks must take their locks in one order."""
    members = house.make_people(8, world.alpha)
    round_ = house.opened(world, members=members)
    session = round_.sessions.get()
    rows = {row.person_id: row for row in round_.registrations.all()}
    states = {row.pk: house.PRESENT for row in rows.values()}

    def work(n):
        member = members[n % 8].person
        if n < 8:
            return sign_in(scanned(session), member)
        if n < 12:
            return check_in.enter_list(session, states, actor=world.jia_trainer, reason="纸质签到表")
        return check_in.mark(session, rows[member.pk], house.PRESENT, actor=world.jia_trainer, reason="手机没电")

    results = at_once(20, work)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Attendance.objects.count() == 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_running", [False, True])
@pytest.mark.parametrize("other", ["list", "mark"])
def test_a_sign_in_halfway_and_the_trainer_do_not_block_each_other(world, round_, session, at_once, is_running, other):
    """The phone has taken the registration's lock when list or mark arrives: one waits, neither dies."""
    row = house.of(round_, world.wang.person)
    if is_running:
        sign_in(scanned(session), world.zhao)
        Registration.objects.filter(pk=row.pk).update(frozen_at=NINE)  # signed in at an earlier session
    how = {"actor": world.jia_trainer, "reason": "纸质签到表"}
    halfway = threading.Event()

    def pause(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and 'FROM "training_registration"' in sql and not halfway.is_set():
            halfway.set()
            time.sleep(0.3)
        return result

    def work(n):
        if n == 0:
            with connection.execute_wrapper(pause):
                return sign_in(scanned(session), world.wang.person)
        halfway.wait(10)
        if other == "list":
            return check_in.enter_list(session, {row.pk: house.PRESENT}, **how)
        return check_in.mark(session, row, house.PRESENT, **how)

    results = at_once(2, work)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Attendance.objects.filter(registration=row).count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_signs_in_while_the_round_is_closed_counts_or_is_refused(world, at_once):
    """Never in between: an attendance that is there and an entry that is not."""
    from ledger.models import Entry

    members = house.make_people(6, world.alpha)
    lesson = house.lesson(hours=Decimal("0.5"))  # over after 22 minutes, while tickets are still good
    round_ = house.opened(world, [lesson], members, has_exam=False)
    session = round_.sessions.get()
    with at(minutes=30):
        check_in.enter_list(
            session, {house.of(round_, members[0].person).pk: house.PRESENT}, actor=world.city, reason="纸"
        )
        check_in.submit_session(session.pk, actor=world.city)
    house.file_papers(round_)
    tickets = [scanned(session) for _ in members]

    def work(n):
        if n == 0:
            with at(minutes=31):
                return closing.close_round(round_.pk, actor=world.city)
        return sign_in(tickets[n], members[n].person, minutes=31)

    results = at_once(6, work)
    if isinstance(results[0], Exception):
        # Somebody came after the signatures were counted: they are counted again.
        assert results[0].code == "round.not_ready"
        house.count_signatures(round_)
        results[0] = work(0)
    refused = {result.code for result in results if isinstance(result, Exception)}
    assert refused <= {"check_in.closed"}
    there = set(Attendance.objects.values_list("registration__person", flat=True))
    assert set(Entry.objects.as_of().values_list("person", flat=True)) == there
    assert Person.objects.filter(pk__in=there).count() == 1 + 5 - sum(isinstance(r, Exception) for r in results)
    assert Registration.objects.on_the_list().count() == 6
