"""Practice judged: who can do it, unit by unit; and the resits of the exam."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock

from ..querysets import PracticeQuerySet, ResitQuerySet
from .registrations import Registration
from .rounds import Session


class PracticeResult(models.Model):
    """实操评定: how one person did in one practice unit (a compulsory session). The row in force has no ``replaced_at``; a change
    ends it and begins another, so that who said what when stays."""

    class Result(models.TextChoices):
        PASSED = "passed", _("合格")
        FAILED = "failed", _("不合格")

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="practice_results")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="practice_results")
    result = models.CharField(_("评定"), max_length=6, choices=Result)
    note = models.CharField(_("评语"), max_length=200, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(_("评定时间"), default=clock.now)
    replaced_at = models.DateTimeField(null=True, editable=False)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        ordering = ["judged_at", "pk"]
        verbose_name = verbose_name_plural = _("实操评定")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "session"], condition=Q(replaced_at=None), name="practice_judged_once"
            )
        ]

    def __str__(self):
        return f"{self.registration_id} {self.session_id} {self.result}"


class Resit(models.Model):
    """补考: one more sitting that was opened for one person, until the last day given; ``mark`` is what came of it. The first mark
    stays on the registration."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="resits")
    until = models.DateField(_("补考到哪天为止"))
    mark = models.DecimalField(_("补考成绩"), max_digits=5, decimal_places=1, null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("开补考的时间"), default=clock.now)

    objects = ResitQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name = verbose_name_plural = _("补考")

    def __str__(self):
        return f"{self.registration_id} {self.until}"
