"""What a figure lacks, and why a person is (not) in it."""

from datetime import date, timedelta

import pytest

from core import clock
from ledger.counts import Scope
from ledger.models import Entry, Kind
from reports.completeness import completeness, unclosed_by_district, unclosed_rounds
from reports.explain import explain
from tests.training import house
from training import correcting, registration, scheduling
from training.models import Attendance, Round

pytestmark = pytest.mark.django_db

YEAR = Scope(date(2025, 1, 1), date(2025, 12, 31))
NEXT_DAY = clock.at(house.DAY + timedelta(days=1), 0, 30)  # in UTC still the day of the class


# Completeness ----------------------------------------------------------------------------------------------------


def test_no_data_is_not_complete_data():
    found = completeness(YEAR)
    assert (found.held, found.closed, found.share, found.open_rounds) == (0, 0, None, 0)


def test_a_round_that_is_over_but_not_closed_makes_the_figure_incomplete(world):
    house.held(world, members=house.make_people(2, world.alpha), has_exam=False)
    open_round = house.ready(world, members=house.make_people(3, world.beta), seats=2, title="没结班", has_exam=False)
    with clock.moved_to(clock.at(house.DAY, 23, 30)):
        assert completeness(YEAR).share == 1  # its last day is not over
    with clock.moved_to(NEXT_DAY):
        found = completeness(YEAR)
        assert (found.held, found.closed, found.share, found.waiting) == (2, 1, 0.5, 2)
        assert list(unclosed_rounds(YEAR)) == [open_round]
        assert unclosed_by_district(YEAR) == {"120110": 1}


def test_the_worklist_has_the_filters_of_the_figure(world):
    member = house.make_people(1, world.alpha)
    rounds = {
        "pilot": house.ready(world, None, member, title="地毯", pilot_id="ditan"),
        "district": house.ready(world, None, member, title="乙的", owner=world.yi),
        "kind": house.ready(world, None, member, title="分层", kind=Kind.LAYERED),
        "april": house.ready(world, [house.lesson(date(2025, 4, 9))], member, title="四月"),
        "promotion": house.ready(world, None, member, title="宣传", kind=Kind.PROMOTION),
    }
    with clock.moved_to(clock.at(date(2025, 5, 1))):
        found = {
            "pilot": unclosed_rounds(YEAR.of(pilot="ditan")),
            "district": unclosed_rounds(YEAR.of(district="120114")),
            "kind": unclosed_rounds(YEAR.of(kind="K5")),
            "april": unclosed_rounds(YEAR.of(start=date(2025, 4, 1), end=date(2025, 4, 30))),
            "promotion": unclosed_rounds(YEAR.of(kind="K9")),
        }
        assert {name: list(rows) for name, rows in found.items()} == {name: [row] for name, row in rounds.items()}
        # 宣传活动 stay apart in the worklist as they do in the figures (rule A13).
        assert set(unclosed_rounds(YEAR)) == set(rounds.values()) - {rounds["promotion"]}
        assert list(unclosed_rounds(YEAR.of(organiser=world.yi.pk))) == [rounds["district"]]
        scheduling.cancel_round(rounds["kind"].pk, actor=world.city, reason="没办")
        assert not unclosed_rounds(YEAR.of(kind="K5"))


def test_entries_without_enterprise_are_said(world):
    round_ = house.opened(world, members=house.make_people(1, world.alpha), has_exam=False)
    registration.register(round_.pk, world.nobody.person, None, actor=world.nobody)
    house.attend(world, round_)
    house.file_papers(round_)
    house.close(world, round_)
    assert completeness(YEAR).homeless == 1


# Explain ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(world):
    return house.make_people(3, world.alpha)


def why(round_, member):
    return explain(house.of(Round.objects.get(pk=round_.pk), member.person))


