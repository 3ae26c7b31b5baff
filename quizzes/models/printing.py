"""A paper that was printed: frozen like an attempt's, so that what was handed out is what is scored."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .papers import Quiz

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 O 1 I: the code is read off paper."""


def new_code():
    """What stands at the foot of every sheet: a million papers and more apart."""
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(5))


class PrintedPaper(models.Model):
    """纸卷: one paper of a quiz drawn for print. ``paper`` and ``key`` as an Attempt has them, grouped by kind; nothing but a
    regrade ever changes the key. ``context`` is what it was printed for (``round:17``), '' for nothing in particular.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="printed", verbose_name=_("试卷"))
    context = models.CharField(_("为什么印"), max_length=80, blank=True, db_index=True)
    heading = models.CharField(_("印在标题下面"), max_length=120, blank=True)
    code = models.CharField(_("卷号"), max_length=8, unique=True, default=new_code)
    seed = models.BigIntegerField(_("抽题种子"))
    paper = models.JSONField(_("卷面"))
    key = models.JSONField(_("判分依据"))
    pass_percent = models.PositiveSmallIntegerField(_("合格线（%）"))
    floors = models.JSONField(_("单项合格线"), default=dict)
    minutes = models.PositiveSmallIntegerField(_("限时（分钟）"), null=True)
    max_score = models.DecimalField(_("满分"), max_digits=7, decimal_places=2)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("出卷"))

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = verbose_name_plural = _("纸卷")

    def __str__(self):
        return self.code
