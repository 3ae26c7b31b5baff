"""Figures the platform does not measure: given by hand, with evidence, and counted once a second person has agreed."""

import secrets
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import District

from .targets import Target


def proof_path(figure, filename):
    """Where evidence is kept: an address nobody guesses, never served directly."""
    return f"figures/{clock.today():%Y/%m}/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()}"


class HandFigure(models.Model):
    """人工填报: what a target's figure was on a day, cumulative since the target's period began. The newest agreed one holds.

    Nothing is changed in place: a wrong one is followed by another.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待审核")
        AGREED = "agreed", _("已通过")
        REFUSED = "refused", _("没通过")

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="hand_figures", verbose_name=_("目标"))
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("区")
    )
    on_day = models.DateField(_("截至哪天"))
    value = models.DecimalField(_("数值"), max_digits=12, decimal_places=2)
    basis = models.CharField(_("数从哪儿来"), max_length=300)
    proof = models.FileField(_("佐证"), upload_to=proof_path)
    proof_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("填报时间"), default=clock.now)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("审核时间"), null=True)
    because = models.CharField(_("审核意见"), max_length=300, blank=True)

    class Meta:
        ordering = ["-on_day", "-pk"]
        verbose_name = verbose_name_plural = _("人工填报")
        indexes = [models.Index(fields=["target", "state", "on_day"], name="hand_figures_of_target")]

    def __str__(self):
        return f"{self.target} {self.on_day} {self.value}"
