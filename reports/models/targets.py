"""Targets are data, never code: metric, comparator, value, scope, period, and the notice that set them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import District, Pilot
from ledger.models import FeeNature, Kind


class Metric(models.TextChoices):
    """What a target counts. Those of the ledger are fields of ``ledger.counts.Figures``; the others are said in reports/measures.py."""

    SESSIONS = "sessions", _("场次")
    ROUNDS = "rounds", _("轮次")
    PERSON_TIMES = "person_times", _("人次")
    PERSONS = "persons", _("人数")
    ENTERPRISES = "enterprises", _("家数")
    SMALL = "small", _("参训小微企业")
    VISITS = "visits", _("家次")
    PASS_RATE = "pass_rate", _("考核合格率")
    SATISFACTION = "satisfaction", _("培训满意度")
    ASSISTED = "assisted", _("帮扶家数")
    DIAGNOSED = "diagnosed", _("现场诊断家数")
    CERTIFIED = "newly_certified", _("新获证家数")
    COVERAGE = "coverage", _("帮扶企业培训覆盖率")
    CASES = "cases", _("优良案例")
    BY_HAND = "by_hand", _("人工填报")


UNITS = {
    Metric.SESSIONS: _("场"),
    Metric.ROUNDS: _("轮次"),
    Metric.PERSON_TIMES: _("人次"),
    Metric.PERSONS: _("人"),
    Metric.ENTERPRISES: _("家"),
    Metric.SMALL: _("家"),
    Metric.VISITS: _("家次"),
    Metric.PASS_RATE: "%",
    Metric.SATISFACTION: "%",
    Metric.ASSISTED: _("家"),
    Metric.DIAGNOSED: _("家"),
    Metric.CERTIFIED: _("家"),
    Metric.COVERAGE: "%",
    Metric.CASES: _("个"),
}

OF_THE_LEDGER = (
    Metric.SESSIONS,
    Metric.ROUNDS,
    Metric.PERSON_TIMES,
    Metric.PERSONS,
    Metric.ENTERPRISES,
    Metric.SMALL,
    Metric.VISITS,
)


class Comparator(models.TextChoices):
    """Words of the notices: 不少于 ≥, 超过 >, 不超过 ≤, 低于 <, 等于 =, 从…到… ～, 约 ≈."""

    AT_LEAST = "ge", "≥"
    MORE_THAN = "gt", ">"
    AT_MOST = "le", "≤"
    LESS_THAN = "lt", "<"
    EQUAL = "eq", "="
    BETWEEN = "in", "～"
    ABOUT = "ab", "≈"

    def holds(self, actual, value, upper=None):
        """Whether ``actual`` meets ``value``: 1,000 does not meet > 1,000. 约 is met from 95 % of the value on; a range has an
        ``upper`` end, which belongs to it."""
        return {
            "ge": actual >= value,
            "gt": actual > value,
            "le": actual <= value,
            "lt": actual < value,
            "eq": actual == value,
            "in": value <= actual and (upper is None or actual <= upper),
            "ab": actual * 100 >= value * 95,
        }[self.value]

    @property
    def is_floor(self):
        """A floor has a 完成率; a cap is only kept or broken."""
        return self in (Comparator.AT_LEAST, Comparator.MORE_THAN, Comparator.ABOUT)


class Target(models.Model):
    """目标. With ``per_district`` the value holds in each district by itself and the actual is how many districts meet it; with
    ``per_industry`` in each district for each chain that has enterprises there. With ``district`` it is that district's own share
    (分解到区), and not one of the city's."""

    key = models.CharField(_("编号"), max_length=12)
    title = models.CharField(_("目标"), max_length=60)
    scope_words = models.CharField(_("范围"), max_length=60)
    metric = models.CharField(_("指标"), max_length=16, choices=Metric)
    comparator = models.CharField(_("约束"), max_length=2, choices=Comparator)
    value = models.PositiveIntegerField(_("目标值"))
    upper = models.PositiveIntegerField(_("上限"), null=True, blank=True, help_text=_("只有“从…到…”的目标要填"))
    unit_words = models.CharField(
        _("单位"), max_length=10, blank=True, help_text=_("人工填报的目标写明单位，如 家、个、%")
    )
    per_district = models.BooleanField(_("每区都要"), default=False)
    per_industry = models.BooleanField(_("每区每条产业链都要"), default=False)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("只给一个区定的"),
        help_text=_("把全市的数分到各区时，一区录一条；全市的目标空着"),
    )
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("产业链"))
    kind = models.CharField(_("培训类型"), max_length=4, choices=Kind, blank=True)
    fee_nature = models.CharField(
        _("收费性质"), max_length=8, choices=FeeNature, blank=True, help_text=_("“免费培训”的目标选公益免费")
    )
    with_promotion = models.BooleanField(
        _("连宣传活动一起数"), default=False, help_text=_("目标写的是“宣传培训”才打开（口径 A13）")
    )
    is_context = models.BooleanField(
        _("全国数，只作参考"), default=False, help_text=_("本市份额没有定，摆在旁边看，不判达没达成")
    )
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))
    source = models.CharField(_("依据"), max_length=160)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        ordering = ["order", "key"]
        verbose_name = verbose_name_plural = _("目标")
        constraints = [
            models.UniqueConstraint(fields=["key", "starts_on"], name="target_once_per_period"),
            models.CheckConstraint(
                condition=~Q(comparator="in") | Q(upper__gte=F("value")), name="target_range_has_an_upper_end"
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def unit(self):
        return self.unit_words or UNITS.get(Metric(self.metric), "")

    @property
    def rule(self):
        """The constraint as the notices write it: ≥ 30 轮次, 1～2 个, ≥ 1 场／区."""
        each = _("／区·产业链") if self.per_industry else _("／区") if self.per_district else ""
        unit = f"{self.unit}{each}"
        if self.comparator == Comparator.BETWEEN:
            return f"{self.value:,}～{self.upper:,} {unit}"
        return f"{self.get_comparator_display()} {self.value:,} {unit}"

    @property
    def is_of_ledger(self):
        """Whether its figure is counted in the ledger, and a figure therefore leads to its rows."""
        return self.metric in OF_THE_LEDGER
