"""What was written to a class."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

from .rounds import Round


class RoundMessage(models.Model):
    """发给班里的话: the words, to whom, by whom. What each person was sent, and how, is in their Notice (``event``).

    ``key`` comes with the form: the same form sent twice is one message.
    """

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("名单和候补上的所有人")
        REGISTERED = "registered", _("只给报上名的")
        WAITING = "waiting", _("只给候补的")
        PICKED = "picked", _("只给勾选的人")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="messages")
    key = models.CharField(max_length=32, unique=True)
    audience = models.CharField(_("发给谁"), max_length=10, choices=Audience)
    text = models.CharField(_("内容"), max_length=200)
    urgent = models.BooleanField(_("急事，夜里也发短信"), default=False)
    people = models.PositiveIntegerField(_("人数"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁发的")
    )
    sent_at = models.DateTimeField(_("什么时候"), default=clock.now)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = verbose_name_plural = _("发给班里的消息")

    def __str__(self):
        return f"{self.round_id} {self.text[:20]}"

    @property
    def event(self):
        """What the notices of this message are about."""
        return f"round:{self.round_id}:message:{self.pk}"
