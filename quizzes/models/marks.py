"""What a person gave for an answer the machine cannot mark. A history: nothing is changed, the newest that counts counts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock

from .attempts import Attempt


class Mark(models.Model):
    """阅卷给分: one marker's points for one position of a paper."""

    class Role(models.TextChoices):
        FIRST = "first", _("一评")
        SECOND = "second", _("二评")
        FINAL = "final", _("仲裁")
        APPEAL = "appeal", _("复核")

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="hand_marks")
    position = models.PositiveSmallIntegerField(_("第几题"))
    role = models.CharField(_("第几评"), max_length=6, choices=Role)
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(_("给分"), max_digits=6, decimal_places=2)
    shares = models.JSONField(_("各要点给分"), default=list, blank=True)
    comment = models.CharField(_("评语"), max_length=500, blank=True)
    second_wanted = models.BooleanField(
        _("要二评"), default=False, help_text=_("一评时按试卷当时的抽样定下，以后改试卷不影响")
    )
    gap = models.DecimalField(
        _("两人给分最多差几分"), max_digits=6, decimal_places=2, default=0, help_text=_("一评时定下")
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["attempt_id", "position", "pk"]
        verbose_name = verbose_name_plural = _("阅卷给分")
        constraints = [
            models.CheckConstraint(name="mark_not_negative", condition=Q(points__gte=0)),
            models.UniqueConstraint(
                fields=["attempt", "position", "role"], condition=~Q(role="appeal"), name="one_mark_per_role"
            ),
        ]
        indexes = [models.Index(fields=["attempt", "position"], name="marks_of_answer")]

    def __str__(self):
        return f"{self.attempt_id} · {self.position} · {self.role}"


class Claim(models.Model):
    """阅卷领取: who holds the answer at ``position`` to mark it, since when; ``mark`` once it is given.

    Not given within CLAIM_MINUTES (hand_marking) it is free for the next one.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="claims")
    position = models.PositiveSmallIntegerField(_("第几题"))
    role = models.CharField(_("第几评"), max_length=6, choices=Mark.Role)
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(_("领取"))
    mark = models.OneToOneField(Mark, on_delete=models.PROTECT, null=True, related_name="claim")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = _("阅卷领取")
        constraints = [models.UniqueConstraint(fields=["attempt", "position", "role"], name="one_claim_per_role")]
        indexes = [models.Index(fields=["marker"], condition=Q(mark=None), name="claims_in_hand")]

    def __str__(self):
        return f"{self.attempt_id} · {self.position} · {self.role}"
