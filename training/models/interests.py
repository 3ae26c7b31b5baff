"""What people would come to if somebody held it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import District, Enterprise, Layer, Person, Pilot
from ledger.models import Kind


class Interest(models.Model):
    """登记意向: a person would like a round of a kind, when no round fits. Where they work is as it was when they asked."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="interests")
    kind = models.CharField(_("想上什么班"), max_length=4, choices=Kind)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("产业链（试点）"))
    layer = models.CharField(_("层级"), max_length=10, choices=Layer)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, related_name="+")
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("区"))
    note = models.CharField(_("还想说什么"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("登记时间"), default=clock.now)
    ended_at = models.DateTimeField(_("了结时间"), null=True, editable=False)
    """When the person withdrew it, or was put on the list of a round of that kind."""

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = verbose_name_plural = _("报名意向")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(ended_at=None), name="one_open_interest_per_kind"
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.kind}"
