"""Frozen, verifiable documents: a template says what may be printed, a certificate holds what was printed."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from core import clock
from core.exceptions import DomainError
from enterprises.models import Organiser, Person

from . import numbers, wording
from .querysets import CertificateQuerySet


class Seal(models.Model):
    """The picture of an organiser's seal, with who authorised its use and for how long. Without one a paper says （盖章）."""

    organiser = models.ForeignKey(
        Organiser, on_delete=models.PROTECT, related_name="seals", verbose_name=_("哪个单位的章")
    )
    image = models.FileField(
        _("印章图片"),
        upload_to="seals",
        help_text=_("PNG 或 JPG，白底或透明，缩到 300 像素存；不许用国徽、党徽和国家机关的徽记"),
    )
    authorised_by = models.CharField(_("授权人"), max_length=60, help_text=_("签字同意使用的人和职务"))
    document = models.CharField(_("授权依据"), max_length=120, help_text=_("授权书的名称、编号、存放处"))
    starts_on = models.DateField(_("授权从"))
    ends_on = models.DateField(_("授权到"))

    class Meta:
        ordering = ["organiser", "-starts_on"]
        verbose_name = verbose_name_plural = _("印章授权")

    def __str__(self):
        return f"{self.organiser} {self.starts_on:%Y-%m-%d}—{self.ends_on:%Y-%m-%d}"

    def clean(self):
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": gettext("授权到期的日子在开始之前，请核对。")})

    def covers(self, day, name):
        """Whether it may stand under ``name`` on a paper of that day."""
        return self.organiser.name == name and self.starts_on <= day <= self.ends_on


class CertificateTemplate(PreviewableMixin, models.Model):
    """What a kind of certificate says. Changed words are a new version; issued papers keep the one they were made from."""

    class Title(models.TextChoices):
        PASSED = "培训合格证明", _("培训合格证明")
        COMPLETED = "培训结业证书", _("培训结业证书")

    class Frame(models.TextChoices):
        DOUBLE = "double", _("朱砂双线框")
        PLAIN = "plain", _("墨色细线框")
        NONE = "none", _("不印边框（用印好的纸）")

    key = models.SlugField(_("代号"), max_length=20, help_text=_("例：round 培训班，course 网络课程"))
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    title = models.CharField(_("标题"), max_length=20, choices=Title, default=Title.PASSED)
    frame = models.CharField(_("底纹边框"), max_length=10, choices=Frame, default=Frame.DOUBLE)
    citation = models.CharField(_("证明语"), max_length=60, default="参加下列培训，经考核合格，特发此证明。")
    statement = models.CharField(_("声明"), max_length=160)
    remark = models.CharField(
        _("补充说明"), max_length=50, blank=True, help_text=_("印在声明下面的一行小字；空 = 不印")
    )
    edition_line = models.CharField(
        _("标准版次说明"),
        max_length=50,
        blank=True,
        help_text=_("例：本期按 2015 版讲授，含 2024 年修订；空 = 不印"),
    )
    basis = models.TextField(
        _("培训依据"), max_length=160, help_text=_("每个标准一行，写明年份；期次和课程写了自己的，用它们的")
    )
    organiser = models.CharField(
        _("主办单位"), max_length=80, blank=True, help_text=_("期次和课程写了自己的，用它们的")
    )
    signatory = models.CharField(_("落款单位"), max_length=80, blank=True, help_text=_("空 = 主办单位"))
    seal = models.ForeignKey(
        Seal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("印章"),
        help_text=_("只在授权期内、落款正是这个单位时印上；别的情况留“（盖章）”"),
    )
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

    PRINTED = (
        *("title", "frame", "citation", "statement", "remark", "edition_line"),
        *("basis", "organiser", "signatory", "seal_id", "validity_years"),
    )
    """What makes the sheet: changed, it is another version."""
    WORDED = ("title", "citation", "statement", "remark", "edition_line", "basis", "organiser", "signatory")

    def save(self, *args, **kwargs):
        """Raises DomainError ``template.used`` when papers stand on what would change (``templates.revise`` makes a version)."""
        if self.is_used:
            before = CertificateTemplate.objects.filter(pk=self.pk).values(*self.PRINTED).get()
            if before != {name: getattr(self, name) for name in self.PRINTED}:
                raise DomainError("template.used", gettext("这一版已经发过证明，不能再改；请另存为新的一版。"))
        super().save(*args, **kwargs)

    @property
    def is_used(self):
        """Whether papers were issued from this version: then it stays as it is."""
        return self.pk is not None and self.certificates.exists()

    def clean(self):
        """Refuses the words a training certificate must not carry (人社部函〔2022〕25号), naming word and place."""
        faults = {}
        for name in self.WORDED:
            found = wording.forbidden(getattr(self, name), place=name)
            if found:
                label = self._meta.get_field(name).verbose_name
                faults[name] = wording.refusal(label, found)
        if not faults:
            from . import templates

            faults = templates.misfits(self)
        if faults:
            raise ValidationError(faults)

    @property
    def preview_modes(self):
        """Wagtail's list of what the live preview can show."""
        from . import templates

        return [(mode, label) for mode, (label, _name, _enterprise) in templates.SAMPLES.items()]

    def serve_preview(self, request, mode_name):
        """The sheet with a made-up person, or the sentence why it cannot be drawn."""
        from . import templates

        try:
            context = {"picture": templates.picture_of(self, mode_name)}
        except DomainError as error:
            context = {"sentence": error.sentence}
        return TemplateResponse(request, "certificates/preview.html", context)


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
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("印章"))
    proof = models.TextField(blank=True, editable=False)
    """The printed words, signed, as the digits behind # in the QR code (``proofs``); '' when no key was there, or erased."""
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
        """Where the QR code leads."""
        return f"{settings.SITE_URL}/verify/{self.token}/"

    @property
    def qr_text(self):
        """What the QR code says: the address, and behind it what a browser can check without asking us."""
        return f"{self.verify_url}#{self.proof}" if self.proof else self.verify_url

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
    authority = models.CharField(_("决定单位"), max_length=80, blank=True)
    """Who decided on a revocation; '' when it only followed from a correction of attendance or marks."""

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = verbose_name_plural = _("证明经历")

    def __str__(self):
        return f"{self.certificate} {self.get_kind_display()}"


