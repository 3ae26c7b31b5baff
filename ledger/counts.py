"""Every figure there is, in one place: a question to the ledger, exact, as of any posting. Rules: docs/counting.md.

Each question is asked of the packed columns where there are some (a ledger of many rows), else of the database; the answers are
the same to the last one (docs/decisions/0004).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from enterprises.models import District, Layer

from . import packed, rows
from .models import ActivityFact
from .scope import WITHOUT, Scope

__all__ = [
    "AXES",
    "WITHOUT",
    "DistrictRow",
    "Figures",
    "People",
    "Rate",
    "Rates",
    "Scope",
    "auditors_by_month",
    "by_district",
    "by_month",
    "exam_figures",
    "facts_by_district",
    "figures",
    "grouped",
    "held_by",
    "page",
    "rates",
    "rates_by_district",
]

AXES = ("district", "month", "layer", "pilot", "kind", "mode", "fee_nature", "size_class", "organiser", "enterprise")
"""By what ``grouped`` can group. ``month`` is its first day; the others are values of the scope's filters, None = without."""
TIMES = ("person_times",)


def _asked(scope):
    """What answers: the packed columns, or the database."""
    return packed.current(scope.as_of) or rows


@dataclass(frozen=True)
class Figures:
    """The counts of one scope. ``sessions`` 场次, ``rounds`` 轮次, ``person_times`` 人次, ``persons`` 人数, ``enterprises`` 家数,
    ``small`` 其中小微企业, ``class_hours`` 学时 (person × hours of 45 minutes), ``visits`` 家次 (enterprise × activity), ``auditors``
    人次 of 其中：内审员, ``small_times`` 人次 of small and micro enterprises (rule A6)."""

    sessions: int
    rounds: int
    person_times: int
    persons: int
    enterprises: int
    small: int
    class_hours: Decimal
    visits: int = 0
    auditors: int = 0
    small_times: int = 0


@dataclass(frozen=True)
class People:
    """The part of Figures that entries make; see there."""

    person_times: int = 0
    persons: int = 0
    enterprises: int = 0
    small: int = 0
    class_hours: Decimal = Decimal(0)
    visits: int = 0
    auditors: int = 0
    small_times: int = 0


def figures(scope):
    """The Figures of a scope, distinct ones recomputed in it. Two queries at most."""
    asked = _asked(scope)
    sessions, rounds = asked.held(scope, ()).get((), (0, 0))
    people = asked.people(scope, ()).get((), People())
    return Figures(sessions=sessions, rounds=rounds, **vars(people))


def grouped(scope, *axes, want=()):
    """{(value of each axis, …): People} of the groups that have entries. Axes: AXES; ``want`` names the fields of People that
    are needed beside 人次, all when empty.

    人次 and 学时 of groups add up; 人数, 家数 and 家次 do not: each is recomputed in its group, and the total is ``figures(scope)``.
    """
    return _asked(scope).people(scope, axes, tuple(want))


def held_by(scope, *axes):
    """{(value of each axis, …): (场次, 轮次)}, district being the owner organiser's. Axes: those of AXES that an activity has."""
    return _asked(scope).held(scope, axes)


def page(scope, *, edge=None, size=50, newer=False):
    """Keys of the ``size`` newest entries in scope, newest first; of those behind ``edge`` = (occurred_on, key) of an entry, or with
    ``newer`` the ones just in front of it.

    For drill-down by stretches: a deep page costs what the first does.
    """
    return _asked(scope).page(scope, edge, size, newer)


@dataclass(frozen=True)
class DistrictRow:
    """One line of the district table. ``district`` None = 市级 (for 场次) or 无单位人员 (for 人次)."""

    district: District | None
    sessions: int
    by_layer: dict
    person_times: int
    enterprises: int
    people: People = field(default_factory=People)
    """人次, 人数, 家数 and 其中小微 of the district."""
    rounds: int = 0


