"""What stands around a closing: the signatures counted on paper, and the archive of what the round rests on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

from .rounds import Round, Session


class Headcount(models.Model):
    """人数核对 of a session: how many signatures somebody counted on the sheet, beside what the register said at that moment.

    ``differing`` are the keys of registrations on which paper workbook and register did not agree then. An explanation holds for
    these figures and these people; when they change, it has to be given anew.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="headcount")
    signed = models.PositiveIntegerField(_("签名人数"))
    registered = models.PositiveIntegerField(_("系统到课人数"))
    differing = models.JSONField(default=list)
    explanation = models.CharField(_("差在哪儿"), max_length=300, blank=True)
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField(_("核对时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("人数核对")

    def __str__(self):
        return f"{self.session_id} {self.signed}"


class Archive(models.Model):
    """归档包: everything a closed round rests on, as one ZIP made by a worker; never changed, the next one has the next number.

    ``done`` of ``total`` parts are in it, ``step`` says which is being put in. ``faults`` are ``[path, sentence]`` of what could not
    be. ``stand`` is the round as it was when the work began (``training.archiving.stand_of``): another one now means that the
    package is out of date.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("排队")
        MAKING = "making", _("正在打包")
        READY = "ready", _("打好了")
        FAILED = "failed", _("没打成")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="archives")
    number = models.PositiveSmallIntegerField(_("第几包"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    step = models.CharField(max_length=80, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    faults = models.JSONField(_("没放进去的"), default=list)
    stand = models.CharField(max_length=64, blank=True)
    file = models.FileField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("打包时间"), default=clock.now)
    touched_at = models.DateTimeField(default=clock.now)
    """When a worker last said that it is alive."""

    class Meta:
        ordering = ["round", "-number"]
        verbose_name = verbose_name_plural = _("归档包")
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="archive_number_once")]

    def __str__(self):
        return f"{self.round_id} · {self.number}"
