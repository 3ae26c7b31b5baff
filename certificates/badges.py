"""A certificate as an Open Badges 3.0 credential: JSON that says the same and can be verified without asking us.

A W3C Verifiable Credential 2.0 with an embedded ``eddsa-jcs-2022`` proof. The key stands in the proof itself (``did:key``) and is
the one that signs the QR codes; ``/verify/keys/`` publishes which are ours.
"""

import hashlib
import json
from datetime import UTC

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.text import mask_name

from . import proofs

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
SUITE = "eddsa-jcs-2022"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
"""Multicodec of an Ed25519 public key."""


def base58(data):
    """Multibase base58-btc with its ``z``."""
    number, out = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        out = _BASE58[rest] + out
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + out


def _from_base58(text):
    number = 0
    for sign in text[1:]:
        number = number * 58 + _BASE58.index(sign)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def _canonical(data):
    # RFC 8785 for what stands in here: texts and objects with ASCII names, no numbers but whole ones.
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digest(document, options):
    return hashlib.sha256(_canonical(options)).digest() + hashlib.sha256(_canonical(document)).digest()


def _moment(day, last=False):
    hour = clock.at(day, 23, 59) if last else clock.at(day)
    return hour.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def credential(certificate, *, masked):
    """The signed credential of a certificate as a dict; with ``masked`` the name as strangers see it.

    Raises DomainError ``badge.key`` when no key is configured, ``badge.revoked`` and ``badge.erased`` (only masked is left).
    """
    if certificate.revoked:
        raise DomainError("badge.revoked", _("这张证明已撤销，不再提供数字证书。"))
    if certificate.erased_at and not masked:
        raise DomainError("badge.erased", _("个人信息已按要求删除，不再提供数字证书。"))
    by = proofs.signer()
    if by is None:
        raise DomainError("badge.key", _("还没有配置签名私钥，请联系管理员。"))
    public = base58(_ED25519 + bytes.fromhex(proofs.public_hex(by.key)))
    document = _document(certificate, f"did:key:{public}", masked)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": _moment(certificate.issued_on),
        "verificationMethod": f"did:key:{public}#{public}",
        "proofPurpose": "assertionMethod",
        "@context": CONTEXT,
    }
    return document | {"proof": options | {"proofValue": base58(by.key.sign(_digest(document, options)))}}


def _document(certificate, issuer, masked):
    words = certificate.words
    name = mask_name(words["name"]) if masked and not certificate.erased_at else words["name"]
    document = {
        "@context": CONTEXT,
        "id": f"{certificate.verify_url}credential/",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": words["title"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": words["signatory"], "url": settings.SITE_URL},
        "validFrom": _moment(certificate.issued_on),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"},
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": certificate.number,
                    "identityType": "identifier",
                },
            ],
            "achievement": {
                "id": f"{settings.SITE_URL}/verify/#{certificate.series.key}",
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": words["course_title"],
                "description": words["citation"] + words["statement"],
                "criteria": {
                    "narrative": "；".join(
                        text
                        for text in (words["basis"], words["class_hours"], words["period"], words["result"])
                        if text
                    ).replace("\n", "，")
                },
                "inLanguage": "zh-Hans",
            },
        },
        "evidence": [{"id": certificate.verify_url, "type": ["Evidence"], "name": _("查验页")}],
    }
    if certificate.expires_on:
        document["validUntil"] = _moment(certificate.expires_on, last=True)
    return document


def check(document):
    """The public key (hex) a credential is rightly signed with. Asks nobody: whether the key is ours says ``/verify/keys/``.

    Raises DomainError ``badge.unreadable`` or ``badge.wrong``.
    """
    try:
        options = dict(document["proof"])
        signature = _from_base58(options.pop("proofValue"))
        key = _from_base58(options["verificationMethod"].rpartition("#")[2])
        body = {name: value for name, value in document.items() if name != "proof"}
        ours = options["cryptosuite"] == SUITE and key.startswith(_ED25519) and options["@context"] == body["@context"]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise DomainError("badge.unreadable", _("这不是我们认识的数字证书文件。")) from None
    try:
        if not ours or document["issuer"]["id"] != options["verificationMethod"].partition("#")[0]:
            raise InvalidSignature
        Ed25519PublicKey.from_public_bytes(key[2:]).verify(signature, _digest(body, options))
    except (InvalidSignature, ValueError):
        raise DomainError("badge.wrong", _("签名不对：内容被改过，或者不是我们发的。")) from None
    return key[2:].hex()
