"""结班: everything is checked, then posted and certified in one step, once. Who counts is decided here."""

from datetime import timedelta
from decimal import Decimal

import pytest

from certificates.models import Certificate, CertificateTemplate
from core import clock
from core.exceptions import DomainError
from enterprises.models import Membership
from ledger.models import Activity, ActivityFact, Entry, Kind, LedgerHead, Posting
from tests.training import house
from training import check_in, closing, registration, scheduling
from training.models import Attendance, Evidence, Headcount, Registration, Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world):
    """Three frontline workers of alpha."""
    return house.make_people(3, world.alpha)


def missing(world, round_):
    with pytest.raises(DomainError) as refused:
        house.close(world, round_)
    assert refused.value.code == "round.not_ready"
    return refused.value.params["missing"]


# The checklist ---------------------------------------------------------------------------------------------------


def test_a_round_that_lacks_everything_says_everything(world, people):
    round_ = house.opened(world, house.five_half_days(), people)
    check_in.mark(
        round_.sessions.first(), house.of(round_, people[0].person), house.ABSENT, actor=world.city, reason="没来"
    )
    Round.objects.update(state=Round.State.RUNNING)
    assert missing(world, round_) == ["people", "sessions", "sign_in", "photo", "counts", "marks_file"]
    assert not Posting.objects.exists()
    assert Round.objects.get().state == Round.State.RUNNING


@pytest.mark.parametrize(
    ("code", "have", "need"),
    [("sessions", 4, 5), ("sign_in", 4, 5), ("photo", 2, 3), ("counts", 4, 5), ("marks", 2, 3), ("marks_file", 0, 1)],
)
def test_each_line_of_the_checklist_holds_the_closing_up_by_itself(world, people, code, have, need):
    round_ = house.ready(world, house.five_half_days(), people)
    if code == "sessions":
        round_.sessions.filter(number=5).update(submitted_at=None)
    elif code == "counts":
        Headcount.objects.filter(session__number=5).delete()
    elif code == "marks":
        Registration.objects.filter(person=people[2].person).update(mark=None, first_mark=None)
    else:
        kind = {"sign_in": "sign_in", "photo": "photo", "marks_file": "marks"}[code]
        round_.evidence.filter(kind=kind).first().delete()
    line = next(check for check in closing.checklist(round_) if not check.is_done)
    assert (line.code, line.have, line.need, bool(line.mend)) == (code, have, need, True)
    assert missing(world, round_) == [code]
    assert (Posting.objects.count(), Certificate.objects.count(), Activity.objects.count()) == (0, 0, 0)


def test_nobody_there_is_not_a_class(world, people):
    round_ = house.ready(world, None, people, absent=[(member.person, 1) for member in people], has_exam=False)
    assert missing(world, round_) == ["people"]


def test_without_an_exam_no_marks_are_asked_for(world, people):
    round_ = house.ready(world, None, people, has_exam=False)
    round_.evidence.filter(kind="marks").delete()
    assert [check.code for check in closing.checklist(round_)] == ["people", "sessions", "sign_in", "photo", "counts"]
    house.close(world, round_)
    assert set(Certificate.objects.values_list("words__result", flat=True)) == {"完成"}


def test_who_missed_too_much_needs_no_mark(world, people):
    round_ = house.ready(world, None, people, absent=[(people[0].person, 1)])
    Registration.objects.filter(person=people[0].person).update(mark=None, first_mark=None)
    assert house.close(world, round_).state == Round.State.CLOSED


@pytest.mark.parametrize("state", ["planned", "open", "closed_registration", "cancelled"])
def test_a_round_that_was_not_held_is_not_closed(world, people, state, code_of):
    round_ = house.ready(world, None, people)
    Round.objects.update(state=state)
    assert code_of(house.close, world, round_) == "round.state"
    assert not Posting.objects.exists()


def test_a_round_held_without_being_published_is_told_to_publish_first(world, people):
    round_ = house.planned(world)
    for member in people:
        registration.register(round_.pk, member.person, member, actor=world.city, by_staff=True)
    house.attend(world, round_)
    house.file_papers(round_)
    house.give_marks(world, round_)
    with pytest.raises(DomainError) as refused:
        house.close(world, round_)
    assert refused.value.code == "round.state"
    assert "发布" in refused.value.sentence
    scheduling.publish(round_.pk, actor=world.city)
    assert house.close(world, round_).state == Round.State.CLOSED


# Who counts ------------------------------------------------------------------------------------------------------


def hours(*several):
    """One session a day of so many class hours each."""
    days = [house.DAY + timedelta(days=n) for n in range(len(several))]
    return [house.lesson(day, 9, each) for day, each in zip(days, several, strict=True)]


