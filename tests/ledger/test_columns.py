"""The packed columns answer what the database answers, whatever was posted since they were packed; else they do not answer."""

import json
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from django.db import transaction

from enterprises.models import Enterprise, Layer, Organiser, Person, SizeClass
from ledger import checks, columns, counts, rows
from ledger.models import ActivityFact, Entry, FeeNature, Kind, Mode, Posting
from ledger.services import ActivityLine, EntryLine, correct, post
from ledger.tasks import repack

pytestmark = pytest.mark.django_db

DISTRICTS = ["120101", "120111", "120116", None]
PILOTS = [None, "ditan", "guangfu"]
FIRST = date(2024, 11, 20)


@pytest.fixture
def packed(settings, tmp_path):
    """Where packs are kept; every ledger is wide enough."""
    settings.LEDGER_COLUMNS, settings.LEDGER_COLUMNS_FROM = tmp_path / "ledger", 0
    return tmp_path / "ledger"


class Books:
    """A ledger of made-up activities, written and corrected by its own verbs."""

    def __init__(self, seed):
        self.random = Random(seed)
        self.people = Person.objects.bulk_create(Person(name=f"学员{n}") for n in range(25))
        self.firms = Enterprise.objects.bulk_create(
            Enterprise(code=f"9112{n:014d}", name=f"第{n}企业", district_id="120101") for n in range(8)
        )
        self.owners = Organiser.objects.bulk_create(Organiser(name=f"第{n}单位") for n in range(3))
        self.lines = {}

    def entry(self, person, day):
        pick = self.random.choice
        firm = pick([*self.firms, None])
        organisation = {
            "enterprise_id": firm and firm.pk,
            "district_id": firm and pick(DISTRICTS),
            "layer": pick(Layer.values),
            "is_auditor": pick([True, False]),
            "enterprise_pilots": [],
            "size_class": pick(SizeClass.values),
        }
        return EntryLine(person.pk, organisation, day, Decimal(pick(["0.5", "4", "16.5"])))

    def post(self, key, size=6):
        pick = self.random.choice
        day = FIRST + timedelta(days=self.random.randrange(160))
        line = self.lines.get(key) or ActivityLine(
            key=key,
            title=key,
            kind=pick([Kind.INTERNAL_AUDITOR, Kind.NETWORK, Kind.PROMOTION, Kind.INDUSTRY]),
            mode=pick(Mode.values),
            fee_nature=pick(FeeNature.values),
            started_on=day,
            ended_on=day,
            class_hours=Decimal(16),
            held=not key.startswith("course"),
            owner_id=pick([*self.owners, None]) and pick(self.owners).pk,
            district_id=pick(DISTRICTS),
            pilot_id=pick(PILOTS),
            facts={
                (pick(DISTRICTS), name): self.random.randint(0, 9) for name in (ActivityFact.Name.PASSED, "examined")
            }
            | dict.fromkeys(
                [(pick(DISTRICTS), "satisfied"), (DISTRICTS[0], "satisfied"), (DISTRICTS[0], "answered")], 4
            )
            | {(DISTRICTS[0], "answered"): self.random.randint(3, 6)},
        )
        # A course is posted to again and again, on other days; a round once.
        self.lines[key] = line
        chosen = self.random.sample(self.people, self.random.randint(0, size))
        post(line, [self.entry(person, day) for person in chosen], kind=Posting.Kind.CLOSING)

    def correct(self):
        key = self.random.choice(list(self.lines))
        live = set(Entry.objects.as_of().filter(activity__key=key).values_list("person", flat=True))
        day = FIRST + timedelta(days=self.random.randrange(160))
        remove = self.random.sample(sorted(live), min(len(live), self.random.randint(0, 2)))
        gone = [person for person in self.people if person.pk not in live or person.pk in remove]
        add = [
            self.entry(person, day) for person in self.random.sample(gone, min(len(gone), self.random.randint(0, 2)))
        ]
        name = self.random.choice([ActivityFact.Name.PASSED, ActivityFact.Name.ANSWERED])
        facts = {(self.random.choice(DISTRICTS), name): self.random.randint(0, 9)}
        correct(key, remove=remove, add=add, actor=None, reason="签到表为准", facts=facts)

    def go_on(self, steps):
        for _ in range(steps):
            if self.lines and self.random.random() < 0.4:
                self.correct()
            else:
                word, many = self.random.choice([("round", 1000), ("course", 3)])
                self.post(f"{word}:{self.random.randrange(many)}")

    def scope(self, last):
        pick, random = self.random.choice, self.random
        start = FIRST + timedelta(days=random.randrange(-10, 170))

        def some(values):
            if random.random() < 0.6:
                return None
            return pick([pick(values), tuple(random.sample(values, 2)), counts.WITHOUT])

        return counts.Scope(
            start=pick([None, start]),
            end=pick([None, start + timedelta(days=random.randrange(100))]),
            district=some(DISTRICTS[:3]),
            pilot=some(PILOTS[1:]),
            kind=pick([None, None, Kind.PROMOTION, (Kind.NETWORK, Kind.PROMOTION)]),
            layer=pick([None, None, Layer.FRONTLINE, (Layer.TOP, Layer.MIDDLE)]),
            mode=pick([None, None, None, Mode.ONLINE]),
            fee_nature=pick([None, None, None, FeeNature.FREE]),
            size_class=pick([None, None, None, (SizeClass.SMALL, SizeClass.MICRO)]),
            organiser=some([one.pk for one in self.owners]),
            enterprise=some([one.pk for one in self.firms]),
            as_of=pick([None, None, random.randint(0, last)]),
        )


