"""The desk at the door: a learner's own code, the list, walk-ins, and what was written down without a network."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core import clock
from enterprises.models import Membership, Person
from tests.training import house
from training import board, desk, tickets
from training.models import Attendance, Registration, Scan

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

NINE = clock.at(house.DAY, 9)


def at(**later):
    return clock.moved_to(NINE + timedelta(**later))


def milliseconds(moment):
    return moment.timestamp() * 1000


@pytest.fixture
def session(world):
    members = Membership.objects.filter(enterprise=world.alpha).order_by("pk")
    return house.opened(world, members=members).sessions.get()


@pytest.fixture
def take(world, session):
    def send(*records, **how):
        return desk.take(session.pk, list(records), actor=world.jia_trainer, **how)

    return send


def one(n=1, **what):
    return {"nonce": f"nonce-{n:04d}"} | what


def row_of(world, person=None):
    return Registration.objects.get(person=person or world.wang.person).pk


# One's own code --------------------------------------------------------------------------------------------------


def test_ones_own_code_is_good_for_ten_minutes_and_for_nobody_else(world, session, code_of):
    wang, zhao = world.wang.person, world.zhao
    with at():
        card = tickets.card_code(wang)
        assert card.text.isdecimal()
        assert len(card.typed) == 8
        assert tickets.card_code(zhao).text != card.text
    for minutes in (-1, 0, 10):
        assert tickets.read_card(session, card.text, NINE + timedelta(minutes=minutes)) == wang.pk
    assert tickets.read_card(session, f" {card.typed[:4]} {card.typed[4:]}", NINE) == wang.pk
    swapped = card.text[:20] + str(zhao.pk)
    for text, minutes in ((card.text, 12), (card.text, -3), (swapped, 0), ("", 0), ("x" * 30, 0), ("1" * 400, 0)):
        assert code_of(tickets.read_card, session, text, NINE + timedelta(minutes=minutes)) == "check_in.card"
    assert code_of(tickets.read_card, session, card.typed, NINE + timedelta(minutes=31)) == "check_in.card"


def test_a_scanned_card_signs_in_once_and_says_since_when(world, session, take):
    with at(minutes=-5):
        card = tickets.card_code(world.wang.person)
        [answer] = take(one(code=card.text))
        assert (answer["outcome"], answer["name"], answer["label"]) == (
            "accepted",
            world.wang.person.name,
            "08:55 扫学员码",
        )
    with at(minutes=2):
        [again] = take(one(2, code=card.typed))
    assert (again["outcome"], again["sentence"]) == ("repeated", "08:55 已签到，一人一课只计一次。")
    row = Attendance.objects.get()
    assert (row.method, row.recorded_by, row.offline) == ("card", world.jia_trainer, False)


def test_a_refused_card_is_kept_once_and_says_where_the_person_is_expected(world, session, take):
    house.opened(world, [house.lesson(hour=14)], house.make_people(1, world.beta), title="隔壁的班")
    stranger = Person.objects.get(name="学员1")
    with at():
        records = [one(1, code=tickets.card_code(stranger).text), one(2, code="12345678"), one(3, registration=10**9)]
        first = take(*records)
        assert [answer["outcome"] for answer in first] == ["check_in.not_registered", "check_in.card", "check_in.card"]
        assert "报的是“隔壁的班”" in first[0]["sentence"]
        assert [answer["outcome"] for answer in take(*records)] == [answer["outcome"] for answer in first]
        shown = board.show(board.glance(session))["refused"]
    assert Scan.objects.count() == 3
    assert {(scan.outcome, getattr(scan.listed_in, "title", "")) for scan in shown} == {
        ("check_in.not_registered", "隔壁的班"),
        ("check_in.card", ""),
    }


# Without a network -----------------------------------------------------------------------------------------------


def test_what_was_written_down_offline_keeps_its_moment_once_and_is_marked(world, session, take):
    """The desk's clock is eight minutes slow; what it says is set right by when it sent."""
    slow = timedelta(minutes=8)
    with at(minutes=3):
        card = tickets.card_code(world.wang.person).text
    records = [
        one(1, code=card, offline=True, at=milliseconds(NINE + timedelta(minutes=4) - slow)),
        one(
            2,
            registration=row_of(world, world.zhao),
            offline=True,
            at=milliseconds(NINE + timedelta(minutes=20) - slow),
        ),
        one(3, code="00000000", offline=True, at=milliseconds(NINE)),
    ]
    with at(hours=5):
        answers = take(*records, sent_at=milliseconds(clock.now() - slow))
        again = take(*records, sent_at=milliseconds(clock.now() - slow))
    assert [answer["outcome"] for answer in answers] == ["accepted", "check_in.too_late", "check_in.card"]
    assert [answer["outcome"] for answer in again] == [answer["outcome"] for answer in answers]
    row = Attendance.objects.get()
    assert (row.arrived_at, row.recorded_at, row.offline) == (
        NINE + timedelta(minutes=4),
        NINE + timedelta(hours=5),
        True,
    )
    assert Scan.objects.filter(offline=True).count() == Scan.objects.count() == 3