def test_exactly_eighty_percent_counts_and_half_an_hour_less_does_not(world, people):
    sessions = hours("8", "7.5", "0.5", "4")  # 20 class hours; 80 % are 16
    enough, short = people[0].person, people[1].person
    round_ = house.ready(world, sessions, people, absent=[(enough, 4), (short, 4), (short, 3)])
    standing = {one.registration.person: one for one in closing.standings(round_)}
    assert (standing[enough].credited, standing[enough].total, standing[enough].counts) == (16, 20, True)
    assert (standing[short].credited, standing[short].counts) == (Decimal("15.5"), False)
    assert (standing[short].failed, standing[short].sentence) == ("attendance.hours", "到课 15.5／20 学时，不到 80%")
    assert standing[enough].share == Decimal("0.8")
    house.close(world, round_)
    assert set(Entry.objects.values_list("person", "class_hours")) == {
        (enough.pk, Decimal("16.0")),
        (people[2].person.pk, Decimal("20.0")),
    }


def test_the_line_is_the_rounds_own(world, people):
    half = people[0].person
    round_ = house.ready(world, hours("4", "4"), people, absent=[(half, 2)], attendance_percent=50)
    assert {one.registration.person: one.counts for one in closing.standings(round_)}[half] is True


def test_which_states_credit_the_hours(world):
    members = house.make_people(6, world.alpha)
    round_ = house.ready(world, None, members)
    states = ["present", "late", "early", "made_up", "leave", "absent"]
    for member, state in zip(members, states, strict=True):
        Attendance.objects.filter(registration__person=member.person).update(state=state)
    assert [one.counts for one in closing.standings(round_)] == [True] * 4 + [False] * 2


def test_who_missed_the_compulsory_unit_does_not_count_at_eighty_percent(world, people):
    practice, theory = people[0].person, people[1].person
    round_ = house.ready(world, house.five_half_days(), people, absent=[(practice, 5), (theory, 1)])
    standing = {one.registration.person: one for one in closing.standings(round_)}
    assert (standing[practice].credited, standing[practice].counts) == (16, False)
    assert (standing[practice].failed, standing[practice].sentence) == (
        "attendance.compulsory",
        "必修的实操课缺了 1 次",
    )
    assert (standing[theory].credited, standing[theory].counts) == (16, True)


def test_with_sign_out_on_a_phone_that_never_signed_out_credits_nothing(world, people):
    round_ = house.ready(world, None, people, sign_out=True)
    phone, both = people[0].person, people[1].person
    Attendance.objects.filter(registration__person__in=[phone, both]).update(method="qr")
    Attendance.objects.filter(registration__person=both).update(left_at=clock.at(house.DAY, 12))
    counts = {one.registration.person: one.counts for one in closing.standings(round_)}
    assert counts == {phone: False, both: True, people[2].person: True}  # the third stands on paper


def test_who_fails_the_exam_makes_a_person_time_and_gets_no_certificate(world, people):
    fails, passes = people[0].person, people[1].person
    round_ = house.held(world, None, people, marks={fails: "69.5", passes: "70"})
    assert Entry.objects.as_of().count() == 3
    assert not Certificate.objects.filter(holder=fails).exists()
    assert Certificate.objects.filter(holder=passes).count() == 1
    assert house.of(round_, fails).certificate is None


def test_who_was_taken_off_the_list_or_waits_does_not_count(world, people):
    round_ = house.opened(world, None, people, seats=2)
    for row in Registration.objects.all():  # paper lists name all three
        check_in.mark(round_.sessions.get(), row, house.PRESENT, actor=world.city, reason="纸质签到表")
    registration.cancel(house.of(round_, people[0].person).pk, actor=world.city, reason="替人签到")
    house.attend(world, round_)
    house.file_papers(round_)
    house.give_marks(world, round_)
    house.close(world, round_)
    assert set(Entry.objects.values_list("person", flat=True)) == {people[1].person.pk, people[2].person.pk}


def test_a_trainer_is_never_counted_even_when_named_after_registering(world, people):
    round_ = house.ready(world, None, people)
    trainer = people[0].person
    round_.trainers.add(trainer)
    standing = {one.registration.person: one for one in closing.standings(round_)}
    assert (standing[trainer].counts, standing[trainer].failed) == (False, "attendance.trainer")
    house.close(world, round_)
    assert set(Entry.objects.values_list("person", flat=True)) == {people[1].person.pk, people[2].person.pk}
    assert not Certificate.objects.filter(holder=trainer).exists()


