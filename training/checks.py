"""What ``manage.py audit`` recounts from rounds: the ledger against attendance, seats, certificates."""

from certificates.models import CertificateEvent
from core.registry import Finding
from ledger.models import Activity

from . import seats
from .closing import entry_line, facts_of
from .models import Round
from .standing import standings

OF_THE_ROUND = ("kind", "mode", "fee_nature", "owner_id", "pilot_id")
"""What the activity of a round in the ledger has from it, besides its days. Not the title, nor the organiser's district: both may
have changed since."""


def audit():
    """Every closed round's activity, facts and live entries equal what round and attendance say; who passes, and nobody else,
    has a valid certificate; seats are not oversold."""
    closed = Round.objects.filter(state__in=[Round.State.CLOSED, Round.State.ARCHIVED])
    revocations = CertificateEvent.objects.filter(kind=CertificateEvent.Kind.REVOKED)
    # {number: whether somebody decided so}
    revoked = {number: bool(by) for number, by in revocations.values_list("certificate__number", "authority")}
    activities = {row.key: row for row in Activity.objects.as_of().filter(key__startswith="round:")}
    for round_ in closed.iterator():
        activity = activities.pop(round_.activity_key, None)
        if activity is None:
            yield Finding("training.unposted", f"期次 {round_.pk} 已结班，却没有记账。", round=round_.pk)
            continue
        people = standings(round_)
        yield from _activity(round_, activity)
        yield from _entries(round_, activity, people)
        yield from _facts(round_, activity, people)
        yield from _certificates(round_, people, revoked)
    for key in activities:
        yield Finding("training.orphan", f"台账里有 {key}，却没有已结班的期次。", key=key)
    for round_ in seats.oversold():
        yield Finding(
            "training.seats", f"期次 {round_.pk} 座位 {round_.seats} 个，报了 {round_.taken} 人。", round=round_.pk
        )


def _activity(round_, activity):
    said = [getattr(activity, name) for name in OF_THE_ROUND]
    meant = [getattr(round_, name) for name in OF_THE_ROUND]
    days = (activity.started_on, activity.ended_on) == (round_.starts_on, round_.ends_on)
    if said != meant or not days or not activity.held:
        yield Finding("training.activity", f"期次 {round_.pk}：台账里的活动和期次对不上。", round=round_.pk)


def _entries(round_, activity, people):
    should = {person.registration.person_id: entry_line(round_, person) for person in people if person.counts}
    has = {entry.person_id: entry for entry in activity.entries.as_of()}
    for person in sorted(should.keys() ^ has.keys()):
        what = "考勤达标却没计入" if person in should else "计入了却不达标"
        yield Finding("training.counted", f"期次 {round_.pk} 人员 {person}：{what}。", round=round_.pk, person=person)
    for person in sorted(should.keys() & has.keys()):
        line, entry = should[person], has[person]
        said = (entry.organisation, entry.class_hours, entry.occurred_on, entry.kind, entry.pilot_id)
        if said != (line.organisation, line.class_hours, line.occurred_on, round_.kind, round_.pilot_id):
            what = "台账和考勤对不上"
            yield Finding("training.entry", f"期次 {round_.pk} 人员 {person}：{what}。", round=round_.pk, person=person)


def _facts(round_, activity, people):
    newest = {
        (district, name): value
        for district, name, value in activity.facts.order_by("posting").values_list("district", "name", "value")
    }
    meant = facts_of(round_, people)
    if any(newest.get(key, 0) != meant.get(key, 0) for key in newest.keys() | meant.keys()):
        yield Finding("training.facts", f"期次 {round_.pk}：应到、实考、合格人数和名册对不上。", round=round_.pk)


def _certificates(round_, people, revoked):
    for person in people:
        certificate = person.registration.certificate
        is_valid = certificate is not None and certificate.number not in revoked
        decided = certificate is not None and revoked.get(certificate.number)
        if person.passes != is_valid and not decided:
            what = "合格却没有有效的证明" if person.passes else "不合格却有一张有效的证明"
            yield Finding(
                "training.certificate", f"期次 {round_.pk} 报名 {person.registration.pk}：{what}。", round=round_.pk
            )
