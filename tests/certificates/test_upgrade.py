"""A newer version of the platform over papers that were issued before it: they stay, and nobody hears of it."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from certificates import checks, numbers, services
from certificates.models import Certificate, CertificateEvent, CertificateSeries, CertificateTemplate
from core import clock
from notices.models import Notice

pytestmark = pytest.mark.django_db


def _issued(words, holder, serial, expires_on, series):
    """A paper as the first version of the platform left it: words, history and file, nothing that came later."""
    today = clock.today()
    number = numbers.number_of(series.key, serial)
    template = CertificateTemplate.objects.get(key="round")
    words = words(name=holder.name) | {
        "title": "培训合格证明",
        "citation": template.citation,
        "statement": template.statement,
        "signatory": "示例培训机构甲",
        "issued_on": services.day_text(today),
        "valid_until": "",
        "note": "",
        "co_organiser": "",
    }
    content = f"%PDF-1.4 {number}".encode()
    row = Certificate.objects.create(
        number=number,
        number_key=numbers.comparable(number),
        version=1,
        series=series,
        serial=serial,
        holder=holder,
        source_key=f"registration:{serial}",
        template=template,
        words=words,
        words_hash=services.words_hash(number, 1, words),
        token=numbers.new_token(),
        issued_on=today,
        expires_on=expires_on,
        pdf=default_storage.save(f"certificates/{serial}.pdf", ContentFile(content)),
        pdf_sha256=hashlib.sha256(content).hexdigest(),
        rendered_at=clock.now(),
    )
    CertificateEvent.objects.create(certificate=row, kind="issued")
    return row.pk


def _facts():
    fields = ("number", "version", "words", "words_hash", "token", "pdf", "pdf_sha256", "rendered_at")
    return list(Certificate.objects.order_by("pk").values(*fields))


def test_an_upgrade_issues_and_mails_nothing(world, words, client):
    series = CertificateSeries.objects.create(key="TJXW-NSY-2026-012", last_serial=3)
    # The last one's reminder would have been due a month ago.
    ends = [None, clock.today() + timedelta(days=900), clock.today() + timedelta(days=30)]
    holders = [world.wang.person, world.zhao, world.wang.person]
    keys = [
        _issued(words, holder, serial, end, series)
        for serial, (holder, end) in enumerate(zip(holders, ends, strict=True), 1)
    ]
    files = {name: default_storage.open(name).read() for name in (f"certificates/{n}.pdf" for n in (1, 2, 3))}
    mail.outbox.clear()

    before = _facts()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("run_due", stdout=io.StringIO())

    assert _facts() == before
    assert [row["number"][-6:-2] for row in before] == ["0001", "0002", "0003"]
    assert CertificateEvent.objects.count() == len(keys)
    assert {name: default_storage.open(name).read() for name in files} == files
    assert not Notice.objects.exists()
    assert mail.outbox == []
    assert list(checks.audit()) == []
    for row in Certificate.objects.all():
        page = client.get(f"/verify/{row.token}/").content.decode()
        assert "现在有效" in page
        assert row.number in page
