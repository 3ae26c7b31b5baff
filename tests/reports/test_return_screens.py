"""月报 on the screen: who sees which, the disabled button that says what is missing, the steps, and the number of queries."""

from datetime import date

import pytest
from django.urls import reverse

from core import clock
from ledger.services import last_number
from reports import amending
from reports.models import Amendment, Freeze, Return
from reports.views import own
from tests.training import house
from training import correcting
from training.models import Registration

from .test_returns import IN_APRIL, come_after_all, frozen, prepared

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def get(client_of, user, name, *args, **data):
    with clock.moved_to(IN_APRIL):
        return client_of(user).get(reverse(f"desk:{name}", args=args), data)


def post(client_of, user, name, *args, **data):
    with clock.moved_to(IN_APRIL):
        return client_of(user).post(reverse(f"desk:{name}", args=args), data, follow=True)


def test_who_sees_which_return(world, march, client_of):
    prepared()
    own = Return.objects.get(scope="120111")
    pages = [("returns",), ("return", own.pk), ("return-changes", own.pk)]
    expected = {
        "city": [200, 200, 200],
        "auditor": [200, 200, 200],
        "xiqing": [200, 200, 200],
        "wuqing": [200, 404, 404],
        "jia_trainer": [404, 404, 404],
        "alpha_contact": [404, 404, 404],
        None: [302, 302, 302],
    }
    found = {}
    for name in expected:
        user = getattr(world, name) if name else None
        found[name] = [get(client_of, user, *page).status_code for page in pages]
    assert found == expected
    page = get(client_of, world.xiqing, "returns").context
    assert [[row.scope for row in rows] for _month, _city, rows, _done in page["months"]] == [["120111"]]


def test_a_button_that_cannot_be_pressed_says_what_is_missing(world, march, client_of):
    city = prepared()
    page = get(client_of, world.statistician, "return", city.pk).content.decode()
    assert "16 个区还没审核通过：和平区" in page
    assert 'type="submit" disabled aria-describedby="missing"' in page
    district = Return.objects.get(scope="120111")
    assert "由西青区的区级管理员提交" in get(client_of, world.auditor, "return", district.pk).content.decode()
    assert "disabled" not in get(client_of, world.xiqing, "return", district.pk).content.decode()
    refused = post(client_of, world.statistician, "return-act", city.pk, "freeze")
    assert "还没审核，审核通过才能封账。" in refused.content.decode()
    assert post(client_of, world.xiqing, "return-act", district.pk, "freeze").status_code == 403
    assert post(client_of, world.city, "return-act", district.pk, "nonsense").status_code == 404


def test_the_whole_way_on_the_screen(world, march, client_of):
    post(client_of, world.statistician, "return-prepare", month="2025-03")
    assert Return.objects.count() == 17
    assert "早就生成了" in post(client_of, world.city, "return-prepare", month="2025-03").content.decode()
    assert "请选要生成哪个月" in post(client_of, world.city, "return-prepare", month="3月").content.decode()
    district = Return.objects.get(scope="120111")
    seen = last_number()
    post(client_of, world.xiqing, "return-act", district.pk, "notes", **{"note-sessions": "月初开班"})
    late = Registration.objects.get(round=march, person__name="学员1", enterprise=world.alpha)
    with clock.moved_to(IN_APRIL):
        session = march.sessions.get()
        correcting.correct(late.pk, actor=world.city, reason="其实没来", sessions={session: "absent"})
    moved = post(client_of, world.xiqing, "return-act", district.pk, "submit", seen=seen)
    assert "您看过以后又记了账" in moved.content.decode()
    page = get(client_of, world.xiqing, "return", district.pk)
    post(client_of, world.xiqing, "return-act", district.pk, "submit", seen=page.context["seen"])
    post(client_of, world.city, "return-act", district.pk, "send-back", reason="请核对")
    post(client_of, world.xiqing, "return-act", district.pk, "submit")
    city = Return.objects.get(scope="city")
    post(client_of, world.city, "return-act", city.pk, "approve-districts")
    post(client_of, world.statistician, "return-act", district.pk, "freeze", seen=last_number())
    district.refresh_from_db()
    assert (district.state, district.notes, district.freeze.figures["total"]["person_times"]) == (
        "frozen",
        {"sessions": "月初开班"},
        1,
    )
    page = get(client_of, world.xiqing, "return", district.pk, verify="")
    assert "校验通过" in page.content.decode()
    assert [change.get_state_display() for change in page.context["changes"]][-2:] == ["已审核", "已封账"]


def test_a_frozen_figure_leads_to_exactly_its_rows(world, march, client_of):
    freeze = frozen(world)
    late = Registration.objects.get(round=march, person__name="学员2", enterprise=world.beta).person
    with clock.moved_to(IN_APRIL):
        come_after_all(world, march, late)
    page = get(client_of, world.city, "return", freeze.report_id)
    rows = {row["name"]: row for row in page.context["rows"]}
    assert (rows["person_times"]["frozen"], rows["person_times"]["up"], rows["person_times"]["now"]) == (3, 1, 4)
    assert [(act.net, act.posting.reason) for act in page.context["acts"]] == [(1, "签到表上有签名")]
    assert f"posting={freeze.posting}" in page.content.decode()
    entries = get(client_of, world.city, "entries", year=2025, month=3, posting=freeze.posting)
    assert len(entries.context["page"]) == 3
    assert f"按 {freeze.posting} 号记账时的账" in entries.content.decode()
    changes = get(client_of, world.city, "return-changes", freeze.report_id).context
    assert [row.person for row in changes["page_obj"]] == [late]
    removed = get(client_of, world.city, "return-changes", freeze.report_id, which="removed").context
    assert list(removed["page_obj"]) == []


