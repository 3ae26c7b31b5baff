"""请假 and 补签: one asks, another decides."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.models import AuditRecord
from enterprises.models import Membership
from notices.models import Notice
from tests.training import house
from training import absences, check_in
from training.models import Attendance, AttendanceRequest

pytestmark = pytest.mark.django_db

NINE = clock.at(house.DAY, 9)
LEAVE, MAKE_UP = AttendanceRequest.Kind.LEAVE, AttendanceRequest.Kind.MAKE_UP


@pytest.fixture
def round_(world):
    members = Membership.objects.filter(enterprise=world.alpha).order_by("pk")
    return house.opened(world, members=members, trainers=[world.jia_trainer.person])


@pytest.fixture
def session(round_):
    return round_.sessions.get()


def told(kind):
    return sorted(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))


def test_leave_is_asked_for_decided_by_the_trainer_written_and_told(world, round_, session, code_of):
    row = house.of(round_, world.wang.person)
    with clock.moved_to(NINE - timedelta(days=1)):
        how = {"actor": world.wang, "reason": "客户验厂"}
        asked = absences.ask(row, session, LEAVE, **how)
        assert absences.ask(row, session, LEAVE, **how) == asked
        assert told("attendance.asked") == [world.jia_trainer.person.name]
        assert code_of(absences.approve, asked.pk, actor=world.wang) == "request.own"
        for _time in range(2):
            absences.approve(asked.pk, actor=world.jia_trainer)
        assert code_of(absences.refuse, asked.pk, actor=world.jia_trainer, answer="晚了") == "request.decided"
    written = Attendance.objects.get()
    assert (written.state, written.reason, written.recorded_by) == ("leave", "客户验厂", world.jia_trainer)
    assert told("attendance.decided") == [world.wang.person.name]
    acts = AuditRecord.objects.filter(action__startswith="attendance.").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == ["attendance.ask_leave", "attendance.approved"]
    with clock.moved_to(NINE):  # who comes after all is there
        house.check_in.mark(session, row, house.PRESENT, actor=world.jia_trainer, reason="还是来了")
    assert Attendance.objects.get().state == "present"


def test_a_make_up_needs_two_people(world, round_, session, code_of):
    row = house.of(round_, world.zhao)
    with clock.moved_to(NINE - timedelta(minutes=1)):
        assert code_of(absences.ask, row, session, MAKE_UP, actor=world.jia_trainer, reason="漏扫") == "make_up.early"
    with clock.moved_to(NINE + timedelta(hours=4)):
        assert code_of(absences.ask, row, session, MAKE_UP, actor=world.jia_trainer, reason=" ") == "reason.missing"
        asked = absences.ask(row, session, MAKE_UP, actor=world.jia_trainer, reason="签到表有签名")
        assert code_of(absences.approve, asked.pk, actor=world.jia_trainer) == "request.own"
        absences.approve(asked.pk, actor=world.jia_admin)
        assert code_of(absences.ask, row, session, MAKE_UP, actor=world.jia_trainer, reason="再来") == "leave.present"
    assert (Attendance.objects.get().state, Attendance.objects.get().recorded_by) == ("made_up", world.jia_admin)


def test_refused_withdrawn_and_impossible_requests_write_nothing(world, round_, session, code_of):
    wang, zhao = house.of(round_, world.wang.person), house.of(round_, world.zhao)
    other = house.opened(world, [house.lesson(hour=14)], house.make_people(1, world.beta)).registrations.get()
    with clock.moved_to(NINE - timedelta(days=1)):
        asked = absences.ask(wang, session, LEAVE, actor=world.wang, reason="出差")
        assert code_of(absences.refuse, asked.pk, actor=world.jia_trainer, answer="") == "reason.missing"
        absences.refuse(asked.pk, actor=world.jia_trainer, answer="这一课必修")
        again = absences.ask(wang, session, LEAVE, actor=world.wang, reason="真走不开")
        absences.withdraw(again.pk, actor=world.wang)
        assert code_of(absences.approve, again.pk, actor=world.jia_trainer) == "request.decided"
        assert code_of(absences.ask, other, session, LEAVE, actor=world.wang, reason="错班") == "mark.foreign"
    with clock.moved_to(NINE + timedelta(hours=4)):
        assert code_of(absences.ask, zhao, session, LEAVE, actor=world.city, reason="晚了") == "leave.late"
    assert not Attendance.objects.exists()


def test_who_signed_in_meanwhile_stays_signed_in(world, round_, session):
    row = house.of(round_, world.wang.person)
    with clock.moved_to(NINE - timedelta(days=1)):
        asked = absences.ask(row, session, LEAVE, actor=world.wang, reason="出差")
    with clock.moved_to(NINE):
        check_in.mark(session, row, house.PRESENT, actor=world.jia_trainer, reason="没带手机")
        absences.approve(asked.pk, actor=world.jia_trainer)
    assert Attendance.objects.get().state == "present"


@pytest.mark.django_db(transaction=True)
def test_approved_and_refused_at_once_is_one_of_them(world, round_, session, at_once):
    row = house.of(round_, world.wang.person)
    with clock.moved_to(NINE - timedelta(days=1)):
        asked = absences.ask(row, session, LEAVE, actor=world.wang, reason="出差")
    acts = [lambda: absences.approve(asked.pk, actor=world.jia_trainer)]
    acts += [lambda: absences.refuse(asked.pk, actor=world.jia_admin, answer="不行")]
    results = at_once(2, lambda n: acts[n]())
    assert [getattr(result, "code", "") for result in results].count("request.decided") == 1
    asked.refresh_from_db()
    assert Attendance.objects.filter(state="leave").exists() is (asked.state == "approved")


@pytest.mark.parametrize("count", [1, 3])
def test_the_screens_of_leave(world, round_, session, client_of, count, django_assert_num_queries):
    phone, desk = client_of(world.wang), client_of(world.jia_trainer)
    url = reverse("rounds:leave", args=[round_.pk])
    with clock.moved_to(NINE - timedelta(days=1)):
        assert phone.post(url, {"reason": "x"}).status_code == 422
        page = phone.post(url, {"session": session.pk, "reason": "客户验厂"}, follow=True)
        [asked] = page.context["asked"]
        for row in round_.registrations.exclude(person=world.wang.person)[: count - 1]:
            absences.ask(row, session, LEAVE, actor=world.alpha_contact, reason="设备大修")
        desk.get(reverse("desk:requests"))
        with django_assert_num_queries(5):
            shown = desk.get(reverse("desk:requests"))
        assert len(shown.context["page_obj"].object_list) == count
        assert client_of(world.yi_trainer).post(reverse("desk:request", args=[asked.pk])).status_code == 404
        desk.post(reverse("desk:request", args=[asked.pk]), {"act": "refuse", "answer": "必修"})
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "必修")
