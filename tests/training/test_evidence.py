"""Evidence: known types only, pictures without place and device, kept with their hash."""

import hashlib
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core import uploads
from core.models import AuditRecord
from tests.training import house
from training import closing, evidence
from training.models import Evidence

pytestmark = pytest.mark.django_db


def picture(kind="JPEG", size=(60, 40), **saved):
    out = io.BytesIO()
    Image.new("RGB", size, "#b33").save(out, kind, **saved)
    return out.getvalue()


def file(name, content):
    return SimpleUploadedFile(name, content)


def with_place():
    """A picture as a phone makes it: device, GPS position, turned by a quarter."""
    exif = Image.Exif()
    exif[0x0110] = "PhoneModel X"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 7.0, 12.0), 3: "E", 4: (117.0, 12.0, 0.0)})
    return picture(exif=exif)


def test_a_photo_loses_place_and_device_but_not_its_top():
    raw = with_place()
    assert b"PhoneModel X" in raw
    name, content = uploads.cleaned(file("现场.JPG", raw))
    with Image.open(io.BytesIO(content)) as kept:
        assert (name, kept.format, kept.size, dict(kept.getexif())) == ("现场.jpg", "JPEG", (40, 60), {})
    assert b"PhoneModel X" not in content


@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("a.webp", "WEBP"), ("a.jpeg", "JPEG")])
def test_every_picture_becomes_a_jpeg_of_bounded_size(name, kind):
    kept_name, content = uploads.cleaned(file(name, picture(kind, (4200, 1000))))
    with Image.open(io.BytesIO(content)) as kept:
        assert (kept_name, kept.format, kept.size) == ("a.jpg", "JPEG", (2000, 476))


def test_a_picture_with_transparency_is_kept():
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    assert uploads.cleaned(file("签名.png", out.getvalue()))[0] == "签名.jpg"


@pytest.mark.parametrize(
    ("name", "head"),
    [("表.pdf", b"%PDF-1.7"), ("表.XLSX", b"PK\x03\x04"), ("a.docx", b"PK\x03\x04"), ("a.pptx", b"PK\x03\x04")],
)
def test_documents_are_kept_as_they_are(name, head):
    assert uploads.cleaned(file(name, head + b" content")) == (name, head + b" content")