def test_standings_ask_the_same_few_questions_for_one_and_for_three(world, people, django_assert_num_queries):
    for members in (people[:1], people):
        round_ = house.ready(world, house.five_half_days(), members)
        with django_assert_num_queries(3):
            assert len(closing.standings(round_)) == len(members)


# What closing writes ---------------------------------------------------------------------------------------------


def test_closing_posts_the_activity_with_its_facts_and_entries(world, people):
    beta = house.make_people(1, world.beta, layer="top")[0]
    fails = people[0].person
    round_ = house.held(
        world,
        house.five_half_days(),
        [*people, beta],
        pilot_id="ditan",
        absent=[(people[2].person, 1), (people[2].person, 2)],
        marks={fails: 60},
        title="地毯内审员班",
    )
    posting = Posting.objects.get()
    assert (posting.number, posting.kind, posting.actor) == (1, "closing", world.jia_trainer)
    assert posting.posted_at == round_.closed_at == house.after(round_)
    activity = Activity.objects.get()
    assert (activity.key, activity.title, activity.kind, activity.held) == (
        f"round:{round_.pk}",
        "地毯内审员班",
        "K7",
        True,
    )
    assert (activity.owner, activity.district_id, activity.pilot_id) == (world.jia, "120110", "ditan")
    assert (activity.started_on, activity.ended_on, activity.class_hours) == (
        house.DAY,
        house.DAY + timedelta(days=2),
        20,
    )
    rows = Entry.objects.order_by("pk").values_list("person__name", "enterprise", "district", "layer", "class_hours")
    assert list(rows) == [
        ("学员1", world.alpha.pk, "120111", "frontline", 20),
        ("学员2", world.alpha.pk, "120111", "frontline", 20),
        ("学员1", world.beta.pk, "120114", "top", 20),
    ]
    assert set(Entry.objects.values_list("occurred_on", "pilot", "kind", "is_auditor")) == {
        (round_.ends_on, "ditan", "K7", True)
    }
    facts = {(fact.district_id, fact.name): fact.value for fact in ActivityFact.objects.all()}
    assert facts == {
        ("120111", "expected"): 3,
        ("120111", "registered"): 3,
        ("120111", "examined"): 2,
        ("120111", "passed"): 1,
        ("120111", "passed_first"): 1,
        ("120111", "certified"): 1,
        ("120114", "expected"): 1,
        ("120114", "registered"): 1,
        ("120114", "examined"): 1,
        ("120114", "passed"): 1,
        ("120114", "passed_first"): 1,
        ("120114", "certified"): 1,
    }


def test_only_internal_auditor_rounds_make_internal_auditors(world, people):
    house.held(world, None, people[:1], kind=Kind.LAYERED)
    member = people[1]
    member.tags = [Membership.Tag.AUDITOR]
    member.save()
    house.held(world, None, [member], kind=Kind.LAYERED, title="又一班")
    assert list(Entry.objects.order_by("pk").values_list("is_auditor", flat=True)) == [False, True]


def test_the_certificate_says_what_the_round_was(world, people):
    round_ = house.held(world, house.five_half_days(), people[:1], title="内审员培训（地毯）")
    certificate = house.of(round_, people[0].person).certificate
    assert certificate.number.startswith("TJXW-NSY-2025-001-0001-")
    assert (certificate.issued_on, certificate.source_key) == (
        house.after(round_).date(),
        f"registration:{house.of(round_, people[0].person).pk}",
    )
    words = certificate.words
    assert (words["name"], words["enterprise"], words["course_title"]) == (
        "学员1",
        world.alpha.name,
        "内审员培训（地毯）",
    )
    assert (words["round_label"], words["period"]) == ("2025年第1轮", "2025年3月5日至2025年3月7日")
    assert (words["class_hours"], words["result"]) == ("20 学时（每学时 45 分钟）", "合格")
    assert words["organiser"] == world.jia.name


def test_the_series_of_other_kinds_has_its_own_code(world, people):
    house.held(world, None, people[:1], kind=Kind.LAYERED)
    assert Certificate.objects.get().number.startswith("TJXW-K5-2025-001-0001-")


def test_closing_twice_is_once(world, people):
    round_ = house.held(world, None, people)
    again = closing.close_round(round_.pk, actor=world.city)
    assert again.closed_at == round_.closed_at
    assert (Posting.objects.count(), Entry.objects.count(), Certificate.objects.count()) == (1, 3, 3)
    assert round_.changes.filter(after="closed").count() == 1


def test_what_fails_late_undoes_everything(world, people):
    """The certificates are issued before the ledger is written; a fault there leaves neither, and no number is lost."""
    round_ = house.ready(world, None, people)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ledger.services.Entry.objects.bulk_create", _broken)
        with pytest.raises(ZeroDivisionError):
            house.close(world, round_)
    assert (Posting.objects.count(), Certificate.objects.count(), LedgerHead.objects.get().last_number) == (0, 0, 0)
    house.close(world, round_)
    assert Posting.objects.get().number == 1
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2, 3]


