"""Small random histories of closings, corrections, merges, their undoing, moves and erasures: every figure, as of every posting,
against a naive recount.

The recount is written without the ledger: it keeps its own list of what happened and counts it with sets and loops.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from accounts import privacy
from core import clock, registry
from enterprises import merging
from enterprises.models import District, Enterprise, Layer, Membership
from ledger import columns, counts
from ledger.models import Kind
from tests.training import house
from training import correcting
from training.models import Attendance, Registration

pytestmark = pytest.mark.django_db

KINDS = [Kind.INTERNAL_AUDITOR, Kind.CONCENTRATED, Kind.PROMOTION]
DISTRICTS = ["120101", "120111", "120114"]
STATES = [Attendance.State.PRESENT, Attendance.State.LATE, Attendance.State.ABSENT]


@dataclass
class Line:
    """One person in one round as the recount sees it."""

    round: int
    person: int
    enterprise: int | None
    district: str | None
    layer: str
    small: bool
    hours: Decimal
    kind: str
    owner: str | None
    pilot: str | None
    day: date
    written: int
    reversed: int | None = None

    def stood(self, posting):
        return self.written <= posting and (self.reversed is None or self.reversed > posting)


class History:
    """A few rounds, closed and corrected by the services, and beside them the recount's own list."""

    def __init__(self, world, seed):
        self.world, self.random = world, Random(seed)
        self.lines, self.rounds, self.postings = [], {}, 0
        self.enterprises = [
            Enterprise.objects.create(
                code=f"91120000{seed:04d}{n:06d}", name=f"企业{n}", district_id=district, size_class=size
            )
            for n, (district, size) in enumerate(zip(DISTRICTS, ("micro", "large", "small"), strict=True))
        ]
        self.people = [member for firm in self.enterprises for member in house.make_people(2, firm)]

    def now_in(self, member):
        """The membership as it is today; now and then people are promoted, change employer, or the enterprise moves."""
        member = Membership.objects.select_related("enterprise").get(pk=member.pk)
        chance = self.random.random()
        if chance < 0.15:
            member.layer = self.random.choice(Layer.values)
            member.save()
        elif chance < 0.25:
            member.enterprise.district_id = self.random.choice(DISTRICTS)
            member.enterprise.save()
        return member

    def hold(self, number):
        random = self.random
        day = date(2025, random.choice([3, 4]), random.randint(1, 28))
        kind, pilot = random.choice(KINDS), random.choice([None, "ditan"])
        owner = random.choice([self.world.jia, self.world.yi])
        chosen = [self.now_in(member) for member in random.sample(self.people, random.randint(1, 4))]
        sessions = [house.lesson(day, 9, "4"), house.lesson(day, 14, random.choice(["1", "0.5"]))]
        round_ = house.opened(
            self.world, sessions, chosen, title=f"{number} 班", kind=kind, pilot_id=pilot, owner=owner, has_exam=False
        )
        absent = [
            (member.person, n) for member in chosen[1:] for n in (1, 2) if random.random() < 0.3
        ]  # somebody is always there
        house.attend(self.world, round_, absent)
        house.file_papers(round_)
        house.close(self.world, round_)
        self.postings += 1
        self.rounds[round_.pk] = (round_, chosen)
        missed = {(person.pk, n) for person, n in absent}
        for member in chosen:
            present = [n not in [at for who, at in missed if who == member.person_id] for n in (1, 2)]
            self.write(round_, member, present, sessions)

    def write(self, round_, member, present, sessions=None):
        """What the recount believes a person earned: 80 % of the hours or nothing."""
        hours = [session.class_hours for session in round_.sessions.order_by("number")]
        earned = sum((h for h, there in zip(hours, present, strict=True) if there), Decimal(0))
        if earned * 5 >= sum(hours) * 4:
            self.lines.append(self.line(round_, member, earned))

    def line(self, round_, member, earned):
        firm = Enterprise.objects.get(pk=member.enterprise_id)
        return Line(
            round=round_.pk,
            person=member.person_id,
            enterprise=firm.pk,
            district=firm.district_id,
            layer=member.layer,
            small=firm.size_class in ("small", "micro"),
            hours=earned,
            kind=round_.kind,
            owner=round_.owner.district_id,
            pilot=round_.pilot_id,
            day=round_.starts_on,
            written=self.postings,
        )

    def correct(self):
        """Another state for one session of one person; the recount reverses and writes by its own rule."""
        round_, members = self.random.choice(list(self.rounds.values()))
        member = self.random.choice(members)
        row = Registration.objects.get(round=round_, person=member.person)
        session = self.random.choice(list(round_.sessions.all()))
        state = self.random.choice(STATES)
        with clock.moved_to(clock.at(date(2025, 6, 1), 9) + timedelta(minutes=self.postings)):
            posting = correcting.correct(row.pk, actor=self.world.city, reason="签到表为准", sessions={session: state})
        live = next(
            (x for x in self.lines if x.round == round_.pk and x.person == member.person_id and not x.reversed), None
        )
        marks = dict(Attendance.objects.filter(registration=row).values_list("session__number", "state"))
        hours = {one.number: one.class_hours for one in round_.sessions.all()}
        earned = sum((hours[n] for n, mark in marks.items() if mark in Attendance.COUNTED), Decimal(0))
        should = earned if earned * 5 >= sum(hours.values()) * 4 else None
        if should == (live.hours if live else None):
            assert posting is None
            return
        self.postings += 1
        assert posting.number == self.postings
        if live:
            live.reversed = self.postings
        if should is not None:
            self.lines.append(self.frozen_line(round_, member, should))

    def frozen_line(self, round_, member, earned):
        """Where the person belonged is frozen: what the first list said, not what is so today."""
        row = Registration.objects.get(round=round_, person=member.person_id)
        line = self.line(round_, member, earned)
        line.enterprise, line.district, line.layer = row.enterprise_id, row.district_id, row.layer
        line.small = row.size_class in ("small", "micro")
        return line

    def live(self, person):
        return [line for line in self.lines if line.person == person and not line.reversed]

    def merge_people(self):
        """Two become one: in a round both sat in, their attendance together decides; elsewhere the line changes its name."""
        winner, loser = self.random.sample(self.people, 2)
        both = [
            round_
            for round_, members in self.rounds.values()
            if {winner.person_id, loser.person_id} <= {member.person_id for member in members}
        ]
        gone = self.live(loser.person_id)
        with clock.moved_to(self.moment()):
            merge = merging.merge(self.world.city, "person", winner.person_id, loser.person_id, reason="同一人")
        if gone or both:
            self.postings += 1
        for line in gone:
            line.reversed = self.postings
            if line.round not in [round_.pk for round_ in both]:
                moved = replace(line, person=winner.person_id, written=self.postings, reversed=None)
                self.lines.append(moved)
        for round_ in both:
            row = Registration.objects.get(round=round_, person=winner.person_id)
            hours = {one.number: one.class_hours for one in round_.sessions.all()}
            marks = dict(Attendance.objects.filter(registration=row).values_list("session__number", "state"))
            earned = sum((hours[n] for n, mark in marks.items() if mark in Attendance.COUNTED), Decimal(0))
            own = next((line for line in self.live(winner.person_id) if line.round == round_.pk), None)
            new = self.frozen_line(round_, winner, earned) if earned * 5 >= sum(hours.values()) * 4 else None
            said = own and (own.hours, own.enterprise, own.district, own.layer)
            if said != (new and (new.hours, new.enterprise, new.district, new.layer)):
                if own:
                    own.reversed = self.postings
                if new:
                    self.lines.append(new)
        if self.random.random() < 0.5:
            return self.take_apart(merge, bool(gone or both))
        self.people.remove(loser)
        for key, (round_, members) in self.rounds.items():
            rest = [winner if member == loser else member for member in members]
            self.rounds[key] = (round_, list({member.pk: member for member in rest}.values()))
        return None

    def merge_firms(self):
        winner, loser = self.random.sample(self.enterprises, 2)
        gone = [line for line in self.lines if line.enterprise == loser.pk and not line.reversed]
        with clock.moved_to(self.moment()):
            merge = merging.merge(self.world.city, "enterprise", winner.pk, loser.pk, reason="同一家")
        self.postings += bool(gone)
        for line in gone:
            line.reversed = self.postings
            self.lines.append(replace(line, enterprise=winner.pk, written=self.postings, reversed=None))
        if self.random.random() < 0.5:
            return self.take_apart(merge, bool(gone))
        self.enterprises.remove(loser)
        return None

    def take_apart(self, merge, posted):
        """What the merge wrote is reversed, what it reversed is written again, as one further posting."""
        with clock.moved_to(self.moment()):
            merging.undo(self.world.city, merge.pk, reason="核对过，是两个")
        if not posted:
            return
        merged, self.postings = self.postings, self.postings + 1
        for line in list(self.lines):
            if line.reversed == merged:
                self.lines.append(replace(line, written=self.postings, reversed=None))
            elif line.written == merged:
                line.reversed = self.postings

    def erase(self):
        """Who a person was is forgotten; what is counted stays, and no posting is made."""
        member = self.random.choice(self.people)
        privacy.erase(member.person, actor=self.world.city, reason="本人要求")
        self.people.remove(member)
        for key, (round_, members) in self.rounds.items():
            self.rounds[key] = (round_, [one for one in members if one != member] or members)

    def moment(self):
        return clock.at(date(2025, 7, 1), 9) + timedelta(minutes=self.postings)

    # The recount -----------------------------------------------------------------------------------------------------

    def figures(self, scope, posting):
        """(场次, 轮次, 人次, 人数, 家数, 小微, 学时, 家次, 内审员, 小微人次) by loops."""
        lines = [line for line in self.lines if line.stood(posting) and self.fits(line, scope)]
        held = [
            (number, round_)
            for number, (round_, _members) in enumerate(self.rounds.values(), start=1)
            if self.closed_by(round_, posting) and self.held_fits(round_, scope, posting)
        ]
        return (
            len(held),
            sum(1 for _number, round_ in held if round_.kind == "K7"),
            len(lines),
            len({line.person for line in lines}),
            len({line.enterprise for line in lines}),
            len({line.enterprise for line in lines if line.small}),
            sum((line.hours for line in lines), Decimal(0)),
            len({(line.enterprise, line.round) for line in lines}),
            sum(line.kind == Kind.INTERNAL_AUDITOR for line in lines),
            sum(line.small for line in lines),
        )

    def closed_by(self, round_, posting):
        return list(self.rounds).index(round_.pk) < posting

    @staticmethod
    def fits(line, scope):
        return (
            (scope.start is None or scope.start <= line.day <= scope.end)
            and scope.district in (None, line.district)
            and scope.pilot in (None, line.pilot)
            and scope.layer in (None, line.layer)
            and (line.kind == scope.kind if scope.kind else line.kind != "K9")
        )

    def held_fits(self, round_, scope, posting):
        return (
            (scope.start is None or scope.start <= round_.ends_on <= scope.end)
            and scope.district in (None, round_.owner.district_id)
            and scope.pilot in (None, round_.pilot_id)
            and (round_.kind == scope.kind if scope.kind else round_.kind != "K9")
            and (
                scope.layer is None
                or any(x.stood(posting) and x.round == round_.pk and x.layer == scope.layer for x in self.lines)
            )
        )


