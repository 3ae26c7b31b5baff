"""What ``manage.py audit`` recounts from rounds: the ledger against attendance, seats, certificates."""

from django.db.models import Count, F, Q

from certificates.models import CertificateEvent
from core.registry import Finding
from ledger.models import Activity

from .closing import standings
from .models import Registration, Round


def audit():
    """Every closed round's live entries equal what its attendance says; who passes, and nobody else, has a valid certificate;
    seats are not oversold."""
    closed = Round.objects.filter(state__in=[Round.State.CLOSED, Round.State.ARCHIVED])
    revocations = CertificateEvent.objects.filter(kind=CertificateEvent.Kind.REVOKED)
    revoked = set(revocations.values_list("certificate__number", flat=True))
    activities = {row.key: row for row in Activity.objects.as_of().filter(key__startswith="round:")}
    for round_ in closed.iterator():
        activity = activities.pop(round_.activity_key, None)
        if activity is None:
            yield Finding("training.unposted", f"期次 {round_.pk} 已结班，却没有记账。", round=round_.pk)
            continue
        people = standings(round_)
        should = {
            person.registration.person_id: (
                person.registration.enterprise_id,
                person.registration.layer,
                person.credited,
            )
            for person in people
            if person.counts
        }
        entries = activity.entries.as_of().values_list("person", "enterprise", "layer", "class_hours")
        has = {person: (enterprise, layer, hours) for person, enterprise, layer, hours in entries}
        for person in sorted(should.keys() ^ has.keys()):
            what = "考勤达标却没计入" if person in should else "计入了却不达标"
            yield Finding(
                "training.counted", f"期次 {round_.pk} 人员 {person}：{what}。", round=round_.pk, person=person
            )
        for person in sorted(should.keys() & has.keys()):
            if should[person] != has[person]:
                yield Finding(
                    "training.entry",
                    f"期次 {round_.pk} 人员 {person}：台账和考勤对不上。",
                    round=round_.pk,
                    person=person,
                )
        for person in people:
            certificate = person.registration.certificate
            is_valid = certificate is not None and certificate.number not in revoked
            if person.passes != is_valid:
                what = "合格却没有有效的证明" if person.passes else "不合格却有一张有效的证明"
                yield Finding(
                    "training.certificate",
                    f"期次 {round_.pk} 报名 {person.registration.pk}：{what}。",
                    round=round_.pk,
                )
    for key in activities:
        yield Finding("training.orphan", f"台账里有 {key}，却没有已结班的期次。", key=key)
    taken = Count("registrations", filter=Q(registrations__state=Registration.State.REGISTERED))
    for round_ in Round.objects.annotate(n=taken).filter(n__gt=F("seats")):
        yield Finding(
            "training.seats", f"期次 {round_.pk} 座位 {round_.seats} 个，报了 {round_.n} 人。", round=round_.pk
        )
