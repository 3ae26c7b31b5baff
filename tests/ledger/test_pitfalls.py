"""The ways a headcount goes wrong (docs/counting.md): each with the number people get by the mistake, and the right one.

Every test ends in one assertion of two figures: what the ledger answers, and what the shortcut would have answered.
"""

from datetime import UTC, date, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from core import clock
from core.exceptions import DomainError
from enterprises.credit_code import check_code
from enterprises.models import Enterprise, Layer, Membership, Organiser, Person
from enterprises.services import list_person
from ledger import counts
from ledger.models import Entry, FeeNature, Kind, Mode, Posting
from ledger.services import ActivityLine, EntryLine, post
from tests.training import house
from training import check_in, registration, scheduling, tickets
from training.models import Attendance, Registration, Round, Scan

pytestmark = pytest.mark.django_db

YEAR = counts.Scope(date(2025, 1, 1), date(2025, 12, 31))


def figures(**filters):
    return counts.figures(YEAR.of(**filters))


def month(number):
    last = date(2025, number % 12 + 1, 1) if number < 12 else date(2026, 1, 1)
    return counts.figures(YEAR.of(start=date(2025, number, 1), end=last - timedelta(days=1)))


def held(world, members, day=house.DAY, sessions=None, **fields):
    return house.held(world, sessions or [house.lesson(day)], members, has_exam=False, **fields)


@pytest.fixture
def wang(world):
    return Membership.objects.get(person=world.wang.person)


# One person, one activity, once ----------------------------------------------------------------------------------


def test_01_three_days_are_one_person_time(world, wang):
    held(world, [wang], sessions=[house.lesson(house.DAY + timedelta(days=n)) for n in range(3)])
    days = Attendance.objects.count()
    assert (figures().person_times, days) == (1, 3)
    assert (figures().sessions, figures().class_hours) == (1, 12)


def test_02_morning_and_afternoon_are_one_person_time(world, wang):
    held(world, [wang], sessions=[house.lesson(hour=9), house.lesson(hour=14)])
    half_days = Attendance.objects.count()
    assert (figures().person_times, half_days) == (1, 2)
    assert figures().sessions == 1


def test_03_signing_in_and_out_is_one_person_time(world, wang):
    round_ = house.opened(world, members=[wang], has_exam=False, sign_out=True)
    house.attend(world, round_)
    row = Attendance.objects.get()
    Attendance.objects.update(method="qr", left_at=row.arrived_at + timedelta(hours=3))
    house.file_papers(round_)
    house.close(world, round_)
    stamps = sum(1 for row in Attendance.objects.all() for moment in (row.arrived_at, row.left_at) if moment)
    assert (figures().person_times, stamps) == (1, 2)


def test_04_a_phone_and_the_paper_list_are_one_person_time(world, wang):
    round_ = house.opened(world, members=[wang], has_exam=False)
    session = round_.sessions.get()
    with clock.moved_to(session.starts_at):
        code = tickets.door_code(session).url.rstrip("/").rsplit("/", 1)[1]
        check_in.sign_in(tickets.open_ticket(tickets.ticket_for_url(session, code)), wang.person)
    house.attend(world, round_)
    house.file_papers(round_)
    house.close(world, round_)
    scans, on_paper = Scan.objects.filter(outcome="accepted").count(), Attendance.objects.filter(method="paper").count()
    assert (figures().person_times, scans + on_paper) == (1, 2)


def test_05_one_phone_typed_four_ways_is_one_person(world):
    ways = ["13900001234", "+86 139 0000 1234", "１３９００００１２３４", "0086-139-0000-1234"]
    where = {"enterprise": world.alpha, "layer": Layer.FRONTLINE}
    members = [list_person(name="钱 七", phone=way, membership=where) for way in ways]
    held(world, members)
    assert (figures().persons, len(set(ways))) == (1, 4)
    assert figures().person_times == 1