def by_district(scope):
    """[DistrictRow] in official order, then one with district None. Four queries at most.

    家数 of districts do not add up to the city's: one enterprise that moved is in two. The total is ``figures(scope)``.
    """
    layers = defaultdict(dict)
    for (district, layer), people in grouped(scope, "district", "layer", want=TIMES).items():
        layers[district][layer] = people.person_times
    whole = grouped(scope, "district", want=("persons", "enterprises", "small"))
    held = held_by(scope, "district")
    table = []
    for district in [*District.objects.all(), None]:
        code = district.pk if district else None
        people = whole.get((code,), People())
        sessions, rounds = held.get((code,), (0, 0))
        by_layer = {layer: layers[code].get(layer, 0) for layer in Layer.values}
        table.append(DistrictRow(district, sessions, by_layer, people.person_times, people.enterprises, people, rounds))
    return table


def by_month(scope):
    """{(month as its first day, layer): 人次} of a scope."""
    return {key: people.person_times for key, people in grouped(scope, "month", "layer", want=TIMES).items()}


def auditors_by_month(scope):
    """{month: 人次 of 其中：内审员}."""
    months = grouped(scope, "month", want=("auditors",))
    return {month: people.auditors for (month,), people in months.items() if people.auditors}


def facts_by_district(scope):
    """{district code or None: {ActivityFact.Name: sum}} over the newest value of each fact.

    District is the enterprise's, as for 人次 (rule A2): people of a district learn in rounds of other districts too. Facts are
    kept by activity and district, not by person: a scope that names a layer, a size or an enterprise has none ({}), which is
    shown as no data. Questionnaires of a round with fewer than FEWEST_ANSWERS are in no sum.
    """
    return {} if scope.names_people else _asked(scope).facts(scope)


def exam_figures(scope):
    """{ActivityFact.Name: sum} of a whole scope; see ``facts_by_district``."""
    return _summed(facts_by_district(scope).values())


def _summed(many):
    sums = {}
    for facts in many:
        for name, value in facts.items():
            sums[name] = sums.get(name, 0) + value
    return sums


@dataclass(frozen=True)
class Rate:
    """``part`` of ``whole``; ``share`` 0..1, or None where there is nothing to take a part of: no data is not 0."""

    part: int
    whole: int

    @property
    def share(self):
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Rates:
    """合格率 (best mark, resits included, of who sat the exam), 一次合格率, 到课率 (人次 ÷ 应到), 结业率 (证明 ÷ 报名), 满意度
    (满意 and 非常满意 ÷ valid answers), how many of the questionnaires came back, and the mean grade of five as (sum, answers)."""

    passed: Rate
    passed_first: Rate
    attended: Rate
    certified: Rate
    satisfied: Rate
    answered: Rate
    grades: Rate

    @property
    def shown(self):
        """到课率, 合格率, 一次合格率, 满意度: in this order on every table."""
        return self.attended, self.passed, self.passed_first, self.satisfied


def rates(scope):
    """The Rates of a scope, from the facts of its activities; see ``facts_by_district`` for what they cannot be asked by."""
    return rates_by_district(scope)[1]


def rates_by_district(scope):
    """({district code or None: Rates}, the Rates of them all). Two queries."""
    facts = facts_by_district(scope)
    # 应到 is known of rounds only: who finished a course alone was on no roll.
    came = {}
    if any(ActivityFact.Name.EXPECTED in one for one in facts.values()):
        people = _asked(scope).people(scope, ("held", "district"), TIMES)
        came = {district: one.person_times for (held, district), one in people.items() if held}
    whole = _rates(_summed(facts.values()), sum(came.values()))
    return {district: _rates(one, came.get(district, 0)) for district, one in facts.items()}, whole


def _rates(facts, came):
    facts = defaultdict(int, facts)
    return Rates(
        passed=Rate(facts["passed"], facts["examined"]),
        passed_first=Rate(facts["passed_first"], facts["examined"]),
        attended=Rate(came if facts["expected"] else 0, facts["expected"]),
        certified=Rate(facts["certified"], facts["registered"]),
        satisfied=Rate(facts["satisfied"], facts["answered"]),
        answered=Rate(facts["answered"], facts["surveyed"]),
        grades=Rate(facts["grades"], facts["answered"]),
    )
