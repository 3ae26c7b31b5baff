"""更正单: what it would change is shown first; a second person approves; then ``correcting`` does it and people are told."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from enterprises.models import Appointment, Role
from enterprises.services import person_of
from notices.services import notify

from . import closing, correcting
from .models import Attendance, Correction, Registration, Round, Session

State = Correction.State


def _sessions_of(row, sessions):
    """{Session: state} of the stored mapping. Raises DomainError ``correction.what`` for what is not of this round."""
    found = {str(one.pk): one for one in Session.objects.filter(round=row.round_id, pk__in=sessions)}
    if len(found) != len(sessions) or any(state not in Attendance.State.values for state in sessions.values()):
        raise DomainError("correction.what", _("请选要更正的课次和考勤。"))
    return {found[pk]: state for pk, state in sessions.items()}


def _standing(row):
    standing = closing.standing_of(Registration.objects.select_related("round").get(pk=row.pk))
    paper = standing.registration.certificate
    paper = "" if paper is None or paper.revoked else f"{paper.number}（第 {paper.version} 版）"
    mark = standing.registration.mark
    return {
        "hours": closing.plain(standing.credited),
        "counts": standing.counts,
        "passes": standing.passes,
        "mark": None if mark is None else closing.plain(mark),
        "paper": paper,
    }


def _carry_out(row, sessions, mark, *, actor, reason):
    """(what changes as {name: [before, after]}, the Posting or None): done, inside the caller's transaction."""
    before = _standing(row)
    posting = correcting.correct(row.pk, actor=actor, reason=reason, sessions=_sessions_of(row, sessions), mark=mark)
    after = _standing(row)
    # A new certificate's number is taken in order: which one it is says nothing about what is approved.
    before["paper"], after["paper"] = bool(before["paper"]), _kind(before["paper"], after["paper"])
    return {name: [before[name], after[name]] for name in before}, posting


def _kind(before, after):
    """What happens to the certificate: "", "issued", "revoked" or "corrected"."""
    if before == after:
        return ""
    return "issued" if not before else "revoked" if not after else "corrected"


def preview(registration, sessions, mark, *, actor, reason):
    """What a correction would change, by doing it and taking it back; nothing stays. ``{name: [before, after]}`` with the names of
    ``Correction.preview``. Raises what ``correcting.correct`` raises."""
    with transaction.atomic():
        changes, _posting = _carry_out(registration, sessions, mark, actor=actor, reason=reason)
        transaction.set_rollback(True)
    return changes


def ask(registration_id, *, actor, reason, sessions=None, mark=None):
    """提出更正: kept with what it would change until somebody else decides; returns the Correction.

    Raises DomainError ``correction.what`` when nothing is asked for, ``correction.nothing`` when it changes nothing,
    ``correction.open`` while an earlier one of this person waits, and those of ``correcting.correct``.
    """
    sessions = sessions or {}
    if not sessions and mark is None:
        raise DomainError("correction.what", _("请选要更正的课次和考勤，或填补考成绩。"))
    row = Registration.objects.select_related("round").get(pk=registration_id)
    try:
        with transaction.atomic():
            Round.objects.select_for_update(of=("self",)).get(pk=row.round_id)
            same = {
                str(session): state
                for session, state in row.attendances.values_list("session", "state")
                if sessions.get(str(session)) == state
            }
            if len(same) == len(sessions) and (mark is None or mark == row.mark):
                raise DomainError("correction.nothing", _("和现在的记录一样，没有要更正的。"))
            changes = preview(row, sessions, mark, actor=actor, reason=reason)
            correction = Correction.objects.create(
                registration=row, sessions=sessions, mark=mark, reason=reason, preview=changes, asked_by=actor
            )
            record(actor, "training.correction_ask", correction, reason=reason)
            _call(correction, row)
    except IntegrityError:
        raise DomainError("correction.open", _("这位学员已有一张更正单在等批，请先批了或撤回，再开新的。")) from None
    return correction


