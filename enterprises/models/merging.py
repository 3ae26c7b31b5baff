"""Two rows for one human being or one enterprise: found, reviewed, merged, and taken apart again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock


class MergeKind(models.TextChoices):
    PERSON = "person", _("人员")
    ENTERPRISE = "enterprise", _("企业")


class NotSame(models.Model):
    """A pair somebody looked at and found to be two: the duplicate finder never shows it again."""

    kind = models.CharField(max_length=10, choices=MergeKind)
    lower_id = models.BigIntegerField()
    upper_id = models.BigIntegerField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("已核不是同一个")
        constraints = [
            models.UniqueConstraint(fields=["kind", "lower_id", "upper_id"], name="pair_reviewed_once"),
            models.CheckConstraint(condition=Q(lower_id__lt=F("upper_id")), name="pair_in_order"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.lower_id} ≠ {self.upper_id}"


class Merge(models.Model):
    """One merge: loser into winner. ``moved`` lists what was moved, table by table, so that it can be taken apart."""

    kind = models.CharField(_("内容"), max_length=10, choices=MergeKind)
    winner_id = models.BigIntegerField()
    loser_id = models.BigIntegerField()
    reason = models.CharField(_("依据"), max_length=200)
    moved = models.JSONField(default=dict)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(_("合并时间"), default=clock.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("合并")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "loser_id"], condition=Q(undone_at__isnull=True), name="merged_into_one_only"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.loser_id} → {self.winner_id}"
