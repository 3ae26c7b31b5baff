"""Pairs that may be one: found by rules over whole tables, a page at a time, without those somebody has reviewed.

Each rule is a function of the rows one may see and of the place to go on from; it answers with pairs of keys and where the next
page begins ("" at the end). The same name alone is no sign, nor are two numbers that look alike.
"""

from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core import bulk  # noqa: F401 - registers the lookup ``among``

from .credit_code import LOOK_ALIKES
from .models import Enterprise, FormerIdentity, Membership, MergeKind, NotSame, Person

PER_PAGE = 20


@dataclass(frozen=True)
class Pair:
    """Two rows that may be one."""

    kind: MergeKind
    one: object
    other: object


def _unreviewed(rows, kind, one, other):
    """Without the pairs reviewed; ``one`` and ``other`` name columns of ``rows``."""
    seen = NotSame.objects.filter(kind=kind).filter(
        Q(lower_id=OuterRef(one), upper_id=OuterRef(other)) | Q(lower_id=OuterRef(other), upper_id=OuterRef(one))
    )
    return rows.filter(~Exists(seen))


def _after(text, count=2):
    parts = text.split("-")
    if len(parts) == count and all(part.isdecimal() and len(part) < 18 for part in parts):
        return [int(part) for part in parts]
    return [0] * count


STEP = 2_000
"""Enterprises looked through by one set of queries."""
STEPS = 10
"""Steps of one page: under a second among a million enterprises; then the screen offers to go on."""


def same_name_in_one_enterprise(districts, after):
    """Persons of one name in one enterprise: came by a paper list and by QR, or changed their number.

    Goes through the enterprises in order and stops at a full page or after STEPS: one statement over all of them would compare
    two million people with each other.
    """
    start, first, second = _after(after, 3)
    enterprises = Enterprise.objects.order_by("pk")
    if districts is not None:
        enterprises = enterprises.filter(district__in=districts)
    found = []
    for _step in range(STEPS):
        firms = list(enterprises.filter(pk__gte=start).values_list("pk", flat=True)[:STEP])
        found += [pair for pair in _namesakes(firms) if pair > (start, first, second)]
        if len(firms) < STEP or len(found) > PER_PAGE:
            break
        start, first, second = firms[-1] + 1, 0, 0
    else:
        found.append((start, 0, 0))  # not a pair: where to go on
    pairs = [(one, other) for _firm, one, other in found[:PER_PAGE] if one]
    if len(found) > PER_PAGE:
        return pairs, "-".join(map(str, found[PER_PAGE - 1]))
    return pairs, f"{start}-0-0" if found and not found[-1][1] else ""


def _namesakes(firms):
    """``[(enterprise, person, person), …]`` of one name in one of these enterprises, in order, without the pairs reviewed."""
    works = Membership.objects.filter(
        enterprise__pk__among=firms, person__merged_into=None, person__erased_at=None
    ).order_by()
    groups = works.values_list("enterprise", "person__name").annotate(n=Count("person", distinct=True)).filter(n__gt=1)
    groups = {(firm, name) for firm, name, _n in groups}
    if not groups:
        return []
    same = {}
    names = works.filter(
        enterprise__in={firm for firm, _name in groups}, person__name__in={name for _firm, name in groups}
    )
    for firm, name, person in names.values_list("enterprise", "person__name", "person").distinct():
        if (firm, name) in groups:
            same.setdefault((firm, name), []).append(person)
    pairs = {(firm, *pair) for (firm, _name), people in same.items() for pair in combinations(sorted(people), 2)}
    seen = _reviewed(MergeKind.PERSON, {key for _firm, *pair in pairs for key in pair})
    return sorted(pair for pair in pairs if pair[1:] not in seen)


def same_name_one_without_phone(districts, after):
    """Persons of one name of whom one has no phone, wherever they work: one at a time, each with the other."""
    people = Person.objects.listed()
    if districts is not None:
        works = Membership.objects.open().filter(person=OuterRef("pk"), enterprise__district__in=districts)
        people = people.filter(Exists(works))
    (first,) = _after(after, 1)
    same = people.filter(name_key=OuterRef("name_key"), name=OuterRef("name")).exclude(pk=OuterRef("pk"))
    seen = NotSame.objects.filter(kind=MergeKind.PERSON).filter(
        Q(lower_id=OuterRef(OuterRef("pk")), upper_id=OuterRef("pk"))
        | Q(upper_id=OuterRef(OuterRef("pk")), lower_id=OuterRef("pk"))
    )
    mate = same.filter(~Exists(seen)).order_by("pk").values("pk")[:1]
    rows = people.filter(phone=None, pk__gt=first).annotate(mate=mate).exclude(mate=None)
    found = list(rows.order_by("pk").values_list("pk", "mate")[: PER_PAGE + 1])
    return found[:PER_PAGE], str(found[PER_PAGE - 1][0]) if len(found) > PER_PAGE else ""


def _page(found):
    return found[:PER_PAGE], "-".join(map(str, found[PER_PAGE - 1])) if len(found) > PER_PAGE else ""


def _enterprises(districts):
    rows = Enterprise.objects.listed()
    return rows if districts is None else rows.filter(district__in=districts)


