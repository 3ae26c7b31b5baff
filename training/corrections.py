"""更正单: what it would change is shown first; a second person approves; then ``correcting`` does it and people are told."""

from calendar import monthrange
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from enterprises.models import Appointment, Role
from enterprises.services import assign, person_of
from ledger.counts import Scope
from notices.services import notify

from . import correcting, exams
from .models import Attendance, Correction, PracticeResult, Registration, Round, Session
from .standing import plain, standing_of

State = Correction.State

AT_ONCE = 50
"""Corrections asked for, or approved, by one tap: each tries out or does the whole of it, a third of a second on a busy machine."""

FIGURES = {
    "person_times": Count("pk"),
    "persons": Count("person", distinct=True),
    "enterprises": Count("enterprise", distinct=True),
    "class_hours": Sum("class_hours"),
}
"""What the preview says of a month: 人次, 人数, 家数, 学时 (docs/counting.md, 一)."""


def _sessions_of(row, wanted, values):
    """{Session: state or result} of a stored mapping. Raises DomainError ``correction.what`` for what is not of this round."""
    found = {str(one.pk): one for one in Session.objects.filter(round=row.round_id, pk__in=wanted)}
    if len(found) != len(wanted) or any(value not in values for value in wanted.values()):
        raise DomainError("correction.what", _("请选要更正的课次，以及考勤或实操评定。"))
    return {found[pk]: value for pk, value in wanted.items()}


def _standing(row):
    standing = standing_of(Registration.objects.select_related("round").get(pk=row.pk))
    fresh, words = standing.registration, dict(PracticeResult.Result.choices)
    paper = fresh.certificate
    paper = "" if paper is None or paper.revoked else f"{paper.number}（第 {paper.version} 版）"
    return {
        "hours": plain(standing.credited),
        "counts": standing.counts,
        "passes": standing.passes,
        "mark": None if fresh.mark is None else plain(fresh.mark),
        "practice": "、".join(
            f"{unit.number} {words[standing.practice[unit.pk]]}"
            for unit in standing.units
            if unit.pk in standing.practice
        ),
        "enterprise": fresh.enterprise.name if fresh.enterprise else "",
        "district": fresh.district_id or "",
        "layer": fresh.layer,
        "paper": paper,
    }


def _figures(round_, districts):
    """{(district key or "" for the city, figure): value as text} of the month the round counts in (rule A1). A query a district."""
    day = round_.ends_on
    month = {"start": day.replace(day=1), "end": day.replace(day=monthrange(day.year, day.month)[1])}
    figures = {}
    for district in ["", *sorted(districts - {""})]:
        # Of the database: what is being tried out here and taken back must not reach the packed columns.
        entries = Scope(district=district or None, **month).entries()
        for name, value in entries.aggregate(**FIGURES).items():
            figures[district, name] = plain(Decimal(value or 0))
    return figures


def _membership(correction):
    """The Membership the person is counted by from now on, None when the employer stays.

    The one that held while the round ran; where there is none, it begins today and the enterprise confirms it.
    """
    firm, round_ = correction.enterprise, correction.registration.round
    if firm is None:
        return None
    person = correction.registration.person
    known = person.memberships.filter(enterprise=firm).select_related("enterprise")
    then = known.filter(Q(ended_on=None) | Q(ended_on__gte=round_.starts_on), started_on__lte=round_.ends_on)
    found = then.first() or known.first()
    layer = correction.layer or correction.registration.layer
    return found or assign(person, {"enterprise": firm, "layer": layer}, confirmed=False)


def _carry_out(correction, *, actor):
    """(what changes, as in ``Correction.preview``; the Posting or None): done, inside the caller's transaction.

    Raises DomainError ``correction.stale`` when the exam no longer gives the mark that was asked for.
    """
    row = Registration.objects.select_related("round", "person").get(pk=correction.registration_id)
    if correction.regraded:
        exams.check_marked_anew(row, correction.mark)
    before = _standing(row)
    correction.registration = row
    membership = _membership(correction)
    districts = {before["district"], membership.enterprise.district_id if membership else ""}
    counted = _figures(row.round, districts)
    posting = correcting.correct(
        row.pk,
        actor=actor,
        reason=correction.reason,
        sessions=_sessions_of(row, correction.sessions, Attendance.State.values),
        results=_sessions_of(row, correction.practice, PracticeResult.Result.values),
        membership=membership,
        layer=correction.layer,
        mark=correction.mark,
        regraded=correction.regraded,
    )
    after = _standing(row)
    # A new certificate's number is taken in order: which one it is says nothing about what is approved.
    before["paper"], after["paper"] = bool(before["paper"]), _kind(before["paper"], after["paper"])
    changes = {name: [before[name], after[name]] for name in before}
    changes["figures"] = [
        [district, name, counted[district, name], value]
        for (district, name), value in _figures(row.round, districts).items()
        if value != counted[district, name]
    ]
    return changes, posting


def _outcome(changes):
    """What is approved: everything but the figures, which move with everybody's entries."""
    return {name: said for name, said in changes.items() if name != "figures"}


def _kind(before, after):
    """What happens to the certificate: "", "issued", "revoked" or "corrected"."""
    if before == after:
        return ""
    return "issued" if not before else "revoked" if not after else "corrected"


