"""The exam room: how far everybody is, minutes given because something went wrong, papers taken in.

The calling app says who sits there: ``people`` is a list of (Person, context), made from its own list, never from a request.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit_trail, clock
from core.exceptions import DomainError
from core.text import mask_phone, normalise, normalise_phone
from enterprises.models import Enterprise, Membership, Person

from .marking import grade_quietly
from .models import Allowance, Attempt, Extension
from .sitting import close

MOST_MINUTES = 240
MOST_PEOPLE = 500
INLINE = 50
"""Papers that are marked while the invigilator waits; more are the worker's."""

SAME_PRESS = timedelta(seconds=20)
"""The same act on the same paper within this time is one button pressed twice."""

_State = Attempt.State


@dataclass(frozen=True)
class Seat:
    """One person of the room; ``attempt`` is the newest for the context (with ``saved`` and ``total``), None before the start."""

    person: Person
    context: str
    attempt: Attempt | None

    @property
    def is_writing(self):
        return self.attempt is not None and self.attempt.is_open

    @property
    def is_over(self):
        """Handed in, taken in or run out, whatever has become of it."""
        return self.attempt is not None and not self.attempt.is_open

    @property
    def clock(self):
        """Time left as the person's own page shows it: 18:24; '' without a limit or when nobody writes."""
        left = self.attempt.seconds_left if self.is_writing else None
        return "" if left is None else f"{left // 60:02}:{left % 60:02}"


def seats(people, quiz=None):
    """The Seat of each, in the order given. One query, however many; nothing of any paper or key is read."""
    rows = Attempt.objects.filter(context__in=[context for _person, context in people])
    if quiz:
        rows = rows.filter(quiz=quiz)
    newest = {(row.person_id, row.context): row for row in rows.for_room().order_by("number", "pk")}
    return [Seat(person, context, newest.get((person.pk, context))) for person, context in people]


def give_minutes(people, minutes, *, actor, reason):
    """Move the deadline of every running paper of ``people``; returns how many. An incident: power, network, a fire drill.

    Each change is kept (Extension) and in the audit trail. The same again within SAME_PRESS changes nothing. Raises
    DomainError ``room.minutes``, ``room.reason``, ``room.nobody`` when nobody writes against a clock.
    """
    reason = _told(reason)
    if type(minutes) is not int or not 1 <= minutes <= MOST_MINUTES:
        raise DomainError("room.minutes", _("多给的时间要在 1 到 %(n)s 分钟之间，请改一下。") % {"n": MOST_MINUTES})
    with transaction.atomic():
        running = [row for row in _running(people) if row.due_at and not row.is_overdue]
        if not running:
            raise DomainError("room.nobody", _("现在没有人在限时作答，时间没有动。请等学员点了“开始”再给。"))
        for row in running:
            extend(row, minutes, actor=actor, reason=reason)
    return len(running)


def extend(attempt, minutes, *, actor, reason):
    """Move one deadline and what comes behind it; the row is locked by the caller. Returns the Extension."""
    same = attempt.extensions.filter(minutes=minutes, reason=reason, made_by=actor)
    earlier = same.filter(made_at__gte=clock.now() - SAME_PRESS).first()
    if earlier:
        return earlier
    before, more = attempt.due_at, timedelta(minutes=minutes)
    attempt.due_at, attempt.ends_at = attempt.due_at + more, attempt.ends_at + more
    attempt.save(update_fields=["due_at", "ends_at"])
    changes = {"due_at": [before.isoformat(), attempt.due_at.isoformat()]}
    audit_trail.record(actor, "attempt.extend", attempt, changes=changes, reason=reason)
    return Extension.objects.create(attempt=attempt, minutes=minutes, reason=reason, made_by=actor)


def end(people, *, actor, reason):
    """Take in every running paper of ``people`` with what is saved, and mark it; returns how many. Asking again ends nobody.

    Up to INLINE papers have their score when this returns; of more the worker gives it.
    """
    from .tasks import grade_papers

    reason = _told(reason)
    with transaction.atomic():
        running = _running(people)
        for row in running:
            if row.is_overdue:
                close(row)
                continue
            row.state, row.submitted_at = _State.SUBMITTED, clock.now()
            row.save(update_fields=["state", "submitted_at"])
            audit_trail.record(actor, "attempt.end", row, reason=reason)
        if len(running) > INLINE:
            grade_papers.delay_on_commit([row.pk for row in running])
            return len(running)
    for row in running:
        grade_quietly(row)
    return len(running)