def _damaged_png():
    raw = bytearray(picture("PNG"))
    place = raw.index(b"IDAT") + 6
    raw[place] ^= 0xFF
    return bytes(raw)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.txt", b"text"),
        ("签到表", b"%PDF-1.4"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        ("a.jpg", b"not a picture"),
        ("a.jpg", b""),
        ("a.jpg", picture()[:-200]),
        ("a.png", _damaged_png()),
        ("a.jpg", b"%PDF-1.4"),
        ("a.pdf", picture()),
        ("a.xlsx", b"%PDF-1.4"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(name, content, code_of):
    assert code_of(uploads.cleaned, file(name, content)) == "evidence.type"


def test_more_than_twenty_megabytes_are_refused_by_their_name(code_of):
    big = file("大.pdf", b"%PDF-1.4")
    big.size = uploads.LARGEST
    assert uploads.cleaned(big)[0] == "大.pdf"
    big.size += 1
    big.seek(0)
    assert code_of(uploads.cleaned, big) == "evidence.size"


def test_an_enormous_picture_is_refused_not_opened(monkeypatch, code_of):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    assert code_of(uploads.cleaned, file("a.png", picture("PNG", (200, 200)))) == "evidence.type"


def test_what_is_attached_is_kept_with_its_hash_under_a_name_nobody_guesses(world):
    round_ = house.opened(world)
    content = b"%PDF-1.4 sheet"
    row = evidence.attach(round_, kind=Evidence.Kind.SIGN_IN, file=file("签到表.pdf", content), actor=world.jia_trainer)
    row.refresh_from_db()
    assert (row.name, row.kind, row.uploaded_by) == ("签到表.pdf", "sign_in", world.jia_trainer)
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert row.file.open().read() == content
    assert row.file.name.startswith(f"evidence/round-{round_.pk}/")
    assert "签到表" not in row.file.name
    again = evidence.attach(
        round_, kind=Evidence.Kind.SIGN_IN, file=file("签到表.pdf", content), actor=world.jia_trainer
    )
    assert again.file.name != row.file.name


def test_a_refused_file_leaves_nothing(world, code_of):
    round_ = house.opened(world)
    attach = {"kind": Evidence.Kind.PHOTO, "file": file("a.exe", b"MZ"), "actor": world.jia_trainer}
    assert code_of(evidence.attach, round_, **attach) == "evidence.type"
    assert not Evidence.objects.exists()


def test_a_long_name_keeps_its_ending(world):
    round_ = house.opened(world)
    name = "签" * 60 + "到" * 60 + ".pdf"
    row = evidence.attach(round_, kind="notice", file=file(name, b"%PDF-1.4"), actor=world.city)
    row.refresh_from_db()
    assert (len(row.name), row.name[-4:]) == (120, ".pdf")


@pytest.mark.parametrize(
    ("name", "content"),
    [("现场.HEIC", b"x"), ("现场.jpg", b"\x00\x00\x00\x18ftypheic\x00\x00"), ("现场.jpg", b"\x00\x00\x00\x18ftypmif1")],
)
def test_an_iphones_own_format_is_refused_with_the_way_out_whatever_it_is_called(name, content, code_of):
    assert code_of(uploads.cleaned, file(name, content)) == "evidence.heic"


@pytest.mark.one_engine
def test_of_several_photos_the_good_ones_are_kept_and_the_bad_one_is_named(world, client_of):
    round_ = house.opened(world, members=house.make_people(1, world.alpha))
    files = [file("一.jpg", picture()), file("二.heic", b"x"), file("三.png", picture("PNG"))]
    url = reverse("desk:evidence", args=[round_.pk])
    said = client_of(world.jia_trainer).post(url, {"kind": "photo", "files": files}, follow=True).content.decode()
    assert "收好 2 份" in said
    assert "二.heic 是苹果手机的 HEIC 照片" in said
    assert sorted(Evidence.objects.values_list("name", flat=True)) == ["一.jpg", "三.jpg"]


# Replaced and withdrawn ------------------------------------------------------------------------------------------


def change(verb, row, actor, reason="照片糊了", **more):
    return verb(row.pk, reason=reason, actor=actor, **more)


def test_a_piece_is_replaced_with_a_reason_and_the_old_one_stays_to_be_seen(world, code_of):
    round_ = house.opened(world)
    old = evidence.attach(round_, kind="sign_in", file=file("一.pdf", b"%PDF-1.4 1"), actor=world.jia_trainer)
    for reason in ("", "  "):
        new = {"file": file("二.pdf", b"%PDF-1.4 2"), "reason": reason}
        assert code_of(change, evidence.replace, old, world.jia_trainer, **new) == "reason.missing"
    assert code_of(change, evidence.replace, old, world.jia_trainer, file=file("a.exe", b"MZ")) == "evidence.type"
    row = change(evidence.replace, old, world.jia_trainer, file=file("二.pdf", b"%PDF-1.4 2"))
    old = Evidence.everything.get(pk=old.pk)
    assert (old.replaced_by, old.withdrawn_reason, old.withdrawn_by) == (row, "照片糊了", world.jia_trainer)
    assert old.file.open().read() == b"%PDF-1.4 1"
    assert list(round_.evidence.all()) == [row]
    assert (row.kind, row.sha256) == ("sign_in", hashlib.sha256(b"%PDF-1.4 2").hexdigest())
    # Once replaced it is neither replaced nor withdrawn again.
    for verb, more in ((evidence.withdraw, {}), (evidence.replace, {"file": file("三.pdf", b"%PDF-1.4 3")})):
        assert code_of(change, verb, old, world.jia_trainer, **more) == "evidence.withdrawn"
    change(evidence.withdraw, row, world.jia_trainer, "传错了班")
    assert not round_.evidence.exists()
    assert Evidence.everything.count() == 2
    said = AuditRecord.objects.filter(action__startswith="evidence").order_by("pk").values_list("action", "reason")
    assert list(said) == [
        *(("evidence.attach", ""), ("evidence.attach", ""), ("evidence.replace", "照片糊了")),
        ("evidence.withdraw", "传错了班"),
    ]


def test_what_is_withdrawn_is_missing_again_and_after_closing_one_only_adds(world, code_of):
    round_ = house.ready(world, None, house.make_people(1, world.alpha))
    photo = round_.evidence.filter(kind="photo").first()
    change(evidence.withdraw, photo, world.jia_trainer)
    assert code_of(house.close, world, round_) == "round.not_ready"
    more = evidence.attach(round_, kind="photo", file=file("补.jpg", picture()), actor=world.jia_trainer)
    house.close(world, round_)
    for verb, new in ((evidence.withdraw, {}), (evidence.replace, {"file": file("三.pdf", b"%PDF-1.4 3")})):
        assert code_of(change, verb, more, world.jia_trainer, **new) == "evidence.closed"
    evidence.attach(round_, kind="other", file=file("补.pdf", b"%PDF-1.4"), actor=world.jia_trainer)
    assert round_.evidence.count() == 1 + closing.PHOTOS + 1 + 1


@pytest.mark.one_engine
def test_by_the_buttons_and_the_outsider_finds_nothing(world, client_of):
    round_ = house.opened(world, members=house.make_people(1, world.alpha))
    row = evidence.attach(round_, kind="photo", file=file("糊.jpg", picture()), actor=world.jia_trainer)
    url = reverse("desk:evidence-change", args=[row.pk])
    assert client_of(world.yi_trainer).post(url, {"act": "withdraw", "reason": "试"}).status_code == 404
    assert client_of(world.xiqing).post(url, {"act": "withdraw", "reason": "试"}).status_code == 403
    trainer = client_of(world.jia_trainer)

    def said(**fields):
        return trainer.post(url, fields, follow=True).content.decode()

    assert "请先挑一个文件" in said(act="replace", reason="糊")
    assert "要写明原因" in said(act="withdraw", reason="")
    page = said(act="replace", reason="照片糊了", file=file("清.jpg", picture()))
    assert "换好了" in page
    assert "换下、撤下的 1 份" in page
    assert "换下：照片糊了" in page
    assert trainer.get(reverse("desk:evidence-file", args=[row.pk])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_evidence_is_withdrawn_by_one_of_two_or_the_round_closes_with_it(world, at_once):
    round_ = house.ready(world, None, house.make_people(1, world.alpha))
    photo = round_.evidence.filter(kind="photo").first()

    def work(n):
        if n == 0:
            return house.close(world, round_)
        return change(evidence.withdraw, photo, world.jia_trainer)

    closed, *withdrawn = at_once(3, work)
    codes = sorted(one.code for one in withdrawn if isinstance(one, Exception))
    if isinstance(closed, Exception):
        assert (closed.code, codes) == ("round.not_ready", ["evidence.withdrawn"])
        assert round_.evidence.filter(kind="photo").count() == closing.PHOTOS - 1
    else:
        assert codes == ["evidence.closed", "evidence.closed"]
        assert round_.evidence.filter(kind="photo").count() == closing.PHOTOS
