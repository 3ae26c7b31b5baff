"""The audit trail: who did what to which row, when, why; append-only. And what was forgotten when its time was over."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import clock


class AuditRecord(models.Model):
    """One act on one object. ``changes`` maps a field to [before, after], personal values masked by the writer."""

    at = models.DateTimeField(_("时间"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("谁"), related_name="+"
    )
    action = models.CharField(_("做了什么"), max_length=60)
    object_type = models.CharField(_("对象"), max_length=60)
    object_id = models.CharField(_("对象号"), max_length=60)
    changes = models.JSONField(_("前后"), default=dict)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    request_id = models.CharField(_("请求号"), max_length=64, blank=True)
    ip = models.GenericIPAddressField(_("网络地址"), null=True)
    capacity = models.CharField(_("身份"), max_length=120, blank=True, help_text=_("当时的角色和单位"))

    class Meta:
        verbose_name = verbose_name_plural = _("操作日志")
        # Each filter of the search screen reads its own index backwards: the newest page of millions costs what it shows.
        indexes = [
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["actor", "at", "id"], name="audit_by_actor"),
            models.Index(fields=["action", "at", "id"], name="audit_by_action"),
            models.Index(fields=["object_type", "object_id", "at", "id"], name="audit_by_object"),
            models.Index(fields=["request_id"], name="audit_by_request"),
        ]

    def __str__(self):
        return f"{self.action} {self.object_type}:{self.object_id}"


class RetentionRun(models.Model):
    """One day's forgetting: ``results`` lists each row of the retention table with what it forgot or found (core.retention)."""

    day = models.DateField(_("日期"), unique=True)
    at = models.DateTimeField(_("时间"), default=clock.now)
    results = models.JSONField(_("结果"), default=list)

    class Meta:
        ordering = ["-day"]
        verbose_name = verbose_name_plural = _("到期清理")

    def __str__(self):
        return str(self.day)