def _call(correction, row):
    """The heads of the organiser other than who asked are told that somebody has to decide."""
    heads = Appointment.objects.in_force().filter(role=Role.PROVIDER_ADMIN, organiser=row.round.owner_id)
    people = heads.exclude(user=correction.asked_by_id).values_list("user__person", flat=True)
    words = {"round": row.round.title, "reason": correction.reason}
    event = f"correction:{correction.pk}:asked"
    url = reverse("desk:correction", args=[correction.pk])
    notify([pk for pk in people if pk], "correction.asked", event=event, words=words, subject=event, url=url)


def _open(correction_id):
    """The Correction and its round's lock. Raises DomainError ``correction.decided``."""
    round_id = Correction.objects.values_list("registration__round", flat=True).get(pk=correction_id)
    Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    correction = Correction.objects.select_for_update(of=("self",)).select_related("registration").get(pk=correction_id)
    if correction.state != State.ASKED:
        raise DomainError(
            "correction.decided", _("这张更正单%(state)s，不用再批。") % {"state": correction.get_state_display()}
        )
    return correction


def _second_person(correction, actor):
    person = person_of(actor)
    if actor.pk == correction.asked_by_id:
        raise DomainError("correction.own", _("自己提的更正单要别人来批，请同单位的同事或市级管理员批。"))
    if person is not None and person.pk == correction.registration.person_id:
        raise DomainError("correction.own", _("更正的就是您本人，请别人来批。"))


def approve(correction_id, *, actor):
    """批: does it, if it still changes what was shown; returns the Correction.

    When something else changed meanwhile it stays open with the new preview, and ``correction.moved`` is raised. Raises
    DomainError ``correction.own`` for who asked (or is concerned), ``correction.decided`` the second time.
    """
    with transaction.atomic():
        correction = _open(correction_id)
        _second_person(correction, actor)
        row = correction.registration
        point = transaction.savepoint()
        changes, posting = _carry_out(row, correction.sessions, correction.mark, actor=actor, reason=correction.reason)
        moved = changes != correction.preview
        if moved:
            transaction.savepoint_rollback(point)
            correction.preview = changes
            correction.save(update_fields=["preview"])
        else:
            transaction.savepoint_commit(point)
            correction.posting = posting
            _decide(correction, State.APPROVED, actor, "")
            _tell(correction)
    if moved:
        raise DomainError(
            "correction.moved", _("提出以后别的更正先记了账，结果和原来看到的不一样了；新的结果在这里，看过再批。")
        )
    return correction


@transaction.atomic
def refuse(correction_id, *, actor, reason):
    """不批, with the reason. Raises DomainError ``reason.missing``, ``correction.own``, ``correction.decided``."""
    if not reason.strip():
        raise DomainError("reason.missing", _("不批要写明原因，提的人看得到。"))
    correction = _open(correction_id)
    _second_person(correction, actor)
    _decide(correction, State.REFUSED, actor, reason.strip()[:300])
    _tell(correction)
    return correction


@transaction.atomic
def withdraw(correction_id, *, actor):
    """撤回 by who asked. Raises DomainError ``correction.foreign``, ``correction.decided``."""
    correction = _open(correction_id)
    if correction.asked_by_id != actor.pk:
        raise DomainError("correction.foreign", _("只有提的人能撤回；不同意请点“不批”，写明原因。"))
    _decide(correction, State.WITHDRAWN, actor, "")
    return correction


def _decide(correction, state, actor, decision):
    correction.state = state
    correction.decided_by = actor
    correction.decided_at = clock.now()
    correction.decision = decision
    correction.save()
    record(actor, f"training.correction_{state}", correction, reason=decision)


def _tell(correction):
    """Who asked hears how it was decided; the person concerned hears what is different now."""
    round_ = Round.objects.get(pk=correction.registration.round_id)
    words = {
        "round": round_.title,
        "state": correction.get_state_display(),
        "reason": correction.decision or correction.reason,
    }
    event = f"correction:{correction.pk}"
    url = reverse("desk:correction", args=[correction.pk])
    asker = person_of(correction.asked_by)
    if asker is not None:
        notify([asker.pk], "correction.decided", event=event, words=words, subject=event, url=url)
    if correction.state == State.APPROVED:
        mine = reverse("rounds:detail", args=[round_.pk])
        person = correction.registration.person_id
        notify([person], "correction.done", event=f"{event}:person", words=words, subject=event, url=mine)
