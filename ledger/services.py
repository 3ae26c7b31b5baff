"""The verbs of the ledger: post and reverse. Plain calls downwards, inside the transaction of the fact they record."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError

from .models import Activity, ActivityFact, Entry, LedgerHead, Posting


@dataclass(frozen=True)
class EntryLine:
    """What one person's entry says. ``organisation`` is the snapshot frozen at the source (OrganisationSnapshot.organisation)."""

    person_id: int
    organisation: dict
    occurred_on: date
    class_hours: Decimal


@dataclass(frozen=True)
class ActivityLine:
    """What is held: see ``ledger.models.Activity`` for the fields."""

    key: str
    title: str
    kind: str
    mode: str
    fee_nature: str
    started_on: date
    ended_on: date
    class_hours: Decimal
    held: bool
    owner_id: int | None = None
    district_id: str | None = None
    pilot_id: str | None = None
    facts: dict = field(default_factory=dict)
    """{(district code or None, ActivityFact.Name): value}"""


def take_number(kind, *, actor=None, reason=""):
    """The next Posting. Must run inside a transaction, as its last lock: it queues every other poster until commit."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("take_number needs the transaction of the fact it records")
    head = LedgerHead.objects.select_for_update().get(pk=1)
    head.last_number += 1
    head.save(update_fields=["last_number"])
    return Posting.objects.create(number=head.last_number, posted_at=clock.now(), kind=kind, actor=actor, reason=reason)


@transaction.atomic
def post(activity, entries, *, kind, actor=None, reason=""):
    """Write an activity with its facts and entries as one numbered Posting; returns the Posting.

    Asking again with the same live activity key adds only what is not there yet (an online course gains one entry with each
    completion). Raises DomainError ``ledger.reason`` when a
    correction or supplement gives no reason.
    """
    if kind in (Posting.Kind.CORRECTION, Posting.Kind.SUPPLEMENT) and not reason.strip():
        raise DomainError("ledger.reason", _("更正和补记要写明原因。"))
    posting = take_number(kind, actor=actor, reason=reason)
    row, created = _activity(activity, posting)
    present = set(
        row.entries.as_of().filter(person__in=[e.person_id for e in entries]).values_list("person_id", flat=True)
    )
    fresh = [line for line in entries if line.person_id not in present]
    Entry.objects.bulk_create([entry_of(row, line, posting, reason) for line in fresh])
    ActivityFact.objects.bulk_create(
        ActivityFact(activity=row, district_id=district, name=name, value=value, posting=posting)
        for (district, name), value in activity.facts.items()
    )
    return posting


def _activity(line, posting):
    fields = {
        name: getattr(line, name)
        for name in (
            [
                "title",
                "kind",
                "mode",
                "fee_nature",
                "started_on",
                "ended_on",
                "class_hours",
                "held",
                "owner_id",
                "district_id",
                "pilot_id",
            ]
        )
    }
    live = Activity.objects.as_of().filter(key=line.key).first()
    if live:
        return live, False
    return Activity.objects.create(key=line.key, posting=posting, **fields), True


def entry_of(activity, line, posting, reason):
    """The Entry an EntryLine makes in a live Activity. Not saved."""
    return Entry(
        activity=activity,
        person_id=line.person_id,
        pilot_id=activity.pilot_id,
        **line.organisation,
        kind=activity.kind,
        mode=activity.mode,
        fee_nature=activity.fee_nature,
        owner_id=activity.owner_id,
        class_hours=line.class_hours,
        occurred_on=line.occurred_on,
        posting=posting,
        reason=reason,
    )


@transaction.atomic
def correct(activity_key, *, remove=(), add=(), actor, reason, facts=None):
    """After the fact: reverse the live entries of the persons ``remove`` and write the EntryLines ``add``, as one Posting.

    Counts as of any earlier posting stay what they were. Raises DomainError ``ledger.reason`` without a reason,
    ``ledger.unknown`` when the activity was never posted, ``ledger.not_counted`` when a person to remove has no live entry,
    ``ledger.counted`` when a person to add has one already.
    """
    if not reason.strip():
        raise DomainError("ledger.reason", _("更正要写明原因。"))
    posting = take_number(Posting.Kind.CORRECTION, actor=actor, reason=reason)
    activity = Activity.objects.as_of().filter(key=activity_key).first()
    if activity is None:
        raise DomainError("ledger.unknown", _("这场活动还没有记账，不用更正，直接改就行。"))
    live = {entry.person_id: entry for entry in activity.entries.as_of()}
    for person_id in remove:
        if person_id not in live:
            raise DomainError("ledger.not_counted", _("这个人现在没有计入，不能冲销。"))
    Entry.objects.filter(pk__in=[live.pop(person_id).pk for person_id in remove]).update(reversed_by=posting)
    if any(line.person_id in live for line in add):
        raise DomainError("ledger.counted", _("这个人已经计入这场活动了，一人一场只计一次。"))
    Entry.objects.bulk_create([entry_of(activity, line, posting, reason) for line in add])
    ActivityFact.objects.bulk_create(
        ActivityFact(activity=activity, district_id=district, name=name, value=value, posting=posting)
        for (district, name), value in (facts or {}).items()
    )
    return posting


def last_number():
    """The number of the newest posting (0 on an empty ledger)."""
    return LedgerHead.objects.values_list("last_number", flat=True).get(pk=1)
