"""The screens that make and change rounds: from a template, by hand, as a copy; move, call off, the calendar."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core import clock
from tests.training import house
from training import plans
from training.models import Round, RoundTemplate, Session

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def desk(world, client_of):
    with clock.moved_to(clock.at(date(2025, 2, 3), 10)):
        yield client_of(world.jia_trainer)


def form_of(round_, **changes):
    """What the browser sends back of the form of a round, unchanged but for ``changes``."""
    names = ("title", "kind", "mode", "fee_nature", "seats", "attendance_percent", "pass_mark", "hold_hours")
    return {name: getattr(round_, name) for name in names} | {"has_exam": "on"} | changes


def test_a_round_and_its_sessions_come_from_a_template_in_one_step(world, desk):
    plans.ensure_templates()
    template = RoundTemplate.objects.get(key="auditor-3-days")
    form = {"t-template": template.pk, "t-owner": world.jia.pk, "t-title": "三月班", "t-first": "2025-03-05"}
    assert desk.get(reverse("desk:round-from")).status_code == 200
    answer = desk.post(reverse("desk:round-from"), form | {"t-skip_days_off": "on"})
    round_ = Round.objects.get(title="三月班")
    assert answer.url == reverse("desk:round", args=[round_.pk])
    assert (round_.sessions.count(), round_.owner, list(round_.trainers.all())) == (
        6,
        world.jia,
        [world.jia_trainer.person],
    )
    assert desk.post(reverse("desk:round-from"), form | {"t-owner": world.yi.pk}).status_code == 422


def test_a_year_without_a_published_calendar_is_said(world, desk):
    plans.ensure_templates()
    template = RoundTemplate.objects.get(key="owners-half-day")
    form = {"t-template": template.pk, "t-owner": world.jia.pk, "t-title": "远期班", "t-first": "2099-10-01"}
    page = desk.post(reverse("desk:round-from"), form | {"t-skip_days_off": "on"}, follow=True)
    assert "2099 年的假期还没公布" in page.content.decode()
    assert "2099 年假期未公布" in desk.get(reverse("desk:calendar") + "?on=2099-10-01").content.decode()


def test_every_field_of_a_round_is_changed_on_one_screen(world, desk):
    round_ = house.planned(world, trainers=[world.jia_trainer.person])
    here = reverse("desk:round-change", args=[round_.pk])
    assert desk.get(here).context["form"]["title"].value() == round_.title
    changes = {
        "title": "改过的班",
        "layer_set": ["frontline", "top"],
        "for_code": world.alpha.code,
        "q_120111": 5,
        "hold_hours": 24,
        "needs_approval": "on",
        "register_until": "2025-03-01",
        "trainers": [world.jia_trainer.person.pk],
        "owner": world.yi.pk,
    }
    assert desk.post(here, form_of(round_, **changes)).status_code == 302
    round_.refresh_from_db()
    assert (round_.title, round_.layers, round_.for_enterprise) == ("改过的班", "top,frontline", world.alpha)
    assert (round_.hold_hours, round_.needs_approval, round_.register_until) == (24, True, date(2025, 3, 1))
    assert round_.district_quotas.get().seats == 5
    assert round_.owner == world.jia  # who owns it is not in the form
    answer = desk.post(here, form_of(round_, for_code="91120000XX", trainers=[world.wang.person.pk]))
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"for_code", "trainers"})


def test_a_round_is_copied_and_kept_as_a_template(world, desk):
    round_ = house.opened(world, house.five_half_days())
    answer = desk.post(reverse("desk:round-copy", args=[round_.pk]), {"first": "2025-06-03", "skip_days_off": "on"})
    copy = Round.objects.exclude(pk=round_.pk).get()
    assert answer.url == reverse("desk:round", args=[copy.pk])
    assert (copy.starts_on, copy.sessions.count(), copy.number) == (date(2025, 6, 3), 5, None)
    desk.post(reverse("desk:round-template", args=[round_.pk]), {"name": "甲的五个半天"})
    assert RoundTemplate.objects.get(owner=world.jia).days == 3


def test_a_session_is_moved_called_off_and_added_at_the_desk(world, desk):
    round_ = house.opened(world, house.five_half_days())
    first, second = round_.sessions.all()[:2]
    move = {"day": "2025-03-13", "starts": "22:00", "ends": "00:30", "room": "二楼"}
    answer = desk.post(reverse("desk:move", args=[first.pk]), move)
    assert (answer.status_code, "reason" in answer.context["form"].errors) == (422, True)
    assert desk.post(reverse("desk:move", args=[first.pk]), move | {"reason": "设备到晚上才空"}).status_code == 302
    first.refresh_from_db()
    assert (first.room, first.ends_at) == ("二楼", clock.at(date(2025, 3, 14), 0, 30))
    desk.post(reverse("desk:call-off", args=[second.pk]), {"reason": "讲师生病"})
    assert Session.everything.get(pk=second.pk).cancel_reason == "讲师生病"
    extra = {"day": "2025-03-20", "starts": "09:00", "ends": "12:00", "title": "补讲", "class_hours": "4"}
    desk.post(reverse("desk:session-add", args=[round_.pk]), extra)
    assert Session.objects.get(title="补讲").number == 6
    page = desk.get(reverse("desk:round", args=[round_.pk])).content.decode()
    assert "取消了：讲师生病" in " ".join(page.split())


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_asks_the_same_for_one_and_three_and_shows_what_one_sees(
    world, desk, client_of, count, django_assert_num_queries
):
    for number in range(count):
        day = house.DAY + timedelta(days=number)
        house.opened(world, [house.lesson(day, room="301")], title=f"{number} 班", trainers=[world.jia_trainer.person])
    here = reverse("desk:calendar") + "?view=month&on=2025-03-01"
    desk.get(here)
    with django_assert_num_queries(9):
        page = desk.get(here)
    assert page.context["count"] == count
    assert desk.get(here + "&room=302").context["count"] == 0
    assert desk.get(here + f"&trainer={world.jia_trainer.person.pk}").context["count"] == count
    assert desk.get(reverse("desk:calendar") + "?view=day&on=2025-03-05").context["count"] == 1
    assert desk.get(reverse("desk:calendar") + "?view=week&on=2025-03-05").context["count"] == count
    assert client_of(world.yi_trainer).get(here).context["count"] == 0
