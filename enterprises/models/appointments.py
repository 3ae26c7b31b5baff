"""Who may act for whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.text import mask_phone

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
    """授权: user × role × scope, until ``expires_on`` (its last day; empty = until withdrawn).

    Without a user it waits for whoever proves ``waiting_phone`` at their first sign-in. A withdrawn one stays as history.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="appointments"
    )
    waiting_phone = models.CharField(_("等这个手机号登录"), max_length=11, blank=True, db_index=True)
    waiting_name = models.CharField(_("姓名"), max_length=50, blank=True)
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("区"))
    organiser = models.ForeignKey(
        Organiser, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("主办（承办）单位")
    )
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("企业"))
    takes_over = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, db_index=False, related_name="+"
    )
    """The contact's appointment that ends when this one, waiting for a colleague's first sign-in, begins."""
    expires_on = models.DateField(_("有效至"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    granted_at = models.DateTimeField(_("授权时间"), default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(_("收回时间"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    withdrawn_because = models.CharField(_("收回原因"), max_length=300, blank=True, editable=False)

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
            ),
            models.CheckConstraint(
                name="appointment_user_or_waiting_phone",
                condition=Q(user__isnull=False, waiting_phone="") | (Q(user=None) & ~Q(waiting_phone="")),
            ),
        ]

    def __str__(self):
        return f"{self.holder} · {self.get_role_display()}"

    @property
    def holder(self):
        """Who holds it or is awaited, as shown to staff."""
        return self.user.display_name if self.user_id else self.waiting_name or mask_phone(self.waiting_phone)

    @property
    def scope(self):
        """The district, organiser or enterprise it is for; None for the whole city."""
        column = SCOPE_OF[self.role]
        return getattr(self, column) if column else None

    @property
    def state(self):
        """``withdrawn``, ``expired``, ``waiting`` or ``held``: the first that applies today."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.expires_on and self.expires_on < clock.today():
            return "expired"
        return "held" if self.user_id else "waiting"
