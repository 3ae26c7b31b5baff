"""Districts, industry chains, enterprises and organisers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.prepared import Prepared

from ..querysets import EnterpriseQuerySet


class District(models.Model):
    """A district of the city: GB/T 2260 code, official order. Functional zones report inside 滨海新区."""

    code = models.CharField(_("代码"), max_length=6, primary_key=True)
    name = models.CharField(_("区"), max_length=20, unique=True)
    order = models.PositiveSmallIntegerField(_("排序"))

    class Meta:
        ordering = ["order"]
        verbose_name = verbose_name_plural = _("区")

    def __str__(self):
        return self.name


class Pilot(models.Model):
    """An industry chain or pilot (产业链 / 试点): a tag of enterprises and of rounds."""

    slug = models.SlugField(_("代号"), primary_key=True, max_length=40)
    name = models.CharField(_("产业链"), max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = verbose_name_plural = _("产业链（试点）")

    def __str__(self):
        return self.name


class SizeClass(models.TextChoices):
    """大中小微 (统计上大中小微型企业划分办法). UNKNOWN is a state of its own: no data is not 微型."""

    LARGE = "large", _("大型")
    MEDIUM = "medium", _("中型")
    SMALL = "small", _("小型")
    MICRO = "micro", _("微型")
    UNKNOWN = "unknown", _("未填")


class RevenueBand(models.IntegerChoices):
    """营业收入 as a band, by its lower limit in 万元: every limit of the size classes is the edge of a band."""

    UNDER_50 = 0, _("50 万元以下")
    FROM_50 = 50, _("50–100 万元")
    FROM_100 = 100, _("100–200 万元")
    FROM_200 = 200, _("200–300 万元")
    FROM_300 = 300, _("300–500 万元")
    FROM_500 = 500, _("500–1000 万元")
    FROM_1000 = 1000, _("1000–2000 万元")
    FROM_2000 = 2000, _("2000–3000 万元")
    FROM_3000 = 3000, _("3000–5000 万元")
    FROM_5000 = 5000, _("5000 万元–1 亿元")
    FROM_10000 = 10000, _("1–2 亿元")
    FROM_20000 = 20000, _("2–3 亿元")
    FROM_30000 = 30000, _("3–4 亿元")
    FROM_40000 = 40000, _("4–10 亿元")
    FROM_100000 = 100000, _("10 亿元以上")


class Enterprise(models.Model):
    """An enterprise, identified by its 统一社会信用代码 (GB 32100-2015). Names may repeat, codes may not.

    Name and code change only by ``identity.rename`` and ``identity.change_code``, which keep the former ones.
    """

    class Status(models.TextChoices):
        CLAIMED = "claimed", _("自报待核")
        CONFIRMED = "confirmed", _("已核实")
        CLOSED = "closed", _("已注销")
        MERGED = "merged", _("已并入")

    class Source(models.TextChoices):
        SELF = "self", _("自主报名")
        DISTRICT = "district", _("区推荐")
        CHAIN_LEADER = "chain_leader", _("链主带动")

    class Iso(models.TextChoices):
        UNKNOWN = "unknown", _("未填")
        NONE = "none", _("未获证")
        HELD = "held", _("已获证")

    code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    code_accepted_because = models.CharField(
        _("代码校验不符仍收下的理由"), max_length=200, blank=True, help_text=_("只有市级管理员能收下校验不符的代码")
    )
    name = models.CharField(_("企业名称"), max_length=120, db_index=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, verbose_name=_("区"))
    town = models.CharField(_("街镇（园区）"), max_length=60, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    industry_code = models.CharField(_("行业代码（GB/T 4754）"), max_length=4, blank=True)
    pilots = models.ManyToManyField(Pilot, blank=True, verbose_name=_("产业链"))
    employees = models.PositiveIntegerField(_("从业人员（人）"), null=True, blank=True)
    revenue_band = models.PositiveIntegerField(_("营业收入"), choices=RevenueBand, null=True, blank=True)
    size_class = models.CharField(_("规模"), max_length=8, choices=SizeClass, default=SizeClass.UNKNOWN)
    size_declared = models.BooleanField(
        _("规模以企业声明为准"), default=False, help_text=_("不勾选时按行业、人数和营业收入自动算")
    )
    contact_name = models.CharField(_("指定专人"), max_length=50, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=20, blank=True)
    iso = models.CharField(_("ISO 9001 证书"), max_length=8, choices=Iso, default=Iso.UNKNOWN)
    iso_number = models.CharField(_("证书号"), max_length=60, blank=True)
    iso_body = models.CharField(_("发证机构"), max_length=120, blank=True)
    iso_issued_on = models.DateField(_("首次获证日"), null=True, blank=True)
    iso_expires_on = models.DateField(_("证书有效期至"), null=True, blank=True)
    willing_on = models.DateField(_("参与意愿声明日期"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=12, choices=Source, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.CONFIRMED)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed", db_index=False
    )
    created_at = models.DateTimeField(_("入库时间"), default=clock.now, editable=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = verbose_name_plural = _("企业")
        indexes = [
            models.Index(fields=["district", "name"]),
            models.Index(
                fields=["name"], condition=models.Q(code__startswith="92"), name="individual_business_by_name"
            ),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="enterprise_merged_into"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_individual_business(self):
        """个体工商户 (codes beginning with 92): may take part, reported apart."""
        return self.code.startswith("92")

    @property
    def pilot_slugs(self):
        """The keys of its pilots in order of the alphabet; of one enterprise alone they are read without the pilots."""
        if "pilots" in getattr(self, "_prefetched_objects_cache", ()):
            return sorted(pilot.slug for pilot in self.pilots.all())
        return sorted(row.pilot_id for row in _pilots_of(self.pk))


@Prepared
def _pilots_of(enterprise):
    return Enterprise.pilots.through.objects.filter(enterprise=enterprise).only("pilot")


class FormerIdentity(models.Model):
    """The name or code an enterprise had until a change; a former code still finds the enterprise."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="former")
    name = models.CharField(_("曾用名称"), max_length=120, blank=True)
    code = models.CharField(_("曾用代码"), max_length=18, blank=True, db_index=True)
    until = models.DateField(_("用到"), default=clock.today)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-until", "-pk"]
        verbose_name = verbose_name_plural = _("曾用名称和代码")

    def __str__(self):
        return self.name or self.code


