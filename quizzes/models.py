"""The bank and its revisions, the quiz as a blueprint, and an attempt as a frozen paper with its answers."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Layer, Person

from . import drawing, grading
from .querysets import AttemptQuerySet, QuestionRevisionQuerySet


class Kind(models.TextChoices):
    """题型. What an answer of each kind looks like and how it is marked is in grading.KINDS under the same name."""

    SINGLE = "single", _("单选")
    MULTIPLE = "multiple", _("多选")
    TRUE_FALSE = "true_false", _("判断")


class Question(models.Model):
    """试题: its place in the bank. What it asks is in its newest revision."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草稿")
        APPROVED = "approved", _("可用")
        RETIRED = "retired", _("停用")

    class Difficulty(models.IntegerChoices):
        EASY = 1, _("易")
        MEDIUM = 2, _("中")
        HARD = 3, _("难")

    key = models.SlugField(_("题号"), max_length=60, unique=True)
    topic = models.CharField(_("主题"), max_length=60, db_index=True)
    lesson = models.CharField(_("课时"), max_length=40, blank=True, db_index=True)
    clause = models.CharField(_("条款"), max_length=20, blank=True)
    layer = models.CharField(_("层级"), max_length=10, choices=Layer, blank=True)
    difficulty = models.PositiveSmallIntegerField(_("难度"), choices=Difficulty, default=Difficulty.EASY)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.DRAFT)
    source = models.CharField(_("出处"), max_length=200, blank=True)

    class Meta:
        ordering = ["key"]
        verbose_name = verbose_name_plural = _("试题")

    def __str__(self):
        return self.key


