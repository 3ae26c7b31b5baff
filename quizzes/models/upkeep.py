"""Keeping the bank: files on their way in, and pairs of questions somebody has looked at."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

from .bank import Question


def bank_file_path(batch, filename):
    """Where a file is kept until it is forgotten: an address nobody guesses, never served directly."""
    return f"imports/{clock.today():%Y/%m}/{secrets.token_hex(16)}.bin"


class BankImport(models.Model):
    """One file of questions on its way in: read → seen row by row → confirmed. ``counts`` holds new, reworded, moved, same and
    refused as they were when it was written."""

    class Format(models.TextChoices):
        SHEET = "sheet", _("Excel 表格")
        GIFT = "gift", "Moodle GIFT"
        MOODLE = "moodle", "Moodle XML"

    format = models.CharField(_("格式"), max_length=6, choices=Format)
    file = models.FileField(_("文件"), upload_to=bank_file_path, blank=True)
    file_name = models.CharField(_("文件名"), max_length=200)
    topic = models.CharField(_("没写知识点的归到"), max_length=60, blank=True)
    approve = models.BooleanField(_("导入以后直接可用"), default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)
    counts = models.JSONField(_("结果"), default=dict)
    written_at = models.DateTimeField(_("写入时间"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("题库导入")

    def __str__(self):
        return self.file_name


class ReviewedPair(models.Model):
    """Two questions that look alike, and somebody found that they are not the same: not shown again."""

    lower = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    upper = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("看过不是同一题")
        constraints = [
            models.UniqueConstraint(fields=["lower", "upper"], name="reviewed_pair_once"),
            models.CheckConstraint(condition=models.Q(lower__lt=models.F("upper")), name="reviewed_pair_in_order"),
        ]

    def __str__(self):
        return f"{self.lower_id} · {self.upper_id}"
