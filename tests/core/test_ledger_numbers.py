"""Numbers are given out under one row lock: real threads, real commits, on whichever engine the suite runs."""

import pytest
from django.db import transaction

from ledger.models import Posting
from ledger.services import take_number


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_take_twenty_numbers_without_a_gap(at_once):
    def take(_):
        with transaction.atomic():
            return take_number(Posting.Kind.CLOSING).number

    assert sorted(at_once(20, take)) == list(range(1, 21))
    assert Posting.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_gap(at_once):
    def take(number):
        with transaction.atomic():
            posting = take_number(Posting.Kind.CLOSING)
            if number % 2:
                raise RuntimeError
            return posting.number

    results = at_once(20, take)
    assert sorted(r for r in results if isinstance(r, int)) == list(range(1, 11))


@pytest.mark.django_db
def test_a_committing_test_leaves_nothing_behind():
    assert not Posting.objects.exists()
