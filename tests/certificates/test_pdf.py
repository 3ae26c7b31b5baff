"""The sheet itself."""

import hashlib
import logging
from io import BytesIO

import pypdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops

from certificates import checks, layout, pdf, picture, privacy, public, rendering, services, tasks
from certificates.models import Certificate
from core import pdf_fonts
from core.exceptions import DomainError

pytestmark = pytest.mark.one_engine

RARE = "㛃䶮喆龘𬭎𠮷𡋾"


def read(content):
    return pypdf.PdfReader(BytesIO(content))


def text_of(content):
    return "".join(read(content).pages[0].extract_text().split())


def test_one_page_with_every_word(issue, settings):
    row = issue(name="张𬭎三", co_organiser="示例认证有限公司")
    content = pdf.draw(row)
    document = read(content)
    text = text_of(content)
    assert len(document.pages) == 1
    assert [round(float(edge) / 72 * 25.4) for edge in document.pages[0].mediabox[2:]] == [297, 210]
    for value in (*row.words.values(), row.number, row.check_code_text):
        assert "".join(value.split()) in text
    assert document.metadata.title == f"培训合格证明 {row.number}"
    assert (document.metadata.creator, document.metadata.author) == ("质量学堂", row.words["organiser"])
    assert document.trailer["/Root"]["/Lang"] == "zh-Hans"


def test_rare_characters_copy_out_as_themselves(issue):
    assert RARE in text_of(pdf.draw(issue(name=RARE)))


def test_all_fonts_are_embedded(issue):
    named = read(pdf.draw(issue())).pages[0]["/Resources"]["/Font"].values()
    found = [font.get_object() for font in named]
    assert len(found) == 2
    assert all("/FontFile2" in font["/FontDescriptor"] for font in found)
    assert all("AcademySerif" in font["/BaseFont"] for font in found)


@pytest.mark.parametrize("length", [2, 3, 4, 5, 12, 20, 33, 50])
def test_long_names_stay_on_one_page_and_unshrunk(issue, caplog, length):
    name = ("阿卜杜热合曼·买买提·" * 6)[: length - 1] + "龘"
    with caplog.at_level(logging.WARNING, logger="xhtml2pdf"):
        content = pdf.draw(issue(name=name))
    assert len(read(content).pages) == 1
    assert name in text_of(content)
    assert caplog.messages == []


def test_long_everything_fits(issue, caplog):
    with caplog.at_level(logging.WARNING, logger="xhtml2pdf"):
        content = pdf.draw(
            issue(
                enterprise="天津滨海新区示例海洋工程高端装备关键零部件精密制造有限公司第二分公司",
                course_title="质量管理体系内审员培训（高端装备制造、电动自行车、汽车零部件、地毯、光伏产业链联合班）",
                round_label="2026年第12轮（与汽车零部件产业链、光伏产业链合办的小班）",
                basis="GB/T 19001—2016／ISO 9001:2015\nGB/T 19011—2021／ISO 19011:2018",
                organiser="天津市滨海新区示例市场监督管理局质量发展与认证认可监督管理处",
                co_organiser="天津示例认证有限公司、天津示例质量协会、天津示例小微企业服务中心",
            )
        )
    assert len(read(content).pages) == 1
    assert caplog.messages == []


def test_too_long_is_refused_by_field(issue):
    with pytest.raises(DomainError) as refused:
        pdf.draw(issue(course_title="质量管理" * 40))
    assert refused.value.code == "certificate.too_long"
    assert "培训项目" in refused.value.sentence


def test_a_character_no_font_draws_is_named(issue):
    row = issue(name="张𪻐三")
    with pytest.raises(DomainError) as refused:
        rendering.render(row.pk)
    assert refused.value.code == "pdf.glyph"
    assert "𪻐" in refused.value.sentence
    assert "U+2AED0" in refused.value.sentence
    row.refresh_from_db()
    assert row.rendered_at is None
    assert not row.pdf
    assert "𪻐" in row.render_error
    # One that cannot be drawn neither stops the others nor is tried every minute.
    other = issue("registration:2")
    tasks.render([row.pk, other.pk])
    other.refresh_from_db()
    assert other.rendered_at
    assert rendering.render_pending() == 0


def pixels(content):
    return pypdfium2.PdfDocument(content)[0].render(scale=1.5).to_pil().convert("L")


def test_a_sheet_laid_out_once_and_filled_is_the_same_sheet(issue, world):
    """Drawn from the stencil of the first, and laid out for itself: the same picture, the same words in the same order."""
    first = issue()
    corrected = services.correct(first, {"name": "王晓二"}, actor=world.city, reason="写错")
    papers = [
        first,
        corrected,
        issue("registration:2", name="林例", enterprise=""),
        issue("registration:3", name="买买提·吐尔逊", enterprise="示例乙企业"),
        issue("registration:4", name="Anne-Marie Østergård", enterprise="Example Works (示例) Co., Ltd"),
        issue("registration:5", name=("阿卜杜热合曼·买买提·" * 5)[:49] + "示", enterprise="示例" * 28 + "公司"),
        issue("registration:6", name=RARE, enterprise="<b>王</b>&amp;公司", organiser="<b>王</b>&amp;公司"),
    ]
    drawn = [pdf.draw(row) for row in papers]
    before = pdf._stencil.cache_info()
    drawn[3] = pdf.draw(papers[3])
    assert pdf._stencil.cache_info().hits == before.hits + 1
    for row, content in zip(papers, drawn, strict=True):
        alone = pdf.laid_out(row, layout.arrange(row))
        assert read(content).metadata.title == read(alone).metadata.title
        assert read(content).metadata.author == read(alone).metadata.author
        assert read(content).metadata.creator == read(alone).metadata.creator == "质量学堂"
        assert text_of(content) == text_of(alone)
        # The seams of the QR code's squares are all that may be told apart.
        apart = ImageChops.difference(pixels(content), pixels(alone)).point(lambda light: 255 * (light > 24))
        code = [round(edge * 1.5 / layout.POINT) for edge in (33, 151, 61.3, 179.3)]
        apart.paste(0, code)
        assert apart.getbbox() is None, row.words["name"]


