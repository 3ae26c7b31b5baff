"""Districts, industry chains, enterprises and organisers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

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


class Enterprise(models.Model):
    """An enterprise, identified by its 统一社会信用代码 (GB 32100-2015). Names may repeat, codes may not."""

    class Status(models.TextChoices):
        CLAIMED = "claimed", _("自报待核")
        CONFIRMED = "confirmed", _("已核实")

    code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("企业名称"), max_length=120, db_index=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, verbose_name=_("区"))
    industry_code = models.CharField(_("行业代码（GB/T 4754）"), max_length=4, blank=True)
    pilots = models.ManyToManyField(Pilot, blank=True, verbose_name=_("产业链"))
    size_class = models.CharField(_("规模"), max_length=8, choices=SizeClass, default=SizeClass.UNKNOWN)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.CONFIRMED)
    created_at = models.DateTimeField(_("入库时间"), default=clock.now, editable=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = verbose_name_plural = _("企业")

    def __str__(self):
        return self.name


class Organiser(models.Model):
    """Who runs rounds (主办 / 承办单位). Without a district it acts for the city (市级)."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("市场监管部门")
        CERTIFIER = "certifier", _("认证机构")
        ASSOCIATION = "association", _("协会")
        CHAIN_LEADER = "chain_leader", _("链主企业")

    name = models.CharField(_("名称"), max_length=120, unique=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("区"))

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = _("主办（承办）单位")

    def __str__(self):
        return self.name
