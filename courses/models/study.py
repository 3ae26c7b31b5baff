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
    begun_at = models.DateTimeField(_("第一次打开一课"), null=True)
    completed_at = models.DateTimeField(_("学完时间"), null=True)
    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, null=True, related_name="enrolment")
    pinned = models.JSONField(
        _("学完时的内容"), default=dict, help_text=_("{页面: 修订}：学完那一刻课程和各课发布着的修订")
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at"]
        verbose_name = verbose_name_plural = _("选课")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "version", "year"], name="enrolled_once_per_version_and_year"
            )
        ]
        indexes = [models.Index(fields=["course", "enrolled_at"], name="enrolments_of_course")]

    def __str__(self):
        return f"{self.person_id} · {self.activity_key}"

    @property
    def activity_key(self):
        """The key of this offering in the ledger, shared by all who complete it: course:5:v3:2026."""
        return f"course:{self.course_id}:v{self.version}:{self.year}"


class LessonProgress(models.Model):
    """学习记录: enrolment × lesson. ``seconds`` is time credited, never more than passed on the wall (courses.progress).

    ``watched`` holds the stretches seen of each film, ``position`` where each was left, so that another phone goes on there.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="progress")
    lesson = models.ForeignKey(LessonPage, on_delete=models.PROTECT, related_name="+")
    seconds = models.FloatField(_("学习秒数"), default=0)
    percent = models.PositiveSmallIntegerField(_("读到（%）"), default=0)
    watched = models.JSONField(_("看过的片段"), default=dict)
    position = models.JSONField(_("视频停在"), default=dict)
    updated_at = models.DateTimeField(_("最近学习"))
    completed_at = models.DateTimeField(_("学完时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("学习记录")
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_progress_once")]

    def __str__(self):
        return f"{self.enrolment_id} · {self.lesson_id}"


class StudySpan(models.Model):
    """A stretch of time credited to a person: the evidence behind ``LessonProgress.seconds``. No two of one person overlap
    in what was credited, so two tabs and two phones add nothing."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    progress = models.ForeignKey(LessonProgress, on_delete=models.CASCADE, related_name="spans")
    started_at = models.DateTimeField(_("从"))
    ended_at = models.DateTimeField(_("到"))

    class Meta:
        verbose_name = verbose_name_plural = _("学习时段")
        indexes = [models.Index(fields=["person", "ended_at"], name="study_spans_of_person")]

    def __str__(self):
        return f"{self.person_id} · {self.started_at}—{self.ended_at}"
