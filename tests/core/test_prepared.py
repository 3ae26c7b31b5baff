"""A prepared question answers what its queryset would, each time anew."""

import pytest
from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.db.transaction import TransactionManagementError

from core.prepared import Prepared
from enterprises.models import Enterprise, Membership, Person
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
