"""Uploaded papers made safe: known types only, pictures re-encoded without place and device."""

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .exceptions import DomainError

LARGEST = 20 * 1024 * 1024
LONGEST_SIDE = 2000
"""Pixels: a signed sheet stays readable, a photo stays under half a megabyte."""

HEADS = {
    "pdf": (b"%PDF-",),
    "xlsx": (b"PK\x03\x04",),
    "docx": (b"PK\x03\x04",),
    "pptx": (b"PK\x03\x04",),
}
PICTURES = {"jpg", "jpeg", "png", "webp"}
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""What an iPhone's own format says of itself in bytes 8–12, whatever the file is called."""


def cleaned(file):
    """(name, bytes) of an uploaded file as it may be kept.

    Raises DomainError ``evidence.size`` above 20 MB, ``evidence.heic`` for an iPhone's own format, ``evidence.type`` when the
    ending is not allowed or the content is not what the ending says.
    """
    if file.size > LARGEST:
        raise DomainError("evidence.size", _("文件超过 20 MB，请压缩或分开上传：%(name)s") % {"name": file.name})
    ending = file.name.rsplit(".", 1)[-1].lower()
    content = file.read()
    if ending in ("heic", "heif") or content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise DomainError(
            "evidence.heic",
            _(
                "%(name)s 是苹果手机的 HEIC 照片，这里打不开。请到手机“设置 → 相机 → 格式”选“兼容性最佳”再拍；"
                "拍好的，在微信里发给自己，点开存下来再传。"
            )
            % {"name": file.name},
        )
    if ending in PICTURES:
        return file.name.rsplit(".", 1)[0] + ".jpg", _picture(file.name, content)
    if ending not in HEADS or not content.startswith(HEADS[ending]):
        raise _wrong_type(file.name)
    return file.name, content


def _picture(name, content):
    try:
        with Image.open(io.BytesIO(content)) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise _wrong_type(name) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85)
    return out.getvalue()


def _wrong_type(name):
    return DomainError(
        "evidence.type",
        _("打不开这个文件：%(name)s。请上传照片（jpg、png）、PDF、Word、PPT 或 Excel。") % {"name": name},
    )
