"""更正: after closing the ledger follows by reversal and new entry; what was reported before stays what it was."""

from datetime import timedelta
from decimal import Decimal

import pytest

from certificates.models import Certificate, Status
from core import clock
from core.models import AuditRecord
from enterprises.models import Membership
from ledger import counts
from ledger.models import Entry, LedgerHead, Posting
from tests.training import house
from training import check_in, correcting, registration
from training.models import Attendance, Registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world):
    """Two frontline workers of alpha; the second of them missed two of five half days."""
    return house.make_people(2, world.alpha)


@pytest.fixture
def round_(world, people):
    """Closed as posting 1: the first counts, the second does not."""
    missed = people[1].person
    return house.held(world, house.five_half_days(), people, absent=[(missed, 1), (missed, 2)])


def correct(world, round_, person, sessions=None, reason="签到表有签名", **how):
    """Set sessions (number -> state) of a person, three days after the round ended."""
    sessions = {round_.sessions.get(number=number): state for number, state in (sessions or {}).items()}
    with clock.moved_to(house.after(round_, days=3)):
        row = house.of(round_, person)
        return correcting.correct(row.pk, actor=world.jia_trainer, reason=reason, sessions=sessions, **how)


def figures(as_of=None):
    return counts.figures(counts.Scope(as_of=as_of))


def live(person):
    return Entry.objects.as_of().filter(person=person)


def audited():
    """The findings of the whole audit."""
    from core import registry

    return [finding.sentence for check in registry.audit for finding in check()]


def test_who_now_counts_gets_an_entry_and_a_certificate(world, round_, people):
    missed = people[1].person
    assert (figures().person_times, Certificate.objects.count()) == (1, 1)
    posting = correct(world, round_, missed, {1: house.PRESENT})
    assert (posting.number, posting.kind, posting.reason) == (2, "correction", "签到表有签名")
    entry = live(missed).get()
    assert (entry.posting, entry.class_hours, entry.occurred_on) == (posting, 16, round_.ends_on)
    assert (entry.reason, entry.enterprise, entry.is_auditor) == ("签到表有签名", world.alpha, True)
    certificate = house.of(round_, missed).certificate
    assert (certificate.status, certificate.serial) == (Status.VALID, 2)
    assert certificate.issued_on == house.after(round_, days=3).date()
    assert (figures(as_of=1).person_times, figures(as_of=2).person_times) == (1, 2)
    attendance = Attendance.objects.get(registration__person=missed, session__number=1)
    assert (attendance.method, attendance.reason) == ("manual", "签到表有签名")
    assert audited() == []


def test_who_no_longer_counts_is_reversed_and_the_certificate_revoked(world, round_, people):
    came = people[0].person
    before = figures()
    posting = correct(world, round_, came, {5: house.ABSENT}, reason="替人签到，查实")
    entry = Entry.objects.get(person=came)
    assert (entry.posting_id, entry.reversed_by) == (1, posting)
    assert figures().person_times == 0
    assert figures(as_of=1) == before
    certificate = house.of(round_, came).certificate
    assert certificate.status == Status.REVOKED
    assert certificate.events.get(kind="revoked").reason == "替人签到，查实"
    assert audited() == []


def test_who_still_counts_with_other_hours_is_reversed_and_written_anew(world, round_, people):
    came = people[0].person
    posting = correct(world, round_, came, {1: house.ABSENT})
    assert list(
        Entry.objects.filter(person=came).order_by("pk").values_list("class_hours", "reversed_by", "posting")
    ) == [
        (20, 2, 1),
        (16, None, 2),
    ]
    assert posting.number == 2
    assert (figures().person_times, figures().class_hours, figures(as_of=1).class_hours) == (1, 16, 20)
    assert audited() == []


def test_the_paper_says_what_the_ledger_says(world, round_, people):
    """Other hours: a second version under the same number; the first one still verifies, as corrected."""
    came = people[0].person
    first = house.of(round_, came).certificate
    correct(world, round_, came, {1: house.ABSENT})
    second = house.of(round_, came).certificate
    assert (second.number, second.version, second.replaces) == (first.number, 2, first)
    assert (first.words["class_hours"][:2], second.words["class_hours"][:2]) == ("20", "16")
    assert (Certificate.objects.get(pk=first.pk).status, second.status) == (Status.CORRECTED, Status.VALID)
    assert audited() == []


