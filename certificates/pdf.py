"""The PDF of a certificate: one A4 page, fonts embedded, nothing fetched, printed once and kept."""

import base64
from functools import cache
from io import BytesIO

import zxingcpp
from django.template.loader import get_template
from django.utils.translation import gettext as _
from PIL import Image
from reportlab import rl_config
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import ResourceAccessPolicy

from core.exceptions import DomainError

from . import fonts, layout

# Binary streams: text encoding makes files a quarter larger and takes a twentieth of the time.
rl_config.useA85 = 0

# The library's own style sheet is parsed anew for every document; these are the rules of it that the template needs.
BASE_CSS = (
    "html{font-family:CertSerif;font-size:12pt;line-height:100%;color:#16202b;margin:0;padding:0;border:1px none;"
    "display:inline;width:auto;height:auto;white-space:normal;font-weight:normal}"
    "body,div,p,table,tr,td{display:block}td{vertical-align:top}b{font-weight:bold}"
)


@cache
def _policy():
    """Neither network nor files: the page brings its one picture along as data."""
    return ResourceAccessPolicy.server(base_dir=str(fonts.directory()), allow_remote=False)


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


def refuse_missing_glyphs(text):
    """DomainError ``certificate.glyph`` naming each character the font does not draw."""
    gone = fonts.missing(text)
    if gone:
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in gone)
        raise DomainError(
            "certificate.glyph",
            _("字体里没有%(named)s这个字，证明暂时印不出来。请告诉管理员补字，不要用别的字代替。") % {"named": named},
            characters="".join(gone),
        )


def draw(certificate):
    """The PDF as bytes. Needs about 35 ms after the first; one at a time in a process.

    Raises DomainError ``certificate.glyph`` for a character no font draws, ``certificate.too_long`` for a field that does
    not fit, ``certificate.fonts`` before ``prepare_fonts`` ran, ``certificate.pdf`` when the library complains of anything
    else.
    """
    fonts.register()
    context = layout.arrange(certificate)
    refuse_missing_glyphs(layout.printed(context))
    html = get_template("certificates/pdf.html").render(
        context | {"layout": layout, "qr": _data_uri(qr_image(certificate.verify_url))}
    )
    out = BytesIO()
    result = pisa.CreatePDF(
        html,
        dest=out,
        default_css=BASE_CSS,
        resource_policy=_policy(),
        # A <title> in Chinese makes the library warn of glyphs that are there.
        context_meta={
            "title": f"{certificate.words['title']} {certificate.number}",
            "author": certificate.words["organiser"],
            "subject": certificate.words["course_title"],
            "keywords": "",
        },
    )
    if result.err or result.warn:
        raise DomainError("certificate.pdf", _("证明没有制作成功，请联系管理员查看日志。"), log=str(result.log)[:300])
    return out.getvalue()
