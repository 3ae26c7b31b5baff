"""Who is on the list of a round, and how they came to be."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from core import clock
from enterprises.models import Membership, OrganisationSnapshot, Person

from ..querysets import RegistrationQuerySet
from .rounds import Round


class Registration(OrganisationSnapshot):
    """报名: person × round. ``sequence`` is the order of asking; waiting people move up in that order.

    The organisation columns are copied from the membership when the person first signs in (``frozen_at``); from then on they
    are what the ledger will say, whatever happens to the membership.
    """

    class State(models.TextChoices):
        REGISTERED = "registered", _("已报名")
        WAITING = "waiting", _("候补")
        PENDING = "pending", _("待审核")
        OFFERED = "offered", _("候补到位，待确认")
        CANCELLED = "cancelled", _("已取消")

    HOLDING = (State.REGISTERED, State.OFFERED)
    """States that hold a seat."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State)
    sequence = models.PositiveIntegerField(_("先后"))
    registered_at = models.DateTimeField(_("报名时间"), default=clock.now)

    walked_in = models.BooleanField(_("现场自己报的"), default=False, editable=False)
    held_until = models.DateTimeField(_("保留到"), null=True, editable=False)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("顶替")
    )

    frozen_at = models.DateTimeField(null=True, editable=False)
    first_mark = models.DecimalField(_("首考成绩"), max_digits=5, decimal_places=1, null=True, blank=True)
    mark = models.DecimalField(_("成绩"), max_digits=5, decimal_places=1, null=True, blank=True)
    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, null=True, related_name="registration")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["round", "sequence"]
        verbose_name = verbose_name_plural = _("报名")
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="registered_once"),
            models.UniqueConstraint(fields=["round", "sequence"], name="registration_sequence_once"),
        ]
        indexes = [
            # Lists count the seats of many rounds at once.
            models.Index(fields=["round"], condition=models.Q(state__in=["registered", "offered"]), name="seat_held"),
        ]

    def __str__(self):
        return f"{self.round_id} · {self.person_id}"

    @property
    def has_passed(self):
        """True or False when examined, None when there is no mark."""
        return None if self.mark is None else self.mark >= self.round.pass_mark


class RegistrationChange(models.Model):
    """One change of a registration's state. Append-only."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=10, choices=Registration.State)
    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("原因"), max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = verbose_name_plural = _("报名变更")

    def __str__(self):
        return f"{self.registration_id} {self.state}"
