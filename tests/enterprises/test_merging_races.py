"""合并, at the same moment as something else: whoever comes first, every human being counts once and the audit finds nothing."""

import io

import pytest
from django.core.management import call_command

from accounts.models import User
from core import clock
from core.exceptions import DomainError
from enterprises import merging
from enterprises.models import Merge, MergeKind, Person
from ledger.models import Entry
from tests.suite.fixtures import no_drawing  # noqa: F401 - fixtures
from tests.training import house
from training import closing

pytestmark = pytest.mark.django_db(transaction=True)


def audit():
    out = io.StringIO()
    try:
        call_command("audit", stdout=out)
    except SystemExit:
        return out.getvalue()
    return ""


def codes(results):
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, DomainError):
            raise result
    return sorted(result.code for result in results if isinstance(result, DomainError))


def do(world, kind, winner, loser):
    return merging.merge(User.objects.get(pk=world.city.pk), kind, winner, loser, reason="同一个")


def test_one_into_the_other_and_the_other_into_the_one(world, at_once):
    rows = house.make_people(2, world.alpha)
    house.held(world, None, rows)
    one, two = (row.person_id for row in rows)
    pairs = [(one, two), (two, one)]
    results = at_once(4, lambda n: do(world, MergeKind.PERSON, *pairs[n % 2]))
    assert codes(results) == ["merge.gone", "merge.gone"]
    assert Merge.objects.count() == Person.objects.exclude(merged_into=None).count() == 1
    assert Entry.objects.as_of().count() == 1
    assert audit() == ""


def test_two_merges_of_one_person(world, at_once):
    rows = house.make_people(3, world.alpha)
    house.held(world, None, rows)
    one, two, three = (row.person_id for row in rows)
    results = at_once(2, lambda n: do(world, MergeKind.PERSON, (one, three)[n], two))
    assert codes(results) == ["merge.gone"]
    assert Entry.objects.as_of().count() == 2
    assert audit() == ""


@pytest.mark.parametrize("kind", MergeKind)
def test_a_merge_while_the_round_is_closed(world, at_once, kind):
    firms = [world.alpha, house.make_enterprise(6, world.alpha.district_id)]
    rows = [house.make_people(1, firm)[0] for firm in firms]
    round_ = house.ready(world, None, rows)
    pair = [row.person_id for row in rows] if kind == MergeKind.PERSON else [firm.pk for firm in firms]

    def work(n):
        with clock.moved_to(house.after(round_)):
            if n == 0:
                return closing.close_round(round_.pk, actor=User.objects.get(pk=world.jia_trainer.pk))
            return do(world, kind, *pair)

    refused = codes(at_once(2, work))
    if (
        refused
    ):  # the merge came first: the paper has a signature more than the list has people, which is explained first
        assert (refused, kind) == (["round.not_ready"], MergeKind.PERSON)
        house.count_signatures(round_)
        with clock.moved_to(house.after(round_)):
            closing.close_round(round_.pk, actor=world.jia_trainer)
    live = Entry.objects.as_of()
    assert (live.count(), live.values("enterprise").distinct().count()) == (
        (1, 1) if kind == MergeKind.PERSON else (2, 1)
    )
    assert audit() == ""


def test_undone_by_two_at_once(world, at_once):
    rows = house.make_people(2, world.alpha)
    house.held(world, None, rows)
    row = do(world, MergeKind.PERSON, *(row.person_id for row in rows))
    results = at_once(2, lambda n: merging.undo(User.objects.get(pk=world.city.pk), row.pk, reason="认错了"))
    assert codes(results) == []
    assert Entry.objects.as_of().count() == 2
    assert audit() == ""
