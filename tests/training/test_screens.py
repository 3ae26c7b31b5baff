"""The screens of rounds: the door on a phone, one's own registration, and the acts of the 工作台."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from enterprises.models import Membership
from ledger.models import Posting
from tests.training import house
from training import tickets
from training.models import Attendance, Correction, Evidence, Registration, Round, Scan

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

NINE = clock.at(house.DAY, 9)


def at(**later):
    return clock.moved_to(NINE + timedelta(**later))


@pytest.fixture
def member(world):
    return Membership.objects.get(person=world.wang.person)


@pytest.fixture
def round_(world, member):
    return house.opened(world, members=[member])


@pytest.fixture
def session(round_):
    return round_.sessions.get()


@pytest.fixture
def phone(world, client_of):
    return client_of(world.wang)


@pytest.fixture
def desk(world, client_of):
    return client_of(world.jia_trainer)


def scan_url(session):
    return tickets.door_code(session).url.removeprefix("http://127.0.0.1:8000")


def said(response):
    return [str(message) for message in response.context["messages"]] if response.context else []


# The door --------------------------------------------------------------------------------------------------------


def test_scan_confirm_done(phone, session):
    with at(minutes=2):
        answer = phone.get(scan_url(session), follow=True)
        assert answer.redirect_chain == [(reverse("check-in:confirm", args=[session.pk]), 302)]
        assert answer.context["ticket"].at == NINE + timedelta(minutes=2)
    assert not Scan.objects.exists()
    with at(minutes=4):
        done = phone.post(reverse("check-in:confirm", args=[session.pk]))
    assert (done.status_code, done.context["attendance"].place) == (200, 1)
    assert Attendance.objects.get().arrived_at == NINE + timedelta(minutes=2)
    assert phone.cookies["check-in-ticket"]["httponly"]


def test_scanning_before_signing_in_to_the_site_keeps_the_moment(world, client_of, session):
    browser = client_of(None)
    with at(minutes=14):
        page = browser.get(scan_url(session), follow=True)
        assert (page.status_code, "phone_form" in page.context) == (200, True)
        assert browser.post(reverse("check-in:confirm", args=[session.pk])).status_code == 302
    browser.force_login(world.wang)
    with at(minutes=40):
        assert browser.post(reverse("check-in:confirm", args=[session.pk])).status_code == 200
    assert Attendance.objects.get().arrived_at == NINE + timedelta(minutes=14)


def test_an_old_code_and_a_missing_ticket_are_refused_with_a_way_out(phone, session):
    with at():
        url = scan_url(session)
    with at(minutes=5):
        for page in (phone.get(url), phone.get(reverse("check-in:confirm", args=[session.pk]))):
            assert (page.status_code, page.context["number"]) == (403, "QD-01")
        assert phone.post(reverse("check-in:confirm", args=[session.pk])).context["code"] == "check_in.expired"


def test_a_ticket_of_one_session_does_not_open_another(world, member, phone, session):
    other = house.opened(world, members=[member], title="隔壁的班").sessions.get()
    with at():
        phone.get(scan_url(session))
        refused = phone.post(reverse("check-in:confirm", args=[other.pk]))
    assert (refused.status_code, refused.context["code"]) == (403, "check_in.wrong_session")
    assert not Attendance.objects.exists()


def test_typed_digits_are_a_ticket_and_wrong_ones_are_kept(world, phone, session):
    with at():
        right = tickets.door_code(session).digits
        wrong = f"{(int(right) + 7) % 10**6:06d}"
        url = reverse("check-in:digits", args=[session.pk])
        assert phone.post(url, {"digits": wrong}).context["number"] == "QD-02"
        assert phone.post(url, {}).status_code == 403
        assert phone.post(url, {"digits": f" {right} "}).status_code == 302
        phone.post(reverse("check-in:confirm", args=[session.pk]))
    kept = Scan.objects.order_by("pk").values_list("outcome", "method", "person")
    wang = world.wang.person.pk
    assert list(kept) == [("check_in.code", "code", wang), ("check_in.code", "code", wang), ("accepted", "code", wang)]


def test_guessing_digits_ends_after_ten_tries(phone, session):
    url = reverse("check-in:digits", args=[session.pk])
    with at():
        answers = [phone.post(url, {"digits": "x"}).status_code for _ in range(11)]
    assert answers == [403] * 10 + [429]
    assert Scan.objects.count() == 10


def test_forty_people_typing_behind_one_address_are_all_heard(world, client_of, session):
    from accounts.models import User

    users = User.objects.bulk_create(User(username=f"u{n}") for n in range(40))
    with at():
        digits = tickets.door_code(session).digits
        url = reverse("check-in:digits", args=[session.pk])
        assert {client_of(user).post(url, {"digits": digits}).status_code for user in users} == {302}


def test_a_user_without_a_name_is_sent_to_give_one_and_comes_back(client_of, session):
    from accounts.models import User

    browser = client_of(User.objects.create(username="new"))
    with at():
        answer = browser.get(scan_url(session), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("enterprises:join"))
    assert f"next={reverse('check-in:confirm', args=[session.pk])}" in answer.redirect_chain[-1][0]


def test_a_session_that_is_not_there_is_404(phone):
    assert phone.get("/s/999/1-abc/").status_code == 404
    assert phone.post("/s/999/digits/").status_code == 404


# One's own registration ------------------------------------------------------------------------------------------


def test_one_registers_and_cancels_oneself(world, phone):
    round_ = house.opened(world)
    with at(days=-5):
        phone.post(reverse("rounds:register", args=[round_.pk]))
        assert house.of(round_, world.wang.person).state == "registered"
        phone.post(reverse("rounds:cancel", args=[round_.pk]), {"reason": "出差"})
    assert house.of(round_, world.wang.person).state == "cancelled"


def test_the_queue_is_told(world, phone):
    round_ = house.opened(world, members=house.make_people(3, world.beta), seats=1)
    with at(days=-5):
        answer = phone.post(reverse("rounds:register", args=[round_.pk]), follow=True)
    assert (answer.context["mine"].state, answer.context["ahead"], answer.context["left"]) == ("waiting", 2, 0)


def test_what_is_not_published_is_not_there(world, phone):
    round_ = house.planned(world)
    assert phone.get(reverse("rounds:detail", args=[round_.pk])).status_code == 404
    assert phone.post(reverse("rounds:register", args=[round_.pk])).status_code == 404
    assert round_ not in phone.get(reverse("rounds:list")).context["page"].rows


def test_one_cannot_cancel_for_another(world, client_of, round_):
    assert client_of(world.nobody).post(reverse("rounds:cancel", args=[round_.pk])).status_code == 404
    assert house.of(round_, world.wang.person).state == "registered"


@pytest.mark.parametrize("count", [1, 3])
def test_the_public_list_asks_the_same_questions_for_one_and_three_rounds(
    world, count, client_of, django_assert_num_queries
):
    for number in range(count):
        house.opened(world, members=house.make_people(2, world.alpha, name=f"{number}班"), title=f"{number} 班")
    browser = client_of(None)
    with at(days=-5):
        browser.get(reverse("rounds:list"))  # the site's settings are read once
        with django_assert_num_queries(3):
            rows = browser.get(reverse("rounds:list")).context["page"].rows
    assert [(row.taken, row.waiting) for row in rows] == [(2, 0)] * count


# The 工作台 -------------------------------------------------------------------------------------------------------


def post(desk, name, pk, data=None):
    return desk.post(reverse(f"desk:{name}", args=[pk]), data or {}, follow=True)


def test_from_the_list_to_the_books_by_the_buttons(world, desk, client_of, round_, session):
    row = house.of(round_, world.wang.person)
    with at(hours=4):
        post(desk, "mark", session.pk, {"registration": row.pk, "state": "present", "reason": "手机没电"})
        post(desk, "submit-session", session.pk)
    with clock.moved_to(house.after(round_)):
        refused = post(desk, "close", round_.pk)
        assert "结班还差 5 项" in said(refused)[0]
        for kind, count in (("sign_in", 1), ("photo", 3), ("marks", 1)):
            files = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4") for n in range(count)]
            post(desk, "evidence", round_.pk, {"kind": kind, "files": files})
        assert said(post(desk, "counts", round_.pk, {f"signed_{session.pk}": "1"})) == ["核对好了 1 课。"]
        assert said(post(desk, "marks", round_.pk, {f"mark_{row.pk}": "86.5"})) == ["成绩已登记。"]
        assert "已结班" in said(post(desk, "close", round_.pk))[0]
    assert Posting.objects.count() == 1
    assert Evidence.objects.count() == 5
    with clock.moved_to(house.after(round_, days=3)):
        change = {"registration": row.pk, f"s-{session.pk}": "absent", "reason": "替人签到"}
        asked = post(desk, "correct", round_.pk, change | {"sure": "1"})
        assert "等另一位来批" in said(asked)[0]
        number = Correction.objects.get().pk
        assert "更正已记账" in said(post(client_of(world.jia_admin), "correction-approve", number))[0]
    assert Posting.objects.count() == 2


def test_marks_are_entered_all_or_none(world, desk):
    members = house.make_people(3, world.alpha)
    round_ = house.opened(world, members=members)
    first, second, third = (house.of(round_, member.person).pk for member in members)
    fields = {f"mark_{first}": "80", f"mark_{second}": "八十", f"mark_{third}": ""}
    assert "学员2 的成绩要填数字" in said(post(desk, "marks", round_.pk, fields))[0]
    assert set(Registration.objects.values_list("mark", flat=True)) == {None}
    for bad in ("NaN", "Infinity", "1e3", "101"):
        post(desk, "marks", round_.pk, fields | {f"mark_{second}": bad})
    assert set(Registration.objects.values_list("mark", flat=True)) == {None}
    post(desk, "marks", round_.pk, fields | {f"mark_{second}": "90.5"})
    assert list(Registration.objects.order_by("pk").values_list("mark", flat=True)) == [80, Decimal("90.5"), None]


def test_a_person_is_put_on_the_list_by_phone_typed_any_way_once(world, desk, round_):
    data = {"name": "赵 六 ", "code": world.alpha.code.lower(), "layer": "frontline", "post": ""}
    for typed in ("13900001234", "+86 139-0000-1234", "１３９０００　０１２３４", "0086 13900001234"):
        answer = post(desk, "list-person", round_.pk, data | {"phone": typed})
        assert "赵六 已上名单。" in said(answer)
    assert Registration.objects.filter(person__name="赵六", person__phone="13900001234").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"phone": "139"}, "phone"),
        ({"code": "91120112MA0TE5T080"}, "code"),
        ({"code": "91120116MA0TE5T081"}, "code"),
        ({"name": ""}, "name"),
        ({"phone": "19900000041"}, "phone"),
    ],
)
def test_a_refused_person_shows_where_and_stays_in_the_form(world, desk, round_, change, field):
    data = {"name": "钱七", "phone": "", "code": world.alpha.code, "layer": "frontline"}
    answer = desk.post(reverse("desk:list-person", args=[round_.pk]), data | change)
    assert answer.status_code == 422
    assert list(answer.context["list_form"].errors) == [field]
    assert Registration.objects.filter(round=round_).count() == 1


def test_a_refused_correction_is_said_not_thrown(world, desk, round_):
    round_ = house.held(world, members=house.make_people(1, world.alpha), title="结了的班")
    row, session = round_.registrations.get(), round_.sessions.get()
    data = {"registration": row.pk, f"s-{session.pk}": "absent", "reason": "查实"}
    for wrong in ({f"s-{session.pk}": "nowhere"}, {f"s-{session.pk}": ""}, {"reason": ""}):
        before = Posting.objects.count()
        assert desk.post(reverse("desk:correct", args=[round_.pk]), data | wrong | {"sure": "1"}).status_code == 422
        assert Posting.objects.count() == before
    assert desk.post(reverse("desk:correct", args=[round_.pk]), data | {"registration": "9" * 30}).status_code == 404


def test_the_board_shows_who_came_and_who_was_refused(world, desk, member, client_of):
    members = [member, *house.make_people(2, world.beta)]
    round_ = house.opened(world, members=members)
    session = round_.sessions.get()
    phone = client_of(world.wang)
    with at(minutes=1):
        phone.get(scan_url(session))
        phone.post(reverse("check-in:confirm", args=[session.pk]))
        outsider = client_of(world.nobody)
        outsider.get(scan_url(session))
        outsider.post(reverse("check-in:confirm", args=[session.pk]))
        board = desk.get(reverse("desk:board", args=[session.pk])).context
    assert [row.registration.person for row in board["last"]] == [world.wang.person]
    assert (board["came"], board["missing"], board["listed"]) == (1, 2, 3)
    assert [row.person.name for row in board["absent"]] == ["学员1", "学员2"]
    assert [(scan.outcome, scan.person) for scan in board["refused"]] == [
        ("check_in.not_registered", world.nobody.person)
    ]


def test_the_paper_sheet_has_twenty_lines_a_page(world, desk):
    round_ = house.opened(world, members=house.make_people(21, world.alpha))
    pages = desk.get(reverse("desk:sheet", args=[round_.sessions.get().pk])).context["pages"]
    assert [len(page) for page in pages] == [20, 20]
    assert pages[1][0].person.name == "学员21"
    empty = house.opened(world, title="空班")
    assert [len(page) for page in desk.get(reverse("desk:sheet", args=[empty.sessions.get().pk])).context["pages"]] == [
        20
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_round_asks_the_same_questions_for_one_and_three(world, count, desk, django_assert_num_queries):
    round_ = house.ready(world, house.five_half_days(), house.make_people(count, world.alpha))
    desk.get(reverse("desk:round", args=[round_.pk]))
    with django_assert_num_queries(24):
        page = desk.get(reverse("desk:round", args=[round_.pk]))
    assert (page.context["counted"], page.context["passing"], page.context["missing"]) == (count, count, [])


def test_an_organiser_sees_the_whole_roster_a_district_only_its_own(world, client_of):
    members = house.make_people(2, world.alpha) + house.make_people(1, world.beta)
    round_ = house.ready(world, None, members)

    def roster(user):
        page = client_of(user).get(reverse("desk:round", args=[round_.pk]))
        return len(page.context["grid"]) if page.status_code == 200 else page.status_code

    users = (world.city, world.jia_trainer, world.xiqing, world.wuqing, world.yi_trainer, world.wang)
    assert [roster(user) for user in users] == [3, 3, 2, 1, 404, 404]


def test_a_named_trainer_of_no_organiser_runs_the_round(world, client_of):
    round_ = house.opened(world, trainers=[world.nobody.person])
    assert client_of(world.nobody).get(reverse("desk:board", args=[round_.sessions.get().pk])).status_code == 200
    assert Round.objects.get().trainers.get() == world.nobody.person


@pytest.mark.django_db(transaction=True)
def test_a_rush_at_the_door_is_exact_with_repeats_and_forged_tickets(world, client_of, at_once):
    """Sixty posts of twenty people: each their ticket twice, with one forged in between that is sent twice by five of them."""
    from accounts.models import User

    members = house.make_people(20, world.alpha)
    session = house.opened(world, members=members).sessions.get()
    browsers = []
    for number, member in enumerate(members):
        member.person.user = User.objects.create(username=f"rush{number}")
        member.person.save()
        with at(minutes=1):
            browser = client_of(member.person.user)
            browser.get(scan_url(session))
        browsers.append((browser, browser.cookies["check-in-ticket"].value))
    url = reverse("check-in:confirm", args=[session.pk])

    def arrive(number):
        browser, ticket = browsers[number]
        answers = []
        with at(minutes=2):
            for text in (ticket, f"forged-{number}", f"forged-{number}" if number < 5 else ticket):
                browser.cookies["check-in-ticket"] = text
                answers.append(browser.post(url).status_code)
        return answers

    results = at_once(20, arrive)
    assert results == [[200, 403, 403]] * 5 + [[200, 403, 200]] * 15
    assert Attendance.objects.filter(state="present").count() == 20
    kept = Scan.objects.values_list("outcome", flat=True)
    assert {outcome: list(kept).count(outcome) for outcome in set(kept)} == {
        "accepted": 20,
        "check_in.expired": 20,
        "repeated": 15,
    }