def preview(correction, *, actor):
    """What a Correction would change (it need not be saved), by doing it and taking it back; nothing stays. As in
    ``Correction.preview``. Raises DomainError ``correction.what`` when nothing is asked for, ``correction.nothing`` when all is as
    it is already, ``correction.lower`` of a resit that came out lower, ``correction.stale``, and those of ``correcting.correct``."""
    _check(correction)
    with transaction.atomic():
        changes, _posting = _carry_out(correction, actor=actor)
        transaction.set_rollback(True)
    return changes


def _check(correction):
    """Something is asked for, and it is not so already."""
    row, sessions, mark = correction.registration, correction.sessions, correction.mark
    firm, layer = correction.enterprise, correction.layer
    if not sessions and not correction.practice and mark is None and firm is None and not layer:
        raise DomainError("correction.what", _("请选要更正的课次和考勤，或填实操、成绩、单位、层级。"))
    now = {str(session): state for session, state in row.attendances.values_list("session", "state")}
    same = all(now.get(session) == state for session, state in sessions.items())
    judged = row.practice_results.live().values_list("session", "result") if correction.practice else ()
    said = {str(session): result for session, result in judged}
    same = same and all(said.get(session) == result for session, result in correction.practice.items())
    same = same and mark in (None, row.mark) and layer in ("", row.layer)
    if not correction.regraded and None not in (mark, row.mark) and mark < row.mark:
        raise DomainError(
            "correction.lower",
            _("补考和原来的成绩取高的算，原来的 %(mark)s 分更高，不用更正；原来的登错了，请勾“原来的成绩登错了”。")
            % {"mark": plain(row.mark)},
        )
    if same and (firm is None or firm.pk == row.enterprise_id):
        raise DomainError("correction.nothing", _("和现在的记录一样，没有要更正的。"))


def ask(registration_id, *, actor, reason, told=True, **asked):
    """提出更正: kept with what it would change until somebody else decides; returns the Correction.

    ``asked`` are fields of ``Correction``: ``sessions``, ``practice``, ``mark``, ``regraded``, ``enterprise``, ``layer``. Without
    ``told`` nobody is called to decide. Raises DomainError ``correction.open`` while an earlier one of this person waits, and those of
    ``preview``.
    """
    row = Registration.objects.select_related("round").get(pk=registration_id)
    try:
        with transaction.atomic():
            Round.objects.select_for_update(of=("self",)).get(pk=row.round_id)
            row.refresh_from_db(fields=["mark", "layer", "enterprise"])
            correction = Correction(registration=row, reason=reason, asked_by=actor, asked_at=clock.now(), **asked)
            correction.preview = preview(correction, actor=actor)
            correction.save()
            record(actor, "training.correction_ask", correction, reason=reason)
            if told:
                _call(row.round, reason, actor, f"correction:{correction.pk}:asked", [correction.pk])
    except IntegrityError:
        raise DomainError("correction.open", _("这位学员已有一张更正单在等批，请先批了或撤回，再开新的。")) from None
    return correction


@transaction.atomic
def ask_for_better_marks(round_id, *, actor, reason):
    """A Correction for everybody whose exam came out better after closing (``exams.better_marks``) and has none waiting, AT_ONCE at
    most; returns them. Asking again asks for nobody twice. Rates and certificates follow once approved; the entry counts who was there.

    Raises DomainError ``reason.missing``, ``round.not_closed``.
    """
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if not reason.strip():
        raise DomainError("reason.missing", _("更正要写明原因，例如“第 3 题答案印错，重新判分”。"))
    if round_.state not in (Round.State.CLOSED, Round.State.ARCHIVED):
        raise DomainError("round.not_closed", _("这个班还没结班，成绩会自己跟着变，不用开更正单。"))
    waiting = Correction.objects.filter(registration__round=round_, state=State.ASKED).values("registration")
    rows = Registration.objects.on_the_list().filter(round=round_).exclude(pk__in=waiting)
    made = [
        ask(row.pk, actor=actor, reason=reason, told=False, mark=mark, regraded=regraded)
        for row, mark, regraded in exams.better_marks(round_, list(rows))[:AT_ONCE]
    ]
    if made:
        event = f"round:{round_id}:correction:{made[0].pk}:asked"
        _call(round_, reason, actor, event, [one.pk for one in made])
    return made


def _call(round_, reason, actor, event, keys):
    """The heads of the organiser other than who asked are told that somebody has to decide."""
    heads = Appointment.objects.in_force().filter(role=Role.PROVIDER_ADMIN, organiser=round_.owner_id)
    people = heads.exclude(user=actor).values_list("user__person", flat=True)
    words = {"round": round_.title, "reason": reason}
    url = reverse("desk:correction", args=keys)
    if len(keys) > 1:
        url = f"{reverse('desk:corrections')}?round={round_.pk}&state=asked"
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
        point = transaction.savepoint()
        changes, posting = _carry_out(correction, actor=actor)
        moved = _outcome(changes) != _outcome(correction.preview)
        correction.preview = changes
        if moved:
            transaction.savepoint_rollback(point)
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


def approve_all(correction_ids, *, actor):
    """批 several, each by itself: what cannot be approved keeps nothing else up. Returns (how many were, [DomainError of the others])."""
    done, refused = 0, []
    for pk in correction_ids:
        try:
            approve(pk, actor=actor)
            done += 1
        except DomainError as error:
            refused.append(error)
    return done, refused


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
