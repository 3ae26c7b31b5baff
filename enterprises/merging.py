"""Two rows for one human being or one enterprise become one, and can be taken apart again.

The loser's row stays, marked with the one it was merged into, and holds what cannot be had twice (a second phone, a cancelled
registration). Every table that hangs on it follows by ``core.registry.merge_persons`` and ``merge_enterprises``; the ledger is
written last, as one numbered posting, so figures as of an earlier posting stay (docs/counting.md, 合并).
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, registry
from core.audit_trail import record
from core.exceptions import DomainError
from core.merging import Merging, Moves, hanging, in_order
from core.text import mask_name

from .models import (
    Appointment,
    Assistance,
    AssistanceNeed,
    AssistanceStep,
    Conflict,
    EligibilityCheck,
    Enterprise,
    Expert,
    FormerIdentity,
    ImportBatch,
    Membership,
    Merge,
    MergeKind,
    NotSame,
    Person,
)
from .policies.giving import may_merge

MODELS = {MergeKind.PERSON: Person, MergeKind.ENTERPRISE: Enterprise}


def parts_of(kind):
    """The MergeParts of a kind, in the order they run."""
    return in_order(registry.merge_persons if kind == MergeKind.PERSON else registry.merge_enterprises)


@dataclass(frozen=True)
class Preview:
    """What a merge would do: ``lines`` of (what, rows of the loser, rows of the winner), and why it is refused, if it is."""

    winner: object
    loser: object
    lines: list
    refusal: str


def preview(kind, winner, loser):
    """The Preview of merging ``loser`` into ``winner``. Writes nothing; one query for each table."""
    refusal = ""
    try:
        _check(kind, winner, loser)
    except DomainError as refused:
        refusal = refused.sentence
    lines = [line for part in parts_of(kind) for line in part.preview(winner, loser)]
    return Preview(winner, loser, lines, refusal)


def _check(kind, winner, loser):
    if winner.pk == loser.pk:
        raise DomainError("merge.same", _("选的是同一条，不用合并。"))
    for row in (winner, loser):
        if row.merged_into_id:
            raise DomainError("merge.gone", _("“%(name)s”已经并入别的了，请刷新后再看。") % {"name": row.name})
    if kind == MergeKind.PERSON:
        if winner.erased_at or loser.erased_at:
            raise DomainError("merge.erased", _("已注销的人员不能合并：他的信息已按本人要求删除。"))
        if winner.user_id and loser.user_id:
            raise DomainError(
                "merge.two_logins",
                _("两边都有登录账号，不能合并；请本人在“我的”里注销不用的那个账号，再来合并。"),
            )


@transaction.atomic
def merge(actor, kind, winner_id, loser_id, *, reason):
    """Merge the loser into the winner; returns the Merge. Asking again returns the same one.

    Raises DomainError ``reason.missing``, ``merge.not_yours``, ``merge.same``, ``merge.gone`` (either was merged meanwhile),
    ``merge.erased``, ``merge.two_logins``, and what a part refuses (``merge.trainer``).
    """
    kind = MergeKind(kind)
    if not reason.strip():
        raise DomainError("reason.missing", _("合并要写依据，例如“同一人换了手机号，本人电话确认”。"))
    winner, loser = _locked(kind, winner_id, loser_id)
    if loser.merged_into_id == winner.pk:
        return Merge.objects.get(kind=kind, loser_id=loser.pk, undone_at=None)
    if not may_merge(actor, kind, winner, loser):
        raise DomainError("merge.not_yours", _("两边都在您管的范围里才能合并，请找市级管理员。"))
    _check(kind, winner, loser)
    reason = reason.strip()[:200]
    merging = Merging(winner, loser, actor, _("合并：%(reason)s") % {"reason": reason})
    counts = [line for part in parts_of(kind) for line in part.preview(winner, loser)]
    for part in parts_of(kind):
        part.move(merging)
    row = Merge.objects.create(
        kind=kind,
        winner_id=winner.pk,
        loser_id=loser.pk,
        reason=reason,
        moved={
            "steps": merging.moves.steps,
            "notes": merging.notes,
            "counts": [[str(what), n] for what, n, _own in counts if n],
        },
        merged_by=actor,
        merged_at=clock.now(),
    )
    record(actor, f"{kind}.merge", loser, changes={"merged_into": ["", str(winner.pk)]}, reason=reason)
    return row


@transaction.atomic
def undo(actor, merge_id, *, reason):
    """Take a merge apart: every row and every figure as before; returns the Merge. Asking twice is success.

    Raises DomainError ``reason.missing``, ``merge.not_yours``, ``merge.later`` (another merge of either since), and what
    cannot be put back: ``merge.changed``, ``merge.corrected``, ``merge.seats``.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("撤销合并要写原因，例如“核对身份，确是两个人”。"))
    known = Merge.objects.get(pk=merge_id)
    winner, loser = _locked(known.kind, known.winner_id, known.loser_id)
    row = Merge.objects.select_for_update().get(pk=merge_id)
    if row.undone_at:
        return row
    if not may_merge(actor, row.kind, winner, loser):
        raise DomainError("merge.not_yours", _("这次合并不在您管的范围里，请找市级管理员。"))
    both = [winner.pk, loser.pk]
    later = Merge.objects.filter(kind=row.kind, pk__gt=row.pk, undone_at=None)
    if later.filter(winner_id__in=both).exists() or later.filter(loser_id__in=both).exists():
        raise DomainError("merge.later", _("这以后又合并过其中一个，请先撤销后面那次。"))
    reason = reason.strip()[:200]
    merging = Merging(winner, loser, actor, _("撤销合并：%(reason)s") % {"reason": reason}, notes=row.moved["notes"])
    Moves(row.moved["steps"]).put_back()
    for part in parts_of(row.kind):
        if part.put_back:
            part.put_back(merging)
    row.undone_by, row.undone_at = actor, clock.now()
    row.moved["notes"] = merging.notes
    row.save(update_fields=["undone_by", "undone_at", "moved"])
    record(actor, f"{row.kind}.unmerge", loser, changes={"merged_into": [str(winner.pk), ""]}, reason=reason)
    return row


