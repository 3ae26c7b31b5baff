"""更正单: shown first, asked for by one, approved by another, done once; and resits after closing."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certificates.models import Certificate
from core import clock
from enterprises.models import Membership
from ledger import counts
from ledger.models import Entry, Posting
from notices.models import Notice
from tests.training import house
from training import checks, correcting, corrections
from training.models import Attendance, Correction, Registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world):
    """The second missed two of five half days, the third failed the exam."""
    return house.make_people(3, world.alpha)


def ready(world, people):
    missed, failed = people[1].person, people[2].person
    return house.ready(world, house.five_half_days(), people, absent=[(missed, 1), (missed, 2)], marks={failed: 62})


@pytest.fixture
def round_(world, people):
    return house.close(world, ready(world, people))


def ask(world, round_, person, number=1, state="present", **how):
    sessions = {str(round_.sessions.get(number=number).pk): state} if number else {}
    row = house.of(round_, person)
    how = {"actor": world.jia_trainer, "reason": "签到表有签名"} | how
    return corrections.ask(row.pk, sessions=sessions, **how)


def test_asking_shows_what_would_change_and_changes_nothing(world, round_, people):
    correction = ask(world, round_, people[1].person)
    assert correction.preview == {
        "hours": ["12", "16"],
        "counts": [False, True],
        "passes": [False, True],
        "mark": ["85", "85"],
        "practice": ["", ""],
        "enterprise": [world.alpha.name, world.alpha.name],
        "district": ["120111", "120111"],
        "layer": ["frontline", "frontline"],
        "paper": [False, "issued"],
        "figures": [
            [where, *moved]
            for where in ("", "120111")
            for moved in (["person_times", "2", "3"], ["persons", "2", "3"], ["class_hours", "40", "56"])
        ],
    }
    assert (Posting.objects.count(), Entry.objects.count(), Certificate.objects.count()) == (1, 2, 1)
    assert Attendance.objects.get(registration=correction.registration, session__number=1).state == "absent"
    assert list(Notice.objects.filter(kind="correction.asked").values_list("person__name", flat=True)) == [
        "甲机构管理员"
    ]
    assert list(checks.audit()) == []


def test_who_asked_does_not_approve_another_does_once_and_both_hear_of_it(world, round_, people, code_of):
    correction = ask(world, round_, people[1].person)
    assert code_of(corrections.approve, correction.pk, actor=world.jia_trainer) == "correction.own"
    done = corrections.approve(correction.pk, actor=world.jia_admin)
    assert (done.state, done.decided_by, done.posting_id) == ("approved", world.jia_admin, 2)
    assert code_of(corrections.approve, correction.pk, actor=world.city) == "correction.decided"
    assert (Posting.objects.count(), counts.figures(counts.Scope()).person_times) == (2, 3)
    told = Notice.objects.filter(kind__in=["correction.decided", "correction.done"])
    assert set(told.values_list("person__name", "kind")) == {
        ("甲讲师", "correction.decided"),
        (people[1].person.name, "correction.done"),
    }
    assert list(checks.audit()) == []


def test_refused_with_a_reason_or_withdrawn_nothing_happens(world, round_, people, code_of):
    first = ask(world, round_, people[1].person)
    assert code_of(ask, world, round_, people[1].person, 2) == "correction.open"
    assert code_of(corrections.refuse, first.pk, actor=world.jia_admin, reason=" ") == "reason.missing"
    corrections.refuse(first.pk, actor=world.jia_admin, reason="签名不是本人")
    assert Notice.objects.get(kind="correction.decided").body.endswith("签名不是本人")
    second = ask(world, round_, people[1].person)
    assert code_of(corrections.withdraw, second.pk, actor=world.jia_admin) == "correction.foreign"
    assert corrections.withdraw(second.pk, actor=world.jia_trainer).state == "withdrawn"
    assert Posting.objects.count() == 1


def test_what_is_not_a_correction_is_refused(world, round_, people, code_of):
    who = people[1].person
    assert code_of(ask, world, round_, who, None) == "correction.what"
    assert code_of(ask, world, round_, who, 1, "absent") == "correction.nothing"
    assert code_of(ask, world, round_, who, 1, "nonsense") == "correction.what"
    assert code_of(ask, world, round_, who, 1, reason=" ") == "reason.missing"
    assert code_of(ask, world, round_, who, None, mark=101) == "mark.range"
    assert not Correction.objects.exists()


def test_approved_is_what_was_shown_or_it_is_shown_again(world, round_, people, code_of):
    """Asked for when it made the difference between counting and not; another correction was there first."""
    correction = ask(world, round_, people[1].person)
    row = correction.registration
    sessions = {round_.sessions.get(number=2): house.PRESENT}
    correcting.correct(row.pk, actor=world.city, reason="签到表", sessions=sessions)
    assert code_of(corrections.approve, correction.pk, actor=world.jia_admin) == "correction.moved"
    correction.refresh_from_db()
    assert (correction.state, correction.preview["hours"]) == ("asked", ["16", "20"])
    assert Posting.objects.count() == 2
    corrections.approve(correction.pk, actor=world.jia_admin)
    assert Posting.objects.count() == 3
    assert list(checks.audit()) == []


def test_a_resit_after_closing_changes_facts_and_certificate_not_the_entry(world, round_, people):
    failed = people[2].person
    before = counts.exam_figures(counts.Scope())
    correction = ask(world, round_, failed, None, mark=75, reason="12月4日补考")
    posting = corrections.approve(correction.pk, actor=world.jia_admin).posting
    assert posting.kind == "supplement"
    row = house.of(round_, failed)
    assert (row.mark, row.first_mark, row.certificate.revoked) == (75, 62, False)
    now = counts.exam_figures(counts.Scope())
    assert (before["passed"], now["passed"], now["passed_first"]) == (1, 2, 1)
    assert (before["certified"], now["certified"]) == (1, 2)
    assert Entry.objects.filter(person=failed).count() == 1
    assert list(checks.audit()) == []


def test_a_mark_written_wrong_is_put_right_a_lower_resit_changes_nothing(world, round_, people, code_of):
    passed = people[0].person
    row = house.of(round_, passed)
    assert code_of(ask, world, round_, passed, None, mark=60, reason="补考") == "correction.lower"
    correction = ask(world, round_, passed, None, mark=60, regraded=True, reason="原卷是 60 分，登成了 85")
    assert correction.preview["passes"] == [True, False]
    assert corrections.approve(correction.pk, actor=world.jia_admin).posting.kind == "correction"
    row.refresh_from_db()
    assert (row.mark, row.first_mark, row.certificate.revoked) == (60, 60, True)
    assert counts.exam_figures(counts.Scope())["passed_first"] == 0
    assert list(checks.audit()) == []


def test_counted_under_the_wrong_enterprise_by_two_persons(world, round_, people, code_of):
    """The entry leaves one district and comes to another; what was reported as of the closing stays."""
    first, second = people[0].person, people[1].person
    before = counts.figures(counts.Scope(district="120111"))
    assert code_of(ask, world, round_, first, None, enterprise=world.alpha) == "correction.nothing"
    correction = ask(world, round_, first, None, enterprise=world.beta, layer="middle", reason="报名时选错单位")
    shown = correction.preview
    assert (shown["enterprise"], shown["district"]) == ([world.alpha.name, world.beta.name], ["120111", "120114"])
    assert (shown["layer"], shown["paper"]) == (["frontline", "middle"], [True, "corrected"])
    moved = {(where, name): (was, will) for where, name, was, will in shown["figures"]}
    assert moved["120111", "person_times"] == ("2", "1")
    assert moved["120114", "person_times"] == ("0", "1")
    assert moved["", "enterprises"] == ("1", "2")
    assert not first.memberships.filter(enterprise=world.beta).exists()
    assert counts.figures(counts.Scope(district="120111")) == before
    assert code_of(corrections.approve, correction.pk, actor=world.jia_trainer) == "correction.own"
    posting = corrections.approve(correction.pk, actor=world.jia_admin).posting
    entry = Entry.objects.as_of().get(person=first)
    assert (entry.enterprise, entry.district_id, entry.layer, entry.posting) == (
        world.beta,
        "120114",
        "middle",
        posting,
    )
    assert counts.figures(counts.Scope(district="120111", as_of=1)) == before
    # Where the person was not on that enterprise's list, the enterprise is asked to confirm.
    assert first.memberships.get(enterprise=world.beta).confirmed_at is None
    # Who was there at the time is counted by that; a layer alone needs no enterprise.
    elsewhere = Membership.objects.create(
        person=second, enterprise=world.beta, layer="top", started_on=house.DAY, ended_on=house.DAY
    )
    corrections.approve(ask(world, round_, second, 1, enterprise=world.beta).pk, actor=world.jia_admin)
    assert house.of(round_, second).membership == elsewhere
    corrections.approve(ask(world, round_, second, None, layer="middle").pk, actor=world.jia_admin)
    row = house.of(round_, second)
    assert (row.enterprise, row.layer, Entry.objects.as_of().get(person=second).layer) == (
        world.beta,
        "middle",
        "middle",
    )
    assert list(checks.audit()) == []


@pytest.mark.django_db(transaction=True)
def test_approved_by_two_at_once_or_while_refused_is_done_once(world, at_once):
    people = house.make_people(3, world.alpha)
    round_ = house.close(world, ready(world, people))
    correction = ask(world, round_, people[1].person)

    def work(n):
        with clock.moved_to(house.after(round_) + timedelta(days=1)):
            if n == 2:
                return corrections.refuse(correction.pk, actor=world.city, reason="看不清")
            return corrections.approve(correction.pk, actor=world.jia_admin if n else world.city)

    said = at_once(3, work)
    codes = sorted(error.code for error in said if isinstance(error, Exception))
    assert codes == ["correction.decided"] * 2
    correction.refresh_from_db()
    assert Posting.objects.count() == (2 if correction.state == "approved" else 1)
    assert list(checks.audit()) == []


@pytest.mark.django_db(transaction=True)
def test_asked_while_the_round_is_being_closed_waits_for_it_or_is_refused(world, at_once):
    from training import closing

    people = house.make_people(3, world.alpha)
    round_ = ready(world, people)

    def work(n):
        with clock.moved_to(house.after(round_)):
            if n % 2:
                return closing.close_round(round_.pk, actor=world.city)
            return ask(world, round_, people[1].person)

    codes = {error.code for error in at_once(4, work) if isinstance(error, Exception)}
    assert codes <= {"round.not_closed", "correction.open"}
    assert Posting.objects.count() == 1
    assert list(checks.audit()) == []


@pytest.mark.one_engine
def test_at_the_desk_it_takes_two(world, round_, people, client_of):
    row = house.of(round_, people[1].person)
    trainer, head = client_of(world.jia_trainer), client_of(world.jia_admin)
    url = reverse("desk:correct", args=[round_.pk])
    session = round_.sessions.get(number=1).pk
    assert "不改（现在：缺）" in trainer.get(f"{url}?registration={row.pk}").content.decode()
    assert trainer.post(url, {"registration": row.pk, "reason": "签到表有签名"}).status_code == 422
    form = {"registration": row.pk, f"s-{session}": "present", "reason": "签到表有签名"}
    shown = trainer.post(url, form).content.decode()
    assert "新发一张" in shown
    assert "当月西青区人次" in shown
    wrong = trainer.post(url, form | {"code": "911201"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["code"])
    moved = trainer.post(url, form | {"code": world.beta.code}).content.decode()
    assert "当月武清区人次" in moved and world.beta.name in moved
    assert not Correction.objects.exists()
    page = trainer.post(url, form | {"sure": "1"}, follow=True).content.decode()
    correction = Correction.objects.get()
    assert "撤回" in page
    assert "同意，记账" not in page
    approve = reverse("desk:correction-approve", args=[correction.pk])
    assert "要别人来批" in trainer.post(approve, follow=True).content.decode()
    assert "学员2" in head.get(reverse("desk:corrections") + "?state=asked").content.decode()
    assert "同意，记账" in head.get(reverse("desk:correction", args=[correction.pk])).content.decode()
    assert "更正已记账" in head.post(approve, follow=True).content.decode()
    assert Registration.objects.get(pk=row.pk).certificate is not None
    assert client_of(world.yi_trainer).get(reverse("desk:correction", args=[correction.pk])).status_code == 404


@pytest.mark.one_engine
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_questions_for_one_and_three(world, count, client_of, django_assert_num_queries):
    people = house.make_people(3, world.alpha)
    gone = [(one.person, 1) for one in people]
    round_ = house.held(world, house.five_half_days(), people, absent=gone)
    for one in people[:count]:
        ask(world, round_, one.person)
    client = client_of(world.jia_admin)
    client.get(reverse("desk:corrections"))
    with django_assert_num_queries(4):
        page = client.get(reverse("desk:corrections"))
    assert len(page.context["page_obj"].object_list) == count
