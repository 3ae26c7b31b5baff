"""The verbs of registration. Seats and quotas are exact under any concurrency: every verb holds the round's row lock."""

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError

from .models import Registration, RegistrationChange, Round

STAFF_STATES = {Round.State.PLANNED, Round.State.OPEN, Round.State.FULL, Round.State.RUNNING}
"""States in which staff may still put a person on the list (a walk-in registers while the class runs)."""


def _change(registration, state, actor, reason=""):
    registration.state = state
    RegistrationChange.objects.create(
        registration=registration, state=state, actor=actor, reason=reason, at=clock.now()
    )


@transaction.atomic
def register(round_id, person, membership, *, actor, by_staff=False):
    """Put a person on the list of a round, or in the queue when the seats are taken; returns the Registration.

    Asking twice is success and returns the same row; a cancelled registration is reused at the end of the queue. Raises
    DomainError ``round.not_open`` (registration is not open), ``round.trainer`` (the person teaches it) or ``round.quota``
    (the enterprise's places are used up).
    """
    round_ = Round.objects.select_for_update().get(pk=round_id)
    if round_.state not in (STAFF_STATES if by_staff else {Round.State.OPEN}):
        raise DomainError(
            "round.not_open",
            _("这个班现在是“%(state)s”，不能报名；请另选一个班。") % {"state": round_.get_state_display()},
        )
    if round_.trainers.filter(pk=person.pk).exists():
        raise DomainError("round.trainer", _("讲师和工作人员不作为学员报名，也不计入人次。"))
    known = Registration.objects.filter(round=round_, person=person).first()
    if known and known.state != Registration.State.CANCELLED:
        return known
    row = known or Registration(round=round_, person=person)
    if row.frozen_at is None:
        # Who was signed in before cancelling stays where that sign-in froze them.
        row.membership = membership
        row.take_organisation(membership)
    enterprise_id = row.enterprise_id
    live = Registration.objects.filter(round=round_).exclude(state=Registration.State.CANCELLED)
    used = live.aggregate(
        seats=Count("pk", filter=Q(state=Registration.State.REGISTERED)),
        ours=Count("pk", filter=Q(enterprise=enterprise_id)),
    )
    if round_.quota_per_enterprise and enterprise_id and used["ours"] >= round_.quota_per_enterprise:
        raise DomainError(
            "round.quota",
            _("每家企业最多报 %(n)s 人，贵单位的名额已经用完；可以先取消一位，再报这位。")
            % {"n": round_.quota_per_enterprise},
        )
    state = Registration.State.REGISTERED if used["seats"] < round_.seats else Registration.State.WAITING
    # The queue's order counts cancelled rows too: a number once given is never given again.
    last = Registration.objects.filter(round=round_).aggregate(n=Max("sequence"))["n"] or 0
    row.sequence = last + 1
    row.state = state
    row.registered_at = clock.now()
    row.save()
    _change(row, state, actor)
    return row


@transaction.atomic
def cancel(registration_id, *, actor, reason=""):
    """Take a person off the list; the first in the queue moves up. Asking twice is success.

    Attendance already taken stays and does not count. Raises DomainError ``round.closed`` when the round has been posted.
    """
    row = Registration.objects.select_related("round").get(pk=registration_id)
    round_ = Round.objects.select_for_update().get(pk=row.round_id)
    row.refresh_from_db(fields=["state"])
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，名单不能再改；数字有错请开更正单。"))
    if row.state == Registration.State.CANCELLED:
        return row
    _change(row, Registration.State.CANCELLED, actor, reason)
    row.save(update_fields=["state"])
    promote(round_, actor)
    return row


def promote(round_, actor):
    """Give free seats of a round (whose lock the caller holds) to the first in the queue."""
    taken = Registration.objects.on_the_list().filter(round=round_).count()
    queue = Registration.objects.filter(round=round_, state=Registration.State.WAITING).order_by("sequence")
    for row in queue[: max(round_.seats - taken, 0)]:
        _change(row, Registration.State.REGISTERED, actor, _("有人取消，按先后递补"))
        row.save(update_fields=["state"])
