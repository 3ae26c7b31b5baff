"""更正单: asked by one, decided by another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Enterprise, Layer
from ledger.models import Posting

from .registrations import Registration


class Correction(models.Model):
    """What is to change of one person after closing: ``sessions`` maps a session's key to an Attendance.State, ``practice`` that of
    a practice unit to a PracticeResult.Result, ``enterprise`` and
    ``layer`` are where the person is counted from now on (None, "": as before), ``mark`` is that of a resit or, ``regraded``, of an
    exam that was marked anew.

    ``preview`` is what it changes as worked out when it was last looked at: hours, counts, passes, mark and where the person is
    counted as [before, after], what happens to the certificate, and which ``figures`` move. It is approved only if that (the
    figures apart, which others move too) is still what happens.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("待批")
        APPROVED = "approved", _("已更正")
        REFUSED = "refused", _("没批")
        WITHDRAWN = "withdrawn", _("已撤回")

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="corrections")
    sessions = models.JSONField(default=dict)
    practice = models.JSONField(default=dict)
    mark = models.DecimalField(_("补考成绩"), max_digits=5, decimal_places=1, null=True)
    regraded = models.BooleanField(_("成绩来自复核或重新判分"), default=False)
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("改计到哪家企业")
    )
    layer = models.CharField(_("改计到哪个层级"), max_length=10, choices=Layer, blank=True)
    reason = models.CharField(_("原因"), max_length=300)
    preview = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"), default=clock.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("批的时间"), null=True)
    decision = models.CharField(_("批的意见"), max_length=300, blank=True)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("更正单")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(state="asked"), name="one_open_correction_per_registration"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(asked_by=F("decided_by")), name="correction_takes_two"
            ),
        ]

    def __str__(self):
        return f"{self.registration_id} {self.state}"