def test_times_that_cannot_be_and_batches_that_are_none_are_refused(world, session, take, code_of):
    row = row_of(world)
    with at():
        times = (None, "x", milliseconds(NINE + timedelta(hours=1)), milliseconds(NINE - timedelta(days=8)), 1e300)
        answers = take(*(one(n, registration=row, offline=True, at=moment) for n, moment in enumerate(times)))
        assert {answer["outcome"] for answer in answers} == {"check_in.clock"}
        for bad in ("x", [1], [{"nonce": "short"}], [{"nonce": "ab cd efgh"}], [one(n) for n in range(501)]):
            assert code_of(desk.take, session.pk, bad, actor=world.jia_trainer) == "desk.records"
    assert not Attendance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_batch_sent_by_four_at_once_is_one(world, session, take, at_once):
    records = [
        one(1, registration=row_of(world), offline=True, at=milliseconds(NINE)),
        one(2, registration=row_of(world, world.zhao), offline=True, at=milliseconds(NINE)),
        one(3, registration=row_of(world), offline=True, at=milliseconds(NINE + timedelta(hours=1))),
        one(4, code="00000000", offline=True, at=milliseconds(NINE)),
    ]

    def send(n):
        with at(hours=2):
            return take(*records, sent_at=milliseconds(clock.now()))

    results = at_once(4, send)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Attendance.objects.count() == 2
    assert sorted(Scan.objects.values_list("outcome", flat=True)) == [
        "accepted",
        "accepted",
        "check_in.card",
        "repeated",
    ]


# Walk-ins --------------------------------------------------------------------------------------------------------


def test_a_walk_in_known_by_the_number_is_listed_and_signed_in_in_one_step(world, session):
    Membership.objects.create(
        person=world.nobody.person, enterprise=world.beta, layer="frontline", started_on=house.DAY - timedelta(days=9)
    )
    with at(minutes=3):
        row = desk.walk_in(session.pk, f"+86 {world.nobody.person.phone}", actor=world.jia_trainer)
    assert (row.method, row.arrived_at, row.registration.enterprise) == (
        "desk",
        NINE + timedelta(minutes=3),
        world.beta,
    )
    assert row.registration.changes.get().actor == world.jia_trainer


def test_a_walk_in_nobody_knows_gives_a_name_and_a_firm(world, session, code_of):
    how = {"actor": world.jia_trainer, "name": "钱示七"}
    with at():
        assert code_of(desk.walk_in, session.pk, "139", **how) == "phone.invalid"
        assert code_of(desk.walk_in, session.pk, "13900001234", **how) == "walk_in.unknown"
        assert code_of(desk.walk_in, session.pk, "13900001234", firm="没有的厂", **how) == "walk_in.firm"
        row = desk.walk_in(session.pk, "13900001234", firm=world.beta.name, layer="middle", **how)
        assert desk.walk_in(session.pk, "13900001234", actor=world.jia_trainer).outcome == "repeated"
    assert (row.registration.person.name, row.registration.layer) == ("钱示七", "middle")
    for minutes, code in ((16, "check_in.too_late"), (-31, "check_in.too_early")):
        with at(minutes=minutes):
            assert code_of(desk.walk_in, session.pk, "13900001235", firm=world.beta.name, **how) == code
    assert not Person.objects.filter(phone="13900001235").exists()


