"""What the papers of a quiz say about its questions, worked out once and kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .papers import Quiz


class Analysis(models.Model):
    """试卷分析: ``result`` as ``statistics.Tally.result`` gives it, over ``total`` first tries, as of ``made_at``."""

    class State(models.TextChoices):
        RUNNING = "running", _("正在算")
        DONE = "done", _("算好了")

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="analyses")
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("算的时间"))
    total = models.PositiveIntegerField(_("多少份答卷"), default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = verbose_name_plural = _("试卷分析")
        constraints = [
            models.UniqueConstraint(fields=["quiz"], condition=Q(state="running"), name="one_running_analysis")
        ]

    def __str__(self):
        return f"{self.quiz_id} · {self.made_at:%Y-%m-%d}"
