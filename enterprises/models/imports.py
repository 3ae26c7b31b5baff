"""Workbooks that came in: each batch with what it changed, so that it can be undone."""

import json
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

from .registry import Enterprise


def batch_path(batch, filename):
    """Where the rows of a workbook are kept: an address nobody guesses, never served directly."""
    suffix = "json" if filename.endswith(".json") else "csv"
    return f"imports/{clock.today():%Y/%m}/{secrets.token_hex(16)}.{suffix}"


class ImportBatch(models.Model):
    """One workbook on its way in: upload → match columns → dry run → confirm → done (or undone).

    ``file`` holds the rows as text (``core.tables.keep``), not the workbook itself. ``columns`` holds the row number of the
    header and under ``fields`` our field → the heading in the file; ``counts`` holds new, changed, same, refused, total;
    ``refused`` are the refused rows with their reasons, a line of JSON each.
    """

    class Kind(models.TextChoices):
        ENTERPRISES = "enterprises", _("企业")
        STAFF = "staff", _("人员")
        ASSISTANCE = "assistance", _("帮扶台账")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("待对列")
        CHECKING = "checking", _("核对中")
        CHECKED = "checked", _("待确认")
        WRITING = "writing", _("写入中")
        DONE = "done", _("已导入")
        FAILED = "failed", _("没有导入")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")

    kind = models.CharField(_("内容"), max_length=12, choices=Kind)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.UPLOADED)
    file = models.FileField(_("文件"), upload_to=batch_path)
    file_name = models.CharField(_("文件名"), max_length=200)
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("只导入这家企业的"),
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)
    columns = models.JSONField(_("列的对应"), default=dict)
    counts = models.JSONField(_("核对结果"), default=dict)
    refused = models.FileField(_("退回的行"), upload_to=batch_path, blank=True)
    progress = models.PositiveSmallIntegerField(_("进度（%）"), default=0)
    message = models.CharField(_("说明"), max_length=300, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("导入批次")

    def __str__(self):
        return self.file_name


class WithDates(json.JSONEncoder):
    """Dates and moments as ISO text."""

    def default(self, value):
        """Called for what JSON has no word for."""
        return value.isoformat()


class ImportChange(models.Model):
    """What a batch did to rows of one table, some thousands in one record: two hundred thousand of their own cost as much as
    the people themselves.

    ``rows`` are ``[key, value, …]`` of what it made, in the order of ``names``: what must not have changed when it is taken
    back; of what it changed ``[key, [values before], [values after]]``. All keys lie between ``first`` and ``last``.
    """

    # Written only in the transaction that holds the batch.
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="changes", db_constraint=False)
    object_type = models.CharField(max_length=40)
    made = models.BooleanField()
    names = models.JSONField(default=list)
    rows = models.JSONField(default=list, encoder=WithDates)
    first = models.BigIntegerField()
    last = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("导入改动")

    def __str__(self):
        return f"{self.object_type}:{self.first}-{self.last}"
