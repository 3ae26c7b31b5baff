"""Frozen, verifiable documents: a template says what may be printed, a certificate holds what was printed."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Person

from . import numbers, wording
from .querysets import CertificateQuerySet


class CertificateTemplate(models.Model):
    """What a kind of certificate says. Changed words are a new version; issued papers keep the one they were made from."""

    key = models.SlugField(_("代号"), max_length=20, help_text=_("例：round 培训班，course 网络课程"))
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    title = models.CharField(_("标题"), max_length=20, default="培训合格证明")
    citation = models.CharField(_("证明语"), max_length=60, default="参加下列培训，经考核合格，特发此证明。")
    statement = models.CharField(_("声明"), max_length=160)
    basis = models.TextField(
        _("培训依据"), max_length=160, help_text=_("每个标准一行，写明年份；期次和课程写了自己的，用它们的")
    )
    organiser = models.CharField(
        _("主办单位"), max_length=80, blank=True, help_text=_("期次和课程写了自己的，用它们的")
    )
    signatory = models.CharField(_("落款单位"), max_length=80, blank=True, help_text=_("空 = 主办单位"))
    validity_years = models.PositiveSmallIntegerField(
        _("有效年数"), null=True, blank=True, help_text=_("到期建议复训；空 = 不设有效期")
    )
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        ordering = ["key", "-version"]
        verbose_name = verbose_name_plural = _("证明模板")
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="one_template_per_key_and_version")]

    def __str__(self):
        return gettext("%(key)s 第 %(version)s 版") % {"key": self.key, "version": self.version}

    def clean(self):
        """Refuses the words a training certificate must not carry (人社部函〔2022〕25号), naming word and place."""
        faults = {}
        for name in ("title", "citation", "statement", "basis"):
            found = wording.forbidden(getattr(self, name), place=name)
            if found:
                label = self._meta.get_field(name).verbose_name
                faults[name] = wording.refusal(label, found)
        if faults:
            raise ValidationError(faults)


class CertificateSeries(models.Model):
    """A run of numbers without a gap. Its row is locked while a number is taken, so two issuers queue."""

    key = models.CharField(_("编号前段"), max_length=40, unique=True, help_text=_("例：TJXW-NSY-2026-012"))
    last_serial = models.PositiveIntegerField(_("最后一个流水号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("编号序列")

    def __str__(self):
        return self.key


class Status(models.TextChoices):
    """What a reader may do with the paper in hand."""

    VALID = "valid", _("有效")
    REVOKED = "revoked", _("已撤销")
    CORRECTED = "corrected", _("已更正")
    EXPIRED = "expired", _("已过期")


class Certificate(models.Model):
    """One printed document. A correction is a further version under the same number, with a code and QR of its own."""

    number = models.CharField(_("证书编号"), max_length=60)
    number_key = models.CharField(max_length=60, db_index=True, editable=False)
    """The number as ``numbers.comparable`` makes it, so that 0 typed for O still finds it."""
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("更正自")
    )
    series = models.ForeignKey(CertificateSeries, on_delete=models.PROTECT, related_name="certificates")
    serial = models.PositiveIntegerField(_("流水号"))
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("持证人"))
    source_key = models.CharField(_("来源键"), max_length=60)
    """The fact it certifies, by that fact's own stable name: ``registration:17``, ``enrolment:9``."""
    template = models.ForeignKey(CertificateTemplate, on_delete=models.PROTECT, related_name="certificates")
    words = models.JSONField(_("印出来的字"))
    words_hash = models.CharField(max_length=64, editable=False)
    token = models.CharField(max_length=32, unique=True, default=numbers.new_token, editable=False)
    issued_on = models.DateField(_("发证日期"))
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    pdf = models.FileField(max_length=120, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(_("制作时间"), null=True)
    render_error = models.CharField(_("制作不成的原因"), max_length=200, blank=True)
    erased_at = models.DateTimeField(_("个人信息删除时间"), null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["number", "version"]
        verbose_name = verbose_name_plural = _("培训合格证明")
        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="one_certificate_per_number_and_version"),
            models.UniqueConstraint(fields=["series", "serial", "version"], name="one_certificate_per_serial"),
            models.UniqueConstraint(fields=["source_key", "version"], name="one_certificate_per_source"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(rendered_at=None), name="certificates_to_render"),
        ]

    def __str__(self):
        return self.number

    @property
    def check_code(self):
        """The printed 校验码: the first eight characters of the token."""
        return self.token[: numbers.CODE_LENGTH]

    @property
    def check_code_text(self):
        """The check code in two groups of four, as printed: ``7K2M-9QXD``."""
        return f"{self.check_code[:4]}-{self.check_code[4:]}"

    @property
    def verify_url(self):
        """What the QR code says."""
        return f"{settings.SITE_URL}/verify/{self.token}/"

    @cached_property
    def revoked(self):
        """Whether the number was revoked: then every version of it is. ``with_status()`` brings it along for lists."""
        return CertificateEvent.objects.filter(
            certificate__number=self.number, kind=CertificateEvent.Kind.REVOKED
        ).exists()

    @cached_property
    def replaced(self):
        """Whether a later version corrects this one."""
        return Certificate.objects.filter(replaces=self.pk).exists()

    @property
    def status(self):
        """The gravest that holds today: revoked, corrected, expired, else valid."""
        if self.revoked:
            return Status.REVOKED
        if self.replaced:
            return Status.CORRECTED
        if self.expires_on and self.expires_on < clock.today():
            return Status.EXPIRED
        return Status.VALID


class CertificateEvent(models.Model):
    """What happened to a certificate. Append-only, held by the database."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("签发")
        CORRECTED = "corrected", _("更正")
        REVOKED = "revoked", _("撤销")

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("事"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("时间"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("谁")
    )
    reason = models.CharField(_("原因"), max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = verbose_name_plural = _("证明经历")

    def __str__(self):
        return f"{self.certificate} {self.get_kind_display()}"
