"""The printed words, signed with Ed25519, small enough for the QR code: a browser checks them without asking us.

A proof is a byte of format, a byte naming the key, the words in GB 18030 (two bytes a Han character) with 0x1F between them, and
64 bytes of signature over all that; written as one decimal number, which a QR code packs ten bits to three digits. The page
``/verify/offline/`` (js/verify.js) reads the same.
"""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import DomainError

from .models import SigningKey

FORMAT = 1
SIGNATURE = 64
GAP = "\x1f"
CODING = "gb18030"

FIELDS = (
    ("number", gettext_lazy("证书编号")),
    ("version", gettext_lazy("版次")),
    ("title", gettext_lazy("标题")),
    ("name", gettext_lazy("姓名")),
    ("enterprise", gettext_lazy("所在单位")),
    ("course_title", gettext_lazy("培训项目")),
    ("round_label", gettext_lazy("轮次")),
    ("period", gettext_lazy("起止日期")),
    ("class_hours", gettext_lazy("学时")),
    ("result", gettext_lazy("考核结果")),
    ("basis", gettext_lazy("培训依据")),
    ("organiser", gettext_lazy("主办单位")),
    ("co_organiser", gettext_lazy("承办单位")),
    ("signatory", gettext_lazy("落款单位")),
    ("issued_on", gettext_lazy("落款日期")),
    ("valid_until", gettext_lazy("有效期至")),
    ("edition_line", gettext_lazy("标准版次说明")),
    ("remark", gettext_lazy("补充说明")),
)
"""What is signed, in this order. More may be added at the end; none is ever taken out."""


@dataclass(frozen=True)
class Signer:
    """The key in use and the number it is published under."""

    key: Ed25519PrivateKey
    number: int


def private_key():
    """The key of this installation, or None. ``CERTIFICATE_SIGNING_KEY`` holds the 32 bytes of the seed in base64; otherwise
    ``CERTIFICATE_SIGNING_KEY_FILE`` (development) is read, and made when it is not there.

    Raises ImproperlyConfigured when what is configured is no key.
    """
    text = settings.CERTIFICATE_SIGNING_KEY
    if not text and settings.CERTIFICATE_SIGNING_KEY_FILE:
        text = _kept_seed(Path(settings.CERTIFICATE_SIGNING_KEY_FILE))
    if not text:
        return None
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text, validate=True))
    except ValueError:
        raise ImproperlyConfigured(
            "CERTIFICATE_SIGNING_KEY must be 32 bytes in base64 (manage.py signing_key makes one)"
        ) from None


def new_seed():
    """A fresh key as it goes into the environment."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _kept_seed(path):
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}.half")
        half.touch(mode=0o600)
        half.write_text(new_seed())
        try:
            os.link(half, path)  # two processes at once: the first one's stays
        except FileExistsError:
            pass
        finally:
            half.unlink()
    return path.read_text().strip()


def public_hex(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def signer():
    """The Signer to issue with; None without a key, or when the key was withdrawn. One query, two for a key's first time."""
    key = private_key()
    if key is None:
        return None
    row = SigningKey.objects.filter(public_key=public_hex(key)).first()
    if row is None:
        last = SigningKey.objects.aggregate(last=Max("number"))["last"] or 0
        row, _made = SigningKey.objects.get_or_create(public_key=public_hex(key), defaults={"number": last + 1})
    return None if row.withdrawn_at else Signer(key, row.number)


def make(by, number, version, words):
    """The proof of these printed words as digits; '' when ``by`` (a Signer) is None."""
    if by is None:
        return ""
    given = words | {"number": number, "version": str(version)}
    if given.get("signatory") == given.get("organiser"):
        given["signatory"] = ""
    text = GAP.join(given.get(name, "") for name, _label in FIELDS).rstrip(GAP)
    signed = bytes([FORMAT, by.number]) + text.encode(CODING)
    return str(int.from_bytes(signed + by.key.sign(signed)))


def check(text, keys):
    """``(printed words, key number)`` of a QR code's text or of its digits, when the signature is right.

    ``keys`` is {number: public key in hex}. Raises DomainError ``proof.unreadable``, ``proof.key`` (nobody knows the key) or
    ``proof.wrong`` (changed, or not ours).
    """
    digits = text.rpartition("#")[2].strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 4000:
        raise DomainError("proof.unreadable", _("这不是证明二维码里的内容，请把扫出来的整段文字贴进来。"))
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8)
    signed, signature = data[:-SIGNATURE], data[-SIGNATURE:]
    if len(signed) < 3 or signed[0] != FORMAT:
        raise DomainError("proof.unreadable", _("这不是证明二维码里的内容，请把扫出来的整段文字贴进来。"))
    public = keys.get(signed[1])
    if public is None:
        raise DomainError("proof.key", _("不认识签名用的公钥，请换最新的公钥文件再验。"))
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, signed)
        values = signed[2:].decode(CODING).split(GAP)
    except (InvalidSignature, UnicodeDecodeError):
        raise DomainError("proof.wrong", _("签名不对：内容被改过，或者不是我们发的。")) from None
    words = {name: value for (name, _label), value in zip(FIELDS, values, strict=False) if value}
    words.setdefault("signatory", words.get("organiser", ""))
    return words, signed[1]


def published():
    """Every public key there was, as it is published: dicts of number, public_key, since, withdrawn, reason."""
    return [
        {
            "number": row.number,
            "algorithm": "Ed25519",
            "public_key": row.public_key,
            "since": row.first_used_at.isoformat(),
            "withdrawn": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
            "reason": row.withdrawn_reason,
        }
        for row in SigningKey.objects.all()
    ]
