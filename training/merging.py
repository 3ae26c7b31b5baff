"""Two persons, or two enterprises, become one: their registrations, attendance and what a closed round says of them.

One human being has one registration in a round. Where both rows were on a list (a paper list and the QR list, say), the
winner's takes what either row attended and the better mark; the loser's is cancelled. In a closed round the ledger, the facts
and the certificate follow, as in a correction.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

import certificates.services
import quizzes.services
from certificates.models import Certificate
from core import clock
from core.exceptions import DomainError
from enterprises.models import OrganisationSnapshot

from .closing import entry_line, facts_of, issue
from .eligibility import context_of
from .models import Correction, Interest, PracticeResult, Registration, RegistrationChange, Resit, Round, Session
from .registration import promote
from .standing import standings

STATE = Registration.State
RANK = {STATE.CANCELLED: 0, STATE.PENDING: 1, STATE.WAITING: 2, STATE.OFFERED: 3, STATE.REGISTERED: 4}
WHERE = ("membership_id", "frozen_at", *OrganisationSnapshot.FIELDS)
CAME = ("state", "arrived_at", "left_at", "method", "reason", "recorded_by_id", "recorded_at", "offline")
TRAINERS = Round.trainers.through
SESSION_TRAINERS = Session.trainers.through


def move_person(merging):
    """The loser's registrations are the winner's, united where both have one; so are the rounds taught.

    Raises DomainError ``merge.trainer`` when one of them teaches a round the other is registered in.
    """
    winner, loser = merging.winner, merging.loser
    both = Q(registrations__person__in=[winner, loser]) | Q(trainers__in=[winner, loser])
    keys = sorted(set(Round.objects.filter(both).values_list("pk", flat=True)))
    rounds = {row.pk: row for row in Round.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    _check_trainers(winner, loser)
    rows = Registration.objects.select_for_update(of=("self",)).filter(person__in=[winner, loser]).order_by("pk")
    own, lost = {}, {}
    for row in rows:
        (own if row.person_id == winner.pk else lost)[row.round_id] = row
    shared = sorted(own.keys() & lost.keys())
    alone = Registration.objects.exclude(pk__in=[lost[key].pk for key in shared])
    merging.moves.point(Registration, "person", merging, alone)
    for key in shared:
        _unite(merging, rounds[key], own[key], lost[key])
    taught = TRAINERS.objects.filter(person=winner).values("round")
    merging.moves.point(TRAINERS, "person", merging, TRAINERS.objects.exclude(round__in=taught))
    lessons = SESSION_TRAINERS.objects.filter(person=winner).values("session")
    merging.moves.point(SESSION_TRAINERS, "person", merging, SESSION_TRAINERS.objects.exclude(session__in=lessons))
    # One open wish a kind: the loser's ends where the winner has the same.
    wished = Interest.objects.filter(person=winner, ended_at=None).values_list("kind", flat=True)
    for row in Interest.objects.filter(person=loser, ended_at=None, kind__in=list(wished)).order_by("pk"):
        merging.moves.set(row, ended_at=clock.now())
    merging.moves.point(Interest, "person", merging)


def _check_trainers(winner, loser):
    for teacher, learner in ((winner, loser), (loser, winner)):
        rows = Registration.objects.filter(person=learner, round__trainers=teacher).exclude(state=STATE.CANCELLED)
        title = rows.values_list("round__title", flat=True).first()
        if title:
            raise DomainError(
                "merge.trainer",
                _("“%(title)s”里一个是讲师、另一个是学员；讲师不计入人次，请先把学员那条取消或更正，再合并。")
                % {"title": title},
            )


def _unite(merging, round_, own, other):
    if other.state == STATE.CANCELLED:
        return
    is_closed = round_.state in (Round.State.CLOSED, Round.State.ARCHIVED)
    people = standings(round_) if is_closed else []
    said = facts_of(round_, people) if is_closed else {}
    counted = {person.registration.pk for person in people if person.counts}
    _attendance(merging, round_, own, other)
    _practice(merging, own, other)
    quizzes.services.move_context(merging, context_of(other), context_of(own))
    given = Resit.objects.filter(registration=other)
    if own.resits.waiting(clock.today()).exists():
        # Opened for both of them before anybody knew: one human being sits it once.
        given = given.exclude(pk__in=given.waiting(clock.today()))
    for row in given.order_by("pk"):
        merging.moves.set(row, registration=own)
    before = own.state, other.state
    better = RANK[other.state] > RANK[own.state]
    values = {"mark": _best(own.mark, other.mark)}
    values["first_mark"] = other.first_mark if own.first_mark is None else own.first_mark
    values["state"] = other.state if better else own.state
    frozen_by_other = own.frozen_at is None and other.frozen_at is not None
    if better or frozen_by_other or (other.pk in counted and own.pk not in counted):
        values |= {name: getattr(other, name) for name in WHERE}
    paper = other.certificate
    if paper is not None and not paper.revoked and (own.certificate is None or own.certificate.revoked):
        values["certificate"] = paper
        merging.moves.set(other, state=STATE.CANCELLED, certificate=None)
    else:
        merging.moves.set(other, state=STATE.CANCELLED)
    merging.moves.set(own, **values)
    for row, state in ((own, before[0]), (other, before[1])):
        if row.state != state:
            _note(row, merging)
    if is_closed:
        _recount(merging, round_, own, said)
    elif not round_.is_settled:
        promote(round_, merging.actor)


def _best(*marks):
    return max((mark for mark in marks if mark is not None), default=None)


def _note(row, merging):
    RegistrationChange.objects.create(
        registration=row, state=row.state, actor=merging.actor, reason=merging.reason[:300], at=clock.now()
    )


def _attendance(merging, round_, own, other):
    """The winner's row gets every session either attended; where only the loser's credits hours, the two change places."""
    mine = {row.session_id: row for row in own.attendances.all()}
    for row in other.attendances.order_by("pk"):
        mate = mine.get(row.session_id)
        if mate is None:
            merging.moves.set(row, registration=own)
        elif row.credits(round_) and not mate.credits(round_):
            was, says = _values(mate), _values(row)
            merging.moves.set(mate, **says)
            merging.moves.set(row, **was)


def _practice(merging, own, other):
    """The better of what was said of each practice unit is said of the winner's row."""
    mine = {row.session_id: row for row in own.practice_results.live()}
    for row in other.practice_results.live().order_by("pk"):
        mate = mine.get(row.session_id)
        if mate is None or (row.result, mate.result) == (PracticeResult.Result.PASSED, PracticeResult.Result.FAILED):
            if mate is not None:
                merging.moves.set(mate, replaced_at=clock.now())
            merging.moves.set(row, registration=own)


