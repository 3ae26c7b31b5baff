"""The countable event, its sessions, its evidence and its history."""

import secrets
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import District, Enterprise, Layer, Organiser, Person, Pilot
from ledger.models import FeeNature, Kind, Mode
from quizzes.models import Quiz

from ..querysets import EvidenceQuerySet, RoundQuerySet, SessionQuerySet


def new_secret():
    """Random bytes as text, from which a session's rotating codes are made."""
    return secrets.token_hex(16)


class Round(models.Model):
    """培训期次（班）: one class, live stream or internal-auditor cohort. The unit that counts; its sessions never do."""

    class State(models.TextChoices):
        PLANNED = "planned", _("计划")
        OPEN = "open", _("报名中")
        FULL = "closed_registration", _("报名截止")
        RUNNING = "running", _("进行中")
        EXAM = "exam", _("待考核")
        TO_CLOSE = "to_close", _("待结班")
        CLOSED = "closed", _("已结班")
        ARCHIVED = "archived", _("已归档")
        CANCELLED = "cancelled", _("已取消")

    title = models.CharField(_("班名"), max_length=120)
    summary = models.TextField(_("讲什么、谁该来"), max_length=600, blank=True)
    kind = models.CharField(_("培训类型"), max_length=4, choices=Kind, default=Kind.INTERNAL_AUDITOR)
    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveSmallIntegerField(
        _("轮次号"), null=True, blank=True, help_text=_("同类型同年度全市连续，发布时编号")
    )
    mode = models.CharField(_("授课方式"), max_length=8, choices=Mode, default=Mode.ON_SITE)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("产业链（试点）"))
    layers = models.CharField(
        _("对象层级"), max_length=40, blank=True, help_text=_("空着 = 不限层级；几个之间用英文逗号")
    )
    small_class = models.BooleanField(_("小班化"), default=False)
    for_enterprise = models.ForeignKey(
        Enterprise, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("只为这家企业办")
    )
    fee_nature = models.CharField(_("收费性质"), max_length=8, choices=FeeNature, default=FeeNature.FREE)
    owner = models.ForeignKey(Organiser, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("主办单位"))
    co_organisers = models.ManyToManyField(
        Organiser, blank=True, related_name="co_organised_rounds", verbose_name=_("承办单位")
    )
    trainers = models.ManyToManyField(Person, blank=True, related_name="taught_rounds", verbose_name=_("讲师"))
    venue = models.CharField(_("地点"), max_length=120, blank=True)
    online_url = models.URLField(_("线上听课的网址"), max_length=300, blank=True)
    seats = models.PositiveIntegerField(_("座位数"), default=40)
    quota_per_enterprise = models.PositiveIntegerField(_("每家企业名额"), null=True, blank=True)
    needs_approval = models.BooleanField(
        _("报名要审核"), default=False, help_text=_("打开后，报了名的人等主办单位点通过")
    )
    hold_hours = models.PositiveSmallIntegerField(
        _("候补名额保留（小时）"),
        default=0,
        validators=[MaxValueValidator(72)],
        help_text=_("轮到候补的人，要在这么久以内点确认，不然给下一位；0 = 直接转正"),
    )
    register_until = models.DateField(
        _("报名截止日"), null=True, blank=True, help_text=_("当天还能报；空着 = 开课前都能报")
    )
    attendance_percent = models.PositiveSmallIntegerField(
        _("出勤线（%）"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("到课学时占总学时的比例，达到才计入"),
    )
    sign_out = models.BooleanField(_("要签退"), default=False, help_text=_("打开后，没签退的课次不算学时"))
    tolerance_minutes = models.PositiveSmallIntegerField(
        _("迟到早退容许（分钟）"),
        default=15,
        validators=[MaxValueValidator(60)],
        help_text=_("上课后这么久以内签到算到，更晚算迟到；下课前这么久以内签退算上满"),
    )
    one_device = models.BooleanField(_("一台手机签了几个人要提醒"), default=False, help_text=_("只提醒讲师，不拦人"))
    walk_in = models.BooleanField(
        _("现场可以自己报名"),
        default=True,
        help_text=_("打开后，名单上没有的人扫了大屏，当场就能报名并签到；座位和企业名额照样算"),
    )
    practice_needed = models.BooleanField(
        _("实操要评合格"), default=False, help_text=_("打开后，必修的实操课逐人评合格、不合格；有一课没过，不发证明")
    )
    has_exam = models.BooleanField(_("有考核"), default=True)
    pass_mark = models.PositiveSmallIntegerField(_("合格分"), default=70, validators=[MaxValueValidator(100)])
    exam_quiz = models.ForeignKey(
        Quiz, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("考卷")
    )
    exam_needs_attendance = models.BooleanField(_("出勤达标才能考"), default=True)
    resits = models.PositiveSmallIntegerField(_("补考次数"), default=1, validators=[MaxValueValidator(3)])
    resit_days = models.PositiveSmallIntegerField(
        _("补考期限（天）"), default=30, validators=[MaxValueValidator(180)], help_text=_("从最后一天算起")
    )
    edition = models.CharField(_("依据标准"), max_length=60, default="GB/T 19001—2016/ISO 9001:2015")
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.PLANNED)
    starts_on = models.DateField(_("开始日期"), null=True, editable=False)
    ends_on = models.DateField(_("结束日期"), null=True, editable=False)
    closed_at = models.DateTimeField(_("结班时间"), null=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = verbose_name_plural = _("培训期次")
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "number"], name="round_number_once"),
            models.CheckConstraint(
                condition=Q(attendance_percent__gte=1, attendance_percent__lte=100), name="attendance_percent_in_range"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "starts_on"]),
            models.Index(fields=["starts_on", "id"], name="round_in_order"),
            models.Index(fields=["ends_on", "starts_on"], name="round_not_over"),
        ]

    def __str__(self):
        return self.title

    @property
    def activity_key(self):
        """The key of this round in the ledger."""
        return f"round:{self.pk}"

    @property
    def label(self):
        """2025年第12轮; before publication only the year."""
        if self.number is None:
            return _("%(year)s年（未编号）") % {"year": self.year}
        return _("%(year)s年第%(number)s轮") % {"year": self.year, "number": self.number}

    @property
    def code(self):
        """NSY-2025-012: how people write it."""
        kind = "NSY" if self.kind == Kind.INTERNAL_AUDITOR else "PX"
        return f"{kind}-{self.year}-{self.number:03d}" if self.number else f"{kind}-{self.year}"

    @property
    def certificate_series(self):
        """What the numbers of its certificates begin with, without the programme's prefix."""
        kind = "NSY" if self.kind == Kind.INTERNAL_AUDITOR else self.kind
        return f"{kind}-{self.year}-{self.number:03d}" if self.number else ""

    @property
    def layer_list(self):
        """The layers it is for, in their official order; an empty list: for everybody."""
        wanted = self.layers.split(",")
        return [value for value in Layer.values if value in wanted]

    @property
    def layer_labels(self):
        """The same in words."""
        return [str(Layer(value).label) for value in self.layer_list]

    @property
    def is_settled(self):
        """Closed, archived or cancelled: only corrections from here on."""
        return self.state in {self.State.CLOSED, self.State.ARCHIVED, self.State.CANCELLED}


