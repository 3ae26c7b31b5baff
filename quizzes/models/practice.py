"""What a learner does again with questions that went wrong."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models import Person

from .bank import Question


class Practice(models.Model):
    """错题练习: how one person fares with one question of their 错题本. No attempt and no score: it counts nowhere.

    ``nonce`` is the page last answered, so that sending it again is no second answer.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    right_in_a_row = models.PositiveSmallIntegerField(_("连着答对几次"), default=0)
    last_at = models.DateTimeField(_("上次练习"))
    nonce = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["person_id", "question_id"]
        verbose_name = verbose_name_plural = _("错题练习")
        constraints = [models.UniqueConstraint(fields=["person", "question"], name="practice_once")]

    def __str__(self):
        return f"{self.person_id} · {self.question_id}"
