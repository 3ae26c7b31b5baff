"""The verbs of an assignment: work out whom a rule reaches, show it, do exactly that; extend, stop, take in newcomers.

The preview and the act share one function. What was shown carries a fingerprint; when memberships changed in between, the act
refuses and the new preview is shown. The lists are frozen with the click. So what is done is always what was seen.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from core import bulk, clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.prepared import Prepared
from core.text import mask_name
from enterprises.models import Enterprise, Membership, Person

from .models import Assigned, Assignment, AssignmentRun, Enrolment, PathStep, PriorStudy

BATCH = 5000
AT_ONCE = 500
"""People put on and taken off up to which the asker waits; more are the worker's."""
PATIENCE = 3600
SOON = 7
"""Days before the due day from which a path is due soon."""


@dataclass(frozen=True)
class Plan:
    """What applying an assignment would do now: ids of persons. ``fingerprint`` stands for exactly this."""

    adds: list
    removes: list
    keeps: list
    fingerprint: str = field(default="")


def reached(assignment):
    """The persons a rule fits now (a queryset of ids, each once): listed people with an open membership that meets every condition."""
    rows = Membership.objects.open().filter(person__merged_into=None, person__erased_at=None)
    if assignment.layers:
        rows = rows.filter(layer__in=assignment.layers)
    if assignment.enterprise_id:
        rows = rows.filter(enterprise=assignment.enterprise_id)
    if assignment.district_id:
        rows = rows.filter(enterprise__district=assignment.district_id)
    if assignment.pilot_id:
        firms = Enterprise.pilots.through.objects.filter(pilot=assignment.pilot_id).values("enterprise_id")
        rows = rows.filter(enterprise__in=firms)
    if assignment.since:
        rows = rows.filter(started_on__gte=assignment.since)
    if assignment.tag:
        # Tags are a JSON list; SQLite cannot look into one, but the word stands in its text between quotation marks.
        rows = rows.filter(tags__icontains=f'"{assignment.tag}"')
    return rows.order_by().values_list("person", flat=True).distinct()


def plan(assignment):
    """The Plan of an assignment as it stands (it need not be saved). Two queries."""
    wanted = set() if assignment.ended_at else set(reached(assignment))
    now = set()
    if assignment.pk:
        now = set(assignment.rows.filter(removed_at=None).values_list("person", flat=True))
    adds, removes, keeps = sorted(wanted - now), sorted(now - wanted), sorted(wanted & now)
    return Plan(adds, removes, keeps, _fingerprint(assignment.pk, adds, removes, len(keeps)))


def _fingerprint(*told):
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def people_of(ids, limit=200):
    """The first people of a plan's list, for the eye: sorted by name, with their open memberships. Two queries."""
    people = Person.objects.filter(pk__in=list(ids)[:5000]).order_by("name_key", "pk").only("name")[:limit]
    people = {person.pk: person for person in people}
    for person in people.values():
        person.works = []
    works = Membership.objects.open().filter(person__in=people).select_related("enterprise")
    for row in works.only("person", "layer", "enterprise__name"):
        people[row.person_id].works.append(row)
    return list(people.values())


def create(actor, **fields):
    """A new Assignment by a rule; nobody is on its list before ``apply``. Raises DomainError ``assignment.due`` for two due days."""
    if fields.get("due_on") and fields.get("due_days"):
        raise DomainError("assignment.due", _("学完期限和“几天内学完”只填一样。"))
    with transaction.atomic():
        row = Assignment.objects.create(created_by=actor, created_at=clock.now(), **fields)
        record(actor, "assignment.create", row, changes={"path": ["", str(row.path)]})
    return row


