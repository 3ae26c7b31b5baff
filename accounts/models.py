"""Who can sign in, what they agreed to, and the codes sent to their phones."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from core import clock
from core.text import mask_phone


class User(AbstractUser):
    """A login. People who came by a paper list have none (``enterprises.Person``)."""

    phone = models.CharField(_("已验证手机号"), max_length=11, unique=True, null=True, blank=True)
    is_demo = models.BooleanField(_("演示账号"), default=False, help_text=_("只在演示环境能登录"))

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")

    def __str__(self):
        return self.display_name

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


class LegalPage(Page):
    """A versioned legal text: privacy policy, terms. Raising ``version`` asks everyone to agree again."""

    version = models.CharField(_("版本"), max_length=20)
    effective_on = models.DateField(_("生效日期"))
    body = RichTextField(_("正文"), features=["h2", "h3", "bold", "ol", "ul", "link"])

    content_panels = [*Page.content_panels, FieldPanel("version"), FieldPanel("effective_on"), FieldPanel("body")]
    subpage_types = []
    template = "accounts/legal_page.html"

    class Meta:
        verbose_name = _("政策页")
        verbose_name_plural = _("政策页")


class Consent(models.Model):
    """That a user agreed to one version of one legal text, when, and from where (个人信息保护法 第十四条)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    policy = models.SlugField(_("政策"))
    version = models.CharField(_("版本"), max_length=20)
    at = models.DateTimeField(_("时间"), default=clock.now)
    ip = models.GenericIPAddressField(_("地址"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("同意记录")
        constraints = [models.UniqueConstraint(fields=["user", "policy", "version"], name="consent_once")]

    def __str__(self):
        return f"{self.policy} {self.version}"
