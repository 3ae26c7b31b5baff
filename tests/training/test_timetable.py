"""Templates, copies, moves and what stands in their way: holidays, rooms, trainers, trainees; one wins, the other is told."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock, workdays
from core.exceptions import DomainError
from core.models import AuditRecord
from notices.models import Notice
from quizzes.services import ensure_quiz
from tests.training import house
from training import clashes, closing, editing, feeds, plans, registration, scheduling, sessions
from training.models import Registration, Round, RoundTemplate, Session

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2025, 9, 24)
"""A week before the National Day of 2025; the Sunday after it, 28 September, is worked."""


@pytest.fixture(autouse=True)
def _in_february():
    with clock.moved_to(clock.at(date(2025, 2, 1), 10)):
        yield


@pytest.fixture
def refused():
    """``refused(work)``: the DomainError it raises."""

    def error_of(work, *args, **kwargs):
        with pytest.raises(DomainError) as error:
            work(*args, **kwargs)
        return error.value

    return error_of


def make(world, slots=None, **fields):
    """A round whose clashes are looked at."""
    return scheduling.create_round(
        actor=world.jia_admin,
        owner=world.jia,
        sessions=slots or [house.lesson()],
        **{"title": "新班", "seats": 9} | fields,
    )


# Days ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "kind", "note"),
    [
        (date(2025, 9, 28), "make_up", "调休上班"),
        (date(2025, 10, 1), "holiday", "国庆放假"),
        (date(2025, 9, 27), "weekend", ""),
        (date(2025, 9, 29), "work", ""),
    ],
)
def test_a_day_is_what_the_published_calendar_says(day, kind, note):
    known = workdays.day_of(day)
    assert (known.kind, known.note, known.is_published) == (kind, note, True)


def test_a_year_without_a_published_calendar_is_a_state():
    """2099: nobody has published it, and weekends are weekends all the same."""
    assert not workdays.is_published(2099)
    assert workdays.day_of(date(2099, 10, 1)) == workdays.Day(workdays.DayKind.WORK, "", False)
    assert workdays.day_of(date(2099, 10, 3)).is_off
    assert workdays.working_days(date(2099, 10, 2), 2) == [date(2099, 10, 2), date(2099, 10, 5)]


def test_a_template_is_spread_over_working_days(world):
    plans.ensure_templates()
    assert plans.ensure_templates() == 0
    template = RoundTemplate.objects.get(key="auditor-3-days")
    how = {"owner": world.jia, "title": "国庆前的班", "actor": world.jia_admin}
    round_ = plans.make_from_template(template, first=date(2025, 9, 26), **how)
    # Friday, the worked Sunday, Monday: Saturday is off.
    assert sorted({session.day.day for session in round_.sessions.all()}) == [26, 28, 29]
    assert (round_.sessions.count(), closing.plain(sum(one.class_hours for one in round_.sessions.all()))) == (6, "22")
    assert (round_.quota_per_enterprise, round_.sign_out, round_.state) == (3, True, Round.State.PLANNED)
    assert (round_.practice_needed, [one.number for one in round_.sessions.all() if one.compulsory]) == (True, [4, 5])
    later = plans.make_from_template(template, first=date(2025, 9, 30), **how)
    assert (later.starts_on, later.ends_on) == (date(2025, 9, 30), date(2025, 10, 10))


def test_a_round_from_a_template_has_its_paper_where_there_is_one(world):
    plans.ensure_templates()
    template = RoundTemplate.objects.get(key="auditor-3-days")
    how = {"owner": world.jia, "title": "", "actor": world.jia_admin}
    assert plans.make_from_template(template, first=date(2025, 9, 26), **how).exam_quiz is None
    paper = ensure_quiz(plans.AUDITOR_EXAM, {"title": "结业考试", "blueprint": [{"draw": 1, "points": 1}]})
    round_ = plans.make_from_template(template, first=date(2025, 10, 20), **how)
    assert round_.exam_quiz == paper
    own = plans.save_as_template(round_.pk, "甲的内审员班", actor=world.jia_admin)
    assert plans.make_from_template(own, first=date(2025, 11, 3), **how).exam_quiz == paper


def test_a_template_of_another_organiser_is_refused(world, refused):
    own = plans.save_as_template(make(world).pk, "甲的班", actor=world.jia_admin)
    how = {"first": WEDNESDAY, "title": "", "actor": world.city}
    assert refused(plans.make_from_template, own, owner=world.yi, **how).code == "template.foreign"
    assert plans.make_from_template(own, owner=world.jia, **how).title == "甲的班"


def test_a_copy_has_the_rules_and_hours_and_nobody_on_its_list(world):
    slots = house.five_half_days()
    source = make(world, slots, trainers=[world.jia_trainer.person], quotas={world.alpha.district_id: 4}, hold_hours=24)
    member = house.make_people(1, world.alpha)[0]
    registration.register(source.pk, member.person, member, actor=world.city, by_staff=True)
    copy = plans.copy_round(source.pk, first=date(2025, 9, 26), actor=world.jia_admin)
    days = [session.day for session in copy.sessions.all()]
    assert days == [date(2025, 9, 26)] * 2 + [date(2025, 9, 28)] * 2 + [date(2025, 9, 29)]
    assert [one.compulsory for one in copy.sessions.all()] == [False] * 4 + [True]
    assert (copy.hold_hours, copy.district_quotas.get().seats, copy.registrations.count()) == (24, 4, 0)
    assert [f"{one.starts_at.astimezone(clock.SHANGHAI):%H}" for one in copy.sessions.all()] == ["09", "14"] * 2 + [
        "09"
    ]


def test_teaching_on_a_public_holiday_needs_a_yes(world, refused):
    slots = [house.lesson(date(2025, 10, 1))]
    error = refused(make, world, slots)
    assert (error.code, error.params) == ("schedule.clash", {"kinds": ["holiday"], "confirm": ["holiday"]})
    assert "10月1日国庆放假" in error.sentence
    assert make(world, slots, confirmed=["holiday"]).starts_on == date(2025, 10, 1)


# Clashes -------------------------------------------------------------------------------------------------------------


def test_a_trainer_and_a_room_are_in_one_place(world, refused):
    trainer = world.jia_trainer.person
    make(world, [house.lesson(room="三 楼301")], title="先到的班", venue="示例产业园", trainers=[trainer])
    error = refused(make, world, [house.lesson(hour=11, room="三楼301")], venue="示例产业园", trainers=[trainer])
    assert error.params == {"kinds": ["room", "trainer"], "confirm": []}
    assert "教室“三 楼301” 3月5日 09:00 已排给“先到的班”" in error.sentence
    assert "讲师甲讲师 3月5日 09:00 要上“先到的班”" in error.sentence
    how = {"venue": "示例产业园", "confirmed": house.EVERYTHING}
    assert refused(make, world, [house.lesson(room="三楼301")], **how).params["kinds"] == ["room"]
    make(world, [house.lesson(room="三楼301")], venue="另一处")
    make(world, [house.lesson(hour=14, room="三楼301")], venue="示例产业园", trainers=[trainer])


def test_who_is_named_for_one_lesson_is_busy_for_that_lesson_only(world):
    trainer, other = world.jia_trainer.person, world.yi_trainer.person
    morning, afternoon = house.lesson(hour=9, trainers=[trainer]), house.lesson(hour=14, trainers=[other])
    round_ = make(world, [morning, afternoon])
    assert set(round_.trainers.all()) == {trainer, other}
    make(world, [house.lesson(hour=14)], trainers=[trainer])


def test_a_cancelled_round_stands_in_nobodys_way(world):
    first = make(world, [house.lesson(room="301")], venue="园区")
    scheduling.cancel_round(first.pk, actor=world.city, reason="停电")
    assert make(world, [house.lesson(room="301")], venue="园区")


# Moving and calling off ------------------------------------------------------------------------------------------------


def test_a_moved_session_keeps_its_number_and_counts_its_moves(world, refused):
    round_ = house.opened(world, house.five_half_days())
    session = round_.sessions.first()
    how = {"starts_at": session.starts_at + timedelta(days=9), "ends_at": session.ends_at + timedelta(days=9)}
    how |= {"actor": world.jia_trainer}
    assert refused(sessions.move_session, session.pk, **how).code == "reason.missing"
    for _ in range(2):
        moved = sessions.move_session(session.pk, reason="讲师出差", **how)
    assert (moved.number, moved.revision, moved.day) == (1, 1, house.DAY + timedelta(days=9))
    assert Round.objects.get().ends_on == house.DAY + timedelta(days=9)
    assert [one.number for one in round_.sessions.all()] == [2, 3, 4, 5, 1]
    trail = AuditRecord.objects.get(action="session.move")
    assert (trail.reason, len(trail.changes["time"])) == ("讲师出差", 2)


def test_a_session_does_not_move_into_another_or_after_somebody_came(world, refused):
    round_ = house.opened(world, house.five_half_days(), house.make_people(1, world.alpha))
    first, second = round_.sessions.all()[:2]
    how = {"actor": world.city, "reason": "换时间"}
    times = {"starts_at": second.starts_at, "ends_at": second.ends_at}
    assert refused(sessions.move_session, first.pk, **times, **how).code == "session.times"
    house.check_in.mark(first, round_.registrations.get(), house.PRESENT, actor=world.city, reason="手机没电")
    later = {"starts_at": first.starts_at + timedelta(days=9), "ends_at": first.ends_at + timedelta(days=9)}
    assert refused(sessions.move_session, first.pk, **later, **how).code == "session.taken"
    assert refused(sessions.cancel_session, first.pk, **how).code == "session.taken"


def test_a_trainee_who_is_elsewhere_is_named_and_may_be_confirmed(world, refused):
    members = house.make_people(2, world.alpha)
    house.opened(world, [house.lesson(hour=14)], members[:1], title="下午班")
    round_ = house.opened(world, [house.lesson(hour=9), house.lesson(hour=19, hours=2)], members)
    session = round_.sessions.last()
    times = {"starts_at": clock.at(house.DAY, 15), "ends_at": clock.at(house.DAY, 17)}
    error = refused(sessions.move_session, session.pk, **times, actor=world.city, reason="晚上没车")
    assert error.params == {"kinds": ["trainee"], "confirm": ["trainee"]}
    assert "学员学员1 3月5日 14:00 报了“下午班”" in error.sentence
    moved = sessions.move_session(session.pk, **times, actor=world.city, reason="晚上没车", confirmed=["trainee"])
    assert moved.revision == 1


def test_who_teaches_a_lesson_and_its_link_change_and_those_it_concerns_are_told(world, client_of, refused):
    one, two = world.jia_trainer.person, world.yi_trainer.person
    member = world.wang.person.memberships.get()
    round_ = house.opened(
        world, house.five_half_days(), [member], trainers=[one, two], online_url="https://live.example/1"
    )
    session = round_.sessions.first()
    Notice.objects.all().delete()
    desk, address = client_of(world.jia_admin), reverse("desk:teaching", args=[session.pk])
    for _ in range(2):
        desk.post(address, {"trainers": [two.pk], "online_url": "https://live.example/2"})
    assert Session.objects.get(pk=session.pk).revision == 1
    told = sorted(Notice.objects.values_list("person", "kind"))
    everybody = [(person.pk, "session.link") for person in (one, two, member.person)]
    assert told == sorted([*everybody, (one.pk, "session.teach-not")])
    assert AuditRecord.objects.filter(action="session.teaching").count() == 1
    # Who is named for it is busy, and a trainer of another round cannot be named.
    other = house.opened(world, [house.lesson(hour=14)], trainers=[one])
    error = refused(sessions.change_teaching, session.pk, trainers=[world.wang.person], online_url="", actor=world.city)
    assert error.code == "session.trainer"
    second = round_.sessions.all()[1]
    sessions.change_teaching(second.pk, trainers=[two], online_url="", actor=world.city)
    page = desk.post(reverse("desk:teaching", args=[second.pk]), {"trainers": [one.pk]})
    assert (page.status_code, other.title in page.context["teaching"].errors["trainers"][0]) == (422, True)
    # The link is for who has a seat and who teaches.
    here = reverse("rounds:detail", args=[round_.pk])
    found = [b"live.example" in client_of(user).get(here).content for user in (None, world.nobody, world.wang)]
    assert found == [False, False, True]
    own = reverse("rounds:feed", args=[feeds.token_of(member.person, feeds.LEARNER)])
    feed, public = (client_of(None).get(url).content for url in (own, reverse("rounds:feed-public")))
    assert (b"live.example/2" in feed, b"live.example" in public) == (True, False)


def test_a_session_called_off_counts_for_nothing_and_its_round_goes_on(world, refused):
    people = house.make_people(1, world.alpha)
    round_ = house.opened(world, house.five_half_days(), people)
    last = round_.sessions.last()
    assert refused(sessions.cancel_session, last.pk, actor=world.city, reason=" ").code == "reason.missing"
    for _ in range(2):
        gone = sessions.cancel_session(last.pk, actor=world.city, reason="场地没了")
    assert (gone.revision, gone.cancel_reason) == (1, "场地没了")
    assert (round_.sessions.count(), Session.everything.filter(round=round_).count()) == (4, 5)
    house.attend(world, round_)
    standing = closing.standings(Round.objects.get(pk=round_.pk))[0]
    assert (standing.total, standing.counts) == (
        Decimal(16),
        True,
    )  # the practice that was called off is asked of nobody
    with clock.moved_to(house.after(round_)):
        closing.advance()
    assert Round.objects.get().state == Round.State.EXAM


def test_the_last_session_is_the_round(world, refused):
    session = house.opened(world).sessions.get()
    assert refused(sessions.cancel_session, session.pk, actor=world.city, reason="没人").code == "session.last"


def test_changing_a_round_says_what_it_refuses(world, refused):
    members = house.make_people(3, world.alpha)
    round_ = house.opened(world, members=members, seats=2)
    how = {"actor": world.jia_admin}
    assert refused(editing.change_round, round_.pk, kind="K1", **how).code == "round.kind"
    assert refused(editing.change_round, round_.pk, seats=1, title="不会存", **how).code == "seats.taken"
    assert refused(editing.change_round, round_.pk, trainers=[members[0].person], **how).code == "round.trainer"
    changed = editing.change_round(round_.pk, seats=3, title="改了名", **how)
    assert (changed.title, Registration.objects.on_the_list().count()) == ("改了名", 3)
    trail = AuditRecord.objects.filter(action="round.change")
    assert [one.changes for one in trail] == [{"title": ["内审员班", "改了名"]}]
    editing.change_round(round_.pk, title="改了名", **how)
    assert trail.count() == 1


def test_a_published_round_keeps_year_and_number_over_new_years_eve(world):
    """Published for 2025 and moved over midnight of 31 December: its number stays, its last day is in 2026 in Tianjin."""
    round_ = house.opened(world, [house.lesson(date(2025, 12, 31), 18)])
    session = round_.sessions.get()
    with clock.moved_to(clock.at(date(2025, 12, 20), 9)):
        times = {"starts_at": clock.at(date(2025, 12, 31), 22), "ends_at": clock.at(date(2026, 1, 1), 0, 30)}
        sessions.move_session(session.pk, **times, actor=world.city, reason="跨年直播", confirmed=["holiday"])
    round_.refresh_from_db()
    assert (round_.year, round_.number, round_.ends_on) == (2025, 1, date(2026, 1, 1))


def test_a_round_that_ends_after_midnight_counts_in_the_new_year(world):
    """The server keeps UTC, where 00:30 of 1 January in Tianjin is still 31 December."""
    from ledger import counts

    slot = house.lesson(date(2025, 12, 31), 22, ends_at=clock.at(date(2026, 1, 1), 0, 30))
    house.held(world, [slot], house.make_people(1, world.alpha))
    years = [counts.figures(counts.Scope(date(y, 1, 1), date(y, 12, 31))) for y in (2025, 2026)]
    assert [year.person_times for year in years] == [0, 1]


# At once -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_want_one_room_and_one_trainer_one_wins_and_seven_are_told(world, at_once):
    trainers = [world.jia_trainer.person]

    def work(n):
        with clock.moved_to(clock.at(date(2025, 2, 1), 10)):
            slot = house.lesson(hour=9 + n % 3, room="301")
            return make(world, [slot], title=f"{n} 班", venue="园区", trainers=trainers)

    answers = at_once(8, work)
    won = [answer for answer in answers if isinstance(answer, Round)]
    assert len(won) == 1
    for answer in answers:
        if answer is not won[0]:
            assert (answer.code, answer.params["kinds"]) == ("schedule.clash", ["room", "trainer"])
            assert won[0].title in answer.sentence


@pytest.mark.django_db(transaction=True)
def test_of_four_moves_into_one_room_and_four_who_want_one_trainer_one_each_wins(world, at_once):
    shared, others = world.jia_trainer.person, [row.person for row in house.make_people(4, world.alpha, name="讲师")]
    moved, taught = [], []
    for n, own in enumerate(others):
        day = house.DAY + timedelta(days=7 + n)
        moved.append(house.opened(world, [house.lesson(day, room=f"{n}")], title=f"挪 {n}", venue="园区"))
        lesson = house.lesson(hour=9 + n % 2, trainers=[own])
        taught.append(house.opened(world, [lesson], title=f"换人 {n}", trainers=[own, shared]))

    def work(n):
        with clock.moved_to(clock.at(date(2025, 2, 1), 10)):
            if n < 4:
                times = {"starts_at": clock.at(date(2025, 4, 2), 9 + n % 2), "ends_at": clock.at(date(2025, 4, 2), 12)}
                pk = moved[n].sessions.get().pk
                return sessions.move_session(pk, **times, room="301", actor=world.city, reason="换教室")
            pk = taught[n - 4].sessions.get().pk
            return sessions.change_teaching(pk, trainers=[shared], online_url="", actor=world.city)

    answers = at_once(8, work)
    for part, rounds, kind in ((answers[:4], moved, "room"), (answers[4:], taught, "trainer")):
        won = [one for one in part if isinstance(one, Session)]
        assert len(won) == 1, part
        told = [one for one in part if one is not won[0]]
        assert [one.params["kinds"] for one in told] == [[kind]] * 3
        assert all(Round.objects.get(sessions=won[0]).title in one.sentence for one in told)
        assert won[0].round_id in {one.pk for one in rounds}


@pytest.mark.django_db(transaction=True)
def test_of_a_move_and_a_registration_that_collide_one_wins_and_the_other_is_told(world, at_once):
    members = house.make_people(4, world.alpha)
    away = house.opened(world, [house.lesson(hour=9), house.lesson(hour=14)], members, title="要挪的班")
    other = house.opened(world, [house.lesson(hour=19, hours=2)], title="晚上班")
    session = away.sessions.last()

    def work(n):
        with clock.moved_to(clock.at(date(2025, 2, 1), 10)):
            if n == 4:
                times = {"starts_at": clock.at(house.DAY, 19), "ends_at": clock.at(house.DAY, 21)}
                return sessions.move_session(session.pk, **times, actor=world.city, reason="换到晚上")
            return registration.register(other.pk, members[n].person, members[n], actor=world.city, by_staff=True)

    *asked, moved = at_once(5, work)
    seated = [row for row in asked if isinstance(row, Registration)]
    told = {answer.code for answer in [*asked, moved] if isinstance(answer, DomainError)}
    assert told <= {"registration.clash", "schedule.clash"}
    assert isinstance(moved, Session) != bool(seated)
    assert not clashes.clashes_of(other, [row.person_id for row in seated])
