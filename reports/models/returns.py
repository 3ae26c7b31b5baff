"""月报: its way from draft to frozen, what was frozen, the sheets that ask for a correction, and who is sent it."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import District

CITY = "city"
"""The scope of the city's return; a district's is its code."""


class ReturnQuerySet(models.QuerySet):
    def newest(self):
        """The newest version of each month and scope."""
        later = Return.objects.filter(month=OuterRef("month"), scope=OuterRef("scope"), version__gt=OuterRef("version"))
        return self.filter(~Exists(later))


class Return(models.Model):
    """报表: the figures of one month and one scope on their way to being frozen. ``month`` is its first day.

    A further ``version`` is opened by an agreed 更正单; the one before stays readable for ever.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交")
        SENT_BACK = "sent_back", _("已退回")
        APPROVED = "approved", _("已审核")
        FROZEN = "frozen", _("已封账")

    month = models.DateField(_("统计期"))
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("区")
    )
    scope = models.CharField(_("范围"), max_length=6)
    version = models.PositiveSmallIntegerField(_("第几版"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    notes = models.JSONField(_("说明"), default=dict)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "district__order", "-version"]
        verbose_name = verbose_name_plural = _("月报")
        constraints = [
            models.UniqueConstraint(fields=["month", "scope", "version"], name="return_version_once"),
        ]

    def __str__(self):
        return _("%(year)s年%(month)s月 %(scope)s") % {
            "year": self.month.year,
            "month": self.month.month,
            "scope": self.scope_name,
        }

    @property
    def scope_name(self):
        return self.district.name if self.district_id else str(_("全市"))

    @property
    def last_day(self):
        """The last day of its month."""
        year, month = self.month.year, self.month.month
        first_of_next = self.month.replace(year=year + month // 12, month=month % 12 + 1)
        return first_of_next.fromordinal(first_of_next.toordinal() - 1)

    @property
    def is_frozen(self):
        return self.state == self.State.FROZEN


class ReturnChange(models.Model):
    """One step of a return: to which state, who, when, why; ``posting`` is the number of the newest posting at that moment."""

    report = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(_("状态"), max_length=10, choices=Return.State)
    at = models.DateTimeField(_("时间"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("谁"), related_name="+"
    )
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    posting = models.BigIntegerField(_("记账号"))

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = _("月报经过")

    def __str__(self):
        return f"{self.report_id} {self.state}"


class Freeze(models.Model):
    """封账: what a return said when it was frozen. Append-only; ``sha256`` is the hash of ``figures`` in canonical JSON."""

    report = models.OneToOneField(Return, on_delete=models.PROTECT, related_name="freeze")
    posting = models.BigIntegerField(_("记账号"))
    since = models.BigIntegerField(_("上期封账的记账号"), null=True)
    since_month = models.DateField(_("上期"), null=True)
    rules = models.CharField(_("口径版本"), max_length=20)
    figures = models.JSONField(_("封账数"))
    circumstances = models.JSONField(_("当时的完整度"), default=dict)
    sha256 = models.CharField(_("指纹"), max_length=64)
    at = models.DateTimeField(_("封账时间"), default=clock.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("封账")

    def __str__(self):
        return f"{self.report_id} #{self.posting}"


class Amendment(models.Model):
    """更正单 of a frozen return: asked for by one person, decided by another."""

    class Style(models.TextChoices):
        NEXT = "next", _("记入下期，列调增、调减")
        REISSUE = "reissue", _("重开，出第 2 版")

    class State(models.TextChoices):
        ASKED = "asked", _("待审批")
        AGREED = "agreed", _("已同意")
        REFUSED = "refused", _("不同意")

    report = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("单号"))
    style = models.CharField(_("怎么改"), max_length=8, choices=Style)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.ASKED)
    reason = models.CharField(_("原因"), max_length=300)
    evidence = models.CharField(_("佐证"), max_length=300, blank=True)
    lines = models.JSONField(_("指标、原数、新数"), default=list)
    posting = models.BigIntegerField(_("记账号"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"), default=clock.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    answer = models.CharField(_("审批意见"), max_length=300, blank=True)
    opened = models.OneToOneField(
        Return, on_delete=models.PROTECT, null=True, related_name="opened_by", verbose_name=_("重开的版本")
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = verbose_name_plural = _("更正单")
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="amendment_number_once"),
            models.UniqueConstraint(fields=["report"], condition=Q(state="asked"), name="one_open_amendment"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="amendment_by_two_people"
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """2025-09-西青区-第1版-01: month, scope, version and number of the sheet."""
        report = self.report
        return f"{report.month:%Y-%m}-{report.scope_name}-{report.version}-{self.number:02d}"


class ReturnReader(models.Model):
    """A named person who is sent the return of a scope each month, from ``day`` on; once per month."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("谁"))
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("区"))
    scope = models.CharField(max_length=6)
    day = models.PositiveSmallIntegerField(_("每月几号"), default=6)
    last_month = models.DateField(_("最近送到的一期"), null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = verbose_name_plural = _("月报收件人")
        constraints = [
            models.UniqueConstraint(fields=["user", "scope"], name="reader_once_per_scope"),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=28), name="reader_day_every_month_has"),
        ]

    def __str__(self):
        return f"{self.user_id} {self.district_id or 'city'}"

    @property
    def scope_name(self):
        return self.district.name if self.district_id else str(_("全市"))


def workbook_path(workbook, filename):
    """Where a workbook is kept: an address nobody guesses, never served directly."""
    return f"exports/{secrets.token_hex(16)}.{filename.rsplit('.', 1)[-1]}"


class Workbook(models.Model):
    """A table taken out of the counting screens: asked for, made by a worker, kept seven days, read by who asked only.

    ``scope`` is the ledger scope as JSON; ``report`` the return whose frozen figures it prints.
    """

    class Kind(models.TextChoices):
        SUMMARY = "summary", _("汇总表")
        ACTIVITIES = "activities", _("培训场次台账")
        PEOPLE = "people", _("参训人员名册")
        COVERAGE = "coverage", _("帮扶覆盖")

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("正在做")
        DONE = "done", _("可以下载")
        FAILED = "failed", _("没有做成")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("哪张表"), max_length=10, choices=Kind)
    ending = models.CharField(_("格式"), max_length=4, choices=[("xlsx", "xlsx"), ("csv", "csv")], default="xlsx")
    scope = models.JSONField(_("范围"))
    report = models.ForeignKey(Return, on_delete=models.CASCADE, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("进度（%）"), default=0)
    rows = models.PositiveIntegerField(_("行数"), null=True)
    file = models.FileField(_("文件"), upload_to=workbook_path, blank=True)
    name = models.CharField(_("文件名"), max_length=160, blank=True)
    asked_at = models.DateTimeField(_("要的时间"), default=clock.now)
    done_at = models.DateTimeField(_("做好的时间"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("导出的表")

    def __str__(self):
        return f"{self.kind} {self.asked_at:%Y-%m-%d}"
