"""The audit trail: who did what to which row, when, why. Append-only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from . import clock


class AuditRecord(models.Model):
    """One act on one object. ``changes`` maps a field to [before, after], personal values masked by the writer."""

    at = models.DateTimeField(_("时间"), default=clock.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("谁"), related_name="+"
    )
    action = models.CharField(_("做了什么"), max_length=60)
    object_type = models.CharField(_("对象"), max_length=60)
    object_id = models.CharField(_("对象号"), max_length=60)
    changes = models.JSONField(_("前后"), default=dict)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("操作日志")
        indexes = [models.Index(fields=["object_type", "object_id"])]

    def __str__(self):
        return f"{self.action} {self.object_type}:{self.object_id}"