def test_a_full_room_says_so(world, code_of):
    session = house.opened(world, members=house.make_people(1, world.beta), seats=1).sessions.get()
    with at():
        assert code_of(desk.walk_in, session.pk, world.wang.person.phone, actor=world.jia_trainer) == "walk_in.full"
    assert not Attendance.objects.exists()


# Screens ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(world, client_of):
    return client_of(world.jia_trainer)


def test_the_desk_works_without_script(world, session, page):
    url = reverse("desk:door", args=[session.pk])
    with at():
        shown = page.get(url)
        found = next(row for row in shown.context["people"] if row["row"].person == world.wang.person)
        assert found["find"].split()[0] == world.wang.person.name
        assert found["find"].endswith(world.wang.person.phone[-4:])
        assert page.post(url, {"registration": row_of(world)}, follow=True).context["came"] == 1
        answer = page.post(url, {"code": "1"}, follow=True)
        assert "学员码不对" in str(list(answer.context["messages"])[0])
        refused = page.post(reverse("desk:walk-in", args=[session.pk]), {"phone": "13900001234"})
    assert (refused.status_code, refused.context["walk_in"]["more"]) == (422, True)


def test_the_desk_by_script_answers_in_json_and_survives_rubbish(world, session, page):
    url = reverse("desk:door-records", args=[session.pk])
    with at():
        records = {"records": [one(registration=row_of(world))], "sent_at": milliseconds(NINE)}
        answer = page.post(url, records, content_type="application/json").json()["answers"][0]
        assert (answer["outcome"], answer["label"]) == ("accepted", "09:00 前台点名")
        for rubbish in ("[]", "x", '{"records": 5}', '{"records": [[]]}'):
            assert page.post(url, rubbish, content_type="application/json").status_code == 422
    assert page.get(url).json()["labels"] == {str(row_of(world)): ["09:00 前台点名", True]}


def test_a_camera_picture_is_read_by_the_server_where_the_browser_cannot(world, session, page):
    url = reverse("desk:door-read", args=[session.pk])
    text = tickets.card_code(world.wang.person).text
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6)
    out = io.BytesIO()
    Image.fromarray(code).save(out, "JPEG")
    assert page.post(url, {"picture": SimpleUploadedFile("p.jpg", out.getvalue())}).json() == {"code": text}
    assert page.post(url, {"picture": SimpleUploadedFile("p.jpg", b"no picture")}).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_boards_ask_the_same_questions_for_one_and_three(world, page, count, django_assert_num_queries):
    session = house.opened(world, members=house.make_people(count + 1, world.alpha)).sessions.get()
    with at():
        desk.take(session.pk, [one(registration=session.round.registrations.first().pk)], actor=world.city)
        for name in ("desk:board-live", "desk:door"):
            page.get(reverse(name, args=[session.pk]))
        with django_assert_num_queries(7):
            live = page.get(reverse("desk:board-live", args=[session.pk]))
        with django_assert_num_queries(4):
            same = page.get(reverse("desk:board-live", args=[session.pk]), {"v": live.context["version"]})
        with django_assert_num_queries(5):
            page.get(reverse("desk:door", args=[session.pk]))
    assert same.status_code == 204


def test_the_window_is_moved_from_the_board(world, session, page):
    url = reverse("desk:window", args=[session.pk])
    with at(minutes=5):
        page.post(url, {"act": "extend"})
        session.refresh_from_db()
        assert session.sign_in_until == NINE + timedelta(minutes=30)
        page.post(url, {"act": "end"})
        session.refresh_from_db()
    assert session.sign_in_until == NINE + timedelta(minutes=5)


def test_ones_own_code_is_shown_to_oneself(world, client_of):
    with at():
        card = tickets.card_code(world.wang.person)
        shown = client_of(world.wang).get(reverse("check-in:card"))
        live = client_of(world.wang).get(reverse("check-in:card-live")).content.decode()
    assert shown.context["card"] == card
    assert f"{card.typed[:4]} {card.typed[4:]}" in live
    assert shown["Cache-Control"].count("no-store") == 1
