"""The verbs of registration. Seats and quotas are exact under any concurrency: every verb holds the round's row lock.

The order of locks: round, then people (by key), then registrations. Somebody who registers in two rounds at once is told of the
clash by the second.
"""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.text import mask_name

from . import announcing
from .clashes import clash_sentence, clashes_of, lock_people
from .models import DistrictQuota, Interest, Registration, RegistrationChange, Round, Session
from .seats import seats_of

State = Registration.State

STAFF_STATES = {Round.State.PLANNED, Round.State.OPEN, Round.State.FULL, Round.State.RUNNING}
"""States in which staff may still put a person on the list (a walk-in registers while the class runs)."""


def _change(registration, state, actor, reason="", before=None):
    """Write the change and tell the person; ``before`` is None for a new row."""
    registration.state = state
    change = RegistrationChange.objects.create(
        registration=registration, state=state, actor=actor, reason=reason[:300], at=clock.now()
    )
    announcing.registration_changed(registration, change, before)


def _locked(round_id):
    return Round.objects.select_for_update(of=("self",)).get(pk=round_id)


DOOR_STATES = {Round.State.OPEN, Round.State.FULL, Round.State.RUNNING}
"""States in which who stands in the room may put themselves on the list, where the round lets them."""


def _check_open(round_, by_staff, at_the_door=False):
    if at_the_door and round_.walk_in and round_.state in DOOR_STATES:
        return
    if round_.state not in (STAFF_STATES if by_staff else {Round.State.OPEN}):
        raise DomainError(
            "round.not_open",
            _("这个班现在是“%(state)s”，不能报名；请另选一个班。") % {"state": round_.get_state_display()},
        )
    if not by_staff and round_.register_until and clock.today() > round_.register_until:
        raise DomainError(
            "round.not_open",
            _("这个班的报名 %(day)s就截止了；请另选一个班，或打电话问主办单位。")
            % {"day": clock.day_words(round_.register_until)},
        )


@transaction.atomic
def register(round_id, person, membership, *, actor, by_staff=False, clash_ok=False, at_the_door=False):
    """Put a person on the list of a round, or in the queue when the seats are taken; returns the Registration.

    Asking twice is success and returns the same row; a cancelled registration is reused at the end of the queue. Where the
    round asks for approval, who was not put there by staff is PENDING and holds no seat yet. ``at_the_door``: who signs up alone
    in the room (``walk_ins``), also after the last day of registration where the round allows it. Raises DomainError
    ``round.not_open`` (registration is not open), ``round.trainer`` (the person teaches it), ``round.quota`` (the enterprise's
    places are used up) or ``registration.clash`` (the person has a seat elsewhere at that time, and ``clash_ok`` does not say
    that they know).
    """
    round_ = _locked(round_id)
    _check_open(round_, by_staff, at_the_door)
    lock_people([person.pk])
    book = _Book(round_, [person.pk], at_the_door)
    return book.enter(person, membership, actor=actor, by_staff=by_staff, clash_ok=clash_ok)


@transaction.atomic
def register_many(round_id, members, *, actor, by_staff=False, clash_ok=False):
    """Register several at once, in their order; returns one Registration or DomainError for each of ``members`` (memberships).

    Who is refused keeps nobody else out. Raises DomainError ``round.not_open`` when nobody may be registered.
    """
    round_ = _locked(round_id)
    _check_open(round_, by_staff)
    people = [member.person_id for member in members]
    lock_people(people)
    book = _Book(round_, people)
    answers = []
    for member in members:
        try:
            row = book.enter(member.person, member, actor=actor, by_staff=by_staff, clash_ok=clash_ok)
        except DomainError as refused:
            row = refused
        answers.append(row)
    return answers


