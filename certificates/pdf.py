"""The PDF of a certificate: one A4 page, fonts embedded, nothing fetched, printed once and kept."""

import base64
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
    with certificate.seal.image.open("rb") as file:
        return Image.open(BytesIO(file.read())).convert("RGBA")


def draw(certificate):
    """The PDF as bytes. Needs about 35 ms after the first; one at a time in a process.

    Raises DomainError ``pdf.glyph`` for a character no font draws, ``certificate.too_long`` for a field that does
    not fit, ``pdf.fonts`` before ``prepare_fonts`` ran, ``pdf.failed`` when the library complains of anything
    else.
    """
    pdf_fonts.register()
    context = layout.arrange(certificate)
    refuse_missing_glyphs(layout.printed(context))
    html = get_template("certificates/pdf.html").render(
        context
        | {
            "layout": layout,
            "qr": _data_uri(qr_image(certificate.qr_text)),
            "seal": _data_uri(seal_image(certificate)) if context["sealed"] else "",
        }
    )
    return from_html(
        html,
        title=f"{certificate.words['title']} {certificate.number}",
        author=certificate.words["organiser"],
        subject=certificate.words["course_title"],
    )
