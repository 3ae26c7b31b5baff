"""A prepared question answers what its queryset would, each time anew; a prepared write leaves what Django's own would."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, OuterRef
from django.db.transaction import TransactionManagementError

from core.models import RetentionRun
from core.prepared import Prepared, PreparedInsert, PreparedSave, write_together
from core.querysets import CountedUpTo, Joined
from enterprises.models import Enterprise, Membership, Person, Pilot
from enterprises.services import current_membership


def _colleagues(enterprise, person):
    others = Membership.objects.filter(person=OuterRef("pk"), enterprise=enterprise)
    return Person.objects.filter(Exists(others)).exclude(pk=person).annotate(posts=Count("memberships")).order_by("pk")


def test_rows_are_those_of_the_queryset_with_what_it_adds(world):
    asked = Prepared(_colleagues)
    for enterprise in Enterprise.objects.order_by("pk")[:3]:
        for person in Person.objects.order_by("pk")[:2]:
            rows = asked(enterprise.pk, person.pk)
            assert [(row, row.posts) for row in rows] == [
                (row, row.posts) for row in _colleagues(enterprise.pk, person.pk)
            ]
    assert len(asked.written) == 1


def test_related_rows_come_along_and_deferred_columns_are_read_when_asked_for(world, django_assert_num_queries):
    post = Membership.objects.select_related("person").first()
    asked = Prepared(
        lambda pk: Membership.objects.filter(pk=pk).select_related("person").only("person__name", "department")
    )
    with django_assert_num_queries(1):
        row = asked.first(post.pk)
        assert (row.person.name, row.department) == (post.person.name, post.department)
    with django_assert_num_queries(1):
        assert row.layer == post.layer


def test_every_call_asks_the_database_anew(world):
    person = Membership.objects.filter(ended_on=None).first().person
    before = current_membership(person)
    Membership.objects.filter(pk=before.pk).update(department="新车间")
    assert current_membership(person).department == "新车间"
    Membership.objects.filter(person=person).update(ended_on="2026-01-01")
    assert current_membership(person) is None


@pytest.mark.django_db(transaction=True)
def test_threads_ask_by_their_own_connection_and_rows_are_locked_only_within_a_transaction(at_once):
    people = [Person.objects.create(name=f"示例{number}") for number in range(8)]
    asked = Prepared(lambda pk: Person.objects.select_for_update().filter(pk=pk))

    def find(number):
        with transaction.atomic():
            return [asked.first(person.pk).name for person in people[number:]]

    assert at_once(8, find) == [[person.name for person in people[number:]] for number in range(8)]
    with pytest.raises(TransactionManagementError):
        asked(people[0].pk)


@pytest.mark.parametrize(
    "build",
    [
        lambda pk: Person.objects.filter(pk__gt=0),
        lambda pk: Person.objects.filter(pk=pk).values_list("name"),
        lambda pk: Person.objects.filter(pk=pk).prefetch_related("memberships"),
    ],
    ids=["a key that is not used", "no models", "prefetched"],
)
def test_what_cannot_be_prepared_is_refused(db, build):
    with pytest.raises(TypeError):
        Prepared(build)(1)


# Writes ----------------------------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
FIRST, SECOND = date(2026, 3, 2), date(2026, 3, 3)
insert = PreparedInsert(RetentionRun)
insert_once = PreparedInsert(RetentionRun, ignore_conflicts=True)
insert_or_change = PreparedInsert(RetentionRun, update_conflicts=True, unique_fields=["day"], update_fields=["results"])
save_results = PreparedSave(RetentionRun, "results", "at")


def run(day=FIRST, results=()):
    return RetentionRun(day=day, at=NOON, results=list(results))


def kept():
    return list(RetentionRun.objects.order_by("day").values_list("day", "at", "results"))


def test_a_row_is_written_with_every_value_and_knows_its_key(db):
    for _time, day in enumerate((FIRST, SECOND)):
        row = run(day, [{"what": "到期", "n": None}])
        insert(row)
        assert RetentionRun.objects.get(pk=row.pk) == row
        assert not row._state.adding
    assert kept() == [(day, NOON, [{"what": "到期", "n": None}]) for day in (FIRST, SECOND)]


def test_a_conflict_is_an_error_or_left_or_taken_over_as_was_said(db):
    first = run(results=[1])
    insert(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(run(results=[2]))
    ignored = run(results=[3])
    insert_once(ignored)
    assert (kept(), ignored.pk) == ([(FIRST, NOON, [1])], None)
    changed = run(results=[4])
    insert_or_change(changed)
    assert (kept(), changed.pk) == ([(FIRST, NOON, [4])], first.pk)


def test_saving_writes_the_named_columns_of_this_row_only(db):
    for day in (FIRST, SECOND):
        insert(run(day))
    row = RetentionRun.objects.get(day=SECOND)
    row.results, row.at, row.day = [5], NOON.replace(hour=5), date(2027, 1, 1)
    save_results(row)
    assert kept() == [(FIRST, NOON, []), (SECOND, NOON.replace(hour=5), [5])]


def test_together_all_is_written_or_nothing(db, django_assert_num_queries):
    old = run()
    insert(old)
    old.results = ["changed"]
    new, other = run(SECOND), run(date(2026, 3, 4))
    for _again in range(2):  # written, then asked for as it was written
        with django_assert_num_queries(1 if connection.vendor == "postgresql" else 3):
            write_together((save_results, old), (insert_once, other), (insert_or_change, new))
    assert [day for day, _at, _results in kept()] == [FIRST, SECOND, date(2026, 3, 4)]
    assert RetentionRun.objects.get(pk=new.pk).day == SECOND
    old.results = ["again"]
    with pytest.raises(IntegrityError), transaction.atomic():
        write_together((save_results, old), (insert, run(SECOND)))
    assert kept()[0] == (FIRST, NOON, ["changed"])


@pytest.mark.django_db(transaction=True)
def test_a_statement_planned_before_a_rollback_is_planned_again(at_once):
    """The server forgets the plans of a connection when psycopg does: a fault of one request is none of the next."""

    def work(number):
        for turn in range(6):
            try:
                with transaction.atomic():
                    insert(run(date(2026, 1, 1 + number * 6 + turn)))
                    if turn % 2:
                        raise LookupError
            except LookupError:
                pass
        return True

    assert at_once(4, work) == [True] * 4
    assert RetentionRun.objects.count() == 12


def test_postgresql_keeps_the_plan_of_what_is_prepared_and_of_nothing_else(world):
    asked = Prepared(lambda pk: Person.objects.filter(pk=pk, name="planned once"))
    on_postgresql = connection.vendor == "postgresql"

    def plans():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements" if on_postgresql else "SELECT 0")
            return cursor.fetchone()[0]

    before = plans()
    for _time in range(3):
        assert not asked(1)
        assert not Person.objects.filter(pk=1, name="asked each time").exists()
    assert plans() - before == on_postgresql


# What the questions are made of ------------------------------------------------------------------------------------


def test_texts_of_a_group_are_joined_and_counting_stops_where_it_was_told(world):
    world.alpha.pilots.add("ditan", Pilot.objects.create(slug="shili", name="示例产业链"))
    through = Enterprise.pilots.through.objects
    joined = through.filter(enterprise=world.alpha).values("enterprise").annotate(texts=Joined("pilot"))
    assert [set(row["texts"].split(",")) for row in joined] == [{"ditan", "shili"}]
    assert not through.filter(enterprise=0).values("enterprise").annotate(texts=Joined("pilot"))
    people = Person.objects.count()
    for most in (1, people - 1, people, people + 5):
        row = Person.objects.annotate(n=CountedUpTo(Person.objects.all(), most)).first()
        assert row.n == min(most, people)