@transaction.atomic
def apply(actor, assignment, fingerprint):
    """Do the Plan whose ``fingerprint`` was shown; returns the AssignmentRun. Applying what is already done changes nothing.

    Up to AT_ONCE people it is done on return; more are the worker's, who writes exactly the lists frozen here, whatever
    memberships do meanwhile. Asking again for the same, or without a fingerprint, while that is on its way returns the same run.
    Who is taken off keeps the row and everything studied. Raises DomainError ``assignment.changed`` when the plan is not the one
    shown any more, ``assignment.running`` while another list is on its way, ``assignment.ended`` for a stopped one.
    """
    from .tasks import apply_assignment

    row = _locked(assignment)
    running = row.runs.filter(state=AssignmentRun.State.RUNNING).first()
    if running:
        if fingerprint and fingerprint != _fingerprint(row.pk, running.adds, running.removes, running.kept):
            raise DomainError(
                "assignment.running", _("刚有人照另一份名单在派。等它派好，再看一眼新名单，要改再点一次。")
            )
        apply_assignment.delay_on_commit(running.pk)  # the worker may have died; doing it twice is doing it once
        return running
    todo = plan(row)
    if todo.fingerprint != fingerprint:
        raise DomainError(
            "assignment.changed",
            _("名单刚刚变了：现在是加 %(adds)s 人、减 %(removes)s 人。请看一眼新名单，再点一次。")
            % {"adds": len(todo.adds), "removes": len(todo.removes)},
            adds=len(todo.adds),
            removes=len(todo.removes),
        )
    run = AssignmentRun.objects.create(
        assignment=row,
        asked_by=actor,
        asked_at=clock.now(),
        adds=todo.adds,
        removes=todo.removes,
        added=len(todo.adds),
        removed=len(todo.removes),
        kept=len(todo.keeps),
    )
    if run.added + run.removed <= AT_ONCE:
        return write(run.pk)
    apply_assignment.delay_on_commit(run.pk)
    return run


@transaction.atomic
def write(run_id):
    """Write the lists of an AssignmentRun; returns it. Doing it again, or twice at once, is doing it once. One transaction."""
    row = Assignment.objects.select_for_update(of=("self",)).get(runs=run_id)
    run = AssignmentRun.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=run_id)
    if run.state != AssignmentRun.State.RUNNING:
        return run
    if row.ended_at:
        run.state = AssignmentRun.State.STOPPED
    else:
        _write(row, run.adds, run.removes, lambda done: cache.set(_key(run), done, PATIENCE))
        run.state = AssignmentRun.State.DONE
        told = {"adds": [0, run.added], "removes": [0, run.removed], "keeps": [0, run.kept]}
        record(run.asked_by, "assignment.apply", row, changes=told)
    run.adds, run.removes, run.finished_at = [], [], clock.now()
    run.save()
    return run


def write_waiting():
    """Write what no worker got to (beat). Returns how many."""
    waiting = AssignmentRun.objects.filter(state=AssignmentRun.State.RUNNING).values_list("pk", flat=True)
    return len([write(pk) for pk in waiting])


def done_of(run):
    """How many people of a run on its way are written. Nobody else sees the rows before the end, so it goes through the cache."""
    return cache.get(_key(run), 0)


def _key(run):
    return f"assignment-run:{run.pk}"


def _locked(assignment):
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if row.ended_at:
        raise DomainError("assignment.ended", _("这次派学已经停了。要再派，请新建一个。"))
    return row


NAMES = ("assignment", "person", "due_on", "assigned_at")


def _write(row, adds, removes, tell=lambda done: None):
    """Bring the list of an assignment to what was decided; ``tell(people done)`` now and then. Who is on it already stays as is."""
    now = clock.now()
    due = row.due_on or (row.due_days and clock.today() + timedelta(days=row.due_days)) or None
    known = dict(row.rows.values_list("person", "removed_at"))
    fresh = [person for person in adds if person not in known]
    back = [person for person in adds if known.get(person)]
    done = 0
    for chunk in _chunks(fresh):
        bulk.insert(Assigned, NAMES, [(row.pk, person, due, now) for person in chunk])
        tell(done := done + len(chunk))
    for chunk in _chunks(back):
        row.rows.filter(person__in=chunk).update(removed_at=None, assigned_at=now, due_on=due, reminded_on=None)
        tell(done := done + len(chunk))
    for chunk in _chunks(removes):
        row.rows.filter(person__in=chunk, removed_at=None).update(removed_at=now)
        tell(done := done + len(chunk))
    row.applied_at = now
    row.save(update_fields=["applied_at"])