SCOPES = [
    counts.Scope(),
    counts.Scope(date(2025, 3, 1), date(2025, 3, 31)),
    counts.Scope(date(2025, 1, 1), date(2025, 12, 31), district="120111"),
    counts.Scope(kind=Kind.PROMOTION),
    counts.Scope(layer=Layer.FRONTLINE, pilot="ditan"),
]


@pytest.fixture
def packed(settings, tmp_path):
    """Ledgers are packed in this test, however small they are."""
    settings.LEDGER_COLUMNS, settings.LEDGER_COLUMNS_FROM = tmp_path / "ledger", 0


@pytest.mark.parametrize("seed", range(24))
def test_every_figure_as_of_every_posting_equals_the_recount(world, seed, packed):
    """Counted by the database in one half of the histories, in the other from columns packed somewhere in the middle."""
    history = History(world, seed)
    pack_after = history.random.randrange(7) if seed % 2 else None
    for number in range(7):
        if number < 3:
            history.hold(number)
        else:
            acts = [history.correct, history.correct, history.merge_people, history.merge_firms, history.erase]
            history.random.choice(acts)()
        if number == pack_after:
            assert columns.pack() == history.postings
    assert (columns.current() is not None) == bool(seed % 2)
    last = history.postings
    for posting in range(last + 1):
        for scope in SCOPES if posting == last else (SCOPES[0], SCOPES[(seed + posting) % len(SCOPES)]):
            found = counts.figures(scope.of(as_of=posting))
            assert tuple(vars(found).values()) == history.figures(scope, posting), (posting, scope)
    for row in counts.by_district(counts.Scope()):
        code = row.district.pk if row.district else None
        mine = [x for x in history.lines if x.stood(last) and x.kind != "K9" and x.district == code]
        assert (row.person_times, row.enterprises) == (len(mine), len({x.enterprise for x in mine}))
        assert row.by_layer == {layer: sum(x.layer == layer for x in mine) for layer in Layer.values}
    months = {}
    for line in history.lines:
        if line.stood(last) and line.kind != "K9":
            key = (line.day.replace(day=1), line.layer)
            months[key] = months.get(key, 0) + 1
    assert counts.by_month(counts.Scope()) == months
    assert District.objects.count() == 16
    assert [finding.sentence for check in registry.audit for finding in check()] == []
