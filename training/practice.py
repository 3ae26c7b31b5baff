"""实操评定: a trainer says of each trainee whether they can do it, a unit at a time; a whole class on one screen."""

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from .models import Attendance, PracticeResult, Registration, Round

Result = PracticeResult.Result


def sheet(session):
    """[(Registration, PracticeResult or None, whether they were there)] of a practice unit, in the order of the list. Four queries."""
    rows = Registration.objects.on_the_list().filter(round=session.round_id)
    said = {row.registration_id: row for row in PracticeResult.objects.live().filter(session=session)}
    there = _there(session)
    return [
        (row, said.get(row.pk), row.pk in there)
        for row in rows.select_related("person", "enterprise").order_by("sequence")
    ]


def of_person(registration):
    """[(practice unit, PracticeResult or None)] of one's own round, in order. Two queries."""
    said = {row.session_id: row for row in registration.practice_results.live()}
    return [(unit, said.get(unit.pk)) for unit in registration.round.sessions.all() if unit.compulsory]


def _there(session):
    rows = Attendance.objects.filter(session=session, state__in=Attendance.COUNTED)
    return set(rows.values_list("registration", flat=True))


@transaction.atomic
def judge(session, wanted, seen, *, actor, rest=""):
    """Write what was changed on the screen: ``wanted`` maps registration key -> (result, note), ``seen`` -> (result, note) as they
    were when it was drawn; ``rest`` is the result of everybody who was there and has none. Returns ``(how many were written,
    [names somebody else judged meanwhile])``.

    What another trainer wrote meanwhile is not overwritten unseen; the same again writes nothing. Raises DomainError
    ``practice.unit`` (not a compulsory session), ``practice.early``, ``round.closed``, ``practice.foreign``, ``practice.note``
    (不合格 says what was missing) and ``practice.absent``: who was not there cannot have done it (domain rule: every practice unit is
    attended).
    """
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=session.round_id)
    if not session.compulsory:
        raise DomainError("practice.unit", _("这一课不是必修的实操课，不用评；要评，请先把它改成必修。"))
    if session.starts_at > clock.now():
        raise DomainError("practice.early", _("这一课还没上，上完再评。"))
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，改实操评定要开更正单。"))
    people = {row.pk: row for row in Registration.objects.on_the_list().filter(round=round_).select_related("person")}
    if not wanted.keys() <= people.keys():
        raise DomainError("practice.foreign", _("有人不在这个班的名单里，请刷新以后再评。"))
    live = {row.registration_id: row for row in PracticeResult.objects.live().filter(session=session)}
    there = _there(session)
    fresh, overtaken = {}, []
    for key, (result, note) in wanted.items():
        now = (live[key].result, live[key].note) if key in live else ("", "")
        if not result or (result, note) in (now, seen.get(key, ("", ""))):
            continue
        if now != seen.get(key, ("", "")):
            overtaken.append(people[key].person.name)
        else:
            fresh[key] = (result, note)
    if rest:
        fresh = {key: (rest, "") for key in people if key in there and key not in live} | fresh
    for key, (result, note) in fresh.items():
        _check(people[key].person, result, note, key in there)
    _write(session, {people[key]: said for key, said in fresh.items()}, live, actor)
    return len(fresh), sorted(overtaken)


def _check(person, result, note, was_there):
    if result not in Result.values:
        raise DomainError("practice.result", _("请选合格或不合格。"))
    if result == Result.PASSED and not was_there:
        raise DomainError(
            "practice.absent",
            _("%(name)s 没有这一课的考勤，不能评合格；人来了就先点名，再评。") % {"name": person.name},
        )
    if result == Result.FAILED and not note:
        raise DomainError(
            "practice.note",
            _("%(name)s 评了不合格，请写一句差在哪里，本人看得到、补做有方向。") % {"name": person.name},
        )


def _write(session, said, live, actor):
    now = clock.now()
    before = {row.pk: live[row.pk] for row in said if row.pk in live}
    PracticeResult.objects.filter(pk__in=[one.pk for one in before.values()]).update(replaced_at=now)
    PracticeResult.objects.bulk_create(
        PracticeResult(registration=row, session=session, result=result, note=note, judged_by=actor, judged_at=now)
        for row, (result, note) in said.items()
    )
    if said:
        changes = {"rows": [None, len(said)], "changed": [None, len(before)]}
        record(actor, "training.practice", session, changes=changes)


def put(registration, results, *, actor, reason):
    """Write results ({Session: Result}) of one person in a correction; the caller holds the round's lock and writes the log."""
    for session, result in results.items():
        live = {row.registration_id: row for row in registration.practice_results.live().filter(session=session)}
        _write(session, {registration: (result, reason[:200])}, live, actor)


def forget(person):
    """Erasing a person: what was said of them goes, whether they passed stays."""
    PracticeResult.objects.filter(registration__person=person).update(note="")