def test_a_correction_sheet_on_the_screen(world, march, client_of):
    freeze = frozen(world)
    report = freeze.report_id
    nothing = post(client_of, world.statistician, "return-act", report, "amend", style="reissue", reason="补交签到表")
    assert "封账以后台账没有变" in nothing.content.decode()
    late = Registration.objects.get(round=march, person__name="学员2", enterprise=world.beta).person
    with clock.moved_to(IN_APRIL):
        come_after_all(world, march, late)
    post(client_of, world.statistician, "return-act", report, "amend", style="reissue", reason="补交签到表")
    sheet = Amendment.objects.get()
    own = get(client_of, world.statistician, "return", report)
    assert not own.context["amendments"][0]["may_decide"]
    assert "已经有一张更正单在等审批" in own.content.decode()
    assert post(client_of, world.auditor, "amendment", sheet.pk, answer="agree").status_code == 403
    assert post(client_of, world.xiqing, "amendment", sheet.pk, answer="agree").status_code == 404
    done = post(client_of, world.city, "amendment", sheet.pk, answer="agree")
    assert "第 2 版的草稿开好了" in done.content.decode()
    second = Return.objects.get(version=2)
    assert done.redirect_chain[-1][0] == reverse("desk:return", args=[second.pk])
    assert "已有新版，本版作废存查" in get(client_of, world.city, "return", report).content.decode()


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_pages_of_returns_cost_the_same_however_much_there_is(
    world,
    march,
    client_of,
    django_assert_num_queries,
    rounds,
):
    freeze = frozen(world)
    for n in range(rounds):
        with clock.moved_to(clock.at(date(2025, 4, 2), 9 + n)):
            members = house.make_people(2, world.alpha, name=f"晚{n}")
            late = house.ready(world, [house.lesson(date(2025, 3, 10 + n))], members, title=f"晚{n}")
            house.close(world, late)
    people = Registration.objects.filter(round=march, enterprise=world.beta, person__name="学员2")
    with clock.moved_to(IN_APRIL):
        come_after_all(world, march, people.get().person)
        sheet = amending.ask(freeze.report_id, actor=world.statistician, style="next", reason="补交签到表")
        amending.decide(sheet.pk, actor=world.city, agree=True)
    client = client_of(world.city)
    client.get("/desk/returns/")
    with clock.moved_to(IN_APRIL):
        with django_assert_num_queries(36):
            page = client.get(reverse("desk:return", args=[freeze.report_id]))
        with django_assert_num_queries(4):
            client.get(reverse("desk:returns"))
        with django_assert_num_queries(11):
            client.get(reverse("desk:return-changes", args=[freeze.report_id]))
    assert len(page.context["acts"]) == rounds + 1
    assert Freeze.objects.count() == 17


def test_the_wall_of_a_meeting_and_the_pages_of_one_organiser_and_one_enterprise(
    world,
    march,
    client_of,
    django_assert_num_queries,
):
    board = get(client_of, world.city, "meeting")
    words = board.content.decode()
    assert len(board.context["tiles"]) == 16
    assert 'hx-trigger="every 60s"' in words
    assert "西青区：2 人次，1 家，0 场" in words
    assert get(client_of, world.xiqing, "meeting").status_code == 404
    organiser = get(client_of, world.jia_trainer, "organiser-figures", world.jia.pk)
    assert (organiser.context["totals"].sessions, organiser.context["totals"].person_times) == (1, 3)
    assert [row.person.name for row in organiser.context["missed"]] == ["学员2"]
    assert get(client_of, world.yi_trainer, "organiser-figures", world.jia.pk).status_code == 404
    firm = get(client_of, world.beta_contact, "enterprise-figures", world.beta.pk)
    assert (firm.context["totals"].person_times, firm.context["months"]) == (
        1,
        [(3, {"top": 1, "middle": 0, "frontline": 0, "other": 0}, 1)],
    )
    assert [row.person.name for row in firm.context["missed"]] == ["学员2"]
    assert get(client_of, world.alpha_contact, "enterprise-figures", world.beta.pk).status_code == 404


def test_who_was_missed_is_found_behind_any_number_of_people_who_count(world, march, client_of, monkeypatch):
    monkeypatch.setattr(own, "SHOWN", 1)
    house.held(world, [house.lesson(date(2025, 3, 12))], house.make_people(6, world.beta, name="都来了"))
    page = get(client_of, world.jia_trainer, "organiser-figures", world.jia.pk)
    assert [row.person.name for row in page.context["missed"]] == ["学员2"]


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_wall_and_the_own_pages_cost_the_same_however_much_there_is(
    world, march, client_of, django_assert_num_queries, rounds
):
    for n in range(rounds):
        people = house.make_people(2, world.beta, name=f"又{n}")
        house.held(world, [house.lesson(date(2025, 3, 10 + n))], people, absent=[(people[0].person, 1)])
    client = client_of(world.city)
    client.get("/desk/returns/")
    with clock.moved_to(IN_APRIL):
        with django_assert_num_queries(31):
            client.get(reverse("desk:meeting"))
        with django_assert_num_queries(15):
            client.get(reverse("desk:organiser-figures", args=[world.jia.pk]))
        with django_assert_num_queries(9):
            client.get(reverse("desk:enterprise-figures", args=[world.beta.pk]))