def test_06_people_of_one_name_are_as_many_as_they_are(world):
    members = [
        list_person(name="李伟", phone=phone, membership={"enterprise": enterprise, "layer": Layer.FRONTLINE})
        for phone, enterprise in (("13900001111", world.alpha), ("13900002222", world.alpha), ("", world.beta))
    ]
    held(world, members)
    names = {member.person.name for member in members}
    assert (figures().persons, len(names)) == (3, 1)


def test_06_a_list_without_phones_sent_twice_is_the_same_people(world):
    where = {"enterprise": world.alpha, "layer": Layer.FRONTLINE}
    members = [list_person(name="李伟", phone="", membership=where) for _ in range(2)]
    held(world, members)
    assert (figures().persons, len(members)) == (1, 2)


def test_07_a_renamed_enterprise_is_one_enterprise(world, wang):
    first = held(world, [wang])
    world.alpha.name = "改名后的企业有限公司"
    world.alpha.save()
    second = held(world, [wang], day=date(2025, 6, 4), title="六月班")
    printed = {house.of(round_, wang.person).certificate.words["enterprise"] for round_ in (first, second)}
    assert (figures().enterprises, len(printed)) == (1, 2)


def test_08_a_corrected_credit_code_is_one_enterprise(world, wang):
    codes = [world.alpha.code]
    held(world, [wang])
    world.alpha.code = "91120116MA0TE5T081"
    world.alpha.save()
    codes.append(world.alpha.code)
    held(world, [wang], day=date(2025, 6, 4), title="六月班")
    assert (figures().enterprises, len(set(codes))) == (1, 2)


def test_09_a_branch_and_its_head_office_are_two_enterprises(world, wang):
    branch = house.make_enterprise(
        9,
        "120114",
    )
    Enterprise.objects.filter(pk=branch.pk).update(name=world.alpha.name)
    held(world, [wang, *house.make_people(1, branch)])
    names = set(Enterprise.objects.filter(pk__in=[world.alpha.pk, branch.pk]).values_list("name", flat=True))
    assert (figures().enterprises, len(names)) == (2, 1)


def test_10_a_code_typed_with_o_for_0_makes_no_second_enterprise(world):
    typed = world.alpha.code.replace("0", "O")
    with pytest.raises(DomainError) as refused:
        check_code(typed)
    assert refused.value.code == "code.alphabet"
    assert (Enterprise.objects.filter(code=world.alpha.code).count(), len({typed, world.alpha.code})) == (1, 2)


# Distinct figures are asked for, never summed ------------------------------------------------------------------------


def test_11_the_year_is_not_the_sum_of_its_months(world, wang):
    for number, day in enumerate((date(2025, 3, 5), date(2025, 4, 9), date(2025, 4, 23)), start=1):
        held(world, [wang], day=day, title=f"{number} 班")
    persons = sum(month(number).persons for number in range(1, 13))
    enterprises = sum(month(number).enterprises for number in range(1, 13))
    assert (figures().persons, persons) == (1, 2)
    assert (figures().enterprises, enterprises) == (1, 2)
    assert (figures().person_times, sum(month(number).person_times for number in range(1, 13))) == (3, 3)


def test_12_the_city_is_not_the_sum_of_its_districts_when_a_person_has_two_employers(world, wang):
    second = Membership.objects.create(person=wang.person, enterprise=world.beta, layer=Layer.TOP)
    held(world, [wang])
    held(world, [second], day=date(2025, 4, 9), title="四月班")
    districts = sum(figures(district=code).persons for code in ("120111", "120114"))
    assert (figures().persons, districts) == (1, 2)


def test_12_nor_when_an_enterprise_moved(world, wang):
    held(world, [wang])
    world.alpha.district_id = "120114"
    world.alpha.save()
    held(world, [Membership.objects.get(pk=wang.pk)], day=date(2025, 4, 9), title="四月班")
    rows = {row.district.pk: row.enterprises for row in counts.by_district(YEAR) if row.enterprises}
    assert rows == {"120111": 1, "120114": 1}
    assert (figures().enterprises, sum(rows.values())) == (1, 2)


