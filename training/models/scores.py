"""Scores that came back on paper, for one round."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from quizzes.models import PrintedPaper

from .rounds import Round


class ScoreImport(models.Model):
    """A workbook with the scores of an exam on paper: looked at, confirmed. What it wrote is in attempts and registrations.

    ``header`` are the headings, ``rows`` the lines below as ``[number, [text, …]]``; ``outcome`` is what the last look, or the
    writing, said of each line: ``[number, what, column, sentence, score, registration key or null]``.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("待确认")
        DONE = "done", _("已登记")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="score_imports")
    printed = models.ForeignKey(
        PrintedPaper, on_delete=models.PROTECT, null=True, related_name="+", help_text=_("空 = 只有总分")
    )
    resit = models.BooleanField(_("这是补考"), default=False)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.CHECKED)
    file_name = models.CharField(_("文件名"), max_length=200)
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    outcome = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("纸卷成绩导入")

    def __str__(self):
        return self.file_name
