"""A lesson on paper: its words, its drawings, room to write where the exercise stands; the answers below it are left out.

Made once per published state of the lesson and kept: anyone may read a lesson, so anyone may print one.
"""

import hashlib
import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core import pdf, pdf_fonts
from ledger.models import Kind

FOLDER = "handouts"
RECIPE = 1
"""Raised when the template draws differently: older files are made anew."""

EXERCISES = ("练一练", "动手")
"""How the heading of an exercise begins."""

COURSES = {Kind.INTERNAL_AUDITOR: "neishen", Kind.GRASSROOTS: "jiceng", Kind.PROJECT: "gongguan"}
"""The course whose handouts a kind of training gives out."""


def address_for(kind):
    """The page with the handouts for a kind of training, '' when it has none. No query."""
    slug = COURSES.get(kind)
    return reverse("courses:handouts", args=[slug]) if slug else ""


def file_name(lesson):
    """Where the handout of this published state lies."""
    state = f"{RECIPE} {lesson.live_revision_id} {lesson.last_published_at}"
    return f"{FOLDER}/{lesson.pk}-{hashlib.sha256(state.encode()).hexdigest()[:16]}.pdf"


def download_name(lesson):
    return f"{lesson.key}_{lesson.title}_{_('讲义')}.pdf"


def open_handout(lesson):
    """The handout of a live lesson as an open file, made now if nobody has asked for it since it was published.

    Raises DomainError ``pdf.…`` of core.pdf.
    """
    name = file_name(lesson)
    if not default_storage.exists(name):
        content = draw(lesson)
        stored = default_storage.save(name, ContentFile(content))
        if stored != name:  # somebody asked at the same moment: theirs stays
            default_storage.delete(stored)
        for old in default_storage.listdir(FOLDER)[1]:
            if old.startswith(f"{lesson.pk}-") and f"{FOLDER}/{old}" != name:
                default_storage.delete(f"{FOLDER}/{old}")
    return default_storage.open(name)


def draw(lesson):
    """The handout as PDF bytes. Raises DomainError ``pdf.…`` of core.pdf."""
    pdf_fonts.register()
    html = render_to_string("courses/pdf/handout.html", {"page": lesson, "course": lesson.course})
    pdf.refuse_missing_glyphs(strip_tags(re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)))
    return pdf.from_html(html, title=f"{lesson.key} {lesson.title}", author=_("质量学堂"))


def is_exercise(heading):
    """Whether what stands under this heading is to be worked out by the reader."""
    return heading.startswith(EXERCISES)
