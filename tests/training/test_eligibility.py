"""考核资格: who may sit, by which rule not, and the smallest fix; the page asks constant questions."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from tests.training import house
from training import check_in, closing, eligibility, practice
from training.models import Attendance, Registration, Round, Session

pytestmark = pytest.mark.django_db


def found(round_):
    return {one.registration.person.name: one for one in eligibility.of_round(Round.objects.get(pk=round_.pk))}


def test_each_rule_says_who_may_not_and_what_would_mend_it(world):
    people = house.make_people(5, world.alpha)
    gone = [(people[1].person, 1), (people[1].person, 2), (people[2].person, 5)]
    round_ = house.opened(world, house.five_half_days(), people, practice_needed=True)
    house.attend(world, round_, gone)
    unit = Session.objects.select_related("round").get(round=round_, number=5)
    failed = house.of(round_, people[3].person)
    with clock.moved_to(house.after(round_, 0)):
        practice.judge(unit, {failed.pk: ("failed", "没写证据")}, {}, actor=world.jia_trainer)
        closing.enter_mark(house.of(round_, people[4].person), 80, actor=world.jia_trainer)
        said = found(round_)
    assert [one.state for one in said.values()] == ["may", "not", "not", "not", "done"]
    assert [one.code for one in said.values()] == [
        "",
        "exam.attendance",
        "exam.attendance",
        "exam.practice",
        "exam.passed",
    ]
    # 12 of 20 hours: one of the two half days is enough.
    assert said["学员2"].mend == "3月5日上午 要是其实来了，凭签到表补签"
    assert said["学员2"].rule == "到课 12／20 学时，不到 80%"
    # The compulsory one is what is missing, though the hours are there.
    assert said["学员3"].mend == "3月7日上午 要是其实来了，凭签到表补签"
    assert said["学员4"].rule.startswith("实操没过：第 5 课")


def test_what_is_still_to_come_and_who_sits_in_it(world):
    """16 of 20 hours would do: after two half days missed in the morning of the last day the last one decides nothing any more."""
    people = house.make_people(2, world.alpha)
    round_ = house.opened(world, house.five_half_days(), people, sign_out=True)
    first, second = (house.of(round_, one.person) for one in people)
    sessions = list(Session.objects.filter(round=round_).select_related("round").order_by("number"))
    for session in sessions[:4]:
        with clock.moved_to(session.ends_at + timedelta(minutes=5)):
            states = {first.pk: house.PRESENT, second.pk: house.PRESENT if session.number > 2 else house.ABSENT}
            check_in.enter_list(session, states, actor=world.jia_trainer, reason="纸质签到表")
    with clock.moved_to(sessions[4].starts_at - timedelta(hours=1)):
        said = found(round_)
        assert (said["学员1"].state, said["学员1"].mend) == ("later", "3月7日上午 来上课")
        assert (said["学员2"].state, said["学员2"].mend) == (
            "not",
            "3月5日上午 要是其实来了，凭签到表补签；3月7日上午 来上课",
        )
    # Signed in and still in the room: whoever sits there has not had the chance to sign out.
    with clock.moved_to(sessions[4].starts_at + timedelta(minutes=30)):
        Attendance.objects.create(
            registration=first, session=sessions[4], state="present", method="qr", arrived_at=clock.now()
        )
        assert found(round_)["学员1"].may
    # Gone without signing out: the hours are not there, and that is said.
    with clock.moved_to(sessions[4].ends_at + timedelta(hours=1)):
        said = found(round_)["学员1"]
        assert (said.state, said.mend) == ("not", "3月7日上午 签了到、没签退，讲师核对后补签")
    Round.objects.filter(pk=round_.pk).update(exam_needs_attendance=False)
    with clock.moved_to(sessions[4].ends_at + timedelta(hours=1)):
        assert all(one.may for one in found(round_).values())


@pytest.mark.one_engine
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_and_its_print(world, count, client_of, django_assert_num_queries):
    people = house.make_people(count, world.alpha)
    round_ = house.opened(world, house.five_half_days(), people, practice_needed=True)
    house.attend(world, round_, [(one.person, number) for one in people for number in (1, 2)])
    trainer, url = client_of(world.jia_trainer), reverse("desk:eligible", args=[round_.pk])
    with clock.moved_to(house.after(round_, 0)):
        page = trainer.get(url).content.decode()
        with django_assert_num_queries(10):
            trainer.get(url)
        printed = trainer.get(f"{url}?print=1").content.decode()
    assert f'不能考 <b class="num">{count}</b>' in page and "凭签到表补签" in page
    assert "监考名单" in printed and printed.count('class="name"') == count
    for door in ("desk:round", "desk:exam-room"):
        assert url in trainer.get(reverse(door, args=[round_.pk])).content.decode()
    assert client_of(world.yi_trainer).get(url).status_code == 404
    Round.objects.filter(pk=round_.pk).update(has_exam=False)
    assert "这个班没有考核" in trainer.get(url).content.decode()
    Registration.objects.filter(round=round_).update(state="cancelled")
    assert trainer.get(f"{url}?print=1").status_code == 200