def test_13_nor_is_it_the_sum_of_layers_when_a_person_was_promoted(world, wang):
    held(world, [wang])
    Membership.objects.filter(pk=wang.pk).update(layer=Layer.MIDDLE)
    held(world, [Membership.objects.get(pk=wang.pk)], day=date(2025, 4, 9), title="四月班")
    layers = sum(figures(layer=layer).persons for layer in Layer.values)
    assert (figures().persons, layers) == (1, 2)
    # The row of a layer is what it was then.
    assert [figures(layer=layer).person_times for layer in Layer.values] == [0, 1, 1, 0]


# What is not a participation -----------------------------------------------------------------------------------------


def test_14_one_phone_shown_to_twenty_is_one_and_a_list_of_names_is_twenty(world):
    members = house.make_people(20, world.alpha)
    round_ = house.opened(world, members=members, has_exam=False)
    session = round_.sessions.get()
    with clock.moved_to(session.starts_at):
        code = tickets.door_code(session).url.rstrip("/").rsplit("/", 1)[1]
        ticket = tickets.open_ticket(tickets.ticket_for_url(session, code))
        for member in members:
            try:
                check_in.sign_in(ticket, member.person)
            except DomainError as refused:
                assert refused.code == "check_in.ticket_used"
    assert (Attendance.objects.count(), Scan.objects.count()) == (1, 20)
    house.attend(world, round_)
    house.file_papers(round_)
    house.close(world, round_)
    assert (figures().person_times, Scan.objects.filter(outcome="accepted").count()) == (20, 1)


def test_15_a_resit_is_no_person_time(world, wang):
    round_ = house.ready(world, None, [wang], marks={wang.person: 40})
    tries = 1
    for mark in (55, 72):
        house.give_marks(world, round_, {wang.person: mark})
        tries += 1
    house.close(world, round_)
    assert (figures().person_times, tries) == (1, 3)
    assert counts.exam_figures(YEAR)["examined"] == 1


def test_16_a_course_of_six_lessons_is_one_person_time_and_no_session(world, wang):
    from courses.models import CourseIndexPage, CoursePage, LessonPage
    from courses.progress import report_progress
    from courses.services import enrol
    from home.services import ensure_home

    home, _report = ensure_home()
    index = home.add_child(instance=CourseIndexPage(title="课程", slug="six"))
    course = index.add_child(instance=CoursePage(title="六课", slug="c", code="YX", layer="frontline", summary="简介"))
    lessons = [
        course.add_child(instance=LessonPage(title=f"第 {n} 课", slug=f"f{n}", key=f"F{n}", minutes=10))
        for n in range(1, 7)
    ]
    start = clock.at(date(2025, 5, 6), 20)
    for number, lesson in enumerate(lessons):
        with clock.moved_to(start + timedelta(minutes=10 * number)):
            enrolment = enrol(wang.person, course)
        with clock.moved_to(start + timedelta(minutes=10 * number + 9)):
            opened = start + timedelta(minutes=10 * number)
            report_progress(enrolment, lesson, seconds=540, percent=100, opened_at=opened)
    read = enrolment.progress.exclude(completed_at=None).count()
    assert (figures().person_times, read) == (1, 6)
    assert (figures().sessions, figures().class_hours) == (0, 1)


def test_16_six_completions_of_one_course_by_one_person_are_one(world, wang):
    line = ActivityLine(
        key="course:5:v3:2025",
        title="网络课",
        kind=Kind.NETWORK,
        mode=Mode.ONLINE,
        fee_nature=FeeNature.FREE,
        started_on=date(2025, 1, 1),
        ended_on=date(2025, 12, 31),
        class_hours=Decimal(2),
        held=False,
    )
    entry = Entry()
    entry.take_organisation(wang)
    for n in range(6):
        done = EntryLine(wang.person_id, entry.organisation, date(2025, 5, 1 + n), Decimal(2))
        post(line, [done], kind=Posting.Kind.COMPLETION)
    assert (figures().person_times, Posting.objects.count()) == (1, 6)


