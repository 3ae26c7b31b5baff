"""补考: who is to sit again, opened for all of them in one tap; the mark of a resit stays beside the first one."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from . import announcing
from .models import Resit, Round
from .standing import standings


def last_day(round_):
    """The last day of resits: ``resit_days`` after the round ended."""
    return round_.ends_on + timedelta(days=round_.resit_days)


def to_resit(round_, people=None):
    """[(Standing, [Resit])] of who counts and has not reached the pass mark, with the resits they were given. One query besides
    the standings."""
    people = standings(round_) if people is None else people
    failed = [person for person in people if person.counts and person.registration.has_passed is False]
    given = {}
    for row in Resit.objects.filter(registration__in=[person.registration for person in failed]):
        given.setdefault(row.registration_id, []).append(row)
    return [(person, given.get(person.registration.pk, [])) for person in failed]


@transaction.atomic
def open_for_all(round_id, *, actor, until=None):
    """开补考 for everybody who is to sit again and may; they are told. Returns the new Resits.

    ``until`` is the last day, at most ``last_day``. Who has one open, or has used the number the round gives, is passed over:
    asking again opens nothing twice. Raises DomainError ``exam.none``, ``exam.settled``, ``resit.none`` (the round gives none),
    ``resit.late`` (the days are over) and ``resit.until``.
    """
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    today, last = clock.today(), last_day(round_)
    if not round_.has_exam:
        raise DomainError("exam.none", _("这个班没有考核，不用补考。"))
    if round_.state in (Round.State.ARCHIVED, Round.State.CANCELLED):
        raise DomainError("exam.settled", _("这个班已经归档或取消，不再补考；没过的人请报下一个班。"))
    if not round_.resits:
        raise DomainError("resit.none", _("这个班定的是不设补考；要补考，结班以前在“改”里把补考次数改成 1。"))
    if today > last:
        raise DomainError(
            "resit.late", _("补考到 %(day)s 为止，已经过了；没过的人请报下一个班。") % {"day": clock.day_words(last)}
        )
    until = until or last
    if not today <= until <= last:
        raise DomainError("resit.until", _("补考的最后一天要在今天和 %(day)s 之间。") % {"day": clock.day_words(last)})
    fresh = []
    for person, given in to_resit(round_):
        used = [row for row in given if row.mark is not None or row.until >= today]
        if any(row.mark is None for row in used) or len(used) >= round_.resits:
            continue
        fresh.append(Resit(registration=person.registration, until=until, opened_by=actor, opened_at=clock.now()))
    Resit.objects.bulk_create(fresh)
    if fresh:
        record(actor, "training.resit", round_, changes={"people": [None, len(fresh)], "until": [None, str(until)]})
        announcing.resit_opened(fresh, round_)
    return fresh


def take(registration, mark, *, actor):
    """Keep the mark (out of 100) of a resit that was sat; False when none was open, and nothing is kept. ``actor`` is None where the
    exam itself gives the mark."""
    row = registration.resits.waiting(clock.today()).first()
    if row is None:
        return False
    row.mark = mark
    row.save(update_fields=["mark"])
    record(actor, "training.resit_mark", registration, changes={"mark": [None, str(mark)]})
    return True
