"""校外学习: a person hands in what they studied elsewhere; staff look at the proof and say yes or no."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.prepared import Prepared
from core.uploads import cleaned
from enterprises.models import Person

from . import telling
from .models import PriorStudy


@transaction.atomic
def hand_in(person, *, platform, title, finished_on, class_hours, proof, course=None):
    """A PriorStudy waiting for staff; the same thing handed in twice is the first one.

    Raises DomainError of ``core.uploads.cleaned``, ``prior.future`` for a day to come, ``prior.hours`` beyond reason.
    """
    if finished_on > clock.today():
        raise DomainError("prior.future", _("学完日期不能在今天以后。"))
    if not 0 < class_hours <= 200:
        raise DomainError("prior.hours", _("学时要大于 0，一次最多报 200。"))
    # The person is the queue: a second tap must find the first paper.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    same = PriorStudy.objects.filter(
        person=person, platform=platform, title=title, finished_on=finished_on, state=PriorStudy.State.WAITING
    ).first()
    if same:
        return same
    name, content = cleaned(proof)
    row = PriorStudy(
        person=person,
        course=course,
        platform=platform,
        title=title,
        finished_on=finished_on,
        class_hours=class_hours,
        proof_name=name[-120:],
        asked_at=clock.now(),
    )
    row.proof.save(f"{clock.today():%Y%m}.{name.rsplit('.', 1)[-1]}", ContentFile(content), save=False)
    row.save()
    record(person.user, "prior.hand_in", row, changes={"title": ["", title]})
    return row


@transaction.atomic
def decide(actor, row, *, approve, because=""):
    """Recognise it or not; returns the row. Saying the same again changes nothing.

    Raises DomainError ``prior.reason`` for a no without a reason, ``prior.decided`` when the other was said before, ``prior.own``
    for one's own.
    """
    row = PriorStudy.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.pk)
    state = PriorStudy.State.APPROVED if approve else PriorStudy.State.REFUSED
    if row.state == state:
        return row
    if row.state != PriorStudy.State.WAITING:
        raise DomainError("prior.decided", _("这一条已经审过了，意见在下面。"))
    if row.person.user_id == actor.pk:
        raise DomainError("prior.own", _("自己的学习记录要请别人审。"))
    if not approve and not because.strip():
        raise DomainError("prior.reason", _("不认可要写明原因，让本人知道怎么补。"))
    row.state, row.because, row.decided_by, row.decided_at = state, because.strip(), actor, clock.now()
    row.save(update_fields=["state", "because", "decided_by", "decided_at"])
    record(actor, f"prior.{state}", row, reason=row.because)
    telling.elsewhere_decided(row)
    return row


@Prepared
def _approved(person):
    return PriorStudy.objects.filter(person=person, state=PriorStudy.State.APPROVED).order_by("finished_on", "pk")


def hours_elsewhere(person, year):
    """[PriorStudy] of a person recognised for a year, oldest first: the column 外部平台 (docs/counting.md, rule A12)."""
    return [row for row in _approved(person.pk) if row.finished_on.year == year]
