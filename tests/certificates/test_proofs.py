"""What the QR code says to who has no network, and the print file."""

import io
import json

import pypdf
import pytest
from django.core.exceptions import ImproperlyConfigured

from certificates import printing, privacy, proofs, rendering, services
from certificates.models import Certificate, SigningKey
from core.exceptions import DomainError

pytestmark = pytest.mark.one_engine


def keys():
    return {row["number"]: row["public_key"] for row in proofs.published()}


def test_a_proof_holds_the_printed_words(issue, world):
    row = issue(name="赵𠮷", basis="GB/T 19001—2016／ISO 9001:2015\nGB/T 19011—2021")
    words, number = proofs.check(row.qr_text, keys())
    assert number == 1
    assert (words["number"], words["version"]) == (row.number, "1")
    for name in ("name", "enterprise", "course_title", "basis", "organiser", "signatory", "issued_on", "valid_until"):
        assert words[name] == row.words[name]
    second = services.correct(row, {"name": "赵吉"}, actor=world.city, reason="姓名写错")
    assert proofs.check(second.proof, keys())[0]["version"] == "2"
    privacy.erase_person(world.wang.person)
    assert set(Certificate.objects.values_list("proof", flat=True)) == {""}


def test_what_was_changed_is_refused(issue):
    digits = issue().proof
    data = bytearray(int(digits).to_bytes((int(digits).bit_length() + 7) // 8))
    for place in (10, len(data) - 1):
        changed = bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(DomainError) as refused:
            proofs.check(str(int.from_bytes(changed)), keys())
        assert refused.value.code == "proof.wrong"
    with pytest.raises(DomainError) as refused:
        proofs.check(digits, {})
    assert refused.value.code == "proof.key"
    for text in ("", "abc", "12", "https://elsewhere.example/#77", "9" * 5000):
        with pytest.raises(DomainError) as refused:
            proofs.check(text, keys())
        assert refused.value.code == "proof.unreadable"


def test_keys_follow_each_other_and_old_papers_stay_right(issue, settings, tmp_path):
    first = issue()
    settings.CERTIFICATE_SIGNING_KEY = proofs.new_seed()
    second = issue("registration:2")
    assert [proofs.check(row.proof, keys())[1] for row in (first, second)] == [1, 2]
    SigningKey.objects.filter(number=2).update(withdrawn_at=first.events.get().at)
    assert issue("registration:3").proof == ""
    settings.CERTIFICATE_SIGNING_KEY = ""
    assert issue("registration:4").qr_text.endswith("/")
    settings.CERTIFICATE_SIGNING_KEY = "nonsense"
    with pytest.raises(ImproperlyConfigured):
        issue("registration:5")
    # Development makes its own, readable by its owner only.
    settings.CERTIFICATE_SIGNING_KEY, settings.CERTIFICATE_SIGNING_KEY_FILE = "", tmp_path / "key"
    assert proofs.public_hex(proofs.private_key()) == proofs.public_hex(proofs.private_key())
    assert (tmp_path / "key").stat().st_mode & 0o77 == 0


def test_a_print_file_holds_every_sheet_that_can_be_drawn(issue):
    rows = [issue(f"registration:{n}", name=name) for n, name in enumerate(["林例", "张𪻐三", "买买提·示例"])]
    said, out = [], io.BytesIO()
    assert printing.bind(rows, out, title="打印", done=lambda row, error: said.append(error and error.code)) == 2
    assert said == [None, "pdf.glyph", None]
    pages = pypdf.PdfReader(out).pages
    text = ["".join(page.extract_text().split()) for page in pages]
    for page, row in zip(text, (rows[0], rows[2]), strict=True):
        for word in (*row.words.values(), row.number, row.check_code_text):
            assert "".join(word.split()) in page
    # What a round has in common is drawn once in the file.
    drawn = [page["/Resources"]["/XObject"].raw_get("/FormXob.kind-0").idnum for page in pages]
    assert drawn[0] == drawn[1]


def test_a_lost_file_is_made_again_from_the_frozen_words(issue, world):
    row = rendering.render(issue().pk)
    with pytest.raises(DomainError) as refused:
        rendering.restore(row.pk, actor=world.city)
    assert refused.value.code == "certificate.present"
    row.pdf.storage.delete(row.pdf.name)
    again = rendering.restore(row.pk, actor=world.city)
    assert again.pdf.name != row.pdf.name
    assert again.pdf.storage.exists(again.pdf.name)
    again.pdf.storage.delete(again.pdf.name)
    Certificate.objects.filter(pk=row.pk).update(words=json.loads(json.dumps(row.words)) | {"result": "优秀"})
    with pytest.raises(DomainError) as refused:
        rendering.restore(row.pk, actor=world.city)
    assert refused.value.code == "certificate.words"
