"""The digital signature of a PDF (PAdES), when the issuer's key is configured: other programs see whether a byte was changed."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

FIELD = "Issuer"


@lru_cache(maxsize=2)
def _signer(path, _changed, passphrase):
    found = signers.SimpleSigner.load_pkcs12(path, passphrase=passphrase.encode() or None)
    if found is None:
        raise ImproperlyConfigured("CERTIFICATE_PDF_KEY_FILE cannot be opened with CERTIFICATE_PDF_KEY_PASSPHRASE")
    return found


def signer():
    """The configured key with its certificate, read again when the file changes; None when there is none.

    Raises ImproperlyConfigured when it cannot be opened.
    """
    path = settings.CERTIFICATE_PDF_KEY_FILE
    if not path:
        return None
    try:
        changed = Path(path).stat().st_mtime_ns
    except OSError:
        raise ImproperlyConfigured(f"CERTIFICATE_PDF_KEY_FILE: {path} cannot be read") from None
    return _signer(str(path), changed, settings.CERTIFICATE_PDF_KEY_PASSPHRASE)


def signed(content, *, reason):
    """The PDF (bytes) with an invisible signature added behind it; as it was when no key is configured. About 25 ms with P-256."""
    by = signer()
    if by is None:
        return content
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=reason,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    # In a thread of its own: the library runs an event loop, which a thread that has one already (ASGI) refuses.
    with ThreadPoolExecutor(1) as thread:
        file = IncrementalPdfFileWriter(BytesIO(content))
        return thread.submit(signers.sign_pdf, file, about, signer=by).result().getvalue()