def _broken(rows):
    raise ZeroDivisionError


def test_without_a_template_nothing_is_closed(world, people, code_of):
    round_ = house.ready(world, None, people)
    CertificateTemplate.objects.filter(key="round").update(active=False)
    assert code_of(house.close, world, round_) == "certificate.template"
    assert Round.objects.get().state == Round.State.RUNNING


def test_after_closing_only_corrections_remain(world, people, code_of):
    round_ = house.held(world, None, people)
    row, session = house.of(round_, people[0].person), round_.sessions.get()
    how = {"actor": world.jia_trainer}
    assert code_of(check_in.mark, session, row, house.ABSENT, reason="其实没来", **how) == "round.closed"
    assert code_of(check_in.enter_list, session, {row.pk: house.ABSENT}, reason="纸", **how) == "round.closed"
    assert code_of(closing.enter_mark, row, Decimal(60), **how) == "round.closed"
    assert code_of(registration.cancel, row.pk, reason="来不了", **how) == "round.closed"
    assert code_of(scheduling.cancel_round, round_.pk, reason="x", **how) == "round.closed"
    late = house.make_people(1, world.beta)[0]
    assert code_of(registration.register, round_.pk, late.person, late, by_staff=True, **how) == "round.not_open"
    assert (Attendance.objects.filter(state="present").count(), house.of(round_, people[0].person).mark) == (3, 85)


@pytest.mark.django_db(transaction=True)
def test_two_closing_at_once_post_once(world, at_once):
    people = house.make_people(3, world.alpha)
    round_ = house.ready(world, None, people)

    def work(n):
        with clock.moved_to(house.after(round_)):
            return closing.close_round(round_.pk, actor=[world.city, world.jia_trainer][n % 2]).state

    assert at_once(4, work) == [Round.State.CLOSED] * 4
    assert (Posting.objects.count(), Entry.objects.count(), Certificate.objects.count()) == (1, 3, 3)


@pytest.mark.django_db(transaction=True)
def test_rounds_closed_at_once_are_numbered_without_a_gap(world, at_once):
    rounds = [house.ready(world, None, house.make_people(2, world.alpha), title=f"{n} 班") for n in range(6)]

    def work(n):
        with clock.moved_to(house.after(rounds[n])):
            return closing.close_round(rounds[n].pk, actor=world.city).state

    assert at_once(6, work) == [Round.State.CLOSED] * 6
    assert sorted(Posting.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Entry.objects.count() == 12


# Marks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["-0.5", "100.5", "85.3", "1000"])
def test_a_mark_out_of_range_or_finer_than_half_a_point_is_refused(world, people, mark, code_of):
    round_ = house.opened(world, None, people)
    row = house.of(round_, people[0].person)
    assert code_of(closing.enter_mark, row, Decimal(mark), actor=world.city) == "mark.range"
    assert house.of(round_, people[0].person).mark is None


def test_the_first_mark_stays_beside_a_resit_and_a_change_is_on_record(world, people):
    from core.models import AuditRecord

    round_ = house.opened(world, None, people)
    row = house.of(round_, people[0].person)
    for mark in ("0", "55.5", "55.5"):
        closing.enter_mark(row, Decimal(mark), actor=world.city)
    closing.enter_mark(row, Decimal("100"), actor=world.city, resit=True)
    closing.enter_mark(row, Decimal("40"), actor=world.city, resit=True)
    row.refresh_from_db()
    # A slip of the pen is no first try; the better of first and resit holds.
    assert (row.first_mark, row.mark, row.has_passed) == (55.5, 100, True)
    assert list(AuditRecord.objects.filter(action="training.mark").values_list("changes__mark", flat=True)) == [
        [None, "0"],
        ["0.0", "55.5"],
        ["55.5", "100"],
    ]


def test_a_resit_before_closing_passes_but_not_at_the_first_try(world, people):
    round_ = house.ready(world, None, people[:1], marks={people[0].person: 50})
    closing.enter_mark(house.of(round_, people[0].person), Decimal(90), actor=world.city, resit=True)
    house.close(world, round_)
    facts = dict(ActivityFact.objects.values_list("name", "value"))
    assert (facts["examined"], facts["passed"], facts["passed_first"]) == (1, 1, 0)
    assert Entry.objects.count() == 1


def test_evidence_kinds_of_the_checklist_are_kinds_there_are():
    assert {"sign_in", "photo", "marks"} <= set(Evidence.Kind.values)