class QuestionRevision(models.Model):
    """One wording of a question. Never changed: an edit is the next number, so last year's paper stays as it was."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("版次"))
    kind = models.CharField(_("题型"), max_length=12, choices=Kind)
    stem = models.TextField(_("题干"))
    options = models.JSONField(_("选项"), default=list, blank=True, help_text=_("文字的列表；判断题不用填"))
    answer = models.JSONField(_("答案"), help_text=_("正确选项的序号列表，从 0 数起；判断题是 true 或 false"))
    explanation = models.TextField(_("解析"), blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = QuestionRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["question_id", "number"]
        verbose_name = verbose_name_plural = _("试题版次")
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="question_revision_once")]

    def __str__(self):
        return f"{self.question_id} · {self.number}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError(_("试题改动要存成新的版次，旧版次留给考过的卷子。"))
        super().save(*args, **kwargs)


class Quiz(models.Model):
    """试卷: how to make a paper. ``blueprint`` is a list of rows, each drawing ``draw`` questions worth ``points`` each
    from those that match its other words (see ``drawing.check_blueprint``)."""

    class Review(models.TextChoices):
        AFTER_SUBMIT = "after_submit", _("交卷后就能看答案和解析")
        AFTER_PASS = "after_pass", _("通过后才能看")
        NEVER = "never", _("不公布")

    class LatePolicy(models.TextChoices):
        SUBMIT = "submit", _("时间到就收卷，按已保存的判分")
        ABANDON = "abandon", _("时间到没交卷就作废")

    key = models.SlugField(_("代号"), max_length=80, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    pass_percent = models.PositiveSmallIntegerField(
        _("合格线（%）"), default=80, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    minutes = models.PositiveSmallIntegerField(_("限时（分钟）"), null=True, blank=True, help_text=_("空 = 不限时"))
    attempts_allowed = models.PositiveSmallIntegerField(_("最多考几次"), default=0, help_text=_("0 = 不限次"))
    blueprint = models.JSONField(_("抽题办法"))
    shuffle_questions = models.BooleanField(_("题目打乱"), default=True)
    shuffle_options = models.BooleanField(_("选项打乱"), default=True)
    review = models.CharField(_("看答案"), max_length=12, choices=Review, default=Review.AFTER_SUBMIT)
    late_policy = models.CharField(_("超时"), max_length=8, choices=LatePolicy, default=LatePolicy.SUBMIT)

    class Meta:
        ordering = ["key"]
        verbose_name = verbose_name_plural = _("试卷")
        constraints = [
            models.CheckConstraint(name="quiz_pass_percent", condition=Q(pass_percent__lte=100)),
            models.CheckConstraint(name="quiz_minutes", condition=Q(minutes=None) | Q(minutes__gt=0)),
        ]

    def __str__(self):
        return self.title

    def clean(self):
        try:
            drawing.check_blueprint(self.blueprint)
        except ValueError as error:
            raise ValidationError({"blueprint": str(error)}) from None


class Attempt(models.Model):
    """答卷: one sitting. Paper, key, pass mark and deadline are frozen at the start; no later edit moves them.

    ``context`` says what it is sat for (``registration:17``, ``lesson:5:v3:2026``): a pass there holds nowhere else.
    ``paper`` is what the person sees: a list of {revision, kind, stem, options: [[number in the revision, text], …],
    points}; an option is named by its place on this paper. ``key`` is how it is marked: a list of {kind, answer,
    points}.
    """

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("作答中")
        SUBMITTED = "submitted", _("已交卷")
        GRADED = "graded", _("已判分")
        EXPIRED = "expired", _("超时作废")

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("试卷"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("人员"))
    context = models.CharField(_("为什么考"), max_length=80, db_index=True)
    number = models.PositiveIntegerField(_("第几次"))
    seed = models.BigIntegerField(_("抽题种子"))
    paper = models.JSONField(_("卷面"))
    key = models.JSONField(_("判分依据"))
    pass_percent = models.PositiveSmallIntegerField(_("合格线（%）"))
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.IN_PROGRESS)
    started_at = models.DateTimeField(_("开始"))
    due_at = models.DateTimeField(_("截止"), null=True)
    submitted_at = models.DateTimeField(_("交卷"), null=True)
    graded_at = models.DateTimeField(_("判分"), null=True)
    score = models.DecimalField(_("得分"), max_digits=7, decimal_places=2, null=True)
    max_score = models.DecimalField(_("满分"), max_digits=7, decimal_places=2)
    passed = models.BooleanField(_("通过"), null=True)
    writer = models.CharField(_("在哪台设备上答"), max_length=32, blank=True)
    return_url = models.CharField(_("考完回到"), max_length=300, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = verbose_name_plural = _("答卷")
        constraints = [
            models.UniqueConstraint(fields=["person", "quiz", "context", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["person", "quiz", "context"],
                condition=Q(state="in_progress"),
                name="one_attempt_in_progress",
            ),
            models.CheckConstraint(
                name="attempt_graded_has_score",
                condition=Q(state="graded", score__isnull=False, passed__isnull=False, graded_at__isnull=False)
                | (~Q(state="graded") & Q(score=None, passed=None, graded_at=None)),
            ),
            models.CheckConstraint(
                name="attempt_score_in_range",
                condition=Q(score=None) | Q(score__gte=0, score__lte=F("max_score")),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="in_progress"), name="attempts_running"),
            models.Index(fields=["submitted_at"], condition=Q(state="submitted"), name="attempts_to_grade"),
        ]

    def __str__(self):
        return f"{self.quiz_id} · {self.person_id} · {self.number}"

    @property
    def is_overdue(self):
        """Still open although the server's clock has passed its deadline."""
        return self.state == self.State.IN_PROGRESS and self.due_at is not None and clock.now() > self.due_at

    @property
    def is_open(self):
        """Answers are still taken."""
        return self.state == self.State.IN_PROGRESS and not self.is_overdue

    @property
    def seconds_left(self):
        """Whole seconds to the deadline by the server's clock, never below 0; None without a limit."""
        if self.due_at is None:
            return None
        return max(0, int((self.due_at - clock.now()).total_seconds()))

    @property
    def cut_off(self):
        """The paper was taken in by the clock, not handed in."""
        return self.submitted_at is not None and self.submitted_at == self.due_at

    @property
    def pass_score(self):
        """Points needed to pass."""
        return self.max_score * self.pass_percent / Decimal(100)

    @property
    def review_open(self):
        """Right answers and explanations may be shown."""
        if self.state != self.State.GRADED or self.quiz.review == Quiz.Review.NEVER:
            return False
        return bool(self.passed) or self.quiz.review == Quiz.Review.AFTER_SUBMIT

    @cached_property
    def sheet(self):
        """{position: Answer}: everything saved so far. One query."""
        return {answer.position: answer for answer in self.answers.order_by()}

    @property
    def done(self):
        """Positions that hold an answer (one cleared again holds none), in order."""
        return sorted(
            position
            for position, answer in self.sheet.items()
            if grading.is_answered(self.paper[position - 1]["kind"], answer.response)
        )

    @property
    def open_positions(self):
        """Positions without an answer, in order."""
        done = set(self.done)
        return [position for position in range(1, len(self.paper) + 1) if position not in done]


class Answer(models.Model):
    """The saved answer to the question at ``position`` (from 1). ``nonce`` makes a repeated request harmless."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField(_("第几题"))
    response = models.JSONField(_("作答"))
    saved_at = models.DateTimeField(_("收到"))
    receipt = models.CharField(_("回执"), max_length=8)
    nonce = models.CharField(max_length=40)

    class Meta:
        ordering = ["attempt_id", "position"]
        verbose_name = verbose_name_plural = _("作答")
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="one_answer_per_position")]

    def __str__(self):
        return f"{self.attempt_id} · {self.position}"
