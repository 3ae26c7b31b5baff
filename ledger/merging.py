"""Merging in the ledger: entries are never changed, so the loser's are reversed and the winner's posted, one for each activity.

All of one merge is one numbered Posting: figures as of an earlier one stay what they were.
"""

from itertools import islice

from django.db.models import Q
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from enterprises.models import OrganisationSnapshot

from .models import Activity, ActivityFact, Entry, Posting
from .services import entry_of, take_number

FIELDS = (
    *OrganisationSnapshot.FIELDS,
    *("activity_id", "person_id", "pilot_id", "owner_id", "kind", "mode", "fee_nature", "class_hours", "occurred_on"),
)
BATCH = 2000


def _copy(entry, posting, reason, **changes):
    values = {name: getattr(entry, name) for name in FIELDS} | changes
    return Entry(**values, posting=posting, reason=reason)


def _write(reverse, add, facts, merging):
    """One Posting that reverses the Entries ``reverse`` and writes what ``add(posting)`` yields and the facts
    {(activity key, district, name): value}; its number. The last lock of the transaction is taken here."""
    actor, reason = merging.actor, merging.reason
    posting = take_number(Posting.Kind.MERGE, actor=actor, reason=reason)
    keys = [entry.pk for entry in reverse]
    for start in range(0, len(keys), BATCH):
        Entry.objects.filter(pk__in=keys[start : start + BATCH], reversed_by=None).update(reversed_by=posting)
    rows = iter(add(posting))
    while batch := list(islice(rows, BATCH)):
        Entry.objects.bulk_create(batch)
    live = dict(Activity.objects.as_of().filter(key__in={key for key, *_rest in facts}).values_list("key", "pk"))
    ActivityFact.objects.bulk_create(
        ActivityFact(activity_id=live[key], district_id=district, name=name, value=value, posting=posting)
        for (key, district, name), value in facts.items()
    )
    return posting.number


def move_person(merging):
    """The loser's live entries become the winner's; where both were counted in an activity, the winner's stays alone.

    What ``merging.wanted`` names is written as said there instead.
    """
    whose = Q(person=merging.loser) | Q(person=merging.winner, activity__key__in=list(merging.wanted))
    live = list(Entry.objects.as_of().filter(whose).select_related("activity").order_by("pk"))
    lost = [entry for entry in live if entry.person_id == merging.loser.pk]
    own = {entry.activity.key: entry for entry in live if entry.person_id == merging.winner.pk}
    counted = set(
        Entry.objects.as_of()
        .filter(person=merging.winner, activity__in=[entry.activity_id for entry in lost])
        .values_list("activity__key", flat=True)
    )
    again = {
        key: line for key, line in merging.wanted.items() if line and (key not in own or _says(own[key]) != _line(line))
    }
    stale = [own[key] for key in again if key in own]
    activities = {row.key: row for row in Activity.objects.as_of().filter(key__in=list(again))}

    def add(posting):
        for entry in lost:
            if entry.activity.key not in counted and entry.activity.key not in merging.wanted:
                yield _copy(entry, posting, merging.reason, person_id=merging.winner.pk)
        for key, line in again.items():
            entry = entry_of(activities[key], line, posting, merging.reason)
            entry.person_id = merging.winner.pk
            yield entry

    if lost or again or merging.facts:
        merging.notes["posting"] = _write([*lost, *stale], add, merging.facts, merging)


def _says(entry):
    return entry.organisation, entry.class_hours, entry.occurred_on


def _line(line):
    return line.organisation, line.class_hours, line.occurred_on


def move_enterprise(merging):
    """The loser's live entries are the winner's. District, layer, chain and size stay as they were at the first sign-in
    (docs/counting.md, 合并)."""
    lost = list(Entry.objects.as_of().filter(enterprise=merging.loser).order_by("pk"))

    def add(posting):
        for entry in lost:
            yield _copy(entry, posting, merging.reason, enterprise_id=merging.winner.pk)

    if lost:
        merging.notes["posting"] = _write(lost, add, {}, merging)


def put_back(merging):
    """Reverse what the merge posted and post again what it reversed, as one further Posting.

    Raises DomainError ``merge.corrected`` when an entry it posted has been corrected since.
    """
    number = merging.notes.get("posting")
    if number is None:
        return
    mine = list(Entry.objects.filter(posting=number).order_by("pk"))
    if any(entry.reversed_by_id for entry in mine):
        raise DomainError("merge.corrected", _("合并以后这些分录又更正或合并过，撤不回去了；请按现在的情况开更正单。"))
    old = list(Entry.objects.filter(reversed_by=number).order_by("pk"))
    facts = {}
    for fact in ActivityFact.objects.filter(posting=number).select_related("activity"):
        same = ActivityFact.objects.filter(activity=fact.activity, district=fact.district_id, name=fact.name)
        if same.filter(posting__gt=number).exists():
            raise DomainError("merge.corrected", _("合并以后这个班又开过更正单，撤不回去了；请按现在的情况开更正单。"))
        before = same.filter(posting__lt=number).order_by("-posting").values_list("value", flat=True).first()
        facts[fact.activity.key, fact.district_id, fact.name] = before or 0

    def add(posting):
        for entry in old:
            yield _copy(entry, posting, merging.reason)

    merging.notes["undo_posting"] = _write(mine, add, facts, merging)
