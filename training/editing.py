"""Changing what a round is, after it was made."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit_trail import record
from core.exceptions import DomainError

from . import clashes, registration
from .models import Round

FROZEN_BY_NUMBER = ("kind",)
"""What the number was given for."""


@transaction.atomic
def change_round(round_id, *, actor, trainers=None, co_organisers=None, quotas=None, confirmed=(), **fields):
    """Give fields of a round other values; returns the Round. What is the same is not written; nothing changed, nothing logged.

    ``trainers`` and ``co_organisers`` None: as they are. Raises DomainError ``round.closed``, ``round.kind`` (it has its number),
    ``seats.taken`` and ``schedule.clash``.
    """
    clashes.one_at_a_time()
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班或取消，不能再改；数字有错请开更正单。"))
    seats = fields.pop("seats", round_.seats)
    changes = {}
    for name, value in fields.items():
        before = getattr(round_, name)
        if before == value:
            continue
        if name in FROZEN_BY_NUMBER and round_.number is not None:
            raise DomainError("round.kind", _("已经按类型编了轮次号，类型不能再改；确实办错了请取消，另建一个班。"))
        changes[name] = [_plain(before), _plain(value)]
        setattr(round_, name, value)
    round_.save()
    before = set(round_.trainers.values_list("pk", flat=True))
    if trainers is not None and {person.pk for person in trainers} != before:
        _not_listed(round_, trainers)
        round_.trainers.set(trainers)
        changes["trainers"] = [sorted(before), sorted(person.pk for person in trainers)]
        for session in round_.sessions.prefetch_related("trainers"):
            session.trainers.set([person for person in session.trainers.all() if person in trainers])
    if co_organisers is not None:
        round_.co_organisers.set(co_organisers)
    if changes.keys() & {"trainers", "venue"}:
        keys = list(round_.trainers.values_list("pk", flat=True))
        slots = [clashes.slot_of(one, keys) for one in round_.sessions.prefetch_related("trainers")]
        # The days were settled when the sessions were planned.
        clashes.check(slots, venue=round_.venue, round_=round_, confirmed={*confirmed, *clashes.MAY_CONFIRM})
    if changes:
        record(actor, "round.change", round_, changes=changes)
    if quotas is not None or seats != round_.seats:
        registration.set_seats(round_.pk, seats, quotas or {}, actor=actor)
    return Round.objects.get(pk=round_.pk)


def _not_listed(round_, trainers):
    listed = round_.registrations.live().filter(person__in=trainers).select_related("person").first()
    if listed:
        raise DomainError(
            "round.trainer",
            _("%(name)s 在这个班的学员名单上，不能又当讲师；请先从名单取消。") % {"name": listed.person.name},
        )


def _plain(value):
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(getattr(value, "pk", value))