def test_markup_in_a_name_is_text(issue):
    assert "<b>王</b>&amp;" in text_of(pdf.draw(issue(enterprise="<b>王</b>&amp;公司")))


def test_the_qr_code_leads_to_the_verify_page(issue):
    row = issue()
    assert row.qr_text.partition("#")[0] == row.verify_url
    image = pdf.qr_image(row.qr_text)
    framed = Image.new("1", (image.width + 80, image.height + 80), 1)
    framed.paste(image, (40, 40))
    assert zxingcpp.read_barcode(framed.convert("L")).text == row.qr_text
    embedded = max(read(pdf.draw(row)).pages[0].images, key=lambda part: part.image.width).image
    framed.paste(embedded.convert("1").resize(image.size, Image.Resampling.NEAREST), (40, 40))
    assert zxingcpp.read_barcode(framed.convert("L")).text == row.qr_text


def test_the_picture_shows_the_same_code(issue):
    row = issue(name="林例")
    image = Image.open(BytesIO(picture.draw(row)))
    assert image.size == (1754, 1240)
    assert zxingcpp.read_barcode(image.convert("L")).text == row.qr_text


def test_the_picture_refuses_what_the_sheet_refuses(issue):
    with pytest.raises(DomainError, match="𪻐"):
        picture.draw(issue(name="张𪻐三"))


def test_rendered_once(issue):
    row = rendering.render(issue().pk)
    content = row.pdf.open().read()
    assert row.pdf_sha256 == hashlib.sha256(content).hexdigest()
    assert row.number not in row.pdf.name
    again = rendering.render(row.pk)
    assert (again.pdf.name, again.rendered_at) == (row.pdf.name, row.rendered_at)
    assert list(checks.audit()) == []


def test_rendered_after_commit(issue, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = issue()
    row.refresh_from_db()
    assert row.rendered_at


def test_without_fonts_it_waits(issue, settings, tmp_path):
    row = issue()
    settings.FONT_DIR = tmp_path
    pdf_fonts.register.cache_clear()
    tasks.render([row.pk])
    row.refresh_from_db()
    assert (row.rendered_at, row.render_error) == (None, "")
    assert rendering.render_pending() == 0
    del settings.FONT_DIR
    pdf_fonts.register.cache_clear()
    assert rendering.render_pending() == 1


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("质量管理体系内审员培训", ["质量管理体系内审员", "培训"]),
        ("依据GB/T 19001—2016", ["依据GB/T", "19001—2016"]),
        ("一二三四五六七八九，十", ["一二三四五六七八", "九，十"]),
        ("一二三四五六七八（九）", ["一二三四五六七八", "（九）"]),
    ],
)
def test_lines_break_where_a_reader_expects(text, lines):
    width = 9.2 * 12 * layout.POINT
    assert layout.break_lines(text, width, 12) == lines


def test_audit_finds_what_was_changed(issue):
    row = rendering.render(issue().pk)
    issue("registration:2")
    Certificate.objects.filter(pk=row.pk).update(words=row.words | {"result": "优秀"})
    with open(row.pdf.path, "ab") as file:  # noqa: PTH123
        file.write(b"%")
    assert {finding.check for finding in checks.audit()} == {"certificates.words", "certificates.file"}
    row.pdf.storage.delete(row.pdf.name)
    row.series.last_serial = 7
    row.series.save()
    Certificate.objects.filter(pk=row.pk).update(number="TJXW-NSY-2026-012-0001-0", words=row.words)
    found = {finding.check for finding in checks.audit()}
    assert found >= {"certificates.file", "certificates.serials", "certificates.number"}


def test_erasure_keeps_number_and_hash(issue, world, django_capture_on_commit_callbacks):
    row = rendering.render(issue().pk)
    storage, name, token = row.pdf.storage, row.pdf.name, row.token
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase_person(world.wang.person)
    row.refresh_from_db()
    assert (row.words["name"], row.pdf.name, row.number[:4]) == ("王*二", "", "TJXW")
    assert row.erased_at
    assert not storage.exists(name)
    found = public.by_token(token)
    assert (found["words"]["name"], found["status"], found["erased"]) == ("王*二", "valid", True)
    assert list(checks.audit()) == []
    assert rendering.render(row.pk).pdf.name == ""


def test_export_person(issue, world):
    issue()
    heading, rows = privacy.export_person(world.wang.person)
    assert heading == "培训合格证明"
    assert rows[0]["name"] == "王小二"