class DistrictQuota(models.Model):
    """区名额: how many seats of a round one district may hold. A district without a row has no limit of its own."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="district_quotas")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name=_("区"))
    seats = models.PositiveIntegerField(_("名额"))

    class Meta:
        ordering = ["district"]
        verbose_name = verbose_name_plural = _("区名额")
        constraints = [models.UniqueConstraint(fields=["round", "district"], name="one_quota_per_district")]

    def __str__(self):
        return f"{self.round_id} {self.district_id} {self.seats}"


class RoundSeries(models.Model):
    """The last number given to a round of one kind in one year, city-wide; its row is the lock that gives the next."""

    kind = models.CharField(max_length=4, choices=Kind)
    year = models.PositiveSmallIntegerField()
    last_number = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_series_per_kind_and_year")]

    def __str__(self):
        return f"{self.kind}-{self.year}"


class Session(models.Model):
    """课次: a scheduled block in which attendance is taken. Not a 场.

    ``objects``, and with it ``round.sessions``, holds what takes place; a session that was called off is kept and found by
    ``Session.everything``. ``revision`` counts the moves, for calendars that were told before.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("内容"), max_length=80)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    class_hours = models.DecimalField(_("学时"), max_digits=4, decimal_places=1, default=Decimal("4.0"))
    compulsory = models.BooleanField(_("必修（实操）"), default=False, help_text=_("缺了这一课，整班不计入"))
    unit = models.CharField(_("单元"), max_length=40, blank=True)
    room = models.CharField(_("教室"), max_length=80, blank=True)
    online_url = models.URLField(_("线上听课的网址"), max_length=300, blank=True)
    trainers = models.ManyToManyField(
        Person, blank=True, related_name="taught_sessions", verbose_name=_("这一课的讲师")
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, editable=False)
    cancel_reason = models.CharField(_("取消原因"), max_length=300, blank=True, editable=False)
    secret = models.CharField(max_length=32, default=new_secret, editable=False)
    sign_in_until = models.DateTimeField(_("签到截止"), null=True, editable=False)
    submitted_at = models.DateTimeField(_("考勤提交时间"), null=True, editable=False)

    objects = SessionQuerySet.as_manager_of_live()
    everything = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["round", "starts_at", "number"]
        indexes = [models.Index(fields=["starts_at"])]
        verbose_name = verbose_name_plural = _("课次")
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="session_number_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
        ]

    def __str__(self):
        return f"{self.round} · {self.number}"

    @property
    def day(self):
        """The Asia/Shanghai date."""
        return clock.local_date(self.starts_at)

    @property
    def half(self):
        """上 or 下: morning or afternoon."""
        return _("上午") if self.starts_at.astimezone(clock.SHANGHAI).hour < 12 else _("下午")


