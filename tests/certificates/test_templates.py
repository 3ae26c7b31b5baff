"""Templates in the content admin: versions, word rules with the place named, the live preview, seals by authorisation only."""

import io
from datetime import date

import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from PIL import Image, ImageDraw

from certificates import layout, pdf, picture, rendering, services, templates
from certificates.models import Certificate, CertificateTemplate, Seal
from core.exceptions import DomainError
from core.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def form_of(template, **changes):
    names = ("key", "title", "frame", "citation", "basis", "edition_line", "organiser", "signatory", "statement")
    names += ("remark", "validity_years")
    return {name: getattr(template, name) or "" for name in names} | {"active": "on"} | changes


def admin(name, *args):
    return reverse(f"wagtailsnippets_certificates_{name}", args=args)


@pytest.fixture
def editor(client_of, world):
    call_command("setup_roles", verbosity=0)
    return client_of(world.city)


def round_seal(colour=(200, 30, 30), size=600, form="PNG"):
    image = Image.new("RGB", (size, size), "white")
    ImageDraw.Draw(image).ellipse((20, 20, size - 20, size - 20), outline=colour, width=30)
    out = io.BytesIO()
    image.save(out, form)
    return SimpleUploadedFile(f"seal.{form.lower()}", out.getvalue(), f"image/{form.lower()}")


def test_what_papers_stand_on_becomes_another_version(editor, issue, world):
    row = issue()
    url = admin("certificatetemplate:edit", row.template_id)
    assert editor.get(url).status_code == 200
    done = editor.post(url, form_of(row.template, remark="凭本证明可参加进阶班", edition_line="本期按 2015 版讲授"))
    assert done.status_code == 302
    first, second = CertificateTemplate.objects.filter(key="round").order_by("version")
    assert (first.remark, second.version, second.remark) == ("", 2, "凭本证明可参加进阶班")
    assert AuditRecord.objects.get(action="certificate.template").changes["remark"] == ["", "凭本证明可参加进阶班"]
    again = issue("registration:2")
    assert again.template == second
    text = pypdf.PdfReader(io.BytesIO(pdf.draw(again))).pages[0].extract_text()
    assert "凭本证明可参加进阶班" in text
    assert "本期按2015版讲授" in "".join(text.split())
    # A correction keeps the words of its own template; an unused version is mended in place.
    assert services.correct(row, {"result": "优秀"}, actor=world.city, reason="改分").words["remark"] == ""
    Certificate.objects.filter(pk=again.pk).update(template=first)
    editor.post(admin("certificatetemplate:edit", second.pk), form_of(second, frame="plain"))
    assert CertificateTemplate.objects.filter(key="round").count() == 2


def test_forbidden_words_and_misfits_are_refused_by_field(editor):
    template = services.ensure_template("round")
    url = admin("certificatetemplate:edit", template.pk)
    page = editor.post(url, form_of(template, citation="全国通用，特发此证明。")).content.decode()
    assert "证明语里有“全国”" in page
    page = editor.post(url, form_of(template, statement="本证明全市通用。")).content.decode()
    assert "声明里要有" in page
    with pytest.raises(ValidationError):
        template.title = "资格证书"
        template.full_clean()
    template.refresh_from_db()
    template.signatory = "示例单位" * 20
    with pytest.raises(ValidationError, match="落款单位太长"):
        template.full_clean()
    template.signatory, template.basis = "", "国家标准 GB/T 19001—2016"
    template.full_clean()


@pytest.mark.parametrize("frame", ["double", "plain", "none"])
def test_every_name_fits_every_frame(frame):
    template = services.ensure_template("round")
    template.frame = frame
    for mode in templates.SAMPLES:
        row = templates.sample(template, mode)
        assert Image.open(io.BytesIO(picture.draw(row))).size == (1754, 1240)
    assert len(pypdf.PdfReader(io.BytesIO(pdf.draw(row))).pages) == 1


def test_the_live_preview_shows_each_kind_of_name(editor, rf):
    template = services.ensure_template("round")
    assert [mode for mode, _label in template.preview_modes] == list(templates.SAMPLES)
    url = admin("certificatetemplate:preview_on_edit", template.pk)
    assert editor.post(url, form_of(template, remark="试一试")).json()["is_valid"]
    shown = editor.get(url, {"mode": "rare"})
    assert "data:image/png" in shown.content.decode()
    template.signatory = "示例单位" * 20
    said = template.serve_preview(rf.get("/"), "long")
    assert "落款单位太长" in said.render().content.decode()


def test_a_seal_stands_only_by_authorisation(editor, issue, world):
    fields = {
        "organiser": world.jia.pk,
        "authorised_by": "示例负责人",
        "document": "示例授权书 1 号",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
    }
    refused = editor.post(
        admin("seal:add"), fields | {"image": SimpleUploadedFile("x.svg", b"<svg/>", "image/svg+xml")}
    )
    assert "请上传 PNG 或 JPG 图片" in refused.content.decode()
    assert editor.post(admin("seal:add"), fields | {"image": round_seal()}).status_code == 302
    seal = Seal.objects.get()
    kept = Image.open(seal.image.open())
    assert (kept.format, kept.size, kept.getchannel("A").getextrema()) == ("PNG", (300, 300), (0, 255))
    assert AuditRecord.objects.filter(action="certificate.seal").count() == 1
    template = services.ensure_template("round")
    template.seal = seal
    template.save()
    row = issue()
    assert row.seal == seal
    assert "（盖章）" not in pypdf.PdfReader(io.BytesIO(pdf.draw(row))).pages[0].extract_text()
    assert picture.draw(row) != picture.draw(issue("registration:2", organiser="示例培训机构乙"))
    assert Certificate.objects.newest().get(source_key="registration:2").seal is None
    Seal.objects.update(ends_on=date(2026, 10, 31))
    template.refresh_from_db()
    assert issue("registration:3").seal is None
    # What was issued under the authorisation stays sealed.
    assert rendering.render(row.pk).seal == seal


def test_a_picture_that_is_none_is_refused():
    with pytest.raises(DomainError) as refused:
        templates.seal_file(SimpleUploadedFile("a.png", b"no picture"))
    assert refused.value.code == "seal.picture"


def test_a_sheet_fetches_nothing(issue, monkeypatch, tmp_path, settings):
    """A template that tries: a file of ours, a file of the machine, an address. None of it comes into the PDF."""
    import socket

    secret = tmp_path / "secret.png"
    Image.new("RGB", (40, 40), "red").save(secret)
    row = issue()
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_more: pytest.fail("it went out"))
    tries = "".join(
        f'<div><img src="{address}"></div>'
        for address in (str(secret), secret.as_uri(), "http://127.0.0.1:9/x.png", "../../etc/passwd")
    )
    real = pdf.from_html
    seen = []

    def with_tries(html, **more):
        content = real(html.replace('<div id="note">', tries + '<div id="note">'), **more)
        seen.append(content)
        return content

    monkeypatch.setattr(pdf, "from_html", with_tries)
    try:
        pdf.laid_out(row, layout.arrange(row))
    except DomainError as refused:
        assert refused.code == "pdf.failed"
    else:
        assert len(pypdf.PdfReader(io.BytesIO(seen[0])).pages[0].images) == 1
