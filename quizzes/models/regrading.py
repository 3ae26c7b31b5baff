"""A question was wrong: what is put right, and what became of every paper it stood on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .attempts import Attempt
from .bank import QuestionRevision


class Regrade(models.Model):
    """重新判分 of every paper with one wording of a question. First a dry run, whose figures are in ``counts``
    ({papers, changed, points, passes, unfinished}) and ``rows`` (the first of them), then applied, which nobody loses by."""

    class Rule(models.TextChoices):
        ALSO = "also", _("这些答案也算对")
        KEY = "key", _("正确答案改成这个")
        FULL = "full", _("这道题人人满分")

    class State(models.TextChoices):
        CHECKING = "checking", _("正在试算")
        CHECKED = "checked", _("试算好了，还没有改")
        APPLYING = "applying", _("正在改分")
        DONE = "done", _("改好了")

    revision = models.ForeignKey(QuestionRevision, on_delete=models.PROTECT, related_name="regrades")
    rule = models.CharField(_("怎么改"), max_length=4, choices=Rule)
    answer = models.JSONField(_("答案"), null=True, help_text=_("和题库里的写法一样"))
    reason = models.CharField(_("为什么"), max_length=500)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.CHECKING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("试算"))
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(_("改分"), null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = verbose_name_plural = _("重新判分")

    def __str__(self):
        return f"{self.revision_id} · {self.rule}"

    @property
    def is_busy(self):
        return self.state in (self.State.CHECKING, self.State.APPLYING)


class RegradeChange(models.Model):
    """What a Regrade did to one paper. Kept for ever: it is the answer to "why has my score changed?"."""

    regrade = models.ForeignKey(Regrade, on_delete=models.PROTECT, related_name="changes")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="regrades")
    position = models.PositiveSmallIntegerField(_("第几题"))
    key_before = models.JSONField(_("原判分依据"))
    key_after = models.JSONField(_("新判分依据"))
    score_before = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    score_after = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    passed_before = models.BooleanField(null=True)
    passed_after = models.BooleanField(null=True)

    class Meta:
        ordering = ["regrade_id", "attempt_id"]
        verbose_name = verbose_name_plural = _("重新判分的答卷")
        constraints = [models.UniqueConstraint(fields=["regrade", "attempt"], name="one_change_per_regrade")]

    def __str__(self):
        return f"{self.regrade_id} · {self.attempt_id}"
