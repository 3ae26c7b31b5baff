"""Two persons become one: their study. One enrolment for each course, version and year counts, the earlier completion stands."""

import ledger.services
from enterprises.models import OrganisationSnapshot
from ledger.models import Entry

from .models import Assigned, Assignment, Enrolment, LessonQuestion, PriorStudy, StudySpan

SAID = ("completed_at", "enrolled_at", "membership_id", *OrganisationSnapshot.FIELDS)
"""What an enrolment says of its completion and of whom it counts for."""
READ = ("seconds", "percent", "watched", "position", "updated_at", "completed_at")


def move_person(merging):
    """The loser's enrolments are the winner's. Where both study the same, the winner's row takes the earlier completion (with
    its certificate and entry) and the lessons only the loser has read; the loser's row stays behind."""
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(person__in=[merging.winner, merging.loser])
    own, lost = {}, []
    for row in rows.order_by("pk"):
        if row.person_id == merging.loser.pk:
            lost.append(row)
        else:
            own[row.course_id, row.version, row.year] = row
    both = [(own[key], row) for row in lost if (key := (row.course_id, row.version, row.year)) in own]
    merging.moves.point(Enrolment, "person", merging, Enrolment.objects.exclude(pk__in=[row.pk for _own, row in both]))
    for model in (StudySpan, PriorStudy, LessonQuestion):
        merging.moves.point(model, "person", merging)
    # On a list both stand on, the winner's row holds.
    twice = Assigned.objects.filter(person=merging.winner).values("assignment")
    merging.moves.point(Assigned, "person", merging, Assigned.objects.exclude(assignment__in=list(twice)))
    for winner_row, loser_row in both:
        _unite(merging, winner_row, loser_row)


def _unite(merging, own, other):
    _progress(merging, own, other)
    if other.begun_at and (own.begun_at is None or other.begun_at < own.begun_at):
        merging.moves.set(own, begun_at=other.begun_at)
    if other.completed_at is None or (own.completed_at and own.completed_at <= other.completed_at):
        return
    said, says = _values(own, SAID), _values(other, SAID)
    certificates = own.certificate, other.certificate
    for row in (own, other):
        merging.moves.set(row, certificate=None)
    merging.moves.set(own, certificate=certificates[1], **says)
    merging.moves.set(other, certificate=certificates[0], **said)
    entry = Entry.objects.as_of().filter(person=merging.loser, activity__key=own.activity_key).first()
    if entry:
        merging.wanted[own.activity_key] = ledger.services.EntryLine(
            person_id=merging.winner.pk,
            organisation=entry.organisation,
            occurred_on=entry.occurred_on,
            class_hours=entry.class_hours,
        )


def _values(row, names):
    return {name: getattr(row, name) for name in names}


def _progress(merging, own, other):
    mine = {row.lesson_id: row for row in own.progress.all()}
    for row in other.progress.all():
        mate = mine.get(row.lesson_id)
        if mate is None:
            merging.moves.set(row, enrolment=own)
        elif row.completed_at and not mate.completed_at:
            said, says = _values(mate, READ), _values(row, READ)
            merging.moves.set(mate, **says)
            merging.moves.set(row, **said)


def move_enterprise(merging):
    """The loser's enrolments count for the winner; district, layer and size stay as frozen."""
    merging.moves.point(Enrolment, "enterprise", merging)
    merging.moves.point(Assignment, "enterprise", merging)