def allow(quiz, people, *, extra_minutes=0, extra_attempts=0, reason, actor):
    """Give each of ``people`` more time or more tries at ``quiz`` for their context; returns how many were given some.

    A context '' is every sitting of the quiz. Running papers get the minutes at once. The same again within SAME_PRESS gives
    nothing. Raises DomainError ``room.reason``, ``allowance.nothing``, ``allowance.nobody``.
    """
    reason = _told(reason)
    within = 0 <= extra_minutes <= MOST_MINUTES and 0 <= extra_attempts <= 10
    if not within or not (extra_minutes or extra_attempts):
        raise DomainError(
            "allowance.nothing",
            _("请填多给几分钟（最多 %(n)s）或多给几次（最多 10），至少一样。") % {"n": MOST_MINUTES},
        )
    if not people:
        raise DomainError("allowance.nobody", _("名单是空的，请写上姓名或手机号，或选全班。"))
    given = {"extra_minutes": extra_minutes, "extra_attempts": extra_attempts, "reason": reason}
    with transaction.atomic():
        running = _running(people, quiz) if extra_minutes else []
        since = clock.now() - SAME_PRESS
        done = set(
            Allowance.objects.filter(quiz=quiz, made_by=actor, made_at__gte=since, **given).values_list(
                "person", "context"
            )
        )
        new = [pair for pair in people if (pair[0].pk, pair[1]) not in done]
        for person, context in new:
            row = Allowance.objects.create(quiz=quiz, person=person, context=context, made_by=actor, **given)
            changes = {name: [0, value] for name, value in given.items() if name != "reason" and value}
            audit_trail.record(actor, "allowance.give", row, changes=changes, reason=reason)
        fresh = {(person.pk, context) for person, context in new}
        for row in running:
            if row.due_at and not row.is_overdue and fresh & {(row.person_id, row.context), (row.person_id, "")}:
                extend(row, extra_minutes, actor=actor, reason=reason)
    return len(new)


def people_named(text, code=""):
    """[(Person, "")] of a pasted list of phone numbers, and of everybody who works at the enterprise of a credit code: for an
    allowance that holds in every sitting. Three queries.

    Raises DomainError ``allowance.unknown`` naming the lines that are nobody's number, ``allowance.enterprise`` and
    ``allowance.many``.
    """
    wanted, unclear = {}, []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        try:
            wanted[normalise_phone(re.split(r"[\s,，]+", line)[0])] = line
        except DomainError:
            unclear.append(line)
    found = {row.phone: row for row in Person.objects.filter(phone__in=wanted, merged_into=None, erased_at=None)}
    unclear += [line for phone, line in wanted.items() if phone not in found]
    if unclear:
        raise DomainError(
            "allowance.unknown",
            _("对不上人的有 %(n)s 行：%(lines)s。请一行一个登记过的手机号。")
            % {
                "n": len(unclear),
                "lines": "；".join(mask_phone(one) if one.isdigit() else one[:20] for one in unclear[:5]),
            },
        )
    people = {row.pk: row for row in found.values()}
    if code.strip():
        firm = Enterprise.objects.filter(code=normalise(code).upper(), merged_into=None).first()
        if firm is None:
            raise DomainError("allowance.enterprise", _("没有登记过这个统一社会信用代码，请核对。"))
        working = Membership.objects.open().filter(enterprise=firm).select_related("person")
        people |= {row.person_id: row.person for row in working}
    if len(people) > MOST_PEOPLE:
        raise DomainError("allowance.many", _("一次最多给 %(n)s 人，请分几次。") % {"n": MOST_PEOPLE})
    return [(person, "") for person in people.values()]


def allowed(people):
    """Allowances that ``people`` have for these contexts, newest first, with who gave them. One query."""
    rows = Allowance.objects.filter(context__in=[context for _person, context in people])
    return rows.select_related("person", "made_by").order_by("-made_at", "-pk")


def pick(people, text):
    """Those of ``people`` named in a pasted list: one a line, a name or a phone number, tabs and commas allowed behind it.

    Raises DomainError ``allowance.unknown`` naming the lines that are nobody on the list, or more than one person.
    """
    found, unclear = {}, []
    for line in text.splitlines():
        words = [word for word in line.replace(",", " ").replace("，", " ").split() if word]
        if not words:
            continue
        matching = [pair for pair in people if pair[0].phone and pair[0].phone in words]
        matching = matching or [pair for pair in people if pair[0].name in words]
        if len(matching) != 1:
            unclear.append(line.strip()[:30])
        else:
            found[matching[0][1], matching[0][0].pk] = matching[0]
    if unclear:
        raise DomainError(
            "allowance.unknown",
            _("名单里对不上人的有 %(n)s 行：%(lines)s。请改成报名时的姓名；有重名的写手机号。")
            % {"n": len(unclear), "lines": "；".join(unclear[:5])},
        )
    return list(found.values())


def _told(reason):
    reason = (reason or "").strip()
    if not reason:
        raise DomainError("room.reason", _("请写原因，比如“停电 10 分钟”，以后查得到。"))
    return reason[:200]


def _running(people, quiz=None):
    """The running papers of these pairs, their rows locked in the order of their keys."""
    pairs = {(person.pk, context) for person, context in people}
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("quiz", "person").defer("paper", "key")
    rows = rows.filter(state=_State.IN_PROGRESS, person__in={pk for pk, _context in pairs})
    if quiz:
        rows = rows.filter(quiz=quiz)
    return [row for row in rows.order_by("pk") if (row.person_id, row.context) in pairs or (row.person_id, "") in pairs]
