"""The ledger: everything that counts, each row tied to the numbered act that wrote it. Append-only, held by the database."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import District, OrganisationSnapshot, Organiser, Person, Pilot

from .querysets import ActivityQuerySet, EntryQuerySet


class Kind(models.TextChoices):
    """Types of training, K1–K11 of the programme's notices."""

    CONCENTRATED = "K1", _("集中培训")
    INDUSTRY = "K2", _("行业培训")
    TAILORED = "K3", _("个性化培训")
    SMALL_CLASS = "K4", _("小班化教学")
    LAYERED = "K5", _("分层级培训")
    NETWORK = "K6", _("网络培训")
    INTERNAL_AUDITOR = "K7", _("内审员培训")
    PUBLIC_GOOD = "K8", _("公益宣贯")
    PROMOTION = "K9", _("宣传活动")
    GRASSROOTS = "K10", _("基层综合培训班")
    PROJECT = "K11", _("质量攻关宣贯培训")


class Mode(models.TextChoices):
    """How it is held."""

    ON_SITE = "on_site", _("线下")
    ONLINE = "online", _("线上")
    BLENDED = "blended", _("线上线下结合")


class FeeNature(models.TextChoices):
    """收费性质: only 公益免费 counts toward the free-training targets."""

    FREE = "free", _("公益免费")
    REDUCED = "reduced", _("减免")
    PAID = "paid", _("收费")


class Posting(models.Model):
    """A numbered act that wrote or reversed rows. Number and moment are taken together under one lock."""

    class Kind(models.TextChoices):
        CLOSING = "closing", _("结班记账")
        COMPLETION = "completion", _("学完记账")
        SUPPLEMENT = "supplement", _("补记")
        CORRECTION = "correction", _("更正")
        MERGE = "merge", _("合并")

    number = models.BigIntegerField(_("记账号"), primary_key=True)
    posted_at = models.DateTimeField(_("记账时间"), db_index=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("谁"), related_name="+"
    )
    reason = models.CharField(_("原因"), max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = verbose_name_plural = _("记账")

    def __str__(self):
        return f"#{self.number} {self.get_kind_display()}"


class LedgerHead(models.Model):
    """The one row whose lock gives out posting numbers. The last lock a transaction takes."""

    last_number = models.BigIntegerField(default=0)

    def __str__(self):
        return str(self.last_number)


class Activity(models.Model):
    """活动: a held event that can be counted. ``key`` is its source's own stable name: ``round:17``, ``course:5:v3:2026``."""

    key = models.CharField(_("来源键"), max_length=60)
    title = models.CharField(_("名称"), max_length=160)
    kind = models.CharField(_("培训类型"), max_length=4, choices=Kind)
    mode = models.CharField(_("授课方式"), max_length=8, choices=Mode)
    fee_nature = models.CharField(_("收费性质"), max_length=8, choices=FeeNature)
    owner = models.ForeignKey(Organiser, on_delete=models.PROTECT, null=True, verbose_name=_("主办单位"))
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, verbose_name=_("主办单位所在区"), help_text=_("空 = 市级")
    )
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, null=True, verbose_name=_("产业链"))
    started_on = models.DateField(_("开始"))
    ended_on = models.DateField(_("结束"), db_index=True)
    class_hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1)
    held = models.BooleanField(_("计场次"), help_text=_("一场有人组织、定时举行的活动；自学的网络课不计场次"))
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="activities")
    reversed_by = models.ForeignKey(Posting, on_delete=models.PROTECT, null=True, related_name="reversed_activities")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("活动")
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(reversed_by=None), name="one_live_activity_per_key")
        ]

    def __str__(self):
        return self.title


class Entry(OrganisationSnapshot):
    """台账分录: one person took part in one activity. Organisation facts are as they were then; no name, phone or mark.

    What it repeats of its activity (pilot, kind, mode, fee, owner) makes every count a question to one table.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entries")
    pilot = models.ForeignKey(
        Pilot, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("期次的产业链")
    )
    kind = models.CharField(_("培训类型"), max_length=4, choices=Kind)
    mode = models.CharField(_("授课方式"), max_length=8, choices=Mode)
    fee_nature = models.CharField(_("收费性质"), max_length=8, choices=FeeNature)
    owner = models.ForeignKey(
        Organiser, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("主办单位")
    )
    class_hours = models.DecimalField(_("认定学时"), max_digits=5, decimal_places=1)
    occurred_on = models.DateField(_("归属日期"))
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="entries")
    reversed_by = models.ForeignKey(Posting, on_delete=models.PROTECT, null=True, related_name="reversed_entries")
    reason = models.CharField(_("原因"), max_length=300, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("台账分录")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person"],
                condition=Q(reversed_by=None),
                name="one_live_entry_per_activity_and_person",
            )
        ]
        indexes = [
            # The key behind the day: a page of the drill-down goes on where the last one ended.
            models.Index(fields=["occurred_on", "id"], condition=Q(reversed_by=None), name="live_entries_by_day"),
            models.Index(
                fields=["district", "occurred_on", "id"], condition=Q(reversed_by=None), name="live_entries_by_district"
            ),
            models.Index(
                fields=["enterprise", "occurred_on"], condition=Q(reversed_by=None), name="live_entries_by_enterprise"
            ),
            models.Index(fields=["owner", "occurred_on"], condition=Q(reversed_by=None), name="live_entries_by_owner"),
            models.Index(fields=["person"], condition=Q(reversed_by=None), name="live_entries_by_person"),
        ]

    def __str__(self):
        return f"{self.activity} · {self.person_id}"


FEWEST_ANSWERS = 5
"""Below so many valid questionnaires one could guess who said what: no figure is made of them, on no screen and in no sum."""


class ActivityFact(models.Model):
    """A figure of an activity in one district that is not a head count: 应到, 报名, 实考, 合格 … The newest posting's value holds."""

    class Name(models.TextChoices):
        EXPECTED = "expected", _("应到")
        REGISTERED = "registered", _("报名")
        EXAMINED = "examined", _("实考")
        PASSED_FIRST = "passed_first", _("一次合格")
        PASSED = "passed", _("合格")
        CERTIFIED = "certified", _("发证")
        SURVEYED = "surveyed", _("问卷发放")
        ANSWERED = "answered", _("有效问卷")
        SATISFIED = "satisfied", _("满意和非常满意")
        GRADES = "grades", _("满意度总分（5 分制）")

    OF_SURVEYS = (Name.SURVEYED, Name.ANSWERED, Name.SATISFIED, Name.GRADES)
    """What a questionnaire says."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="facts")
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=16, choices=Name)
    value = models.IntegerField()
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="facts")

    class Meta:
        verbose_name = verbose_name_plural = _("活动数据")
        constraints = [
            models.UniqueConstraint(fields=["activity", "district", "name", "posting"], name="one_fact_per_posting"),
            # Not nulls_distinct: SQLite has no such constraint, and Django would leave it out there.
            models.UniqueConstraint(
                fields=["activity", "name", "posting"],
                condition=Q(district=None),
                name="one_fact_without_district_per_posting",
            ),
        ]

    def __str__(self):
        return f"{self.activity} {self.name} {self.value}"
