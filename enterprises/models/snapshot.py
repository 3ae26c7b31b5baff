"""The organisation of a person at one moment."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .people import Layer, Membership
from .registry import District, Enterprise, SizeClass


class OrganisationSnapshot(models.Model):
    """Where a person belonged when it mattered: copied from the membership, never read live again.

    Without a membership these stay empty and the person counts as 其他人员 (docs/counting.md, rule A5).
    """

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("企业")
    )
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("区"))
    layer = models.CharField(_("层级"), max_length=10, choices=Layer, default=Layer.OTHER)
    is_auditor = models.BooleanField(_("其中：内审员"), default=False)
    enterprise_pilots = models.JSONField(_("企业的产业链"), default=list)
    size_class = models.CharField(_("规模"), max_length=8, choices=SizeClass, default=SizeClass.UNKNOWN)

    class Meta:
        abstract = True

    FIELDS = ("enterprise_id", "district_id", "layer", "is_auditor", "enterprise_pilots", "size_class")

    def take_organisation(self, membership, pilots=None):
        """Copy the columns from ``membership`` (None = 其他人员). Does not save. ``pilots``: of its enterprise, where they are known."""
        if membership is None:
            self.enterprise = self.district = None
            self.layer = Layer.OTHER
            self.is_auditor = False
            self.enterprise_pilots = []
            self.size_class = SizeClass.UNKNOWN
            return
        enterprise = membership.enterprise
        self.enterprise = enterprise
        self.district_id = enterprise.district_id
        self.layer = membership.layer
        self.is_auditor = Membership.Tag.AUDITOR in membership.tags
        self.enterprise_pilots = enterprise.pilot_slugs if pilots is None else pilots
        self.size_class = enterprise.size_class

    @property
    def organisation(self):
        """The columns as a dict, to hand down to the ledger."""
        return {name: getattr(self, name) for name in self.FIELDS}
