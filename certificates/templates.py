"""Templates of certificates: kept by versions, tried on names of every kind, and the picture of a seal made safe."""

import base64
import io
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, UnidentifiedImageError

from core import pdf_fonts
from core.audit_trail import record
from core.exceptions import DomainError

from . import layout, numbers, services
from .models import Certificate, CertificateTemplate

SAMPLES = {
    "ordinary": (gettext_lazy("三个字"), "林示例", "示例液压件厂（有限合伙）"),
    "short": (gettext_lazy("两个字"), "林例", "示例厂"),
    "dotted": (gettext_lazy("带间隔号"), "买买提·吐尔逊", "示例地毯有限公司"),
    "rare": (gettext_lazy("生僻字"), "龘䶮𠮷", "示例电动自行车有限公司"),
    "long": (gettext_lazy("五十个字"), ("阿卜杜热合曼·买买提·" * 5)[:49] + "示", "示例" * 24 + "示例科技股份有限公司"),
    "latin": (gettext_lazy("外文名"), "Anne-Marie Østergård", "示例外资企业有限公司"),
}
"""{mode: (what it shows, name, enterprise)}"""
SAMPLE_DAY = date(2026, 11, 2)
NEEDED = "不作为质量管理体系认证或职业资格的证明"
SEAL_SIDE = 300
SEAL_SIZE = 2 * 1024 * 1024


def sample(template, mode="ordinary"):
    """An unsaved certificate as the template would print it, with a made-up person."""
    _label, name, enterprise = SAMPLES[mode]
    given = {
        "name": name,
        "enterprise": enterprise,
        "course_title": "质量管理体系内审员培训（高端装备制造）",
        "round_label": "2026年第26轮",
        "period": "2026年10月19日—2026年10月21日",
        "class_hours": "20",
        "result": "合格",
        "organiser": template.organiser or "示例质量协会",
    }
    expires_on = services.last_day(SAMPLE_DAY, template.validity_years)
    words = services.complete_words(given, template, SAMPLE_DAY, expires_on) | {"note": _("样张，不作证明")}
    seal = template.seal
    shown = seal if seal and seal.organiser.name == words["signatory"] else None
    return Certificate(
        number=numbers.number_of("TJXW-NSY-2026-026", 15),
        words=words,
        template=template,
        seal=shown,
        token="0" * numbers.TOKEN_LENGTH,
        issued_on=SAMPLE_DAY,
        expires_on=expires_on,
    )


def picture_of(template, mode):
    """``sample`` as a PNG in a data address. Raises the DomainErrors of ``picture.draw``."""
    from . import picture

    return "data:image/png;base64," + base64.b64encode(picture.draw(sample(template, mode))).decode()


def misfits(template):
    """Sentences of what does not fit or may not be missing: every kind of name is tried. Empty without fonts."""
    said = []
    if NEEDED not in "".join(template.statement.split()):
        said.append(_("声明里要有“%(words)s”这句话。") % {"words": NEEDED})
    if not pdf_fonts.ready():
        return said
    for mode, (label, _name, _enterprise) in SAMPLES.items():
        try:
            layout.arrange(sample(template, mode))
        except DomainError as error:
            said.append(f"{label}：{error.sentence}")
    return list(dict.fromkeys(said))


@transaction.atomic
def keep(template, *, actor):
    """Save an edited template; returns the row that now holds. Papers stand on the edited version: it becomes another version,
    the earlier one stays as it was."""
    template.key = template.key.strip()
    before = CertificateTemplate.objects.filter(pk=template.pk).first() if template.pk else None
    if before is None:
        template.version = _next_version(template.key)
    elif before.is_used and any(getattr(before, name) != getattr(template, name) for name in template.PRINTED):
        template.pk, template.version = None, _next_version(template.key)
        template._state.adding = True
    template.save()
    fields = ("version", *template.PRINTED, "active")
    changes = {
        name: [getattr(before, name, None), getattr(template, name)]
        for name in fields
        if getattr(before, name, None) != getattr(template, name)
    }
    record(actor, "certificate.template", template, changes=changes)
    return template


def _next_version(key):
    return (CertificateTemplate.objects.filter(key=key).aggregate(last=Max("version"))["last"] or 0) + 1


def seal_file(upload):
    """The picture of a seal as it is kept: PNG, its sides at most SEAL_SIDE pixels, white made see-through.

    Raises DomainError ``seal.picture`` for what is no such picture.
    """
    if upload.size > SEAL_SIZE:
        raise DomainError("seal.picture", _("图片超过 2 MB，请缩小以后再传。"))
    try:
        with Image.open(upload, formats=["PNG", "JPEG"]) as picture:
            picture.load()
            image = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise DomainError("seal.picture", _("打不开这个文件，请上传 PNG 或 JPG 图片。")) from None
    side = max(image.size)
    square = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    square.thumbnail((SEAL_SIDE, SEAL_SIDE))
    # The lightest channel of red ink on white paper tells how much ink there is.
    ink = (
        square.convert("RGB")
        .convert("L")
        .point(lambda light: 255 if light < 160 else max(0, (250 - light) * 255 // 90))
    )
    if square.getchannel("A").getextrema()[0] == 255 or square.getchannel("A").getextrema() == (0, 255):
        alpha = Image.composite(ink, Image.new("L", square.size), square.getchannel("A"))
        square.putalpha(alpha)
    out = io.BytesIO()
    square.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), f"{numbers.new_token()}.png")