def _values(row):
    return {name: getattr(row, name) for name in CAME}


def _recount(merging, round_, own, old):
    """What the closed round says now: entry, facts (``old``: what they were) and certificate of the winner."""
    now = standings(round_)
    after = next((person for person in now if person.registration.pk == own.pk), None)
    merging.wanted[round_.activity_key] = entry_line(round_, after) if after and after.counts else None
    new = facts_of(round_, now)
    for district, name in old.keys() | new.keys():
        if old.get((district, name), 0) != new.get((district, name), 0):
            merging.facts[round_.activity_key, district, name] = new.get((district, name), 0)
    paper = after.registration.certificate if after else None
    if after and after.passes and (paper is None or paper.revoked):
        issue(round_, [after], merging.actor)
        fresh = after.registration.certificate_id
        merging.moves.wrote(own, {"certificate": paper and paper.pk}, {"certificate": fresh})
        merging.notes.setdefault("issued", []).append(fresh)


def put_back(merging):
    """After the steps: note the states put back, revoke what the merge itself issued.

    Raises DomainError ``merge.seats`` when the loser's seat has been given to somebody else.
    """
    for pk in merging.notes.get("issued", ()):
        certificates.services.revoke(Certificate.objects.get(pk=pk), actor=merging.actor, reason=merging.reason)
    for row in Registration.objects.filter(person=merging.loser).select_related("round"):
        last = row.changes.order_by("-at", "-pk").first()
        if last is None or last.state == row.state:
            continue
        taken = Registration.objects.holding().filter(round=row.round_id).count()
        if not row.round.is_settled and taken > row.round.seats:
            raise DomainError(
                "merge.seats",
                _("“%(title)s”里空出来的座位已经给了候补的人，撤不回去了；请先加座位，再撤销。")
                % {"title": row.round.title},
            )
        _note(row, merging)
    own = Registration.objects.filter(person=merging.winner, round__registrations__person=merging.loser)
    for row in own:
        last = row.changes.order_by("-at", "-pk").first()
        if last is not None and last.state != row.state:
            _note(row, merging)


def move_enterprise(merging):
    """The loser's registrations count for the winner; district, layer and size stay as frozen at the first sign-in."""
    rows = Round.objects.filter(Q(registrations__enterprise=merging.loser) | Q(for_enterprise=merging.loser))
    keys = sorted(set(rows.values_list("pk", flat=True)))
    # In the order of their keys, as everybody else does who holds a round: closing waits for the merge, or the merge for it.
    list(Round.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    merging.moves.point(Registration, "enterprise", merging)
    merging.moves.point(Interest, "enterprise", merging)
    merging.moves.point(Round, "for_enterprise", merging)
    merging.moves.point(Correction, "enterprise", merging)
