"""The signature of the PDF itself, and the Open Badges credential."""

import asyncio
import copy
import io
import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from certificates import badges, pdf_signing, proofs, rendering, services
from core import pdf_fonts
from core.exceptions import DomainError
from core.pdf import from_html

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def own_key(path, name="示例培训机构甲"):
    """A self-made key as PKCS#12; returns its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"issuer", key, certificate, None, BestAvailableEncryption(b"geheim"))
    )
    return certificate


def verdict(content, certificate):
    roots = list(load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER)))
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    return apart(validate_pdf_signature, signature, ValidationContext(trust_roots=roots))


def apart(work, *arguments):
    """In a thread of its own, which has no event loop; a browser test before may have left one running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *arguments).result()


def test_a_signed_pdf_is_valid_and_one_byte_breaks_it(issue, settings, tmp_path):
    certificate = own_key(tmp_path / "key.p12")
    settings.CERTIFICATE_PDF_KEY_FILE = tmp_path / "key.p12"
    settings.CERTIFICATE_PDF_KEY_PASSPHRASE = "geheim"
    content = rendering.render(issue().pk).pdf.open().read()
    said = verdict(content, certificate)
    assert (said.intact, said.valid, said.trusted) == (True, True, True)
    file = tmp_path / "paper.pdf"
    file.write_bytes(content)
    if shutil.which("pdfsig"):
        told = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True).stdout
        assert "Signature is Valid" in told
        assert "Total document signed" in told
    changed = bytearray(content)
    changed[len(content) // 4] ^= 1
    said = verdict(bytes(changed), certificate)
    assert not (said.intact and said.valid)
    # Another key takes over as soon as the file changes; what the first one signed stays signed by it.
    second = own_key(tmp_path / "key.p12", "示例培训机构乙")
    later = rendering.render(issue("registration:2").pk).pdf.open().read()
    assert verdict(later, second).trusted
    assert verdict(content, certificate).trusted
    assert not verdict(later, certificate).trusted
    settings.CERTIFICATE_PDF_KEY_FILE = tmp_path / "gone.p12"
    with pytest.raises(ImproperlyConfigured):
        pdf_signing.signed(b"", reason="")


def test_a_credential_is_verified_without_asking_and_tampering_shows(issue, client, client_of, world):
    row = issue(name="赵𠮷")
    answer = client_of(world.wang).get(reverse("certificates:credential", args=[row.number]))
    assert "attachment" in answer["Content-Disposition"]
    whole = answer.json()
    subject = whole["credentialSubject"]
    assert [one["identityHash"] for one in subject["identifier"]] == ["赵𠮷", row.number]
    assert whole["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert subject["achievement"]["name"] == row.words["course_title"]
    assert badges.check(json.loads(json.dumps(whole))) == proofs.public_hex(proofs.private_key())
    masked = client.get(whole["id"].replace("http://127.0.0.1:8000", "")).json()
    assert masked["credentialSubject"]["identifier"][0]["identityHash"] == "赵*"
    assert badges.check(masked)
    for place, value in (("name", "资格证书"), ("validUntil", "2099-01-01T00:00:00Z")):
        forged = copy.deepcopy(whole) | {place: value}
        with pytest.raises(DomainError) as refused:
            badges.check(forged)
        assert refused.value.code == "badge.wrong"
    with pytest.raises(DomainError) as refused:
        badges.check({"proof": 1})
    assert refused.value.code == "badge.unreadable"
    assert client.get("/verify/AAAAAAAA/credential/").status_code == 404
    services.revoke(row, actor=world.city, reason="重复发证")
    assert client.get(f"/verify/{row.token}/credential/").status_code == 410
    assert client_of(world.wang).get(reverse("certificates:credential", args=[row.number])).status_code == 410


def test_a_pdf_is_signed_also_where_an_event_loop_runs(settings, tmp_path):
    own_key(tmp_path / "key.p12")
    settings.CERTIFICATE_PDF_KEY_FILE = tmp_path / "key.p12"
    settings.CERTIFICATE_PDF_KEY_PASSPHRASE = "geheim"
    pdf_fonts.register()
    content = from_html("<p>示例</p>", title="示例")

    async def within():
        return pdf_signing.signed(content, reason="示例")

    assert apart(lambda: asyncio.run(within())).startswith(content)
