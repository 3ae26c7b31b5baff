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
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["attempt_id", "position", "pk"]
        verbose_name = verbose_name_plural = _("阅卷给分")
        constraints = [models.CheckConstraint(name="mark_not_negative", condition=Q(points__gte=0))]
        indexes = [models.Index(fields=["attempt", "position"], name="marks_of_answer")]

    def __str__(self):
        return f"{self.attempt_id} · {self.position} · {self.role}"
