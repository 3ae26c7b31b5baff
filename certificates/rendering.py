"""The file of a certificate: made once after commit, kept with its hash, from then on only read."""

import hashlib
import logging
from io import BytesIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from . import layout, numbers, pdf, services
from .models import Certificate

logger = logging.getLogger(__name__)


def render(certificate_id):
    """Make the PDF, store it, keep its hash: once. Asking again changes nothing; returns the Certificate.

    A document that cannot be drawn keeps the sentence in ``render_error`` and raises the DomainError of ``pdf.draw``.
    """
    row = Certificate.objects.select_related("template", "seal").get(pk=certificate_id)
    if row.rendered_at or row.erased_at:
        return row
    try:
        content = _signed(row)
    except DomainError as error:
        if error.code != "pdf.fonts":
            Certificate.objects.filter(pk=row.pk, rendered_at=None).update(render_error=error.sentence[:200])
        raise
    stored = row.pdf.storage.save(_file_name(row), ContentFile(content))
    with transaction.atomic():
        taken = Certificate.objects.filter(pk=row.pk, rendered_at=None, erased_at=None).update(
            pdf=stored,
            pdf_sha256=hashlib.sha256(content).hexdigest(),
            rendered_at=clock.now(),
            render_error="",
        )
    if not taken:  # another worker was faster, or the person was erased meanwhile
        row.pdf.storage.delete(stored)
    row.refresh_from_db()
    return row


def _signed(row):
    content = pdf.draw(row)
    if not settings.CERTIFICATE_PDF_KEY_FILE:
        return content
    # A long import and 44 MiB that only a signing worker needs.
    from . import pdf_signing

    return pdf_signing.signed(content, reason=f"{row.words['title']} {row.number}")


def _file_name(row):
    """It cannot be guessed: the file holds the full name of a person."""
    return f"certificates/{row.issued_on.year}/{numbers.new_token()}.pdf"


def render_pending(limit=200):
    """Make the PDFs that are still waiting, at most ``limit``; returns how many were made."""
    made = 0
    for pk in Certificate.objects.to_render().values_list("pk", flat=True)[:limit]:
        try:
            render(pk)
        except DomainError as error:
            logger.warning("certificate %s not rendered: %s", pk, error.code)
            if error.code == "pdf.fonts":
                break
        else:
            made += 1
    return made


def restore(certificate_id, *, actor):
    """Make a lost file again from the frozen words, or one that could not be drawn (the fonts may have the character by now); returns
    the Certificate. A file that is there is left alone.

    The new file must say word for word what was issued. Raises DomainError ``certificate.present`` when the file is there,
    ``certificate.erased``, ``certificate.words`` when the kept words are not those that were issued, ``certificate.text`` when
    the sheet would not say them, and those of ``pdf.draw``.
    """
    row = Certificate.objects.select_related("template", "seal").get(pk=certificate_id)
    if row.erased_at:
        raise DomainError("certificate.erased", _("个人信息已按要求删除，文件不再制作。"))
    if not row.rendered_at:
        row = render(row.pk)
        record(actor, "certificate.restore", row, changes={"pdf_sha256": ["", row.pdf_sha256]})
        return row
    if row.pdf and row.pdf.storage.exists(row.pdf.name):
        raise DomainError("certificate.present", _("文件还在，不用重做。"))
    if row.words_hash != services.words_hash(row.number, row.version, row.words):
        raise DomainError("certificate.words", _("存下的内容和发证时不一样，不能照它重做；请先查明原因。"))
    import pypdf  # 6 MB, seldom wanted

    content = _signed(row)
    said = _plain(pypdf.PdfReader(BytesIO(content)).pages[0].extract_text())
    gone = [text for text in _printed(row) if _plain(text) not in said]
    if gone:
        raise DomainError("certificate.text", _("重做的文件缺少：%(words)s。没有保存。") % {"words": "、".join(gone)})
    stored = row.pdf.storage.save(_file_name(row), ContentFile(content))
    old = row.pdf_sha256
    row.pdf, row.pdf_sha256, row.rendered_at = stored, hashlib.sha256(content).hexdigest(), clock.now()
    with transaction.atomic():
        row.save(update_fields=["pdf", "pdf_sha256", "rendered_at"])
        record(actor, "certificate.restore", row, changes={"pdf_sha256": [old, row.pdf_sha256]})
    return row


def _plain(text):
    return "".join(text.split())


def _printed(row):
    return [*row.words.values(), row.number, row.check_code_text, layout.edition_text(row.version)]
