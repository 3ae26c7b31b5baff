"""A course copied for one industry: the same lessons and quizzes as drafts, to be given other examples."""

import json
import re

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit_trail import record
from core.exceptions import DomainError
from quizzes.services import copy_quiz

from .models import CoursePage, LessonPage

_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
_NUMBER = re.compile(r'\bid="(\d+)"')


@transaction.atomic
def copy_for(actor, course, pilot):
    """An unpublished copy of a course and its lessons for an industry chain (a Pilot); returns the CoursePage.

    Its quizzes are copies too, so that other questions change nothing in the course it comes from; what pointed at a page of that
    course points at the same page of the copy. Pictures and files are those of the library. Its own key in the ledger and its
    own certificates follow from its being another page. Raises DomainError ``course.copied`` when the chain has its copy already.
    """
    slug = f"{course.slug}-{pilot.slug}"
    if CoursePage.objects.filter(slug=slug).exists():
        raise DomainError(
            "course.copied", _("“%(pilot)s”已经有这门课的版本了，请直接改那一份。") % {"pilot": pilot.name}
        )
    own = {"slug": slug, "title": f"{course.title}（{pilot.name}）", "pilot": pilot, "variant_of": course}
    copy = course.copy(
        recursive=True,
        user=actor,
        copy_revisions=False,
        keep_live=False,
        update_attrs=own | {"quiz": _quiz_for(course.quiz, pilot)},
    )
    lessons = list(LessonPage.objects.child_of(copy).order_by("path"))
    originals = LessonPage.objects.child_of(course).order_by("path").values_list("pk", flat=True)
    pages = {course.pk: copy.pk} | dict(zip(originals, (lesson.pk for lesson in lessons), strict=True))
    address = (course.url, copy.url)
    for lesson in lessons:
        lesson.quiz = _quiz_for(lesson.quiz, pilot)
        lesson.body = json.dumps(_pointing_inside(list(lesson.body.raw_data), pages, address))
        lesson.save()  # its key to the course is that of the new parent
        lesson.save_revision(user=actor)  # what the editor opens
    record(actor, "course.copy", copy, changes={"from": ["", str(course.pk)]})
    return copy


def _quiz_for(quiz, pilot):
    return quiz and copy_quiz(quiz, f"{quiz.key}-{pilot.slug}"[:80], f"{quiz.title}（{pilot.name}）")


def _pointing_inside(value, pages, address):
    """A stored text with every link to a page of the one course made a link to its copy: chosen pages and typed addresses."""
    if isinstance(value, str):
        value = _LINK.sub(lambda tag: _NUMBER.sub(lambda found: _renumbered(found, pages), tag[0]), value)
        old, new = address
        return value.replace(f'href="{old}', f'href="{new}') if old and new else value
    if isinstance(value, dict):
        return {name: _pointing_inside(part, pages, address) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_pointing_inside(part, pages, address) for part in value]
    return value


def _renumbered(found, pages):
    number = int(found[1])
    return f'id="{pages.get(number, number)}"'
