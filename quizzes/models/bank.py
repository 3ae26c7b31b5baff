"""The bank: questions, their revisions and pictures."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Layer

from ..querysets import QuestionRevisionQuerySet


class Kind(models.TextChoices):
    """题型. What an answer of each kind looks like and how it is marked is in kinds.KINDS under the same name."""

    SINGLE = "single", _("单选")
    MULTIPLE = "multiple", _("多选")
    TRUE_FALSE = "true_false", _("判断")
    FILL = "fill", _("填空")
    NUMERIC = "numeric", _("数值")
    MATCHING = "matching", _("匹配")
    ORDERING = "ordering", _("排序")
    SHORT = "short", _("简答")
    CASE = "case", _("案例")


def picture_path(picture, filename):
    """Where a picture lies: under its own hash, so that the one on last year's paper is never another."""
    return f"questions/{picture.sha256[:2]}/{picture.sha256}.{filename.rsplit('.', 1)[-1].lower()}"


class Picture(models.Model):
    """题图: kept once by its content and never changed."""

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(_("图片"), upload_to=picture_path, max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = _("题图")

    def __str__(self):
        return self.sha256[:12]

    @property
    def url(self):
        """Its address, the same for as long as it exists."""
        return reverse("quizzes:picture", args=[self.sha256])


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
    options = models.JSONField(_("选项"), default=list, blank=True)
    answer = models.JSONField(_("答案"))
    explanation = models.TextField(_("解析"), blank=True)
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("题图"))
    picture_alt = models.CharField(
        _("题图的文字说明"), max_length=300, blank=True, help_text=_("看不到图的人也要能答题")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
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
