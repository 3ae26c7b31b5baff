"""A workbook fills a class: what is shown is what happens, once, and can be taken back."""

import io

import pytest
from django.urls import reverse

from core import clock
from enterprises.models import Membership, Person
from tests.suite.world import CODES
from tests.training import house
from training import roster
from training.models import Registration, RosterImport

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

HEAD = "姓名,手机,信用代码,层级"
LINES = [
    f"李示一,19911110001,{CODES['alpha']},一线",
    f"李示二,19911110002,{CODES['alpha']},中层",
    f"李示三,,{CODES['beta']},一线员工",
    f"李示四,12345,{CODES['beta']},一线",
    f"李示五,19911110005,{CODES['spare'][0]},一线",
    f"李示一,19911110001,{CODES['alpha']},一线",
]


def book(*lines, head=HEAD):
    file = io.BytesIO("\n".join(["培训名单", head, *lines]).encode("utf-8-sig"))
    file.name = "名单.csv"
    return file


@pytest.fixture
def round_(world):
    return house.opened(world, seats=2)


def outcome(batch):
    return [what for _line, what, _sentence, _key in batch.outcome]


def test_the_look_says_what_happens_and_writes_nothing(world, round_):
    people = Person.objects.count()
    batch = roster.receive(round_.pk, book(*LINES), actor=world.jia_admin)
    assert outcome(batch) == ["registered", "registered", "waiting", "refused", "refused", "refused"]
    assert [sentence for sentence, _cells in roster.refused_rows(batch)][2] == "与第 3 行是同一个人，请删掉其中一行。"
    assert (Registration.objects.count(), Person.objects.count()) == (0, people)


def test_confirming_twice_writes_once_and_sending_it_again_changes_nothing(world, round_):
    batch = roster.receive(round_.pk, book(*LINES), actor=world.jia_admin)
    for _ in range(2):
        roster.write(batch.pk, actor=world.jia_admin)
    rows = Registration.objects.order_by("sequence").values_list("person__name", "state")
    assert list(rows) == [("李示一", "registered"), ("李示二", "registered"), ("李示三", "waiting")]
    again = roster.receive(round_.pk, book(*LINES), actor=world.jia_admin)
    assert outcome(again) == ["same"] * 3 + ["refused"] * 3


def test_who_the_enterprise_listed_stays_as_written_there(world, round_):
    wang = world.wang.person
    before = Membership.objects.get(person=wang)
    line = f"王小二,{wang.phone},{CODES['alpha']},最高管理者"
    batch = roster.receive(round_.pk, book(line), actor=world.jia_admin)
    roster.write(batch.pk, actor=world.jia_admin)
    assert house.of(round_, wang).membership == before
    assert Membership.objects.get(person=wang).layer == "frontline"


def test_a_batch_taken_back_leaves_who_was_signed_in(world, round_, code_of):
    batch = roster.receive(round_.pk, book(*LINES[:3]), actor=world.jia_admin)
    roster.write(batch.pk, actor=world.jia_admin)
    first = Registration.objects.get(person__name="李示一")
    house.check_in.mark(round_.sessions.get(), first, house.PRESENT, actor=world.city, reason="手机没电")
    assert roster.take_back(batch.pk, actor=world.jia_admin) == 2
    assert sorted(Registration.objects.values_list("state", flat=True)) == ["cancelled", "cancelled", "registered"]
    assert code_of(roster.take_back, batch.pk, actor=world.jia_admin) == "roster.state"


def test_columns_nobody_recognises_are_matched_by_hand(world, round_, client_of):
    desk = client_of(world.jia_admin)
    upload = book(*LINES[:1], head="甲,手机,信用代码,层级")
    page = desk.post(reverse("desk:roster", args=[round_.pk]), {"file": upload}, follow=True)
    batch = RosterImport.objects.get()
    assert page.context["lacking"] == ["姓名"]
    here = reverse("desk:roster-import", args=[round_.pk, batch.pk])
    columns = {"name": "甲", "phone": "手机", "code": "信用代码", "layer": "层级"}
    page = desk.post(here, columns | {"act": "match"}, follow=True)
    assert page.context["counts"] == {"registered": 1}
    assert desk.post(here, {"act": "write"}).status_code == 302
    assert Registration.objects.get().person.name == "李示一"


def test_refused_lines_come_back_as_a_workbook(world, round_, client_of):
    from core import tables

    batch = roster.receive(round_.pk, book(*LINES), actor=world.jia_admin)
    answer = client_of(world.jia_admin).get(reverse("desk:roster-refused", args=[round_.pk, batch.pk]))
    lines = [cells for _number, cells in tables.read(io.BytesIO(answer.content), "r.xlsx")]
    assert lines[0][:2] == ["错误原因", "姓名"]
    assert [cells[1] for cells in lines[1:]] == ["李示四", "李示五", "李示一"]


def test_a_file_that_is_no_table_is_refused_on_the_page(world, round_, client_of):
    file = io.BytesIO(b"MZ not a table")
    file.name = "名单.exe"
    answer = client_of(world.jia_admin).post(reverse("desk:roster", args=[round_.pk]), {"file": file})
    assert answer.status_code == 422
    assert "只认 xlsx 和 csv" in answer.content.decode()


def test_lines_are_forgotten_and_what_became_of_them_stays(world, round_):
    batch = roster.receive(round_.pk, book(*LINES[:1]), actor=world.jia_admin)
    roster.write(batch.pk, actor=world.jia_admin)
    assert (roster.forget(clock.now()), roster.forget(clock.now())) == (1, 0)
    assert Registration.objects.get().state == "registered"


# The contact's screen ------------------------------------------------------------------------------------------------


def test_the_contact_registers_several_and_is_told_who_was_refused(world, client_of):
    members = house.make_people(3, world.alpha)
    round_ = house.opened(world, quota_per_enterprise=2)
    contact = client_of(world.alpha_contact)
    here = reverse("rounds:team", args=[round_.pk, world.alpha.pk])
    with clock.moved_to(round_.sessions.get().starts_at.replace(day=1)):
        answer = contact.post(here, {"membership": [member.pk for member in members]})
        assert answer.status_code == 422
        assert [member.person.name for member, _why in answer.context["refused"]] == ["学员3"]
        row = house.of(round_, members[0].person)
        contact.post(
            reverse("rounds:team-substitute", args=[round_.pk, world.alpha.pk]),
            {"registration": row.pk, "membership": members[2].pk},
        )
        assert house.of(round_, members[2].person).replaces == row
        other = house.of(round_, members[1].person)
        contact.post(reverse("rounds:team-cancel", args=[round_.pk, world.alpha.pk]), {"registration": other.pk})
        other.refresh_from_db()
        assert other.state == "registered"  # without a reason nothing happens
        foreign = house.make_people(1, world.beta, name="外厂")[0]
        contact.post(here, {"membership": [foreign.pk]})
    assert not Registration.objects.filter(person=foreign.person).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_contacts_screen_asks_the_same_for_one_and_three(world, client_of, count, django_assert_num_queries):
    members = house.make_people(2 * count, world.alpha)
    round_ = house.opened(world, members=members[:count])
    contact = client_of(world.alpha_contact)
    here = reverse("rounds:team", args=[round_.pk, world.alpha.pk])
    contact.get(here)
    with django_assert_num_queries(7):
        page = contact.get(here)
    assert (len(page.context["listed"]), len(page.context["page"])) == (count, count + 3)
