"""How a paper is made and under which rules it is sat: the quiz, and what single persons get beyond it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Person

from .. import drawing
from .bank import Kind


class Quiz(models.Model):
    """试卷: how to make a paper. ``blueprint`` is a list of rows, each drawing ``draw`` questions worth ``points`` each
    from those that match its other words (see ``drawing.check_blueprint``)."""

    class Review(models.TextChoices):
        AFTER_SUBMIT = "after_submit", _("交卷后就能看")
        AFTER_PASS = "after_pass", _("通过后才能看")
        AFTER_CLOSE = "after_close", _("考试关闭后才能看")
        NEVER = "never", _("不公布")

    class ReviewShows(models.TextChoices):
        ALL = "all", _("每题对错、正确答案和解析")
        MARKS = "marks", _("只有每题得分")

    class LatePolicy(models.TextChoices):
        SUBMIT = "submit", _("时间到就收卷，按已保存的判分")
        GRACE = "grace", _("时间到后再给几分钟收尾，过了就收卷")
        ABANDON = "abandon", _("时间到没交卷就作废")

    class Layout(models.TextChoices):
        ONE = "one", _("一页一题")
        ALL = "all", _("全部题目在一页")

    key = models.SlugField(_("代号"), max_length=80, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    pass_percent = models.PositiveSmallIntegerField(
        _("合格线（%）"), default=80, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    floors = models.JSONField(
        _("单项合格线"), default=dict, blank=True, help_text=_("某种题型自己的合格线，比如案例题至少 60%")
    )
    minutes = models.PositiveSmallIntegerField(_("限时（分钟）"), null=True, blank=True, help_text=_("空 = 不限时"))
    opens_at = models.DateTimeField(_("什么时候开始能考"), null=True, blank=True)
    closes_at = models.DateTimeField(_("什么时候关闭"), null=True, blank=True)
    attempts_allowed = models.PositiveSmallIntegerField(_("最多考几次"), default=0, help_text=_("0 = 不限次"))
    wait_minutes = models.PositiveIntegerField(_("两次之间隔多久（分钟）"), default=0)
    blueprint = models.JSONField(_("抽题办法"))
    shuffle_questions = models.BooleanField(_("题目打乱"), default=True)
    shuffle_options = models.BooleanField(_("选项打乱"), default=True)
    part_marks = models.BooleanField(
        _("部分答对给部分分"), default=False, help_text=_("多选漏选、填空、匹配、排序按对的部分给分；多选有错选不得分")
    )
    layout = models.CharField(_("版面"), max_length=4, choices=Layout, default=Layout.ONE)
    review = models.CharField(_("看答案"), max_length=12, choices=Review, default=Review.AFTER_SUBMIT)
    review_shows = models.CharField(_("看到什么"), max_length=8, choices=ReviewShows, default=ReviewShows.ALL)
    late_policy = models.CharField(_("超时"), max_length=8, choices=LatePolicy, default=LatePolicy.SUBMIT)
    grace_minutes = models.PositiveSmallIntegerField(_("收尾时间（分钟）"), default=0)
    second_percent = models.PositiveSmallIntegerField(
        _("多少答卷要两人阅（%）"), default=0, validators=[MaxValueValidator(100)]
    )
    second_gap_percent = models.PositiveSmallIntegerField(
        _("两人给分最多差多少（占本题 %）"), default=20, validators=[MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["key"]
        verbose_name = verbose_name_plural = _("试卷")
        constraints = [
            models.CheckConstraint(name="quiz_pass_percent", condition=Q(pass_percent__lte=100)),
            models.CheckConstraint(name="quiz_minutes", condition=Q(minutes=None) | Q(minutes__gt=0)),
            models.CheckConstraint(
                name="quiz_opens_before_it_closes",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        try:
            drawing.check_blueprint(self.blueprint)
        except ValueError as error:
            raise ValidationError({"blueprint": str(error)}) from None
        floors = self.floors
        if not isinstance(floors, dict) or set(floors) - set(Kind.values):
            raise ValidationError({"floors": _("单项合格线要写成题型和百分数，比如 case 60。")})
        if any(type(percent) is not int or not 0 <= percent <= 100 for percent in floors.values()):
            raise ValidationError({"floors": _("单项合格线要是 0 到 100 的整数。")})
        if self.late_policy == self.LatePolicy.GRACE and not self.grace_minutes:
            raise ValidationError({"grace_minutes": _("选了“再给几分钟收尾”，请填几分钟。")})

    @property
    def grace(self):
        """Minutes after the deadline in which answers are still taken."""
        return self.grace_minutes if self.late_policy == self.LatePolicy.GRACE else 0


class Allowance(models.Model):
    """照顾: more time or more tries for one person at one quiz, with the reason. Several add up."""

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="allowances", verbose_name=_("试卷"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("人员"))
    context = models.CharField(_("为什么考"), max_length=80, blank=True, help_text=_("空 = 这套卷子的每一次考试"))
    extra_minutes = models.PositiveSmallIntegerField(_("多给几分钟"), default=0)
    extra_attempts = models.PositiveSmallIntegerField(_("多给几次"), default=0)
    reason = models.CharField(_("原因"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = verbose_name_plural = _("照顾")
        constraints = [
            models.CheckConstraint(
                name="allowance_gives_something", condition=Q(extra_minutes__gt=0) | Q(extra_attempts__gt=0)
            )
        ]

    def __str__(self):
        return f"{self.quiz_id} · {self.person_id}"
