"""What has changed in a course since somebody finished it."""

import difflib
from dataclasses import dataclass

from wagtail.models import Revision

from core.blocks import plain_text

from .models import LessonPage


@dataclass(frozen=True)
class Change:
    """One page: ``kind`` is ``new``, ``gone`` or ``changed``; lines taken away and lines added, as people read them."""

    kind: str
    title: str
    url: str
    removed: tuple = ()
    added: tuple = ()


def changes_since(enrolment):
    """[Change] of the course's lessons against what was published at completion; [] when nothing was pinned. Four queries."""
    pinned = {int(page): revision for page, revision in enrolment.pinned.items() if int(page) != enrolment.course_id}
    if not enrolment.pinned:
        return []
    now = {lesson.pk: lesson for lesson in LessonPage.objects.live().filter(course=enrolment.course).order_by("path")}
    gone = LessonPage.objects.filter(pk__in=pinned.keys() - now.keys()).only("title", "key")
    revisions = Revision.objects.in_bulk(
        [revision for page, revision in pinned.items() if page in now and revision != now[page].live_revision_id]
    )
    answer = []
    for pk, lesson in now.items():
        title = f"{lesson.key} {lesson.title}"
        if pk not in pinned:
            answer.append(Change("new", title, lesson.url))
        elif pinned[pk] in revisions:
            removed, added = _difference(revisions[pinned[pk]].as_object(), lesson)
            if removed or added:
                answer.append(Change("changed", title, lesson.url, removed, added))
    return answer + [Change("gone", f"{lesson.key} {lesson.title}", "") for lesson in gone]


def _difference(before, after):
    old, new = _lines(before), _lines(after)
    told = list(difflib.ndiff(old, new))
    return (
        tuple(line[2:] for line in told if line.startswith("- ")),
        tuple(line[2:] for line in told if line.startswith("+ ")),
    )


def _lines(lesson):
    text = "。".join([lesson.title, lesson.lead, plain_text(lesson.body)])
    return [piece.strip() for piece in text.replace("？", "？。").replace("！", "！。").split("。") if piece.strip()]