def _chunks(ids):
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def take_in():
    """Put newcomers on the lists that keep up (beat, every morning); nobody is taken off. Returns how many were added."""
    count = 0
    for row in Assignment.objects.filter(keeps_up=True, ended_at=None).exclude(applied_at=None):
        with transaction.atomic():
            locked = Assignment.objects.select_for_update().get(pk=row.pk)
            # One that was once taken off stays off: somebody decided so.
            gone = set(locked.rows.exclude(removed_at=None).values_list("person", flat=True))
            adds = [] if locked.ended_at else [person for person in plan(locked).adds if person not in gone]
            if adds:
                _write(locked, adds, [])
                record(None, "assignment.take_in", locked, changes={"adds": [0, len(adds)]})
                count += len(adds)
    return count


@transaction.atomic
def end(actor, assignment):
    """Stop an assignment: nothing is due any more, the list and what was studied stay. Stopping twice changes nothing."""
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if row.ended_at is None:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        record(actor, "assignment.end", row)
    return row


@transaction.atomic
def extend(actor, assigned, due_on, because):
    """Give one person more time; returns the row. Raises DomainError ``assigned.earlier`` when the new day is not later, and
    ``assigned.reason`` without a reason."""
    row = Assigned.objects.select_for_update(of=("self",)).select_related("person").get(pk=assigned.pk)
    if row.due_on is None or due_on <= row.due_on or due_on < clock.today():
        raise DomainError("assigned.earlier", _("延期要比原来的期限晚，也不能早过今天。"))
    if not because.strip():
        raise DomainError("assigned.reason", _("请写一句为什么延期，比如“住院两周”。"))
    record(
        actor,
        "assigned.extend",
        row,
        changes={"due_on": [str(row.due_on), str(due_on)], "person": ["", mask_name(row.person.name)]},
        reason=because,
    )
    row.due_on, row.extended_because, row.reminded_on = due_on, because.strip(), None
    row.save(update_fields=["due_on", "extended_because", "reminded_on"])
    return row


# What a person owes ----------------------------------------------------------------------------------------------------


_LISTED = [f"course__{name}" for name in ("title", "url_path", "slug", "path", "depth")]


@dataclass(frozen=True)
class PathStanding:
    """A path somebody is to follow: its title, the day it is due (the earliest of several), its courses as (course, done)."""

    title: str
    due_on: object
    courses: list

    @property
    def done(self):
        return sum(done for _course, done in self.courses)

    @property
    def ahead(self):
        """The first course not finished, or None."""
        return next((course for course, done in self.courses if not done), None)

    @property
    def days_left(self):
        """Days until the due day (negative when overdue), None without one."""
        return (self.due_on - clock.today()).days if self.due_on else None

    @property
    def kind(self):
        """The colour of its ring: amber when it is due within a week."""
        return "amber" if self.ahead and self.due_on and self.days_left <= SOON else ""


@Prepared
def _owed(person):
    rows = Assigned.objects.standing().filter(person=person).select_related("assignment__path")
    return rows.only("person", "due_on", "assignment__path__title")


def paths_of(person):
    """[PathStanding] of a person, what is due first first; three queries however many paths and courses."""
    rows = _owed(person.pk)
    if not rows:
        return []
    days, titles, steps = {}, {}, {}
    for row in rows:
        path = row.assignment.path
        titles[path.pk] = path.title
        days[path.pk] = min(filter(None, [row.due_on, days.get(path.pk)]), default=None)
    asked = PathStep.objects.filter(path__in=titles, course__live=True).order_by("sort_order", "pk")
    for step in asked.select_related("course").only("path", *_LISTED):
        steps.setdefault(step.path_id, []).append(step.course)
    done = {course for _person, course in finished_by([person.pk])}
    found = [
        PathStanding(titles[pk], days[pk], [(course, course.pk in done) for course in steps.get(pk, [])])
        for pk in titles
    ]
    return sorted(
        found, key=lambda one: (one.ahead is None, one.due_on is None, one.due_on or clock.today(), one.title)
    )


def finished_by(people, courses=None):
    """{(person, course)} finished in any year, or recognised. One query."""
    studied = Enrolment.objects.filter(person__in=people).exclude(completed_at=None)
    known = PriorStudy.objects.filter(person__in=people, state=PriorStudy.State.APPROVED).exclude(course=None)
    if courses is not None:
        studied, known = studied.filter(course__in=courses), known.filter(course__in=courses)
    both = studied.order_by().values_list("person", "course").union(known.order_by().values_list("person", "course"))
    return set(both)