class _Book:
    """The list of a round whose lock is held, read once and written to many times."""

    def __init__(self, round_, people, at_the_door=False):
        self.round = round_
        self.at_the_door = at_the_door
        self.seats = seats_of(round_)
        self.trainers = set(round_.trainers.values_list("pk", flat=True))
        self.rows = {row.person_id: row for row in Registration.objects.filter(round=round_, person__in=people)}
        live = Registration.objects.live().filter(round=round_).order_by()
        self.of_enterprise = Counter(live.values_list("enterprise", flat=True))
        # The queue's order counts cancelled rows too: a number once given is never given again.
        self.last = Registration.objects.filter(round=round_).aggregate(n=Max("sequence"))["n"] or 0
        self.clashes = clashes_of(round_, people)

    def enter(self, person, membership, *, actor, by_staff, clash_ok):
        round_ = self.round
        if person.pk in self.trainers:
            raise DomainError("round.trainer", _("讲师和工作人员不作为学员报名，也不计入人次。"))
        known = self.rows.get(person.pk)
        if known and known.state != State.CANCELLED:
            return known
        row = known or Registration(round=round_, person=person)
        if row.frozen_at is None:
            # Who was signed in before cancelling stays where that sign-in froze them.
            row.membership = membership
            row.take_organisation(membership)
        firm = row.enterprise_id
        if round_.quota_per_enterprise and firm and self.of_enterprise[firm] >= round_.quota_per_enterprise:
            raise DomainError(
                "round.quota",
                _("每家企业最多报 %(n)s 人，贵单位的名额已经用完；可以先取消一位，再报这位。")
                % {"n": round_.quota_per_enterprise},
            )
        if person.pk in self.clashes and not clash_ok:
            title, start = self.clashes[person.pk]
            raise DomainError("registration.clash", clash_sentence(person, title, start), title=title)
        if round_.needs_approval and not by_staff:
            state = State.PENDING
        else:
            state = State.REGISTERED if self.seats.fits(row.district_id) else State.WAITING
        self.last += 1
        row.sequence = self.last
        row.registered_at = clock.now()
        row.held_until = row.replaces = None
        row.state = state
        row.walked_in = self.at_the_door
        row.save()
        _change(row, state, actor, _("现场自己报名") if self.at_the_door else "")
        if state == State.REGISTERED:
            self.seats.take(row.district_id)
        self.of_enterprise[firm] += 1
        self.rows[person.pk] = row
        Interest.objects.filter(person=person, kind=round_.kind, ended_at=None).update(ended_at=clock.now())
        return row


def _row_and_round(registration_id):
    """The registration behind its round's lock."""
    round_id = Registration.objects.values_list("round", flat=True).get(pk=registration_id)
    round_ = _locked(round_id)
    row = Registration.objects.select_related("person").get(pk=registration_id)
    row.round = round_
    return row, round_