def test_17_a_round_moved_to_another_date_is_one_session(world, wang):
    first = house.opened(world, members=[wang], title="三月班")
    scheduling.cancel_round(first.pk, actor=world.jia_admin, reason="改到四月")
    held(world, [wang], day=date(2025, 4, 9), title="四月班")
    assert (figures().sessions, Round.objects.count()) == (1, 2)
    assert (figures().person_times, Registration.objects.count()) == (1, 2)


def test_18_who_cancelled_is_not_on_the_roll(world, wang):
    members = [wang, *house.make_people(2, world.alpha)]
    round_ = house.opened(world, members=members, has_exam=False)
    registration.cancel(house.of(round_, wang.person).pk, actor=world.wang, reason="来不了")
    house.attend(world, round_)
    house.file_papers(round_)
    house.close(world, round_)
    assert (figures().person_times, Registration.objects.count()) == (2, 3)
    assert counts.exam_figures(YEAR)["expected"] == 2


def test_19_an_activity_of_two_organisers_is_one_session(world, wang):
    round_ = held(world, [wang], co_organisers=[world.yi])
    claimed = sum(1 for one in Organiser.objects.all() if one == round_.owner or one in round_.co_organisers.all())
    by_owner = sum(figures(organiser=one.pk).sessions for one in Organiser.objects.all())
    assert (figures().sessions, claimed) == (1, 2)
    assert (by_owner, figures(organiser=world.yi.pk).person_times) == (1, 0)


def test_20_registered_is_not_trained(world):
    members = house.make_people(3, world.alpha)
    round_ = house.ready(world, None, members, absent=[(members[0].person, 1)], has_exam=False)
    assert figures().person_times == 0  # nor is present: the round is not closed
    house.close(world, round_)
    assert (figures().person_times, Registration.objects.on_the_list().count()) == (2, 3)


def test_21_an_enterprise_in_two_activities_is_one_enterprise(world, wang):
    held(world, [wang, *house.make_people(2, world.alpha)])
    held(world, [wang], day=date(2025, 4, 9), title="四月班")
    times = Entry.objects.values("enterprise", "activity").distinct().count()
    assert (figures().enterprises, times) == (1, 2)


# Attribution ---------------------------------------------------------------------------------------------------------


def test_a1_a_class_that_ends_before_midnight_counts_in_the_old_year(world, wang):
    """23:30 on 31 December in Tianjin; the server's UTC says 15:30 of the same day, its closing comes in January."""
    eve = house.lesson(date(2025, 12, 31), 20, ends_at=clock.at(date(2025, 12, 31), 23, 30))
    round_ = held(world, [wang], sessions=[eve])
    assert Posting.objects.get().posted_at.year == 2026
    new_year = counts.Scope(date(2026, 1, 1), date(2026, 12, 31))
    assert (figures().person_times, counts.figures(new_year).person_times) == (1, 0)
    assert (round_.year, Entry.objects.get().occurred_on) == (2025, date(2025, 12, 31))


def test_a14_a_class_over_new_year_counts_where_it_ended_though_utc_is_still_in_the_old_year(world, wang):
    """00:30 on 1 January in Tianjin is 16:30 on 31 December in UTC."""
    night = house.lesson(date(2025, 12, 31), 22, ends_at=clock.at(date(2026, 1, 1), 0, 30))
    held(world, [wang], sessions=[night])
    assert night["ends_at"].astimezone(UTC).year == 2025
    new_year = counts.Scope(date(2026, 1, 1), date(2026, 12, 31))
    assert (counts.figures(new_year).person_times, figures().person_times) == (1, 0)


