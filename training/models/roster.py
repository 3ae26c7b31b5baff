"""Lists of people that came as a workbook, for one round."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

from .rounds import Round


class RosterImport(models.Model):
    """A workbook with people for one round: looked at, confirmed, taken back.

    ``header`` are the headings, ``rows`` the lines below as ``[number, [text, …]]``; ``matched`` maps our fields to headings;
    ``outcome`` is what the last look, or the writing, said of each line: ``[number, what, sentence, registration key or null]``.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("待确认")
        DONE = "done", _("已上名单")
        UNDONE = "undone", _("已撤销")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="roster_imports")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.CHECKED)
    file_name = models.CharField(_("文件名"), max_length=200)
    header = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    matched = models.JSONField(default=dict)
    outcome = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("名单导入")

    def __str__(self):
        return self.file_name


class SheetImport(models.Model):
    """The marked rows of a paper sign-in sheet, as a workbook: looked at, confirmed.

    ``rows`` are ``[line, registration key, session key, state]``; ``outcome`` is what the last look, or the writing, said of each
    cell: ``[line, column, who, what, sentence]`` with what one of new, same, refused.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("待确认")
        DONE = "done", _("已登记")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="sheet_imports")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.CHECKED)
    file_name = models.CharField(_("文件名"), max_length=200)
    rows = models.JSONField(default=list)
    outcome = models.JSONField(default=list)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("签到表导入")

    def __str__(self):
        return self.file_name