def _locked(kind, winner_id, loser_id):
    # In the order of the keys: A into B and B into A at once queue. Not FOR UPDATE: closing a round, whose lock this
    # transaction waits for, points at these rows with new certificates and must not wait for it in turn.
    rows = MODELS[kind].objects.select_for_update(no_key=True).filter(pk__in=[winner_id, loser_id]).order_by("pk")
    found = {row.pk: row for row in rows}
    try:
        return found[int(winner_id)], found[int(loser_id)]
    except KeyError:
        raise DomainError("merge.gone", _("要合并的那条找不到了，请刷新后再看。")) from None


# What this app does --------------------------------------------------------------------------------------------------

person_preview = hanging(("enterprises.membership", "person"), ("enterprises.expert", "person"))
enterprise_preview = hanging(
    ("enterprises.membership", "enterprise"),
    ("enterprises.appointment", "enterprise"),
    ("enterprises.assistance", "enterprise"),
    ("enterprises.conflict", "enterprise"),
    ("enterprises.eligibilitycheck", "enterprise"),
    ("enterprises.formeridentity", "enterprise"),
    ("enterprises.importbatch", "enterprise"),
)


def move_person(merging):
    """Memberships, expert, login and phone of the loser, and who was merged into the loser before."""
    moves, winner, loser = merging.moves, merging.winner, merging.loser
    moves.point(Person, "merged_into", merging)
    _memberships(merging, "person", "enterprise_id")
    _expert(merging)
    login = loser.user
    if login:
        moves.set(loser, user=None)
        moves.set(winner, user=login)
    own, other = winner.phone, loser.phone
    if other and (own is None or (login and login.phone == other)):
        # A proved phone is worth more than a listed one. The one left over stays with the loser: lists that name it find
        # the one person through it.
        moves.set(loser, phone=None)
        moves.set(winner, phone=other)
        if own:
            moves.set(loser, phone=own)
    moves.set(loser, merged_into=winner)


def move_enterprise(merging):
    """Memberships, appointments, assistance, conflicts, checks and former names of the loser."""
    moves, loser = merging.moves, merging.loser
    moves.point(Enterprise, "merged_into", merging)
    _memberships(merging, "enterprise", "person_id")
    for model in (Appointment, Conflict, EligibilityCheck, FormerIdentity, ImportBatch):
        moves.point(model, "enterprise", merging)
    _assistances(merging)
    moves.set(loser, merged_into=merging.winner, status=Enterprise.Status.MERGED)


