"""Pictures of questions: made safe, kept once by their content."""

import hashlib
import io

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.exceptions import DomainError

from .models import Picture

LARGEST = 5 * 1024 * 1024
LONGEST_SIDE = 1600
"""Pixels: sharp at the width of a phone and on A4."""


def keep(content):
    """The Picture of an uploaded image, re-encoded without place and device; the same image twice is one Picture.

    Raises DomainError ``picture.size`` above 5 MB and ``picture.type`` for anything but png, jpeg and webp.
    """
    return _kept(encoded(content), "png")


def keep_drawing(content):
    """The Picture of one of our own SVG drawings. Never for what a user brings: an SVG can carry script."""
    return _kept(content, "svg")


def encoded(content):
    """The image as ``keep`` would keep it: PNG, without place and device, at most LONGEST_SIDE. The same again stays the same.

    Raises as ``keep`` does.
    """
    if len(content) > LARGEST:
        raise DomainError("picture.size", _("图片超过 5 MB，请压缩以后再传。"))
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise DomainError("picture.type", _("打不开这张图片，请传 png、jpg 或 webp。")) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    upright.save(out, "PNG", optimize=True)
    return out.getvalue()


def _kept(content, ending):
    digest = hashlib.sha256(content).hexdigest()
    known = Picture.objects.filter(sha256=digest).first()
    if known:
        return known
    picture, _new = Picture.objects.get_or_create(
        sha256=digest, defaults={"file": ContentFile(content, f"{digest}.{ending}")}
    )
    return picture
