"""Who studies what, how far, since when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from core import clock
from enterprises.models import Membership, OrganisationSnapshot, Person

from ..querysets import EnrolmentQuerySet
from .pages import CoursePage, LessonPage


class Enrolment(OrganisationSnapshot):
    """选课: person × course version × year (docs/counting.md, rule A9). The organisation is frozen at enrolment."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="enrolments")
    version = models.PositiveSmallIntegerField(_("版本"))
    year = models.PositiveSmallIntegerField(_("年度"))
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    enrolled_at = models.DateTimeField(_("开始时间"), default=clock.now)
    completed_at = models.DateTimeField(_("学完时间"), null=True)
    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, null=True, related_name="enrolment")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at"]
        verbose_name = verbose_name_plural = _("选课")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "version", "year"], name="enrolled_once_per_version_and_year"
            )
        ]

    def __str__(self):
        return f"{self.person_id} · {self.activity_key}"

    @property
    def activity_key(self):
        """The key of this offering in the ledger, shared by all who complete it: course:5:v3:2026."""
        return f"course:{self.course_id}:v{self.version}:{self.year}"


class LessonProgress(models.Model):
    """学习记录: enrolment × lesson. ``seconds`` is time credited, never more than passed on the wall."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="progress")
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="+")
    seconds = models.PositiveIntegerField(_("学习秒数"), default=0)
    percent = models.PositiveSmallIntegerField(_("读到（%）"), default=0)
    updated_at = models.DateTimeField(_("最近学习"))
    completed_at = models.DateTimeField(_("学完时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("学习记录")
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_progress_once")]

    def __str__(self):
        return f"{self.enrolment_id} · {self.lesson_id}"


class StudyClock(models.Model):
    """Up to when a person's study time has been credited: one item at a time, so two tabs add nothing."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    credited_to = models.DateTimeField()

    def __str__(self):
        return str(self.person_id)
