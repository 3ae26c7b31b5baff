"""An attempt: a frozen paper with its answers."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core import clock
from core.prepared import Prepared
from enterprises.models import Person

from .. import grading
from ..querysets import AttemptQuerySet
from .papers import Quiz
from .printing import PrintedPaper


class Attempt(models.Model):
    """答卷: one sitting. Paper, key, pass mark and deadline are frozen at the start; no later edit moves them.

    ``context`` says what it is sat for (``registration:17``, ``lesson:5:v3:2026``): a pass there holds nowhere else.
    ``paper`` is what the person sees: a list of {revision, kind, stem, options: [[number in the revision, text], …],
    points}, with what the kind shows besides (``kinds``); an option is named by its place on this paper. ``key`` is how
    it is marked: a list of {kind, answer, points}, with ``part`` where part marks are given.
    ``marks`` are the points of each position once graded, as text.
    """

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("作答中")
        SUBMITTED = "submitted", _("已交卷")
        MARKING = "marking", _("待阅卷")
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
    floors = models.JSONField(_("单项合格线"), default=dict)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.IN_PROGRESS)
    started_at = models.DateTimeField(_("开始"))
    due_at = models.DateTimeField(_("截止"), null=True)
    ends_at = models.DateTimeField(_("收卷"), null=True, help_text=_("截止加上收尾时间：过了什么都不收"))
    submitted_at = models.DateTimeField(_("交卷"), null=True)
    graded_at = models.DateTimeField(_("判分"), null=True)
    score = models.DecimalField(_("得分"), max_digits=7, decimal_places=2, null=True)
    max_score = models.DecimalField(_("满分"), max_digits=7, decimal_places=2)
    passed = models.BooleanField(_("通过"), null=True)
    marks = models.JSONField(_("每题得分"), null=True)
    flags = models.JSONField(_("做了记号的题"), default=list)
    left_count = models.PositiveSmallIntegerField(_("离开过几次"), default=0)
    left_seconds = models.PositiveIntegerField(_("离开了多少秒"), default=0)
    writer = models.CharField(_("在哪台设备上答"), max_length=32, blank=True)
    return_url = models.CharField(_("考完回到"), max_length=300, blank=True)
    printed = models.ForeignKey(
        PrintedPaper,
        on_delete=models.PROTECT,
        null=True,
        related_name="attempts",
        verbose_name=_("纸卷"),
        help_text=_("空 = 在网上考的"),
    )

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
            models.UniqueConstraint(
                fields=["person", "printed", "context"],
                condition=Q(printed__isnull=False),
                name="printed_paper_handed_in_once",
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
            models.Index(fields=["ends_at"], condition=Q(state="in_progress"), name="attempts_running"),
            models.Index(fields=["submitted_at"], condition=Q(state="submitted"), name="attempts_to_grade"),
            models.Index(fields=["quiz", "submitted_at"], condition=Q(state="marking"), name="attempts_to_mark"),
            models.Index(fields=["quiz", "graded_at"], condition=Q(state="graded"), name="attempts_graded"),
        ]

    def __str__(self):
        return f"{self.quiz_id} · {self.person_id} · {self.number}"

    @property
    def is_overdue(self):
        """Still open although the server's clock has passed its end."""
        return self.state == self.State.IN_PROGRESS and self.ends_at is not None and clock.now() > self.ends_at

    @property
    def in_grace(self):
        """Past the deadline, still taking answers."""
        return self.is_open and self.due_at is not None and clock.now() > self.due_at

    @property
    def is_open(self):
        """Answers are still taken."""
        return self.state == self.State.IN_PROGRESS and not self.is_overdue

    @property
    def seconds_left(self):
        """Whole seconds to the deadline (past it: to the end) by the server's clock, never below 0; None without a limit."""
        if self.due_at is None:
            return None
        until = self.ends_at if clock.now() > self.due_at else self.due_at
        return max(0, int((until - clock.now()).total_seconds()))

    @property
    def cut_off(self):
        """The paper was taken in by the clock, not handed in."""
        return self.submitted_at is not None and self.submitted_at == self.ends_at

    @property
    def pass_score(self):
        """Points needed to pass."""
        return self.max_score * self.pass_percent / Decimal(100)

    @property
    def review_open(self):
        """Right answers and explanations may be shown."""
        review = self.quiz.review
        if self.state != self.State.GRADED or review == Quiz.Review.NEVER:
            return False
        if review == Quiz.Review.AFTER_CLOSE:
            return self.quiz.closes_at is not None and clock.now() > self.quiz.closes_at
        return bool(self.passed) or review == Quiz.Review.AFTER_SUBMIT

    @cached_property
    def sheet(self):
        """{position: Answer}: everything saved so far. One query."""
        if "answers" in getattr(self, "_prefetched_objects_cache", ()):
            return {answer.position: answer for answer in self.answers.all()}
        sheet = {answer.position: answer for answer in _answers(self.pk)}
        for answer in sheet.values():
            answer.attempt = self
        return sheet

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
    """The saved answer to the question at ``position`` (from 1). ``nonce`` makes a repeated request harmless, ``spent`` one that
    was overtaken by a newer answer on its way."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField(_("第几题"))
    response = models.JSONField(_("作答"))
    saved_at = models.DateTimeField(_("收到"))
    receipt = models.CharField(_("回执"), max_length=8)
    nonce = models.CharField(max_length=40)
    spent = models.JSONField(default=list, editable=False)

    class Meta:
        ordering = ["attempt_id", "position"]
        verbose_name = verbose_name_plural = _("作答")
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="one_answer_per_position")]

    def __str__(self):
        return f"{self.attempt_id} · {self.position}"


@Prepared
def _answers(attempt):
    return Answer.objects.filter(attempt=attempt)


class Extension(models.Model):
    """延时: minutes added to one running paper by the invigilator or an allowance. Append-only."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="extensions")
    minutes = models.PositiveSmallIntegerField(_("多给几分钟"))
    reason = models.CharField(_("原因"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["attempt_id", "pk"]
        verbose_name = verbose_name_plural = _("延时")
        constraints = [models.CheckConstraint(name="extension_gives_time", condition=Q(minutes__gt=0))]

    def __str__(self):
        return f"{self.attempt_id} · {self.minutes}"
