"""合并: two rows of one human being or one enterprise become one, counted once; and taken apart again as if never merged."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command

from certificates.models import Certificate
from core import clock, registry
from core.exceptions import DomainError
from core.models import AuditRecord
from enterprises import merging, services
from enterprises.models import (
    Appointment,
    Assistance,
    Enterprise,
    Expert,
    Layer,
    Membership,
    Merge,
    MergeKind,
    NotSame,
    Person,
)
from ledger import counts
from ledger.models import Entry, Posting
from ledger.services import last_number
from tests.suite.fixtures import no_drawing  # noqa: F401 - fixtures
from tests.suite.world import WUQING
from tests.training import house
from training import correcting, registration
from training.models import Registration

pytestmark = pytest.mark.django_db

PERSON, ENTERPRISE = MergeKind.PERSON, MergeKind.ENTERPRISE


def audit():
    out = io.StringIO()
    try:
        call_command("audit", stdout=out)
    except SystemExit:
        return out.getvalue()
    return ""


def figures(as_of=None):
    found = counts.figures(counts.Scope(as_of=as_of))
    return found.sessions, found.person_times, found.persons, found.enterprises, found.class_hours


def facts():
    return {key: n for key, n in counts.exam_figures(counts.Scope()).items() if n}


def merge(world, kind, winner, loser, actor=None):
    return merging.merge(actor or world.city, kind, winner.pk, loser.pk, reason="本人电话确认")


def undo(world, row):
    return merging.undo(world.city, row.pk, reason="确是两个人")


def refused(work, *args, **kwargs):
    with pytest.raises(DomainError) as error:
        work(*args, **kwargs)
    return error.value.code


def everything():
    """Every row merging may touch, as it stands: to compare before a merge and after its undoing."""
    from django.apps import apps

    names = [
        "enterprises.Person",
        "enterprises.Enterprise",
        "enterprises.Membership",
        "enterprises.Appointment",
        "enterprises.Assistance",
        "enterprises.AssistanceNeed",
        "enterprises.Conflict",
        "enterprises.Expert",
        "training.Registration",
        "training.Attendance",
        "training.Round_trainers",
        "courses.Enrolment",
        "quizzes.Attempt",
        "certificates.Certificate",
    ]
    rows = {name: list(apps.get_model(name).objects.order_by("pk").values()) for name in names}
    live = Entry.objects.as_of().order_by("activity", "person")
    rows["entries"] = list(live.values_list("activity", "person", "enterprise", "class_hours", "occurred_on"))
    return rows


@pytest.fixture
def twins(world):
    """One human being listed twice at alpha: with a phone, and by name only from a paper list."""
    named, bare = house.make_people(2, world.alpha, name="孙")
    Person.objects.filter(pk__in=[named.person_id, bare.person_id]).update(name="孙七")
    Person.objects.filter(pk=named.person_id).update(phone="19922220001")
    return Membership.objects.filter(pk__in=[named.pk, bare.pk]).select_related("person", "enterprise").order_by("pk")


# Figures -------------------------------------------------------------------------------------------------------------


def test_listed_twice_in_one_class_is_one(world, twins):
    """Pitfalls 4 and 6: the QR list and the paper list both came in, each under another row of one person."""
    round_ = house.held(world, house.five_half_days(), list(twins))
    wrong, before, number = figures(), everything(), last_number()
    assert wrong[:4] == (1, 2, 2, 1)
    one, two = (row.person for row in twins)
    row = merge(world, PERSON, one, two)
    assert figures()[:4] == (1, 1, 1, 1)
    assert figures(as_of=number) == wrong
    assert (facts()["expected"], facts()["passed"]) == (1, 1)
    assert audit() == ""
    assert Posting.objects.get(number=row.moved["notes"]["posting"]).kind == Posting.Kind.MERGE
    assert set(Certificate.objects.values_list("holder", flat=True)) == {one.pk}
    assert house.of(round_, two).state == Registration.State.CANCELLED
    undo(world, row)
    assert figures() == wrong
    assert everything() == before
    assert facts()["expected"] == 2
    assert audit() == ""


def test_two_classes_two_person_times_of_one_person(world, twins):
    for n, member in enumerate(twins):
        house.held(world, [house.lesson(house.DAY + timedelta(days=n))], [member])
    assert figures()[:4] == (2, 2, 2, 1)
    before = everything()
    row = merge(world, PERSON, twins[0].person, twins[1].person)
    assert figures()[:4] == (2, 2, 1, 1)
    assert audit() == ""
    undo(world, row)
    assert (everything(), audit()) == (before, "")


def test_half_under_each_name_is_whole_together(world, twins):
    """Neither row reached the line; the human being did. The merge counts and certifies them, its undoing takes both back."""
    one, two = (row.person for row in twins)
    absent = [(one, 3), (one, 4), (one, 5), (two, 1), (two, 2)]
    round_ = house.ready(world, house.five_half_days(), list(twins), absent)
    house.close(world, round_)
    number, before = last_number(), everything()
    assert figures()[1:3] == (0, 0)
    row = merge(world, PERSON, one, two)
    assert figures() == (1, 1, 1, 1, Decimal(20))
    assert figures(as_of=number)[1:3] == (0, 0)
    assert not house.of(round_, one).certificate.revoked
    assert audit() == ""
    undo(world, row)
    assert figures()[1:3] == (0, 0)
    after = everything()
    assert Certificate.objects.get().revoked
    assert {name: rows for name, rows in after.items() if name != "certificates.Certificate"} == {
        name: rows for name, rows in before.items() if name != "certificates.Certificate"
    }
    assert audit() == ""


def test_the_better_mark_and_the_place_of_the_one_counted(world, twins):
    """The winner stood on the list without coming, the loser came and passed."""
    one, two = (row.person for row in twins)
    absent = [(one, n) for n in range(1, 6)]
    round_ = house.held(world, house.five_half_days(), list(twins), absent=absent, marks={two: 91, one: 0})
    before = everything()
    row = merge(world, PERSON, one, two)
    kept = house.of(round_, one)
    assert (kept.mark, kept.certificate.holder, figures()[1]) == (91, one, 1)
    assert audit() == ""
    undo(world, row)
    assert (everything(), audit()) == (before, "")


def test_a_cancelled_row_of_the_winner_takes_over(world, twins):
    one, two = (row.person for row in twins)
    round_ = house.opened(world, house.five_half_days(), list(twins))
    registration.cancel(house.of(round_, one).pk, actor=world.city, reason="来不了")
    house.attend(world, round_)
    house.file_papers(round_)
    house.give_marks(world, round_)
    house.close(world, round_)
    before = everything()
    row = merge(world, PERSON, one, two)
    assert (figures()[1], house.of(round_, one).state) == (1, "registered")
    assert audit() == ""
    undo(world, row)
    assert (everything(), audit()) == (before, "")


def test_an_open_round_gives_the_freed_seat_away(world, twins):
    waiting = house.make_people(1, world.beta, name="周")[0]
    round_ = house.opened(world, None, [*twins, waiting], seats=2)
    row = merge(world, PERSON, twins[0].person, twins[1].person)
    assert house.of(round_, waiting.person).state == "registered"
    assert audit() == ""
    assert refused(undo, world, row) == "merge.seats"
    type(round_).objects.filter(pk=round_.pk).update(seats=3)
    undo(world, row)
    assert house.of(round_, twins[1].person).state == "registered"
    assert audit() == ""


def test_one_enterprise_under_two_codes_counts_once(world):
    """Pitfalls 8 and 10: a 15-digit registration number became a code of 18; or a code was mistyped."""
    old = house.make_enterprise(7, WUQING)
    house.held(world, None, house.make_people(2, world.alpha))
    house.held(world, [house.lesson(house.DAY + timedelta(days=1))], house.make_people(1, old, name="钱"))
    number, wrong, before = last_number(), figures(), everything()
    assert wrong[:4] == (2, 3, 3, 2)
    row = merge(world, ENTERPRISE, world.alpha, old)
    assert figures()[:4] == (2, 3, 3, 1)
    assert figures(as_of=number) == wrong
    # The district is that of the first sign-in (rule A2), whichever row it came from.
    by_district = {line.district.pk: line.person_times for line in counts.by_district(counts.Scope()) if line.district}
    assert (by_district["120111"], by_district[WUQING]) == (2, 1)
    assert Enterprise.objects.by_code(old.code) == world.alpha
    assert audit() == ""
    undo(world, row)
    assert figures() == wrong
    assert (everything(), audit()) == (before, "")


def test_one_person_in_both_keeps_one_open_membership(world):
    twin = house.make_enterprise(8, "120111")
    person = world.wang.person
    Membership.objects.create(person=person, enterprise=twin, layer=Layer.MIDDLE)
    Appointment.objects.create(user=world.nobody, role="contact", enterprise=twin)
    for firm, organiser in ((world.alpha, None), (twin, world.jia)):
        row = Assistance.objects.create(enterprise=firm, year=2025, organiser=organiser)
        row.needs.create(dimension="people", text="缺内审员")
    before = everything()
    row = merge(world, ENTERPRISE, world.alpha, twin)
    assert person.memberships.open().get().enterprise == world.alpha
    assert person.memberships.filter(enterprise=world.alpha).count() == 2
    assert Appointment.objects.get(user=world.nobody).enterprise == world.alpha
    kept = Assistance.objects.get(enterprise=world.alpha)
    assert (kept.needs.count(), kept.organiser) == (2, world.jia)
    assert Assistance.objects.get(enterprise=twin).withdrawn_on == clock.today()
    twin.refresh_from_db()
    assert (twin.status, twin.merged_into) == ("merged", world.alpha)
    undo(world, row)
    assert everything() == before


# Persons -------------------------------------------------------------------------------------------------------------


def test_login_and_phone_move_and_lists_find_the_one(world):
    other = Person.objects.create(name="王小二", phone="19922220009")
    before = everything()
    row = merge(world, PERSON, other, world.wang.person)
    other.refresh_from_db()
    assert (other.user, other.phone) == (world.wang, "19900000041")
    old = Person.objects.get(pk=world.wang.person.pk)
    assert (old.user, old.phone, old.itself) == (None, "19922220009", other)
    fields = {"enterprise": world.alpha, "layer": Layer.FRONTLINE}
    assert services.list_person(name="王小二", phone="199 2222 0009", membership=fields).person == other
    Membership.objects.filter(person=other, enterprise=world.alpha).update(layer=Layer.FRONTLINE)
    undo(world, row)
    assert everything()["enterprises.Person"] == before["enterprises.Person"]


def test_experts_become_one(world):
    one, two = (Expert.objects.create(person=world.wang.person), Expert.objects.create(person=world.zhao))
    two.conflicts.create(enterprise=world.alpha, kind="assisted")
    before = everything()
    row = merge(world, PERSON, world.wang.person, world.zhao)
    two.refresh_from_db()
    assert (one.conflicts.count(), two.active) == (1, False)
    undo(world, row)
    assert everything() == before


def test_every_table_that_hangs_on_a_person_or_an_enterprise_is_thought_of():
    """A new foreign key to either must be moved by a part of its app, or be listed here with the reason why not."""
    stays = {
        ("training.scan", "person"),  # append-only: what was scanned under which row is evidence
        ("courses.lessonprogress", "enrolment"),
        ("enterprises.enterprise_pilots", "enterprise"),  # the winner's own tags hold
    }
    moved = {
        ("enterprises.person", "merged_into"),
        ("enterprises.enterprise", "merged_into"),
        ("enterprises.membership", "person"),
        ("enterprises.membership", "enterprise"),
        ("enterprises.expert", "person"),
        ("enterprises.appointment", "enterprise"),
        ("enterprises.assistance", "enterprise"),
        ("enterprises.conflict", "enterprise"),
        ("enterprises.eligibilitycheck", "enterprise"),
        ("enterprises.formeridentity", "enterprise"),
        ("enterprises.importbatch", "enterprise"),
        ("training.registration", "person"),
        ("training.registration", "enterprise"),
        ("training.round_trainers", "person"),
        ("training.session_trainers", "person"),
        ("training.interest", "person"),
        ("training.interest", "enterprise"),
        ("training.round", "for_enterprise"),
        ("training.correction", "enterprise"),
        ("notices.notice", "person"),
        ("notices.noticepreference", "person"),
        ("courses.enrolment", "person"),
        ("courses.studyspan", "person"),
        ("courses.assigned", "person"),
        ("courses.priorstudy", "person"),
        ("courses.lessonquestion", "person"),
        ("courses.assignment", "enterprise"),
        ("courses.enrolment", "enterprise"),
        ("quizzes.attempt", "person"),
        ("quizzes.allowance", "person"),
        ("quizzes.practice", "person"),
        ("certificates.certificate", "holder"),
        ("ledger.entry", "person"),
        ("ledger.entry", "enterprise"),
    }
    found = {
        (field.related_model._meta.label_lower, field.field.name)
        for model in (Person, Enterprise)
        for field in model._meta.get_fields(include_hidden=True)
        if field.auto_created and not field.concrete and field.is_relation and not field.many_to_many
    }
    assert found - stays == moved


# Refusals ------------------------------------------------------------------------------------------------------------


def test_refusals(world):
    wang, contact = world.wang.person, world.alpha_contact.person
    assert refused(merging.merge, world.city, PERSON, wang.pk, world.zhao.pk, reason=" ") == "reason.missing"
    assert refused(merge, world, PERSON, wang, wang) == "merge.same"
    assert refused(merge, world, PERSON, wang, contact) == "merge.two_logins"
    assert refused(merging.merge, world.city, PERSON, wang.pk, 10**9, reason="x") == "merge.gone"
    gone = Person.objects.create(name="已注销", erased_at=clock.now())
    assert refused(merge, world, PERSON, wang, gone) == "merge.erased"
    for actor in (world.auditor, world.statistician, world.wuqing, world.alpha_contact, world.jia_admin):
        assert refused(merge, world, PERSON, wang, world.zhao, actor) == "merge.not_yours"
        assert refused(merge, world, ENTERPRISE, world.alpha, world.beta, actor) == "merge.not_yours"
    assert refused(merge, world, ENTERPRISE, world.alpha, world.beta, world.xiqing) == "merge.not_yours"
    Membership.objects.create(person=world.zhao, enterprise=world.beta, layer=Layer.OTHER)
    assert refused(merge, world, PERSON, wang, world.zhao, world.xiqing) == "merge.not_yours"
    assert not Merge.objects.exists()


def test_a_trainer_is_not_merged_with_their_pupil(world, twins):
    round_ = house.opened(world, None, [twins[1]])
    round_.trainers.add(twins[0].person)
    assert refused(merge, world, PERSON, twins[0].person, twins[1].person) == "merge.trainer"


def test_a_district_merges_its_own_and_asking_again_is_the_same_merge(world):
    first = merge(world, PERSON, world.wang.person, world.zhao, world.xiqing)
    assert merge(world, PERSON, world.wang.person, world.zhao, world.xiqing) == first
    assert merging.undo(world.xiqing, first.pk, reason="认错了").undone_by == world.xiqing
    assert undo(world, first).undone_by == world.xiqing
    assert list(AuditRecord.objects.order_by("pk").values_list("action", flat=True)) == [
        "person.merge",
        "person.unmerge",
    ]


def test_merges_are_taken_apart_last_first(world, twins):
    one, two = (row.person for row in twins)
    three = Person.objects.create(name="孙七")
    first = merge(world, PERSON, one, two)
    assert refused(merge, world, PERSON, two, three) == "merge.gone"
    second = merge(world, PERSON, three, one)
    assert Person.objects.get(pk=two.pk).merged_into == three
    assert refused(undo, world, first) == "merge.later"
    undo(world, second)
    assert Person.objects.get(pk=two.pk).merged_into == one
    undo(world, first)
    assert Person.objects.get(pk=two.pk).merged_into is None


def test_what_was_corrected_since_is_not_torn_up(world, twins):
    round_ = house.held(world, house.five_half_days(), [twins[1]])
    row = merge(world, PERSON, twins[0].person, twins[1].person)
    mine = house.of(round_, twins[0].person)
    sessions = dict.fromkeys(round_.sessions.all(), house.ABSENT)
    correcting.correct(mine.pk, actor=world.city, reason="查实没来", sessions=sessions)
    number = last_number()
    assert refused(undo, world, row) == "merge.corrected"
    assert (last_number(), audit()) == (number, "")
    Membership.objects.filter(person=twins[0].person).update(ended_on=clock.today() - timedelta(days=1))
    assert refused(undo, world, row) == "merge.changed"


def test_a_pair_found_to_be_two(world):
    row = merging.not_same(world.xiqing, PERSON, world.zhao.pk, world.wang.person.pk, reason="父子同名")
    assert merging.not_same(world.xiqing, PERSON, world.wang.person.pk, world.zhao.pk) == row
    assert refused(merging.not_same, world.wuqing, PERSON, world.zhao.pk, world.wang.person.pk) == "merge.not_yours"
    merging.review_again(world.city, row.pk)
    merging.review_again(world.city, row.pk)
    assert not NotSame.objects.exists()


def test_the_preview_counts_and_says_why_not(world, twins):
    house.opened(world, None, list(twins))
    shown = merging.preview(PERSON, twins[0].person, twins[1].person)
    assert ("报名", 1, 1) in [(str(what), loser, winner) for what, loser, winner in shown.lines]
    assert shown.refusal == ""
    assert "登录账号" in merging.preview(PERSON, world.wang.person, world.alpha_contact.person).refusal
    assert {part.settles for part in registry.merge_persons} == {True, False}
