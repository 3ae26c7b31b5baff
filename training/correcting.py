"""更正 after closing: attendance, employer or mark of one person changes, the ledger and the certificate follow.

Asked for by one and approved by another through ``training.corrections``; this is the doing of it.
"""

from django.db import transaction
from django.utils.translation import gettext as _

import certificates.services
import ledger.services
from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from ledger.models import Posting

from . import check_in, closing, exams, practice, resits
from .closing import certificate_words, entry_line, facts_of, issue
from .models import Attendance, Registration, Round
from .standing import standing_of, standings


@transaction.atomic
def correct(
    registration_id,
    *,
    actor,
    reason,
    sessions=None,
    results=None,
    membership=None,
    layer="",
    mark=None,
    regraded=False,
):
    """更正 after closing: set attendance of sessions ({Session: state}), ``results`` of practice units ({Session: Result}), the
    membership, the layer or a mark; the ledger follows.

    The old entry is reversed and a new one written when what it says changes; counts as of any earlier posting stay. A
    certificate is issued when the person now passes, revoked when not, and followed by a further version when what it says
    changes. A mark alone changes facts and certificate, never the entry; that of a resit is posted as a supplement: it came late,
    nothing was wrong (docs/counting.md, 四). ``regraded``: the exam was marked anew, or the mark had been
    written wrong, so something was. Returns the Posting, or None
    when nothing that counts has changed. Raises DomainError ``reason.missing``, ``round.not_closed``, ``mark.range``,
    ``mark.foreign`` (a session of another round) or ``correction.not_listed`` (no seat in the round).
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("更正要写明原因，例如“3月12日签退漏扫，签到表有签名”。"))
    round_id = Registration.objects.values_list("round", flat=True).get(pk=registration_id)
    round_ = Round.objects.select_for_update().select_related("owner").get(pk=round_id)
    if round_.state not in (Round.State.CLOSED, Round.State.ARCHIVED):
        raise DomainError("round.not_closed", _("这个班还没结班，直接改考勤就行，不用开更正单。"))
    sessions, results = sessions or {}, results or {}
    if any(session.round_id != round_.pk for session in [*sessions, *results]):
        raise DomainError("mark.foreign", _("这个课次不是这个班的，请重新选课次。"))
    people = standings(round_)
    before = _one(people, registration_id)
    said = facts_of(round_, people)
    row = before.registration
    for session, state in sessions.items():
        check_in.set_attendance(row, session, state, actor=actor, reason=reason, method=Attendance.Method.MANUAL)
    practice.put(row, results, actor=actor, reason=reason)
    if membership is not None or layer:
        _move(registration_id, membership, layer)
    if mark is not None:
        closing.check_mark(mark)
        _mark(row, mark, regraded, actor)
    # Nobody else of the round has moved.
    after = standing_of(row)
    corrected = [after if person is before else person for person in people]
    record(
        actor,
        "training.correct",
        row,
        changes={
            "hours": [str(before.credited), str(after.credited)],
            "counts": [before.counts, after.counts],
            "mark": [str(row.mark), str(after.registration.mark)],
        },
        reason=reason,
    )
    _correct_certificate(round_, before, after, actor, reason)
    old, new = entry_line(round_, before), entry_line(round_, after)
    moved = before.counts != after.counts or (after.counts and old != new)
    facts = _changed(said, facts_of(round_, corrected))
    if not moved and not facts:
        return None
    if mark is not None and not (regraded or sessions or results or membership or layer):
        line = closing.activity_line(round_, corrected, facts)
        return ledger.services.post(line, [], kind=Posting.Kind.SUPPLEMENT, actor=actor, reason=reason)
    return ledger.services.correct(
        round_.activity_key,
        remove=[row.person_id] if moved and before.counts else [],
        add=[new] if moved and after.counts else [],
        actor=actor,
        reason=reason,
        facts=facts,
    )


def _one(people, registration_id):
    for person in people:
        if person.registration.pk == registration_id:
            return person
    raise DomainError("correction.not_listed", _("这个人没有座位（已取消或在候补），更正不了；请核对是不是选错了人。"))


def _mark(row, mark, regraded, actor):
    """A resit's mark is kept beside the first, the better of the two holds; what a hand wrote wrong was never a first try."""
    first = row.first_mark
    if not regraded:
        resits.take(row, mark, actor=actor)
        better = max(mark, mark if row.mark is None else row.mark)
    else:
        better = mark
        if first == row.mark and exams.graded_attempt(row) is None:
            first = mark
    Registration.objects.filter(pk=row.pk).update(mark=better, first_mark=mark if first is None else first)


def _move(registration_id, membership, layer):
    row = Registration.objects.get(pk=registration_id)
    if membership is not None:
        row.membership = membership
        row.take_organisation(membership)
    row.layer = layer or row.layer
    row.frozen_at = row.frozen_at or clock.now()
    row.save()


def _changed(old, new):
    """The facts whose value is another now; one that nobody has any more is 0."""
    return {key: new.get(key, 0) for key in old.keys() | new.keys() if old.get(key, 0) != new.get(key, 0)}


def _correct_certificate(round_, before, after, actor, reason):
    row = after.registration
    is_valid = row.certificate is not None and not row.certificate.revoked
    if after.passes and not is_valid:
        # Somebody decided that it be revoked: it does not come back by itself.
        if row.certificate is None or not certificates.services.revoked_by_decision(row.certificate):
            issue(round_, [after], actor)
    elif after.passes:
        said, says = certificate_words(round_, before), certificate_words(round_, after)
        changes = {name: text for name, text in says.items() if text != said[name]}
        if changes:
            row.certificate = certificates.services.correct(row.certificate, changes, actor=actor, reason=reason)
            row.save(update_fields=["certificate"])
    elif is_valid:
        certificates.services.revoke(row.certificate, actor=actor, reason=reason)