class SigningKey(models.Model):
    """A public key that signs, or signed, what stands in QR codes. Never deleted: papers outlive keys."""

    number = models.PositiveSmallIntegerField(_("编号"), unique=True)
    public_key = models.CharField(_("公钥"), max_length=64, unique=True, help_text=_("Ed25519，32 字节的十六进制"))
    first_used_at = models.DateTimeField(_("启用时间"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("作废原因"), max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = verbose_name_plural = _("签名公钥")

    def __str__(self):
        return f"{self.number}"


class Batch(models.Model):
    """Many certificates as one file, asked for at the desk or by a contact, made by a worker, kept for a while."""

    class Kind(models.TextChoices):
        ZIP = "zip", _("每人一个 PDF，打成压缩包")
        SHEETS = "print", _("合成一个文件，连着打印")
        REGISTER = "register", _("发证登记表")

    class State(models.TextChoices):
        WAITING = "waiting", _("排队")
        MAKING = "making", _("正在做")
        READY = "ready", _("做好了")
        FAILED = "failed", _("没做成")

    kind = models.CharField(_("做成什么"), max_length=10, choices=Kind)
    title = models.CharField(_("名称"), max_length=120)
    keys = models.JSONField(default=list)
    """The certificates, fixed when it was asked for, in their order."""
    done = models.PositiveIntegerField(_("做了"), default=0)
    faults = models.JSONField(_("没放进去的"), default=list)
    """[[number, sentence], …]"""
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    file = models.FileField(max_length=120, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁要的")
    )
    asked_at = models.DateTimeField(_("什么时候要的"), default=clock.now)
    touched_at = models.DateTimeField(default=clock.now)
    """When a worker last said that it is alive."""

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("证明打包")

    def __str__(self):
        return self.title
