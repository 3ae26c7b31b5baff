"""The outbox: what was said to whom, through which channel, and whether it arrived."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from core import clock
from core.exceptions import DomainError
from enterprises.models import Person

from . import kinds
from .querysets import NoticeQuerySet


class Notice(models.Model):
    """站内信: one message to one person, as it was worded. ``event`` and ``revision`` say what happened, so that nobody is told
    of the same thing twice; ``subject`` says what it is about (``round:17``)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("种类"), max_length=40)
    event = models.CharField(max_length=120)
    revision = models.PositiveIntegerField(default=0)
    subject = models.CharField(max_length=60, blank=True, db_index=True)
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("正文"), max_length=1000)
    sms = models.CharField(_("短信"), max_length=300, blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(_("时间"), default=clock.now)
    read_at = models.DateTimeField(_("看过"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = verbose_name_plural = _("消息")
        constraints = [models.UniqueConstraint(fields=["person", "event", "revision"], name="told_once")]
        indexes = [models.Index(fields=["person", "-created_at"])]

    def __str__(self):
        return self.title

    @property
    def kind_label(self):
        known = kinds.KINDS.get(self.kind)
        return known.label if known else self.kind


class Delivery(models.Model):
    """One message on one way out of the house. ``number`` counts deliberate repeats.

    QUEUED → SENDING (a worker has it) → SENT. A worker that died leaves SENDING; after the lease it is sent again where the
    gateway drops what it has seen (by ``key``), else it is UNCLEAR and waits for a person.
    """

    class Channel(models.TextChoices):
        SMS = "sms", _("短信")
        EMAIL = "email", _("邮件")

    class State(models.TextChoices):
        QUEUED = "queued", _("待发")
        GATHERED = "gathered", _("等汇总")
        SENDING = "sending", _("在发")
        SENT = "sent", _("已发")
        UNCLEAR = "unclear", _("不知道到没到")
        FAILED = "failed", _("没发成")

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("途径"), max_length=5, choices=Channel)
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("最早发出"), default=clock.now)
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("发出"), null=True)
    error = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("发送")
        constraints = [models.UniqueConstraint(fields=["notice", "channel", "number"], name="delivered_once")]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self):
        return f"{self.notice_id} {self.channel} {self.state}"

    @property
    def key(self):
        """What tells the gateway that it has seen this message before."""
        return f"notice-{self.notice_id}-{self.channel}-{self.number}"


class NoticePreference(models.Model):
    """How a person wants to be told. Without a row: by text message and e-mail, each at once."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="notice_preference")
    sms = models.BooleanField(_("发短信"), default=True)
    email = models.BooleanField(_("发邮件"), default=True)
    digest = models.BooleanField(
        _("不急的攒到一起"), default=False, help_text=_("每天傍晚 6 点发一条汇总；改课、取消这样的急事照样马上发")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("消息设置")

    def __str__(self):
        return str(self.person_id)


def kind_choices():
    """The kinds of messages for a form."""
    return [(kind.key, kind.label) for kind in kinds.KINDS.values()]


class NoticeTemplate(PreviewableMixin, models.Model):
    """An editor's wording of a kind of message, instead of the one in the code. What was sent stays as it was worded then."""

    kind = models.CharField(_("种类"), max_length=40, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("正文"), max_length=1000)
    sms = models.CharField(
        _("短信"),
        max_length=200,
        blank=True,
        help_text=_("空着 = 不发短信。花括号里的词会换成实际内容，预览里看得到。"),
    )

    class Meta:
        ordering = ["kind"]
        verbose_name = verbose_name_plural = _("消息模板")

    def __str__(self):
        known = kinds.KINDS.get(self.kind)
        return str(known.label) if known else self.kind

    def clean(self):
        super().clean()
        known = kinds.KINDS.get(self.kind)
        if known is None:
            raise ValidationError({"kind": _("没有这个种类，请从列表里选。")})
        for name in ("title", "body", "sms"):
            try:
                kinds.check_wording(known, getattr(self, name))
            except DomainError as refused:
                raise ValidationError({name: refused.sentence}) from None

    def get_preview_template(self, request, mode_name):
        return "notices/preview.html"

    def get_preview_context(self, request, mode_name):
        known = kinds.KINDS.get(self.kind)
        words = {"name": _("示例·张三")} | (known.sample if known else {})
        return {
            "request": request,
            "template": self,
            "shown": {name: kinds.fill(getattr(self, name), words) for name in ("title", "body", "sms")},
        }