@transaction.atomic
def cancel(registration_id, *, actor, reason):
    """Take a person off the list; the first in the queue moves up. Asking twice is success.

    Attendance already taken stays and does not count. Raises DomainError ``reason.missing`` and ``round.closed`` when the
    round has been posted.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("取消要写明原因，例如“当天出差”。"))
    row, round_ = _row_and_round(registration_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，名单不能再改；数字有错请开更正单。"))
    if row.state == State.CANCELLED:
        return row
    _change(row, State.CANCELLED, actor, reason)
    row.held_until = None
    row.save(update_fields=["state", "held_until"])
    promote(round_, actor)
    return row


def promote(round_, actor, reason=None):
    """Give free seats of a round (whose lock the caller holds) to the first in the queue who may have one.

    Who belongs to a district whose quota is full is passed over and keeps the place. With ``hold_hours`` the seat is only
    offered, and must be taken (``confirm``) in that time.
    """
    if round_.state not in STAFF_STATES:
        return []
    seats = seats_of(round_)
    moved = []
    if seats.left <= 0:
        return moved
    until = _held_until(round_)
    queue = Registration.objects.filter(round=round_, state=State.WAITING).order_by("sequence")
    for row in queue.select_related("person"):
        if seats.left <= 0:
            break
        if not seats.fits(row.district_id):
            continue
        seats.take(row.district_id)
        row.held_until = until
        row.round = round_
        state = State.OFFERED if until else State.REGISTERED
        _change(row, state, actor, reason or _("有人取消，按先后递补"), State.WAITING)
        row.save(update_fields=["state", "held_until"])
        moved.append(row)
    return moved


def _held_until(round_):
    """The moment an offer made now ends; None when seats of this round are given at once, or it has begun."""
    if not round_.hold_hours:
        return None
    now = clock.now()
    start = Session.objects.filter(round=round_).order_by("starts_at").values_list("starts_at", flat=True).first()
    end = now + timedelta(hours=round_.hold_hours)
    if start is not None:
        end = min(end, start)
    return end if end > now else None


@transaction.atomic
def confirm(registration_id, *, actor):
    """Take the seat that was offered; returns the Registration. Asking twice is success.

    Raises DomainError ``offer.over`` when the time is up (the seat may already be the next one's) and ``offer.none``.
    """
    row, _round = _row_and_round(registration_id)
    if row.state == State.REGISTERED:
        return row
    if row.state != State.OFFERED:
        raise DomainError("offer.none", _("眼下没有为您留着的名额；轮到您时会发消息。"))
    if row.held_until <= clock.now():
        raise DomainError("offer.over", _("保留的时间过了，名额给了下一位；还想来请重新报名。"))
    _change(row, State.REGISTERED, actor, _("确认要来"), State.OFFERED)
    row.held_until = None
    row.save(update_fields=["state", "held_until"])
    return row


def release_offers():
    """Offers nobody took in time end, and the next in the queue are asked. Returns how many ended. Run by beat, idempotent."""
    due = Registration.objects.filter(state=State.OFFERED, held_until__lte=clock.now())
    ended = 0
    for round_id in due.order_by("round").values_list("round", flat=True).distinct():
        with transaction.atomic():
            round_ = _locked(round_id)
            rows = list(due.filter(round=round_).select_related("person").order_by("sequence"))
            for row in rows:
                row.round = round_
                _change(row, State.CANCELLED, None, _("保留期内没有确认"))
                row.held_until = None
                row.save(update_fields=["state", "held_until"])
            ended += len(rows)
            if rows:
                promote(round_, None, _("前面的人没有确认，按先后递补"))
    return ended


@transaction.atomic
def approve(round_id, registration_ids, *, actor):
    """通过: pending rows take the free seats in the order they asked, the rest wait. Returns the rows that changed."""
    round_ = _locked(round_id)
    if round_.state not in STAFF_STATES:
        raise DomainError("round.not_open", _("这个班已经上完或取消了，不能再通过报名。"))
    seats = seats_of(round_)
    rows = Registration.objects.filter(round=round_, pk__in=registration_ids, state=State.PENDING)
    changed = []
    for row in rows.select_related("person").order_by("sequence"):
        fits = seats.fits(row.district_id)
        if fits:
            seats.take(row.district_id)
        row.round = round_
        _change(row, State.REGISTERED if fits else State.WAITING, actor, _("审核通过"), State.PENDING)
        row.save(update_fields=["state"])
        changed.append(row)
    return changed


@transaction.atomic
def refuse(registration_id, *, actor, reason):
    """不通过: a pending row is cancelled with the reason. Asking twice is success.

    Raises DomainError ``reason.missing`` or ``registration.state`` when it was approved meanwhile.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("不通过要写明原因，本人会看到。"))
    row, _round = _row_and_round(registration_id)
    if row.state == State.CANCELLED:
        return row
    if row.state != State.PENDING:
        raise DomainError("registration.state", _("这位已经通过了；确实不能来，请从名单取消。"))
    _change(row, State.CANCELLED, actor, _("审核没通过：%(why)s") % {"why": reason})
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def substitute(registration_id, membership, *, actor, clash_ok=False):
    """A colleague of the same enterprise comes instead, until the day before the round; returns the colleague's Registration.

    They take over the seat and the place in the order; the row of who stays away is cancelled and says by whom it was taken.
    Asking twice is success. Raises DomainError ``substitute.late``, ``substitute.enterprise``, ``substitute.listed`` (they are
    on the list themselves), ``substitute.gone`` (there is nothing left to take over), ``round.trainer`` and
    ``registration.clash``.
    """
    old, round_ = _row_and_round(registration_id)
    person = membership.person
    lock_people([person.pk])
    mine = Registration.objects.filter(round=round_, person=person).first()
    if mine and mine.replaces_id == old.pk and mine.state != State.CANCELLED:
        return mine
    if round_.is_settled or round_.starts_on is None or clock.today() >= round_.starts_on:
        raise DomainError("substitute.late", _("换人最晚到开课前一天；今天请在现场找讲师取消一位、补报一位。"))
    if old.state == State.CANCELLED:
        raise DomainError("substitute.gone", _("这位的报名已经取消，没有名额可以顶替；请直接报名。"))
    if old.enterprise_id is None or membership.enterprise_id != old.enterprise_id:
        raise DomainError("substitute.enterprise", _("只能换成同一家企业的人，因为名额是按企业和区算的。"))
    if mine and mine.state != State.CANCELLED:
        raise DomainError("substitute.listed", _("%(name)s 自己已经在名单上了，请换另一位。") % {"name": person.name})
    if round_.trainers.filter(pk=person.pk).exists():
        raise DomainError("round.trainer", _("讲师和工作人员不作为学员报名，也不计入人次。"))
    clash = clashes_of(round_, [person.pk]).get(person.pk)
    if clash and not clash_ok:
        raise DomainError("registration.clash", clash_sentence(person, *clash), title=clash[0])
    place, state, until = old.sequence, old.state, old.held_until
    last = Registration.objects.filter(round=round_).aggregate(n=Max("sequence"))["n"]
    _change(old, State.CANCELLED, actor, _("由 %(name)s 顶替") % {"name": mask_name(person.name)})
    old.sequence = last + 1
    old.held_until = None
    old.save(update_fields=["state", "sequence", "held_until"])
    row = mine or Registration(round=round_, person=person)
    if row.frozen_at is None:
        row.membership = membership
        row.take_organisation(membership)
    row.sequence, row.held_until, row.replaces = place, until, old
    row.registered_at = clock.now()
    row.state = state
    row.save()
    _change(row, state, actor, _("顶替 %(name)s") % {"name": mask_name(old.person.name)})
    record(actor, "registration.substitute", row, changes={"registration": [old.pk, row.pk]})
    return row