def evidence_path(evidence, filename):
    """evidence/round-17/<random>.<ending>: nobody guesses it, nobody overwrites it."""
    ending = filename.rsplit(".", 1)[-1].lower() if "." in filename else "bin"
    return f"evidence/round-{evidence.round_id}/{secrets.token_hex(12)}.{ending[:5]}"


class Evidence(models.Model):
    """佐证材料 of a round; ``training.closing.checklist`` says which kinds closing asks for.

    ``objects``, and with it ``round.evidence``, holds what is valid; what was replaced or withdrawn before closing stays, with the
    reason, and is found by ``Evidence.everything``.
    """

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", _("签到表扫描件")
        PHOTO = "photo", _("现场照片")
        MARKS = "marks", _("试卷和成绩单")
        NOTICE = "notice", _("通知、课程表")
        SLIDES = "slides", _("课件")
        OTHER = "other", _("其他")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="evidence")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    file = models.FileField(_("文件"), upload_to=evidence_path)
    name = models.CharField(_("文件名"), max_length=120)
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("换下时间"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_reason = models.CharField(_("换下的原因"), max_length=300, blank=True, editable=False)
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaces", editable=False
    )

    objects = EvidenceQuerySet.as_manager_of_valid()
    everything = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = verbose_name_plural = _("佐证材料")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="", replaced_by=None)
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="evidence_withdrawn_with_reason",
            )
        ]

    def __str__(self):
        return self.name


class RoundChange(models.Model):
    """One change of a round's state: who, when, why. Append-only."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="changes")
    before = models.CharField(max_length=20, choices=Round.State, blank=True)
    after = models.CharField(max_length=20, choices=Round.State)
    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("原因"), max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = verbose_name_plural = _("期次变更")

    def __str__(self):
        return f"{self.round} {self.after}"
