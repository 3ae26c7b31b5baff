"""缺口怎么补: how many rounds of which size a target still needs, in which district, and who could be invited."""

from dataclasses import dataclass
from math import ceil

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from core import clock
from enterprises.models import District, Enterprise
from enterprises.policies import rights_of
from ledger import counts

from .forecast import planned_rounds
from .measures import measure, scope_of
from .models import Metric, Target
from .progress import progress

TYPICAL = 34
"""People of a round where none has been held yet: more than 1,000 in 30 rounds, as the notice of 2025 has it."""


@dataclass(frozen=True)
class PlaceNeed:
    """One district: ``rounds`` to hold there still, beside those ``planned``, and how many ``enterprises`` nobody came from."""

    district: District
    rounds: int
    planned: int
    enterprises: int
    industries: tuple = ()


@dataclass(frozen=True)
class Plan:
    """``rounds`` of about ``size`` people each close the gap, beyond those ``planned``; ``words`` says how that was worked out."""

    rounds: int | None
    size: int
    planned: int
    words: str
    places: tuple


def uninvited(target, as_of=None):
    """Enterprises a target is about that nobody was trained from in it yet: whom to invite. A merged or closed one is not asked."""
    rows = Enterprise.objects.listed().exclude(status=Enterprise.Status.CLOSED)
    if target.district_id:
        rows = rows.filter(district=target.district_id)
    if target.pilot_id:
        rows = rows.filter(pilots=target.pilot_id)
    came = scope_of(target, as_of).entries().filter(enterprise=OuterRef("pk"))
    return rows.filter(~Exists(came))


def invitees(user, target, district=None):
    """Of those, the ones whose registry row this user sees at the desk; of one district, when named."""
    rights = rights_of(user)
    rows = uninvited(target)
    if not rights.city:
        rows = rows.filter(district__in=rights.districts)
    return rows.filter(district=district) if district else rows


def places_of(target):
    """The districts a target is about: all of them, or the one whose share it is."""
    every = District.objects.all()
    return every.filter(pk=target.district_id) if target.district_id else every


def plan(target, *, day=None):
    """The Plan of a target as of now; ``rounds`` None for what no class can close (a diagnosis, a certificate, a case)."""
    day = day or clock.today()
    now = progress(target, day=day)
    waiting = dict(uninvited(target).order_by().values_list("district").annotate(n=Count("pk", distinct=True)))
    planned = planned_rounds(target, day)
    districts = list(places_of(target))
    if not target.is_of_ledger or target.comparator in ("le", "lt"):
        words = (
            _("这一项不是办班能补上的，要按通知里写的做。") if not target.is_of_ledger else _("这是上限，守住就行。")
        )
        return Plan(None, 0, 0, words, ())
    size = _typical(target)
    ahead = dict(planned.order_by().values_list("owner__district").annotate(n=Count("pk")))
    if target.per_district or target.per_industry:
        return _by_place(target, planned, districts, waiting, ahead, size)
    missing = now.gap
    have = planned.count()
    if target.metric in (Metric.SESSIONS, Metric.ROUNDS):
        needed, size, words = _of_rounds(target, missing, have, size)
    else:
        each = max(_each(target), 1)
        needed = max(ceil(missing / each) - have, 0)
        words = _(
            "还差 %(gap)s %(unit)s；办过的班平均每个带来 %(each)s %(unit)s，要 %(all)s 个，日历上排了 %(have)s 个。"
        ) % {
            "gap": f"{missing:,}",
            "unit": target.unit,
            "each": each,
            "all": ceil(missing / each),
            "have": have,
        }
    shares = _shares(needed, [waiting.get(row.pk, 0) for row in districts])
    places = tuple(
        PlaceNeed(row, n, ahead.get(row.pk, 0), waiting.get(row.pk, 0))
        for row, n in zip(districts, shares, strict=True)
    )
    return Plan(needed, size, have, words, places)


def _of_rounds(target, missing, have, size):
    """(rounds, size of each, words). Where another target wants people of the same rounds, each must bring its share of them."""
    needed = max(missing - have, 0)
    words = _("还差 %(gap)s %(unit)s，日历上排了 %(have)s 个。") % {"gap": missing, "unit": target.unit, "have": have}
    beside = Target.objects.filter(
        metric=Metric.PERSON_TIMES,
        is_context=False,
        district=target.district_id,
        pilot=target.pilot_id,
        kind=target.kind,
        starts_on=target.starts_on,
        ends_on=target.ends_on,
        per_district=False,
    ).first()
    if beside and missing:
        people = progress(beside).gap
        if people:
            size = max(ceil(people / missing), 1)
            words += _("“%(title)s”还差 %(people)s 人次，分到 %(gap)s 个班，每班要来 %(size)s 人。") % {
                "title": beside.title,
                "people": f"{people:,}",
                "gap": missing,
                "size": size,
            }
    return needed, size, words


def _held(target):
    """The Figures a target's rounds made, of every district: 场次 are the organiser's district's and 人次 the enterprise's, so that
    in one district they are not of the same rounds."""
    return counts.figures(scope_of(target).of(district=None))


def _typical(target):
    """People of an average round of the target's kind and chain, in its period; TYPICAL where none was held."""
    found = _held(target)
    return ceil(found.person_times / found.sessions) if found.sessions and found.person_times else TYPICAL


def _each(target):
    """What one round of the target has brought of its metric on average, rounded down; TYPICAL people where none was held."""
    found = _held(target)
    return int(getattr(found, target.metric) / found.sessions) if found.sessions else TYPICAL


def _by_place(target, planned, districts, waiting, ahead, size):
    found = measure(target).by_district
    places, needed = [], 0
    if target.per_industry:
        there = set(planned.values_list("owner__district", "pilot"))
        pairs = Enterprise.objects.listed().exclude(pilots=None).order_by()
        pairs = pairs.values_list("district", "pilots", "pilots__name").distinct()
        lacking = {}
        for district, pilot, name in pairs:
            if found.get((district, pilot), 0) < target.value and (district, pilot) not in there:
                lacking.setdefault(district, []).append(name)
        rounds = {row.pk: len(lacking.get(row.pk, ())) for row in districts}
    else:
        lacking = {}
        per_round = 1 if target.metric in (Metric.SESSIONS, Metric.ROUNDS) else max(_each(target), 1)
        rounds = {
            row.pk: max(ceil(max(target.value - found.get(row.pk, 0), 0) / per_round) - ahead.get(row.pk, 0), 0)
            for row in districts
        }
    for row in districts:
        needed += rounds[row.pk]
        industries = tuple(sorted(lacking.get(row.pk, ())))
        places.append(PlaceNeed(row, rounds[row.pk], ahead.get(row.pk, 0), waiting.get(row.pk, 0), industries))
    words = _("各区（各产业链）自己没达到、日历上也没排够的，缺几个班就列几个班。")
    return Plan(needed, size, sum(ahead.values()), words, tuple(places))


def _shares(n, weights):
    """``n`` whole rounds over the weights, by largest remainder; the first of equals. Nobody waiting anywhere: none."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    exact = [n * weight / total for weight in weights]
    shares = [int(one) for one in exact]
    rest = sorted(range(len(weights)), key=lambda place: shares[place] - exact[place])
    for place in rest[: n - sum(shares)]:
        shares[place] += 1
    return shares