def _memberships(merging, side, other):
    """One open membership for each person and enterprise: the winner's; the loser's beside it ends today."""
    open_now = Membership.objects.open()
    own = open_now.filter(**{side: merging.winner}).values(other)
    for row in open_now.filter(**{side: merging.loser, f"{other}__in": own}).select_for_update().order_by("pk"):
        merging.moves.set(row, ended_on=max(row.started_on, clock.today()))
    merging.moves.point(Membership, side, merging)


def _expert(merging):
    own = Expert.objects.filter(person=merging.winner).first()
    other = Expert.objects.filter(person=merging.loser).first()
    if other is None:
        return
    if own is None:
        merging.moves.set(other, person=merging.winner)
        return
    both = Merging(own, other, moves=merging.moves)
    for model in (Conflict, Assistance):
        merging.moves.point(model, "expert", both)
    merging.moves.set(other, active=False)


def _assistances(merging):
    """One row of the 帮扶台账 for each year: the winner's, with the loser's needs and steps; the loser's beside it is withdrawn."""
    own = {row.year: row for row in Assistance.objects.filter(enterprise=merging.winner)}
    for row in Assistance.objects.filter(enterprise=merging.loser, year__in=list(own)).order_by("pk"):
        mine = own[row.year]
        both = Merging(mine, row, moves=merging.moves)
        for model in (AssistanceNeed, AssistanceStep):
            merging.moves.point(model, "assistance", both)
        taken = {
            name: getattr(row, name)
            for name in ("organiser_id", "expert_id")
            if getattr(mine, name) is None and getattr(row, name) is not None
        }
        if row.entered_on < mine.entered_on:
            taken["entered_on"] = row.entered_on
        if mine.withdrawn_on and not row.withdrawn_on:
            taken["withdrawn_on"] = None
        if taken:
            merging.moves.set(mine, **taken)
        merging.moves.set(row, withdrawn_on=row.withdrawn_on or clock.today())
    alone = Assistance.objects.exclude(year__in=list(own))
    merging.moves.point(Assistance, "enterprise", merging, alone)


# Not the same --------------------------------------------------------------------------------------------------------


@transaction.atomic
def not_same(actor, kind, one_id, other_id, *, reason=""):
    """Remember that two rows were looked at and are two; returns the NotSame. Asking again changes nothing.

    Raises DomainError ``merge.same``, ``merge.gone``, ``merge.not_yours``.
    """
    kind = MergeKind(kind)
    one, other = _locked(kind, one_id, other_id)
    if one.pk == other.pk:
        raise DomainError("merge.same", _("选的是同一条。"))
    if not may_merge(actor, kind, one, other):
        raise DomainError("merge.not_yours", _("两边都在您管的范围里才能核定，请找市级管理员。"))
    lower, upper = sorted([one.pk, other.pk])
    row, created = NotSame.objects.get_or_create(
        kind=kind,
        lower_id=lower,
        upper_id=upper,
        defaults={"reviewed_by": actor, "reviewed_at": clock.now(), "reason": reason.strip()[:200]},
    )
    if created:
        record(actor, f"{kind}.not_same", row, changes={"pair": ["", _names(kind, one, other)]}, reason=row.reason)
    return row


@transaction.atomic
def review_again(actor, not_same_id):
    """Forget a NotSame: the pair is shown again. Asking twice is success. Raises DomainError ``merge.not_yours``."""
    row = NotSame.objects.select_for_update().filter(pk=not_same_id).first()
    if row is None:
        return
    one, other = _locked(row.kind, row.lower_id, row.upper_id)
    if not may_merge(actor, row.kind, one, other):
        raise DomainError("merge.not_yours", _("这一对不在您管的范围里，请找市级管理员。"))
    record(actor, f"{row.kind}.review_again", row, changes={"pair": [_names(row.kind, one, other), ""]})
    row.delete()


def _names(kind, one, other):
    show = mask_name if kind == MergeKind.PERSON else str
    return f"{show(one.name)} {one.pk} / {show(other.name)} {other.pk}"