def ahead_of(row):
    """How many wait before this waiting registration."""
    queue = Registration.objects.filter(round=row.round_id, state=State.WAITING)
    return queue.filter(sequence__lt=row.sequence).count()


@transaction.atomic
def set_seats(round_id, seats, quotas, *, actor):
    """Change the seats of a round and of districts (``{district key: seats or None}``); free ones go to the queue.

    Raises DomainError ``seats.taken`` when more people hold a seat than there would be.
    """
    round_ = _locked(round_id)
    held = Counter(Registration.objects.holding().filter(round=round_).order_by().values_list("district", flat=True))
    if seats < held.total():
        raise DomainError(
            "seats.taken",
            _("已经有 %(n)s 人占着座位，座位数不能少于这个数；请先从名单取消几位。") % {"n": held.total()},
        )
    known = {row.district_id: row for row in round_.district_quotas.select_related("district")}
    for key, wanted in quotas.items():
        if wanted is not None and wanted < held[key]:
            raise DomainError(
                "seats.taken",
                _("有一个区已经占了 %(n)s 个座位，区名额不能少于这个数。") % {"n": held[key]},
                district=key,
            )
        if wanted is None:
            if key in known:
                known[key].delete()
        else:
            DistrictQuota.objects.update_or_create(round=round_, district_id=key, defaults={"seats": wanted})
    after = {key: wanted for key, wanted in quotas.items() if wanted is not None}
    before = {key: row.seats for key, row in known.items() if key in quotas}
    if round_.seats != seats or before != after:
        record(actor, "round.seats", round_, changes={"seats": [round_.seats, seats], "quotas": [before, after]})
    round_.seats = seats
    round_.save(update_fields=["seats"])
    promote(round_, actor, _("加了座位，按先后递补"))
    return round_
