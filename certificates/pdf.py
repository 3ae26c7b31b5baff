"""The PDF of a certificate: one A4 page, fonts embedded, nothing fetched, printed once and kept."""

import base64
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from io import BytesIO

import zxingcpp
from django.template.loader import get_template
from PIL import Image

from core import pdf_fonts
from core.pdf import from_html, refuse_missing_glyphs

from . import layout

ROOMY = 412
"""Bytes a QR code holds with error correction M in 77 squares a side. A longer text gets L, so that the squares of its 28 mm stay
large enough for a phone."""


def qr_image(text, scale=4):
    """The QR code of ``text`` as a black-and-white picture without a margin."""
    address, _sign, digits = text.partition("#")
    needed = len(address) + 1 + len(digits) * 10 / 24
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M" if needed <= ROOMY else "L")
    drawn = symbol.to_image(scale=scale, add_quiet_zones=False)
    height, width = drawn.shape
    return Image.frombuffer("L", (width, height), bytes(memoryview(drawn)), "raw", "L", 0, 1).convert("1")


def _data_uri(image):
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def seal_image(certificate):
    """The seal's picture as it was authorised when the paper was issued."""
    return _seal(certificate.seal.image)


@lru_cache(maxsize=16)
def _seal(kept):
    # Another picture is another file with a name of its own (templates.seal_file).
    with kept.open("rb") as file:
        return Image.open(BytesIO(file.read())).convert("RGBA")


NUMBER, NAME, ENTERPRISE, CODE = "00-00-0", ("〇一〇", "〇二〇"), "〇三〇", "0000-000"
"""Texts that stand for those of one person while a sheet is laid out."""
QR_SIDE, SEAL_SIDE = 1, 2
"""Pixels of the pictures that stand for the QR code and the seal."""


def draw(certificate):
    """The PDF as bytes: laid out once for each kind of sheet (a round, as a rule), filled with the words of each person.

    Raises DomainError ``pdf.glyph`` for a character no font draws, ``certificate.too_long`` for a field that does
    not fit, ``pdf.fonts`` before ``prepare_fonts`` ran, ``pdf.failed`` when the library complains of anything
    else.
    """
    pdf_fonts.register()
    sheet = layout.arrange(certificate)
    refuse_missing_glyphs(layout.printed(sheet))
    like = _with_stand_ins(sheet)
    stencil = _stencil(_Kind(repr(like), like))
    if stencil is None:
        return laid_out(certificate, sheet)
    words = {NUMBER: sheet["number"], CODE: sheet["check_code"], ENTERPRISE: sheet["enterprise"].text}
    words |= zip(NAME, sheet["name"].lines, strict=False)
    pictures = {QR_SIDE: qr_image(certificate.qr_text).convert("L")}
    if sheet["sealed"]:
        pictures[SEAL_SIDE] = seal_image(certificate)
    words = {name: " ".join(text.split()) for name, text in words.items()}
    return stencil.fill(words, pictures, **_about(certificate))


def laid_out(certificate, sheet):
    """The same PDF, laid out for this certificate alone."""
    seal = _data_uri(seal_image(certificate)) if sheet["sealed"] else ""
    return from_html(_html(sheet, _data_uri(qr_image(certificate.qr_text)), seal), **_about(certificate))


def _about(certificate):
    words = certificate.words
    return {
        "title": f"{words['title']} {certificate.number}",
        "author": words["organiser"],
        "subject": words["course_title"],
    }


def _html(sheet, qr, seal):
    pictures = {"qr": qr, "seal": seal if sheet["sealed"] else ""}
    return get_template("certificates/pdf.html").render(sheet | pictures)


def _with_stand_ins(sheet):
    name, enterprise = sheet["name"], sheet["enterprise"]
    own = {
        "number": NUMBER,
        "check_code": CODE,
        "name": replace(name, lines=list(NAME[: len(name.lines)])),
        "enterprise": replace(enterprise, lines=[ENTERPRISE] if enterprise.text else enterprise.lines),
    }
    return sheet | own


@cache
def _blank(side):
    return _data_uri(Image.new("RGB", (side, side)))


@dataclass(frozen=True)
class _Kind:
    """Sheets that differ in the words of the person only."""

    key: str
    sheet: dict = field(compare=False)


@lru_cache(maxsize=64)
def _stencil(kind):
    from core import pdf_stencils  # and with it the PDF library

    own = [*kind.sheet["name"].lines, kind.sheet["enterprise"].text]
    html = _html(kind.sheet, _blank(QR_SIDE), _blank(SEAL_SIDE))
    return pdf_stencils.cut(html, [NUMBER, CODE, *filter(None, own)], centred=own)