def test_a14_a_round_over_two_years_counts_once_in_the_year_it_ended(world, wang):
    held(world, [wang], sessions=[house.lesson(date(2025, 12, 30)), house.lesson(date(2026, 1, 6))])
    new_year = counts.figures(counts.Scope(date(2026, 1, 1), date(2026, 12, 31)))
    assert (new_year.person_times, figures().person_times) == (1, 0)
    assert (new_year.sessions, figures().sessions) == (1, 0)
    assert new_year.class_hours == 8


def test_a2_district_is_the_enterprises_not_the_organisers(world, wang):
    held(world, [wang])
    rows = {row.district.pk: (row.sessions, row.person_times) for row in counts.by_district(YEAR) if row.district}
    assert (rows["120111"], rows["120110"]) == ((0, 1), (1, 0))


def test_a4_pilot_is_the_activitys_not_the_enterprises(world, wang):
    world.alpha.pilots.add("ditan")
    held(world, [wang], pilot_id="gaoduan-zhuangbei")
    assert Entry.objects.get().enterprise_pilots == ["ditan"]
    assert (figures(pilot="gaoduan-zhuangbei").person_times, figures(pilot="ditan").person_times) == (1, 0)


def test_a5_a_person_without_enterprise_is_other_and_in_no_number_of_enterprises(world, wang):
    round_ = house.opened(world, members=[wang], has_exam=False)
    registration.register(round_.pk, world.nobody.person, None, actor=world.nobody)
    house.attend(world, round_)
    house.file_papers(round_)
    house.close(world, round_)
    other = counts.by_district(YEAR)[-1]
    assert (other.district, other.person_times, other.enterprises, other.by_layer["other"]) == (None, 1, 0, 1)
    assert (figures().enterprises, figures().persons) == (1, 2)


def test_a6_small_enterprises_are_shown_within_all(world, wang):
    members = [wang]
    for number, size in enumerate(("large", "medium", "small", "micro", "unknown"), start=1):
        members += house.make_people(1, house.make_enterprise(number, "120101", size_class=size))
    held(world, members)
    assert (figures().enterprises, figures().small) == (6, 2)


def test_a11_the_trainer_in_the_room_is_not_counted(world, wang):
    round_ = house.ready(world, None, [wang, *house.make_people(1, world.beta)], has_exam=False)
    round_.trainers.add(wang.person)
    house.close(world, round_)
    assert (figures().person_times, Attendance.objects.filter(state="present").count()) == (1, 2)


def test_a13_promotion_is_never_inside_training(world, wang):
    held(world, [wang])
    held(world, house.make_people(5, world.beta), kind=Kind.PROMOTION, title="宣传月")
    promotion = figures(kind=Kind.PROMOTION)
    assert (figures().person_times, figures().person_times + promotion.person_times) == (1, 6)
    assert (figures().sessions, promotion.sessions, figures().enterprises) == (1, 1, 1)
    assert sum(row.person_times for row in counts.by_district(YEAR)) == 1
    assert sum(counts.by_month(YEAR).values()) == 1


def test_a15_what_is_not_closed_counts_nothing(world, wang):
    house.ready(world, None, [wang], has_exam=False)
    attended = Attendance.objects.filter(state="present").count()
    assert (figures().person_times, attended) == (0, 1)
    assert (figures().sessions, figures().class_hours) == (0, Decimal(0))


def test_internal_auditors_are_shown_within_their_layer(world, wang):
    held(world, [wang])
    held(world, house.make_people(1, world.beta), kind=Kind.LAYERED, title="分层班")
    assert (figures().person_times, sum(counts.auditors_by_month(YEAR).values())) == (2, 1)
    assert (figures().rounds, figures().sessions) == (1, 2)


def test_22_an_account_for_trying_out_is_counted_nowhere(world):
    """Logins, those of a demonstration among them, are no people of a list: only who sat in a closed round is."""
    held(world, house.make_people(1, world.alpha))
    User.objects.create(username="demo-22", is_demo=True)
    assert (figures().persons, User.objects.count(), Person.objects.count()) == (1, 14, 15)
