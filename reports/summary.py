"""汇总表: one month of the sixteen districts and the city, the same rows for screen, workbook, freeze and API."""

from collections import defaultdict
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from enterprises.models import District
from ledger import counts
from ledger.counts import Scope
from ledger.models import ActivityFact, Kind, Mode

NOWHERE = "none"
"""The code of the row 市级: rounds of organisers without a district, and people without an enterprise."""


@dataclass(frozen=True)
class Line:
    """One row. Plain names are of the month; ``year_…`` from 1 January to the end of the month. ``auditors`` are 其中 the layers;
    ``auditor_times`` are 人次 of 内审员 rounds. ``on_site`` holds the blended rounds too. Rates are made of their two parts."""

    online: int = 0
    on_site: int = 0
    sessions: int = 0
    rounds: int = 0
    top: int = 0
    middle: int = 0
    frontline: int = 0
    other: int = 0
    person_times: int = 0
    auditors: int = 0
    auditor_times: int = 0
    persons: int = 0
    enterprises: int = 0
    small: int = 0
    class_hours: Decimal = Decimal(0)
    examined: int = 0
    passed: int = 0
    passed_first: int = 0
    answered: int = 0
    satisfied: int = 0
    year_sessions: int = 0
    year_rounds: int = 0
    year_person_times: int = 0
    year_persons: int = 0
    year_enterprises: int = 0
    year_small: int = 0
    year_class_hours: Decimal = Decimal(0)

    @property
    def pass_rate(self):
        """合格率 0..1, None when nobody was examined."""
        return self.passed / self.examined if self.examined else None

    @property
    def satisfaction(self):
        """满意度 0..1 of the valid answers, None when nobody was asked."""
        return self.satisfied / self.answered if self.answered else None

    def as_dict(self):
        """The row as JSON holds it: hours as text with one decimal, so that no database rounds them."""
        return {name: f"{value:.1f}" if isinstance(value, Decimal) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data):
        """A Line kept by ``as_dict``."""
        kinds = {field.name: field.type for field in fields(cls)}
        return cls(
            **{name: Decimal(v) if kinds.get(name) is Decimal else v for name, v in data.items() if name in kinds}
        )


@dataclass(frozen=True)
class Table:
    """``lines``: [(district code or NOWHERE, name, Line)] in official order, the last one 市级; ``total`` recomputed, never summed."""

    lines: list
    total: Line

    def as_dict(self):
        return {"lines": {code: line.as_dict() for code, _name, line in self.lines}, "total": self.total.as_dict()}


def month_scope(month, district=None, as_of=None):
    """The Scope of the month that begins on ``month``."""
    return Scope(start=month, end=last_day(month), district=district, as_of=as_of)


def last_day(month):
    """The last day of the month that begins on ``month``."""
    first_of_next = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(first_of_next.toordinal() - 1)


YEAR = ("persons", "enterprises", "small", "class_hours")
FACTS = (
    ActivityFact.Name.EXAMINED,
    ActivityFact.Name.PASSED,
    ActivityFact.Name.PASSED_FIRST,
    ActivityFact.Name.ANSWERED,
    ActivityFact.Name.SATISFIED,
)


def table(scope):
    """The Table of a month's Scope (its filters hold; a district gives its one line, which is also the total). Twelve queries."""
    year = scope.of(start=scope.start.replace(month=1))
    found = defaultdict(lambda: defaultdict(int))
    for (district, layer), people in counts.grouped(scope, "district", "layer", want=counts.TIMES).items():
        found[district][layer] = people.person_times
    for (district, kind), people in counts.grouped(scope, "district", "kind", want=counts.TIMES).items():
        if kind == Kind.INTERNAL_AUDITOR:
            found[district]["auditor_times"] = people.person_times
    for (district,), people in counts.grouped(scope, "district").items():
        found[district].update(_people("", people, ("auditors", *YEAR)))
    for (district,), people in counts.grouped(year, "district", want=YEAR).items():
        found[district].update(_people("year_", people, YEAR))
    for (district, mode), (sessions, rounds) in counts.held_by(scope, "district", "mode").items():
        found[district]["online" if mode == Mode.ONLINE else "on_site"] += sessions
        found[district]["sessions"] += sessions
        found[district]["rounds"] += rounds
    for (district,), (sessions, rounds) in counts.held_by(year, "district").items():
        found[district] |= {"year_sessions": sessions, "year_rounds": rounds}
    for district, values in counts.facts_by_district(scope).items():
        found[district].update({str(name): value for name, value in values.items() if name in FACTS})
    places = [(district.pk, district.name, district.pk) for district in District.objects.all()]
    if scope.district:
        places = [place for place in places if place[0] == scope.district]
    else:
        places.append((NOWHERE, _("市级"), None))
    lines = [(code, name, Line(**found[key])) for code, name, key in places]
    return Table(lines, lines[0][2] if scope.district else _total(scope, year, lines))


def _people(prefix, people, names):
    return {f"{prefix}{name}": getattr(people, name) for name in ("person_times", *names)}


def _total(scope, year, lines):
    """Distinct figures recounted in the whole scope; the others add up."""
    again = vars(counts.figures(scope)) | {f"year_{name}": n for name, n in vars(counts.figures(year)).items()}
    names = [field.name for field in fields(Line)]
    sums = {name: sum(getattr(line, name) for _code, _name, line in lines) for name in names if name not in again}
    return Line(**sums | {name: again[name] for name in names if name in again})
