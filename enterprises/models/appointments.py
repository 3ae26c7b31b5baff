"""Who may act for whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock

from ..querysets import AppointmentQuerySet
from .registry import District, Enterprise, Organiser


class Role(models.TextChoices):
    """Roles with their scope: the city (none set), a district, an organiser, or an enterprise."""

    CITY_ADMIN = "city_admin", _("市级管理员")
    STATISTICIAN = "statistician", _("统计员")
    AUDITOR = "auditor", _("审计员")
    EDITOR = "editor", _("编辑")
    DISTRICT_ADMIN = "district_admin", _("区级管理员")
    PROVIDER_ADMIN = "provider_admin", _("机构管理员")
    TRAINER = "trainer", _("讲师")
    CONTACT = "contact", _("企业联络员")


SCOPE_OF = {
    Role.CITY_ADMIN: None,
    Role.STATISTICIAN: None,
    Role.AUDITOR: None,
    Role.EDITOR: None,
    Role.DISTRICT_ADMIN: "district",
    Role.PROVIDER_ADMIN: "organiser",
    Role.TRAINER: "organiser",
    Role.CONTACT: "enterprise",
}
"""Which scope column each role fills; None acts for the whole city."""


class Appointment(models.Model):
    """授权: user × role × scope, until ``expires_on`` (its last day; empty = until withdrawn)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appointments")
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("区"))
    organiser = models.ForeignKey(
        Organiser, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("主办（承办）单位")
    )
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("企业"))
    expires_on = models.DateField(_("有效至"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    granted_at = models.DateTimeField(_("授权时间"), default=clock.now, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("授权")
        constraints = [
            models.CheckConstraint(
                name="appointment_scope_fits_role",
                condition=Q(
                    role__in=[r for r, s in SCOPE_OF.items() if s is None],
                    district=None,
                    organiser=None,
                    enterprise=None,
                )
                | Q(role=Role.DISTRICT_ADMIN, district__isnull=False, organiser=None, enterprise=None)
                | Q(
                    role__in=[Role.PROVIDER_ADMIN, Role.TRAINER],
                    district=None,
                    organiser__isnull=False,
                    enterprise=None,
                )
                | Q(role=Role.CONTACT, district=None, organiser=None, enterprise__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"