QUESTIONS = [
    (),
    ("district",),
    ("month", "layer"),
    ("district", "layer", "month"),
    ("kind", "mode", "fee_nature"),
    ("organiser",),
    ("enterprise", "pilot"),
    ("size_class", "held")[:1],
    ("held",),
    ("held", "district"),
]
HELD = [(), ("district",), ("month", "kind"), ("organiser", "mode"), ("pilot", "fee_nature")]


def compare(asked, scope):
    """Every question of one scope, to the pack and to the database."""
    for axes in QUESTIONS:
        assert asked.people(scope, axes) == rows.people(scope, axes), (axes, scope)
        few = ("enterprises", "auditors")
        assert asked.people(scope, axes, few) == rows.people(scope, axes, few), (axes, scope)
    for axes in HELD:
        assert asked.held(scope, axes) == rows.held(scope, axes), (axes, scope)
    assert asked.facts(scope) == rows.facts(scope), scope
    for edge in (None, (FIRST + timedelta(days=80), 40)):
        for size in (1, 5, 500):
            for newer in (False, True) if edge else (False,):
                asking = scope, edge, size, newer
                assert asked.page(*asking) == rows.page(*asking), asking


@pytest.mark.parametrize("seed", range(6))
def test_every_question_has_the_answer_of_the_database_whatever_was_posted_since(packed, seed):
    books = Books(seed)
    books.go_on(8)
    packed_at = columns.pack()
    assert packed_at == Posting.objects.count()
    for _ in range(2):
        books.go_on(6)
        last = Posting.objects.count()
        for _ in range(6):
            scope = books.scope(last)
            compare(columns.current(scope.as_of), scope)


def test_the_whole_of_an_empty_ledger_and_of_one_just_packed(packed):
    assert columns.pack() is None
    books = Books(1)
    books.post("round:1")
    columns.pack()
    compare(columns.current(), counts.Scope())
    compare(columns.current(0), counts.Scope(as_of=0))


def test_pages_of_the_drill_down_are_the_whole_list_in_order(packed):
    books = Books(2)
    books.go_on(12)
    columns.pack()
    books.go_on(4)
    scope = counts.Scope(kind=tuple(Kind.values))
    wanted = [(e.occurred_on, e.pk) for e in scope.entries().order_by("-occurred_on", "-pk")]
    for asked in (columns.current(), rows):
        for newer, begin in ((False, None), (True, (date.min, 0))):
            seen, edge = [], begin
            while keys := asked.page(scope, edge, 7, newer):
                days = dict(Entry.objects.filter(pk__in=keys).values_list("pk", "occurred_on"))
                stretch = [(days[pk], pk) for pk in keys]
                seen = stretch + seen if newer else seen + stretch
                edge = seen[0] if newer else seen[-1]
            assert seen == wanted


def test_what_a_transaction_took_back_was_never_kept(packed):
    books = Books(3)
    books.go_on(3)
    columns.pack()
    before = counts.figures(counts.Scope())
    with transaction.atomic():
        books.post("round:5000", size=20)
        assert counts.figures(counts.Scope()).sessions + counts.figures(counts.Scope(kind="K9")).sessions > 0
        transaction.set_rollback(True)
    assert counts.figures(counts.Scope()) == before


def test_a_pack_of_another_database_is_not_read(packed):
    """A restored backup has the same numbers and other moments."""
    books = Books(4)
    books.go_on(3)
    columns.pack()
    name = (packed / "current").read_text()
    about = packed / name / "about.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"stamp": "2020-01-01T00:00:00+00:00"}))
    columns._state = None
    assert columns.current() is None
    assert counts.figures(counts.Scope()).person_times == Entry.objects.as_of().exclude(kind="K9").count()


@pytest.mark.parametrize("harm", ["current", "version", "array"])
def test_a_pack_that_cannot_be_read_is_none(packed, harm):
    books = Books(5)
    books.go_on(2)
    columns.pack()
    place = packed / (packed / "current").read_text()
    if harm == "current":
        (packed / "current").write_text("gone")
    elif harm == "version":
        (place / "about.json").write_text('{"version": 0}')
    else:
        (place / "entry-person.npy").unlink()
    columns._state = None
    assert columns.current() is None


def test_the_audit_finds_a_pack_that_says_something_else(packed):
    books = Books(7)
    books.go_on(6)
    columns.pack()
    assert [finding.check for finding in checks.audit()] == []
    file = packed / (packed / "current").read_text() / "entry-enterprise.npy"
    np.save(file, np.load(file) * 0)
    columns._state = None
    assert [finding.check for finding in checks.audit()] == ["ledger.columns"]


def test_a_narrow_ledger_is_counted_by_the_database_and_old_packs_go(packed, settings):
    books = Books(6)
    books.post("round:1", size=3)
    assert repack() == 1
    assert repack() is None
    books.post("round:2")
    columns.pack()
    assert len([one for one in packed.iterdir() if one.is_dir()]) == 1
    settings.LEDGER_COLUMNS_FROM = 1000
    assert columns.pack() is None
    assert not packed.exists()
    assert columns.current() is None
