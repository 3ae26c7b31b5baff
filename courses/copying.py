"""A course copied for one industry: the same lessons as drafts, to be given other examples."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit_trail import record
from core.exceptions import DomainError

from .models import CoursePage, LessonPage


@transaction.atomic
def copy_for(actor, course, pilot):
    """An unpublished copy of a course and its lessons for an industry chain (a Pilot); returns the CoursePage.

    Its own key in the ledger and its own certificates follow from its being another page. Raises DomainError ``course.copied``
    when the chain has its copy already.
    """
    slug = f"{course.slug}-{pilot.slug}"
    if CoursePage.objects.filter(slug=slug).exists():
        raise DomainError(
            "course.copied", _("“%(pilot)s”已经有这门课的版本了，请直接改那一份。") % {"pilot": pilot.name}
        )
    copy = course.copy(
        recursive=True,
        user=actor,
        copy_revisions=False,
        keep_live=False,
        update_attrs={"slug": slug, "title": f"{course.title}（{pilot.name}）", "pilot": pilot, "variant_of": course},
    )
    for lesson in LessonPage.objects.child_of(copy):
        lesson.save()  # its key to the course is that of the new parent
    record(actor, "course.copy", copy, changes={"from": ["", str(course.pk)]})
    return copy
