"""帮扶台账: enterprises that are helped towards a quality management system, by whom, and how far they are.

Its rows are the denominator of the coverage figures; the dates of its steps feed the targets on new certificates.
"""

import secrets
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

from ..querysets.assistance import COOLING, AssistanceQuerySet, ConflictQuerySet
from .people import Person
from .registry import District, Enterprise, Organiser


class Expert(models.Model):
    """专家库: a trainer or assistance expert, with speciality and where they work."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="expert", verbose_name=_("人员"))
    organiser = models.ForeignKey(
        Organiser, on_delete=models.PROTECT, null=True, blank=True, related_name="experts", verbose_name=_("所属单位")
    )
    title = models.CharField(_("职称（资格）"), max_length=60, blank=True)
    specialities = models.CharField(_("专长"), max_length=200, blank=True)
    districts = models.ManyToManyField(District, blank=True, verbose_name=_("服务区域"))
    trains = models.BooleanField(_("可授课"), default=True)
    assists = models.BooleanField(_("可帮扶"), default=True)
    active = models.BooleanField(_("在库"), default=True)
    added_at = models.DateTimeField(_("入库时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("专家")

    def __str__(self):
        return self.person.name


class Conflict(models.Model):
    """利益冲突登记: an expert and an enterprise that must keep apart in audit or certification.

    The notices of 2025 and 2023: who helped an enterprise joins neither its audit team nor the decision on its certificate;
    ISO/IEC 17021-1 asks for two years between advice and audit.
    """

    class Kind(models.TextChoices):
        ASSISTED = "assisted", _("做过帮扶或咨询")
        EMPLOYED = "employed", _("任职或持股")
        FAMILY = "family", _("亲属关系")
        OTHER = "other", _("其他")

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="conflicts", verbose_name=_("专家"))
    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="conflicts", verbose_name=_("企业")
    )
    kind = models.CharField(_("情形"), max_length=10, choices=Kind)
    started_on = models.DateField(_("起"), default=clock.today)
    ended_on = models.DateField(_("止"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        verbose_name = verbose_name_plural = _("利益冲突登记")

    def __str__(self):
        return f"{self.expert} × {self.enterprise}"

    @property
    def free_on(self):
        """The first day the expert may audit the enterprise again; None while the relation lasts."""
        return self.ended_on + COOLING if self.ended_on else None

    @property
    def is_in_force(self):
        """Whether the expert must still keep out of the enterprise's audit and certification today."""
        return self.free_on is None or self.free_on > clock.today()


class Assistance(models.Model):
    """One enterprise in one year's 帮扶台账. Denominator of coverage."""

    enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, related_name="assistances", verbose_name=_("企业")
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    entered_on = models.DateField(_("入库日期"), default=clock.today)
    organiser = models.ForeignKey(
        Organiser, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("帮扶机构")
    )
    expert = models.ForeignKey(
        Expert, on_delete=models.PROTECT, null=True, blank=True, related_name="assistances", verbose_name=_("帮扶专家")
    )
    certified_before = models.BooleanField(_("入库时已获证"), null=True, blank=True)
    withdrawn_on = models.DateField(_("退出日期"), null=True, blank=True)
    withdrawn_because = models.CharField(_("退出原因"), max_length=300, blank=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)

    objects = AssistanceQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "entered_on", "pk"]
        verbose_name = verbose_name_plural = _("帮扶台账")
        constraints = [models.UniqueConstraint(fields=["enterprise", "year"], name="assisted_once_a_year")]

    def __str__(self):
        return f"{self.year} {self.enterprise}"


class AssistanceNeed(models.Model):
    """需求与问题, in one of four dimensions, with how urgent it is."""

    class Dimension(models.TextChoices):
        MANAGEMENT = "management", _("质量管理")
        TECHNOLOGY = "technology", _("技术工艺")
        PRODUCT = "product", _("产品质量")
        PEOPLE = "people", _("人才队伍")

    class Urgency(models.TextChoices):
        HIGH = "high", _("紧急")
        MIDDLE = "middle", _("较急")
        LOW = "low", _("一般")

    assistance = models.ForeignKey(Assistance, on_delete=models.CASCADE, related_name="needs")
    dimension = models.CharField(_("方面"), max_length=12, choices=Dimension)
    text = models.CharField(_("需求与问题"), max_length=300)
    urgency = models.CharField(_("紧要级别"), max_length=8, choices=Urgency, default=Urgency.LOW)
    solved_on = models.DateField(_("解决日期"), null=True, blank=True)

    class Meta:
        ordering = ["dimension", "pk"]
        verbose_name = verbose_name_plural = _("需求与问题")

    def __str__(self):
        return self.text


def step_path(step, filename):
    """Where the evidence of a step is kept: an address nobody guesses, never served directly."""
    return f"assistance/{clock.today():%Y/%m}/{secrets.token_hex(16)}{PurePath(filename).suffix.lower()}"


class AssistanceStep(models.Model):
    """A dated step of the help, with its paper."""

    class Kind(models.TextChoices):
        DIAGNOSIS = "diagnosis", _("现场诊断")
        PLAN = "plan", _("提升方案")
        DOCUMENTS = "documents", _("体系文件发布")
        TRIAL = "trial", _("试运行")
        INTERNAL_AUDIT = "internal_audit", _("内部审核")
        REVIEW = "review", _("管理评审")
        APPLICATION = "application", _("申请认证")
        CERTIFICATE = "certificate", _("新获证")
        FOLLOW_UP = "follow_up", _("跟踪诊断")

    assistance = models.ForeignKey(Assistance, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("步骤"), max_length=16, choices=Kind)
    started_on = models.DateField(_("日期（起）"))
    ended_on = models.DateField(_("止"), null=True, blank=True)
    number = models.CharField(_("证书号"), max_length=60, blank=True)
    body = models.CharField(_("发证机构"), max_length=120, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    checked_only = models.BooleanField(
        _("本年度已做过，由专家核查"), default=False, help_text=_("已获证、今年做过内审或评审的企业，不用重做")
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["started_on", "pk"]
        verbose_name = verbose_name_plural = _("帮扶步骤")

    def __str__(self):
        return f"{self.get_kind_display()} {self.started_on}"


class AssistancePaper(models.Model):
    """A paper of a step: the plan, the report, a photo of the day. Read only through a view that asks the policy."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("计划（方案）")
        REPORT = "report", _("报告（记录）")
        OTHER = "other", _("其他材料")

    step = models.ForeignKey(AssistanceStep, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    file = models.FileField(_("文件"), upload_to=step_path)
    name = models.CharField(_("文件名"), max_length=120)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = verbose_name_plural = _("帮扶材料")

    def __str__(self):
        return self.name
