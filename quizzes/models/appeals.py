"""A learner asks for a mark to be looked at again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .attempts import Attempt


class Appeal(models.Model):
    """复核单: one for each position of a paper. A changed mark is proposed by one person and approved by another.

    ``sentence`` is the learner's own (personal data: blanked at erasure), ``answer`` what they are told, ``reason`` stays here.
    """

    class State(models.TextChoices):
        OPEN = "open", _("等复核")
        PROPOSED = "proposed", _("等另一位老师同意")
        KEPT = "kept", _("维持原分")
        CHANGED = "changed", _("已改分")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="appeals")
    position = models.PositiveSmallIntegerField(_("第几题"))
    sentence = models.CharField(_("哪里有疑问"), max_length=500, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField(_("提出"))
    points_before = models.DecimalField(_("原得分"), max_digits=6, decimal_places=2)
    points = models.DecimalField(_("改为"), max_digits=6, decimal_places=2, null=True)
    reason = models.CharField(_("为什么改"), max_length=500, blank=True)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(_("提议"), null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("办结"), null=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = verbose_name_plural = _("复核单")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_appeal_per_position"),
            models.CheckConstraint(
                name="appeal_changed_by_two",
                condition=~Q(state="changed")
                | Q(points__isnull=False, proposed_by__isnull=False, decided_by__isnull=False)
                & ~Q(reason="")
                & ~Q(proposed_by=F("decided_by")),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(state__in=["open", "proposed"]), name="appeals_open")]

    def __str__(self):
        return f"{self.attempt_id} · {self.position}"

    @property
    def is_open(self):
        """Still to be answered."""
        return self.state in (self.State.OPEN, self.State.PROPOSED)
