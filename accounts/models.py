"""Who can sign in, what they agreed to, the codes they prove themselves by, and what they may read of it all."""

import secrets

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from core import clock
from core.page_cache import forget_pages
from core.text import mask_phone


class User(AbstractUser):
    """A login. People who came by a paper list have none (``enterprises.Person``)."""

    phone = models.CharField(_("已验证手机号"), max_length=11, unique=True, null=True, blank=True)
    is_demo = models.BooleanField(_("演示账号"), default=False, help_text=_("只在演示环境能登录"))
    must_change_password = models.BooleanField(
        _("先改密码"), default=False, help_text=_("密码是别人给定的，本人登录后先换成自己的")
    )
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)
    """Raised to end every session of the user: it goes into the hash that each session carries."""
    closing_told_at = models.DateTimeField(_("停用提醒时间"), null=True, editable=False)
    erased_at = models.DateTimeField(_("注销时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")

    def __str__(self):
        return self.display_name

    def _get_session_auth_hash(self, secret=None):
        # Django ends the other sessions when the password changes, by this hash; here also when the phone changes.
        said = f"{self.password}|{self.phone or ''}|{self.sessions_ended}"
        return salted_hmac("accounts.User.session", said, secret=secret, algorithm="sha256").hexdigest()

    @property
    def display_name(self):
        """The person's name when one is linked, else the user name; a user known by phone only is shown masked."""
        person = getattr(self, "person", None)
        if person:
            return person.name
        return self.get_full_name() or (mask_phone(self.phone) if self.phone else self.username)


class SmsCode(models.Model):
    """A one-time code sent to a phone (domain rule: six digits, five minutes, five wrong tries burn it). Stored hashed."""

    phone = models.CharField(max_length=11, db_index=True)
    code_hash = models.CharField(max_length=128)
    sent_at = models.DateTimeField(default=clock.now)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("短信验证码")

    def __str__(self):
        return mask_phone(self.phone)


class OneTimeCode(models.Model):
    """现场登录码: eight digits that somebody who knows the person reads out to them, for people whom no text message reaches.

    Fifteen minutes, one use, five wrong tries burn it; stored hashed. ``name`` is what the person types beside it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="one_time_codes")
    name = models.CharField(max_length=50, db_index=True)
    code_hash = models.CharField(max_length=128)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=clock.now)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("现场登录码")

    def __str__(self):
        return f"{self.user_id} {self.issued_at:%m-%d %H:%M}"


class SignIn(models.Model):
    """登录记录: one sign-in, or one try with a known account that failed. Append-only; its user reads it."""

    class Way(models.TextChoices):
        PHONE = "phone", _("手机验证码")
        PASSWORD = "password", _("密码")
        DESK_CODE = "desk_code", _("现场登录码")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins")
    at = models.DateTimeField(_("时间"), default=clock.now)
    way = models.CharField(_("方式"), max_length=12, choices=Way)
    ip = models.GenericIPAddressField(_("网络地址"), null=True)
    device = models.CharField(_("设备"), max_length=40, blank=True)
    succeeded = models.BooleanField(_("成功"), default=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = verbose_name_plural = _("登录记录")
        indexes = [models.Index(fields=["user", "-at"]), models.Index(fields=["at"])]

    def __str__(self):
        return f"{self.user_id} {self.at:%Y-%m-%d %H:%M}"


class LegalPage(Page):
    """A versioned legal text: privacy policy, terms. A new ``version`` in force asks everyone to agree again."""

    version = models.CharField(_("版本"), max_length=20)
    effective_on = models.DateField(_("生效日期"))
    body = RichTextField(_("正文"), features=["h2", "h3", "bold", "ol", "ul", "link"])

    content_panels = [*Page.content_panels, FieldPanel("version"), FieldPanel("effective_on"), FieldPanel("body")]
    subpage_types = []
    template = "accounts/legal_page.html"

    class Meta:
        verbose_name = _("政策页")
        verbose_name_plural = _("政策页")

    def clean(self):
        super().clean()
        if self.is_frozen_otherwise():
            raise ValidationError(
                {"version": gettext("%(v)s 版发布过了，不能再改。请写一个新的版本号。") % {"v": self.version}}
            )

    def is_frozen_otherwise(self):
        """Whether this version was published before with other words."""
        frozen = LegalVersion.objects.filter(policy=self.slug, version=self.version).first()
        return bool(frozen) and (frozen.body, frozen.effective_on) != (self.body, self.effective_on)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        # With update_fields a draft is being noted beside the live text; without, the live text itself is written.
        if self.live and kwargs.get("update_fields") is None:
            LegalVersion.objects.get_or_create(
                policy=self.slug,
                version=self.version,
                defaults={
                    "page": self,
                    "title": self.title,
                    "effective_on": self.effective_on,
                    "body": self.body,
                    "published_at": clock.now(),
                },
            )
            forget_pages()

    def get_context(self, request, *args, **kwargs):
        versions = LegalVersion.objects.filter(policy=self.slug).order_by("-effective_on", "-pk").defer("body")
        return super().get_context(request, *args, **kwargs) | {"versions": versions}


class LegalVersion(models.Model):
    """The words of one version of a legal text, as published. Append-only: what people agreed to stays readable."""

    page = models.ForeignKey(LegalPage, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    policy = models.SlugField(_("政策"))
    version = models.CharField(_("版本"), max_length=20)
    title = models.CharField(_("标题"), max_length=255)
    effective_on = models.DateField(_("生效日期"))
    body = models.TextField(_("正文"))
    published_at = models.DateTimeField(_("发布时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("政策版本")
        constraints = [models.UniqueConstraint(fields=["policy", "version"], name="legal_version_once")]

    def __str__(self):
        return f"{self.title} {self.version}"


class Consent(models.Model):
    """That a user agreed to one version of one legal text, when, and from where (个人信息保护法 第十四条)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    policy = models.SlugField(_("政策"))
    version = models.CharField(_("版本"), max_length=20)
    at = models.DateTimeField(_("时间"), default=clock.now)
    ip = models.GenericIPAddressField(_("地址"), null=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("同意记录")
        constraints = [models.UniqueConstraint(fields=["user", "policy", "version"], name="consent_once")]

    def __str__(self):
        return f"{self.policy} {self.version}"


def export_path(export, filename):
    """Where an export is kept: an address nobody guesses, never served directly."""
    return f"exports/{secrets.token_hex(16)}.zip"


class DataExport(models.Model):
    """导出我的信息: asked for, made by a worker, kept seven days, readable by its person only."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("正在整理")
        DONE = "done", _("可以下载")
        FAILED = "failed", _("没有做成")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("进度（%）"), default=0)
    file = models.FileField(_("文件"), upload_to=export_path, blank=True)
    requested_at = models.DateTimeField(_("申请时间"), default=clock.now)
    done_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("信息导出")

    def __str__(self):
        return f"{self.user_id} {self.requested_at:%Y-%m-%d}"