def same_enterprise_name(districts, after):
    """Enterprises of one name with two codes (a typing error, or registered anew; or really two)."""
    rows = _enterprises(districts)
    names = rows.filter(name__gt=after).values("name").annotate(n=Count("pk")).filter(n__gt=1).order_by("name")
    names = list(names.values_list("name", flat=True)[: PER_PAGE + 1])
    by_name = {}
    for key, name in rows.filter(name__in=names[:PER_PAGE]).order_by("pk").values_list("pk", "name"):
        by_name.setdefault(name, []).append(key)
    pairs = [(keys[0], other) for keys in by_name.values() for other in keys[1:]]
    return _drop_reviewed(pairs), names[PER_PAGE - 1] if len(names) > PER_PAGE else ""


def _drop_reviewed(pairs):
    seen = _reviewed(MergeKind.ENTERPRISE, {key for pair in pairs for key in pair})
    return [pair for pair in pairs if tuple(sorted(pair)) not in seen]


def _reviewed(kind, keys):
    """The pairs among these keys found to be two, the lower key first."""
    seen = NotSame.objects.filter(kind=kind, lower_id__among=keys, upper_id__among=keys)
    return set(seen.values_list("lower_id", "upper_id"))


def likenesses(code):
    """The codes one look-alike character or one exchange of neighbours away from ``code``, and the one with every look-alike
    read as what it looks like."""
    pairs = [*LOOK_ALIKES.items(), ("D", "0"), ("B", "8"), ("7", "1"), ("Q", "0"), ("G", "6")]
    like = {}
    for one, other in pairs:
        like.setdefault(one, []).append(other)
        like.setdefault(other, []).append(one)
    answer = {"".join(LOOK_ALIKES.get(char, char) for char in code)}
    for place, char in enumerate(code):
        for other in like.get(char, ()):
            answer.add(code[:place] + other + code[place + 1 :])
        if place:
            answer.add(code[: place - 1] + char + code[place - 1] + code[place + 1 :])
    return answer - {code}


def code_mistyped(districts, after):
    """Enterprises whose code fails the check (somebody accepted it with a reason) and is one slip away from another's.

    Two codes one slip apart cannot both be right: the check character (modulus 31, a prime) finds every single substitution
    and every exchange of neighbours. So only the accepted ones need a look.
    """
    rows = _enterprises(districts)
    (first,) = _after(after, 1)
    odd = rows.exclude(code_accepted_because="").filter(pk__gt=first).order_by("pk").values_list("pk", "code")
    odd = list(odd[: PER_PAGE + 1])
    wanted = {}
    for key, code in odd[:PER_PAGE]:
        for like in likenesses(code):
            wanted.setdefault(like, set()).add(key)
    pairs = {
        (key, found) if rank else (found, key)
        for found, code, rank in rows.filter(code__in=wanted).values_list("pk", "code", "code_accepted_because")
        for key in wanted[code]
        if key != found
    }
    unique = {tuple(sorted(pair)): pair for pair in sorted(pairs)}
    return _drop_reviewed(list(unique.values())), str(odd[PER_PAGE - 1][0]) if len(odd) > PER_PAGE else ""


def former_code_of_another(districts, after):
    """An enterprise whose former code is another's present one (15 figures before, 18 now: one enterprise, listed twice)."""
    rows = _enterprises(districts)
    first, second = _after(after)
    former = FormerIdentity.objects.exclude(code="").filter(enterprise__in=rows, enterprise__gte=first)
    mate = rows.filter(code=OuterRef("code")).exclude(pk=OuterRef("enterprise")).order_by().values("pk")[:1]
    former = former.annotate(mate=mate).exclude(mate=None).filter(Q(enterprise__gt=first) | Q(mate__gt=second))
    former = _unreviewed(former, MergeKind.ENTERPRISE, "enterprise", "mate")
    found = former.order_by("enterprise", "mate").values_list("enterprise", "mate").distinct()[: PER_PAGE + 1]
    return _page(list(found))


RULES = {
    "staff": (MergeKind.PERSON, _("同一企业同名"), same_name_in_one_enterprise),
    "phoneless": (MergeKind.PERSON, _("同名，一个没手机号"), same_name_one_without_phone),
    "name": (MergeKind.ENTERPRISE, _("企业同名"), same_enterprise_name),
    "code": (MergeKind.ENTERPRISE, _("代码像写错"), code_mistyped),
    "former": (MergeKind.ENTERPRISE, _("曾用代码相同"), former_code_of_another),
}
"""{rule: (kind, what to call it, function)}."""


def find(rule, districts=None, after=""):
    """([Pair], where the next page begins) of a rule; ``districts`` limits both rows to these, None is the whole city."""
    kind, _label, function = RULES[rule]
    keys, following = function(districts, after)
    rows = {MergeKind.PERSON: Person, MergeKind.ENTERPRISE: Enterprise}[kind].objects
    wanted = {key for pair in keys for key in pair}
    if kind == MergeKind.PERSON:
        found = rows.filter(pk__in=wanted).prefetch_related("memberships__enterprise").in_bulk()
    else:
        found = rows.filter(pk__in=wanted).select_related("district").in_bulk()
    return [Pair(kind, found[one], found[other]) for one, other in keys], following
