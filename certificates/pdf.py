"""The PDF of a certificate: one A4 page, fonts embedded, nothing fetched, printed once and kept."""

import base64
from io import BytesIO

import zxingcpp
from django.template.loader import get_template
from PIL import Image

from core import pdf_fonts
from core.pdf import from_html, refuse_missing_glyphs

from . import layout


def qr_image(text, scale=4):
    """The QR code of ``text`` as a black-and-white picture without a margin; error correction M."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn = symbol.to_image(scale=scale, add_quiet_zones=False)
    height, width = drawn.shape
    return Image.frombuffer("L", (width, height), bytes(memoryview(drawn)), "raw", "L", 0, 1).convert("1")


def _data_uri(image):
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


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
        context | {"layout": layout, "qr": _data_uri(qr_image(certificate.verify_url))}
    )
    return from_html(
        html,
        title=f"{certificate.words['title']} {certificate.number}",
        author=certificate.words["organiser"],
        subject=certificate.words["course_title"],
    )