def test_who_counts_is_told_by_which_posting(world, people):
    round_ = house.held(world, house.five_half_days(), people, absent=[(people[0].person, 1)])
    found = why(round_, people[0])
    assert (found.counts, found.entry, found.mend) == (True, Entry.objects.get(person=people[0].person), "")
    assert found.rule == "计入 1 人次：出勤达标，归在 2025-03-07（规则 A1），记账号 1"
    assert found.facts == (
        ("2025年3月5日上午", "缺（纸质名单）：纸质签到表", False),
        ("2025年3月5日下午", "到（纸质名单）：纸质签到表", True),
        ("2025年3月6日上午", "到（纸质名单）：纸质签到表", True),
        ("2025年3月6日下午", "到（纸质名单）：纸质签到表", True),
        ("2025年3月7日上午", "到（纸质名单）：纸质签到表", True),
    )


def test_each_rule_that_failed_is_named_with_the_smallest_mend(world, people):
    hours, practice, silent = people
    absent = [(hours.person, 1), (hours.person, 2), (practice.person, 5)]
    round_ = house.opened(world, house.five_half_days(), people)
    house.attend(world, round_, absent)
    Attendance.objects.filter(registration__person=silent.person).delete()
    house.file_papers(round_)
    house.give_marks(world, round_)
    round_ = house.close(world, round_)
    assert why(round_, hours).rule == "没计入：到课 12／20 学时，不到 80%"
    assert why(round_, hours).mend == "要是 2025年3月5日上午 其实来了，请讲师凭签到表开更正单补签"
    assert why(round_, practice).rule == "没计入：必修的实操课缺了 1 次"
    assert why(round_, practice).mend.startswith("要是 2025年3月7日上午 其实来了")
    assert why(round_, silent).rule == "没计入：到课 0／20 学时，不到 80%"
    assert why(round_, silent).facts[0] == ("2025年3月5日上午", "没有签到记录", False)
    assert not any(why(round_, member).counts for member in people)


def test_the_mend_mends(world, people):
    absent = [(people[0].person, 1), (people[0].person, 2)]
    round_ = house.held(world, house.five_half_days(), people, absent=absent)
    session = round_.sessions.get(number=1)  # the one the sentence names
    row = house.of(round_, people[0].person)
    correcting.correct(row.pk, actor=world.city, reason="签到表有签名", sessions={session: house.PRESENT})
    assert why(round_, people[0]).counts is True


def test_who_was_cancelled_waits_or_sat_in_a_cancelled_round_is_told_so(world, people):
    first, second, third = people
    round_ = house.opened(world, None, people, seats=1)
    registration.cancel(house.of(round_, second.person).pk, actor=world.city, reason="来不了")
    assert why(round_, second).rule == "没计入：报名已取消"
    assert why(round_, third).rule == "没计入：一直在候补名单"
    house.attend(world, round_)
    assert why(round_, first).rule == "还没计入：这个班还没结班（规则 A15）"
    assert (why(round_, first).mend, len(why(round_, first).facts)) == ("请讲师结班", 1)
    scheduling.cancel_round(round_.pk, actor=world.city, reason="停电")
    assert why(round_, first).rule == "没计入：这个班取消了（规则 A15）"


def test_a_trainer_is_told_why(world, people):
    round_ = house.ready(world, None, people)
    round_.trainers.add(people[0].person)
    house.close(world, round_)
    assert why(round_, people[0]).rule == "没计入：讲师和工作人员不计入人次（规则 A11）"


def test_who_never_signed_out_is_told_so(world, people):
    round_ = house.ready(world, None, people, sign_out=True)
    Attendance.objects.filter(registration__person=people[0].person).update(method="qr", reason="")
    house.close(world, round_)
    found = why(round_, people[0])
    assert (found.counts, found.facts) == (False, (("2025年3月5日上午", "到（扫码），没有签退", False),))
    assert found.mend == "2025年3月5日上午 签了到、没签退，请讲师凭签到表开更正单补签"


def test_who_was_taken_out_by_a_correction_is_told_the_rule(world, people):
    round_ = house.held(world, None, people)
    row = house.of(round_, people[0].person)
    session = round_.sessions.get()
    correcting.correct(row.pk, actor=world.city, reason="替人签到", sessions={session: house.ABSENT})
    found = why(round_, people[0])
    assert (found.counts, found.rule) == (False, "没计入：到课 0／4 学时，不到 80%")
    assert found.facts == (("2025年3月5日上午", "缺（手工）：替人签到", False),)