def test_a_certificate_revoked_by_mistake_is_followed_by_a_new_one(world, round_, people):
    came = people[0].person
    correct(world, round_, came, {5: house.ABSENT}, reason="看错行")
    correct(world, round_, came, {5: house.PRESENT}, reason="更正上一笔")
    correct(world, round_, came, {5: house.ABSENT}, reason="还是没来")
    correct(world, round_, came, {5: house.PRESENT}, reason="找到签到表")
    row = house.of(round_, came)
    assert row.certificate.status == Status.VALID
    papers = Certificate.objects.filter(holder=came).order_by("serial")
    assert [paper.status for paper in papers] == [Status.REVOKED, Status.REVOKED, Status.VALID]
    assert [figures(as_of=n).person_times for n in range(1, 6)] == [1, 0, 1, 0, 1]
    assert audited() == []


def test_another_employer_moves_the_entry_not_the_past(world, round_, people):
    came = people[0].person
    elsewhere = Membership.objects.create(person=came, enterprise=world.beta, layer="middle")
    posting = correct(world, round_, came, membership=elsewhere, reason="报名时选错单位")
    entry = live(came).get()
    assert (entry.enterprise, entry.district_id, entry.layer, entry.posting) == (
        world.beta,
        "120114",
        "middle",
        posting,
    )
    by_district = {row.district.pk: row.person_times for row in counts.by_district(counts.Scope()) if row.person_times}
    old = {row.district.pk: row.person_times for row in counts.by_district(counts.Scope(as_of=1)) if row.person_times}
    assert (old, by_district) == ({"120111": 1}, {"120114": 1})
    assert house.of(round_, came).certificate.words["enterprise"] == world.beta.name
    assert audited() == []


def test_another_employer_and_a_session_in_one_correction(world, round_, people):
    missed = people[1].person
    Registration.objects.filter(person=missed).update(frozen_at=None)  # as if no list had ever named them
    elsewhere = Membership.objects.create(person=missed, enterprise=world.beta, layer="middle")
    correct(world, round_, missed, {1: house.PRESENT}, membership=elsewhere)
    assert live(missed).get().enterprise == world.beta
    row = house.of(round_, missed)
    assert row.frozen_at is not None
    # Frozen is frozen: the next correction does not read the membership again.
    Membership.objects.filter(pk=elsewhere.pk).update(layer="top")
    correct(world, round_, missed, {2: house.PRESENT})
    assert live(missed).get().layer == "middle"
    assert audited() == []


def test_the_exam_figures_follow(world, round_, people):
    """合格率 counts who is examined and counts: the person brought in by a correction is in both."""
    assert counts.exam_figures(counts.Scope()) == {
        "expected": 2,
        "registered": 2,
        "examined": 1,
        "passed": 1,
        "passed_first": 1,
        "certified": 1,
    }
    correct(world, round_, people[1].person, {1: house.PRESENT})
    now = counts.exam_figures(counts.Scope())
    assert (now["expected"], now["examined"], now["passed"]) == (2, 2, 2)
    assert counts.exam_figures(counts.Scope(as_of=1))["examined"] == 1
    correct(world, round_, people[0].person, {5: house.ABSENT})
    correct(world, round_, people[1].person, {5: house.ABSENT})
    assert counts.exam_figures(counts.Scope())["examined"] == 0


def test_where_somebody_who_does_not_count_belongs_is_corrected_in_the_facts(world, round_, people):
    missed = people[1].person
    elsewhere = Membership.objects.create(person=missed, enterprise=world.beta, layer="middle")
    posting = correct(world, round_, missed, membership=elsewhere)
    assert posting.number == 2
    assert not live(missed).exists()
    expected = {fact: counts.exam_figures(counts.Scope(district=fact))["expected"] for fact in ("120111", "120114")}
    assert expected == {"120111": 1, "120114": 1}