class EligibilityCheck(models.Model):
    """经营异常、严重违法失信核查: what was found, when, where it was looked up and by whom. The newest row counts."""

    class Result(models.TextChoices):
        CLEAR = "clear", _("未见异常")
        ABNORMAL = "abnormal", _("经营异常")
        DISHONEST = "dishonest", _("严重违法失信")

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="eligibility_checks")
    checked_on = models.DateField(_("核查日期"), default=clock.today)
    source = models.CharField(_("查询来源"), max_length=80)
    result = models.CharField(_("结果"), max_length=10, choices=Result)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-checked_on", "-pk"]
        verbose_name = verbose_name_plural = _("资格核查")

    def __str__(self):
        return f"{self.checked_on} {self.get_result_display()}"


class Organiser(models.Model):
    """Who runs rounds (主办 / 承办单位). Without a district it acts for the city (市级)."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("市场监管部门")
        CERTIFIER = "certifier", _("认证机构")
        ASSOCIATION = "association", _("协会")
        CHAIN_LEADER = "chain_leader", _("链主企业")
        TESTING = "testing", _("检测机构")
        INSTITUTE = "institute", _("科研院所")
        SERVICE = "service", _("小微企业服务机构")

    name = models.CharField(_("名称"), max_length=120, unique=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("区"))

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = _("主办（承办）单位")

    def __str__(self):
        return self.name
