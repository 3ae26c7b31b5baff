"""What people thought of a round, without who thought it."""

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .registrations import Registration
from .rounds import Round


class Survey(models.Model):
    """满意度问卷 of a round: made with the first answer, closed once."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="survey")
    closed_at = models.DateTimeField(_("收卷时间"), null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("满意度问卷")

    def __str__(self):
        return f"{self.round_id}"


class SurveyAnswer(models.Model):
    """One sheet. It has neither person nor time, and a random key: nothing in it says whose it is, or when it came.

    ``grades`` is a digit for each of ``training.surveys.ITEMS``: 5 very satisfied … 1 very dissatisfied, 0 left empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="answers")
    grades = models.CharField(_("评分"), max_length=8, validators=[RegexValidator(r"^[0-5]{8}$")])
    comment = models.CharField(_("回去最想先改的一件事"), max_length=300, blank=True)
    on_paper = models.BooleanField(_("纸质"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("问卷答卷")

    def __str__(self):
        return self.grades


class SurveyTick(models.Model):
    """That a person has handed a sheet in, while the survey is open; without time, and forgotten when it closes."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="ticks")
    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="survey_tick")

    class Meta:
        verbose_name = verbose_name_plural = _("已交问卷")

    def __str__(self):
        return f"{self.registration_id}"
