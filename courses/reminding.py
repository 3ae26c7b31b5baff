"""A word to whom a path is due soon or overdue: one message for each due day and each time, whatever number of paths it holds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from notices.kinds import Kind
from notices.services import notify

from .assigning import SOON, finished_by
from .models import Assigned, PathStep

BEFORE = (SOON, 1)
"""Days before the due day on which a person is reminded; when overdue, once a week."""
OVERDUE_EVERY = 7
WEEKS = 52
"""Who has not begun after a year is not reminded any more."""
BATCH = 2000

DUE = Kind(
    "study.due",
    gettext_lazy("课程快到期、过期"),
    gettext_lazy("{when}：{paths}"),
    gettext_lazy("{name}，“{paths}”要在{day}前学完，{when}。还差：{courses}。一次十来分钟，点开就接着学。"),
    gettext_lazy("【质量学堂】“{paths}”要在{day}前学完，{when}，还差{n}门课，登录接着学。"),
    sample={"paths": "一线上岗", "day": "3月5日", "when": "还有 7 天", "courses": "干好每一件", "n": 1},
)


@dataclass(frozen=True)
class Reminder:
    """One thing to tell a person: so many ``days`` left (negative: overdue) for the unfinished ``courses`` (titles) of ``paths``."""

    person_id: int
    due_on: object
    days: int
    paths: tuple
    courses: tuple


@transaction.atomic
def remind(today=None):
    """Write the messages of the day (beat, every morning, and ``run_due``); returns the Reminders. Run again it is silent.

    7 days and 1 day before the due day, and once a week when it is over. What lies on one due day is one message.
    """
    today = today or clock.today()
    days = [today + timedelta(days=before) for before in BEFORE]
    days += [today - timedelta(days=1 + OVERDUE_EVERY * week) for week in range(WEEKS)]
    rows = Assigned.objects.standing().select_for_update(of=("self",)).filter(due_on__in=days)
    rows = rows.exclude(reminded_on=today).select_related("assignment__path").order_by("pk")
    found = list(rows)
    told = _reminders(found, today)
    for start in range(0, len(found), BATCH):
        keys = [row.pk for row in found[start : start + BATCH]]
        Assigned.objects.filter(pk__in=keys).update(reminded_on=today)
    _tell(told)
    return told


def _reminders(rows, today):
    """The Reminders of rows that are due: by person and due day."""
    steps, ahead = defaultdict(list), defaultdict(list)
    paths = {row.assignment.path_id for row in rows}
    for step in PathStep.objects.filter(path__in=paths).order_by("sort_order", "pk").select_related("course"):
        steps[step.path_id].append(step.course)
    done = finished_by({row.person_id for row in rows}) if rows else set()
    for row in rows:
        path = row.assignment.path
        left = [course.title for course in steps[path.pk] if (row.person_id, course.pk) not in done]
        if left:
            ahead[row.person_id, row.due_on].append((path.title, left))
    return [
        Reminder(
            person,
            due_on,
            (due_on - today).days,
            tuple(dict.fromkeys(path for path, _left in both)),
            tuple(dict.fromkeys(course for _path, left in both for course in left)),
        )
        for (person, due_on), both in ahead.items()
    ]


def _tell(reminders):
    """One message each. Who is told the same is told in one go."""
    same = defaultdict(list)
    for one in reminders:
        same[one.due_on, one.days, one.paths, one.courses].append(one.person_id)
    for (due_on, days, paths, courses), people in same.items():
        words = {
            "paths": "、".join(paths),
            "courses": "、".join(courses),
            "n": len(courses),
            "day": _("%(month)s月%(day)s日") % {"month": due_on.month, "day": due_on.day},
            "when": _("已经过了 %(n)s 天") % {"n": -days} if days < 0 else _("还有 %(n)s 天") % {"n": days},
        }
        stage = BEFORE.index(days) if days in BEFORE else len(BEFORE) - days
        for start in range(0, len(people), BATCH):
            notify(
                people[start : start + BATCH],
                DUE.key,
                event=f"study.due:{due_on}",
                revision=stage,
                words=words,
                subject=_("学习任务"),
                url=reverse("my"),
            )
