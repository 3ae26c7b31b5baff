"""Targets are data, never code: metric, comparator, value, scope, period, and the notice that set them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models import Pilot
from ledger.models import Kind


class Metric(models.TextChoices):
    """What a target counts; the names are fields of ``ledger.counts.Figures``."""

    SESSIONS = "sessions", _("场次")
    ROUNDS = "rounds", _("轮次")
    PERSON_TIMES = "person_times", _("人次")
    PERSONS = "persons", _("人数")
    ENTERPRISES = "enterprises", _("家数")


UNITS = {
    Metric.SESSIONS: _("场"),
    Metric.ROUNDS: _("轮次"),
    Metric.PERSON_TIMES: _("人次"),
    Metric.PERSONS: _("人"),
    Metric.ENTERPRISES: _("家"),
}


class Comparator(models.TextChoices):
    """Words of the notices: 不少于 ≥, 超过 >, 不超过 ≤, 低于 <, 等于 =."""

    AT_LEAST = "ge", "≥"
    MORE_THAN = "gt", ">"
    AT_MOST = "le", "≤"
    LESS_THAN = "lt", "<"
    EQUAL = "eq", "="

    def holds(self, actual, value):
        """Whether ``actual`` meets ``value``: 1,000 does not meet > 1,000."""
        return {
            "ge": actual >= value,
            "gt": actual > value,
            "le": actual <= value,
            "lt": actual < value,
            "eq": actual == value,
        }[self.value]

    @property
    def is_floor(self):
        """A floor has a 完成率; a cap is only kept or broken."""
        return self in (Comparator.AT_LEAST, Comparator.MORE_THAN)


class Target(models.Model):
    """目标. With ``per_district`` the value holds in each district by itself and the actual is how many districts meet it."""

    key = models.CharField(_("编号"), max_length=12)
    title = models.CharField(_("目标"), max_length=60)
    scope_words = models.CharField(_("范围"), max_length=60)
    metric = models.CharField(_("指标"), max_length=16, choices=Metric)
    comparator = models.CharField(_("约束"), max_length=2, choices=Comparator)
    value = models.PositiveIntegerField(_("目标值"))
    per_district = models.BooleanField(_("每区都要"), default=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("产业链"))
    kind = models.CharField(_("培训类型"), max_length=4, choices=Kind, blank=True)
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))
    source = models.CharField(_("依据"), max_length=160)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        ordering = ["order", "key"]
        verbose_name = verbose_name_plural = _("目标")
        constraints = [models.UniqueConstraint(fields=["key", "starts_on"], name="target_once_per_period")]

    def __str__(self):
        return self.title

    @property
    def unit(self):
        return UNITS[Metric(self.metric)]


from .return_models import Amendment, Freeze, Return, ReturnChange, ReturnReader, Workbook  # noqa: E402, F401 - models of this app
