"""What has changed in a course since somebody finished it."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from wagtail.models import Revision

from core.blocks import plain_text

from .models import LessonPage

ALIKE = 0.5
"""From which share of equal characters an old and a new sentence are shown as one, with its changes inside."""

_WORD = re.compile(r"\d[\d.,]*|[A-Za-z]+|.", re.DOTALL)
"""What is changed as a whole: a number, a Latin word, a Chinese character."""


@dataclass(frozen=True)
class Change:
    """One page: ``kind`` is ``new``, ``gone`` or ``changed``. ``lines`` are the sentences that differ, each a tuple of pieces
    (how, text), ``how`` being ``same``, ``del`` (was there) or ``ins`` (is there now)."""

    kind: str
    title: str
    url: str
    lines: tuple = ()


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
            lines = _difference(_lines(revisions[pinned[pk]].as_object()), _lines(lesson))
            if lines:
                answer.append(Change("changed", title, lesson.url, lines))
    return answer + [Change("gone", f"{lesson.key} {lesson.title}", "") for lesson in gone]


def _difference(old, new):
    answer = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how != "equal":
            answer += _side_by_side(old[a:b], new[c:d])
    return tuple(answer)


def _side_by_side(old, new):
    """Sentences taken away and sentences put in their place, as lines: those that are nearly the same become one."""
    lines = []
    for before, after in zip(map(_WORD.findall, old), map(_WORD.findall, new), strict=False):
        inside = SequenceMatcher(None, before, after, autojunk=False)
        if inside.ratio() >= ALIKE:
            lines.append(tuple(_pieces(before, after, inside.get_opcodes())))
        else:
            lines += [(("del", "".join(before)),), (("ins", "".join(after)),)]
    lines += [(("del", text),) for text in old[len(new) :]]
    return lines + [(("ins", text),) for text in new[len(old) :]]


def _pieces(before, after, opcodes):
    for how, a, b, c, d in opcodes:
        if how == "equal":
            yield "same", "".join(before[a:b])
            continue
        if b > a:
            yield "del", "".join(before[a:b])
        if d > c:
            yield "ins", "".join(after[c:d])


def _lines(lesson):
    """What a reader is told, in sentences: the text, how long it takes, whether it must be read."""
    facts = [
        _("学完要 %(n)s 分钟") % {"n": lesson.minutes},
        _("这一课必修") if lesson.required else _("这一课选修"),
    ]
    text = "。".join([lesson.title, lesson.lead, plain_text(lesson.body)])
    text = text.replace("？", "？。").replace("！", "！。")
    return [piece.strip() for piece in [*text.split("。"), *facts] if piece.strip()]