@pytest.mark.parametrize("state", ["late", "made_up"])
def test_what_changes_nothing_that_counts_takes_no_number(world, round_, people, state):
    came = people[0].person
    assert correct(world, round_, came, {1: state}) is None
    assert correct(world, round_, people[1].person, {1: "leave"}) is None
    assert LedgerHead.objects.get().last_number == 1
    assert Attendance.objects.get(registration__person=came, session__number=1).state == state
    assert AuditRecord.objects.filter(action="training.correct").count() == 2


def test_a_correction_is_on_record(world, round_, people):
    correct(world, round_, people[1].person, {1: house.PRESENT})
    note = AuditRecord.objects.get(action="training.correct")
    assert (note.actor, note.reason) == (world.jia_trainer, "签到表有签名")
    assert note.changes["counts"] == [False, True]
    assert [Decimal(hours) for hours in note.changes["hours"]] == [12, 16]


def test_a_correction_says_why(world, round_, people, code_of):
    assert code_of(correct, world, round_, people[1].person, {1: house.PRESENT}, reason=" ") == "reason.missing"
    assert Posting.objects.count() == 1


def test_before_closing_there_is_nothing_to_correct(world, people, code_of):
    open_round = house.ready(world, None, people, title="没结班")
    assert code_of(correct, world, open_round, people[0].person, {1: house.ABSENT}) == "round.not_closed"
    assert Attendance.objects.filter(state="absent").count() == 0


def test_who_is_not_on_the_list_is_not_corrected(world, people, code_of):
    round_ = house.opened(world, None, people)
    registration.cancel(house.of(round_, people[1].person).pk, actor=world.city, reason="来不了")
    house.attend(world, round_)
    house.file_papers(round_)
    house.give_marks(world, round_)
    round_ = house.close(world, round_)
    assert code_of(correct, world, round_, people[1].person, {1: house.PRESENT}) == "correction.not_listed"
    assert Posting.objects.count() == 1


def test_a_session_of_another_round_is_not_corrected(world, round_, people, code_of):
    other = house.opened(world, title="隔壁的班").sessions.get()
    row = house.of(round_, people[1].person)
    how = {"actor": world.city, "reason": "点错"}
    assert code_of(correcting.correct, row.pk, sessions={other: house.PRESENT}, **how) == "mark.foreign"
    assert not Attendance.objects.filter(session=other).exists()


def test_counts_of_every_posting_stay_while_corrections_follow_each_other(world, round_, people):
    steps = [({1: house.PRESENT}, 1), ({1: house.ABSENT}, 0), ({5: house.ABSENT}, 0), ({2: house.PRESENT}, 1)]
    seen = [figures()]
    for number, (sessions, who) in enumerate(steps):
        with clock.moved_to(house.after(round_) + timedelta(hours=number + 1)):
            correct(world, round_, people[who].person, sessions)
        seen.append(figures())
        history = [figures(as_of=posting) for posting in Posting.objects.values_list("number", flat=True)]
        assert history[-1] == seen[-1]
        assert all(one in seen for one in history)
        assert history[0] == seen[0]
    assert audited() == []


def test_attendance_by_paper_cannot_be_slipped_in_between(world, round_, people, code_of):
    session = round_.sessions.first()
    row = house.of(round_, people[1].person)
    entered = {"actor": world.jia_trainer, "reason": "纸质签到表"}
    assert code_of(check_in.enter_list, session, {row.pk: house.PRESENT}, **entered) == "round.closed"


@pytest.mark.django_db(transaction=True)
def test_two_correcting_the_same_person_at_once_leave_one_live_entry(world, at_once):
    people = house.make_people(2, world.alpha)
    missed = people[1].person
    round_ = house.held(world, house.five_half_days(), people, absent=[(missed, 1), (missed, 2)])
    results = at_once(4, lambda n: correct(world, round_, missed, {1 + n % 2: house.PRESENT}))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert live(missed).get().class_hours == 20
    assert Certificate.objects.newest().filter(holder=missed).count() == 1
    assert audited() == []
