"""The fonts of our PDFs: made once per machine, outside git, for every database and test; registered once per process."""

import fcntl
import os
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import font_source_serif_pro
import pylopdf_fonts_jp
import pylopdf_fonts_zh_cn
import pylopdf_fonts_zh_tw
from django.conf import settings
from django.utils.translation import gettext as _

from .exceptions import DomainError

FAMILY = "CertSerif"
REGULAR, BOLD = FAMILY, f"{FAMILY}-Bold"
DRAWING = "DrawingSerif"
RECIPE = 4
"""Raised when ``font_building`` draws differently: files of another recipe are not used."""


def directory():
    """Where the made fonts lie: ``settings.FONT_DIR``, else ``var/fonts`` of the checkout, whatever VAR_DIR says."""
    return Path(getattr(settings, "FONT_DIR", None) or Path(settings.BASE_DIR) / "var" / "fonts")


def sources():
    """The fonts they are made from: Noto Serif SC with PostScript outlines (OFL), and its sisters for what it lacks (𠮷, 𡋾);
    its Latin letters are those of Source Serif, which has all of Europe's (Ż, ł, ő)."""
    noto = [font.serif_path() for font in (pylopdf_fonts_zh_cn, pylopdf_fonts_zh_tw, pylopdf_fonts_jp)]
    return [*noto, font_source_serif_pro.font_files_otf["SourceSerifPro"]]


def paths():
    """(regular, bold) as TrueType files, whether they exist or not."""
    stem = f"serif-{metadata.version('pylopdf-fonts-zh-cn')}-{RECIPE}"
    return directory() / f"{stem}-regular.ttf", directory() / f"{stem}-bold.ttf"


def ready():
    """Whether both weights have been made."""
    return all(path.exists() for path in paths())


def prepare(report=lambda done, total: None):
    """Make what is missing; True when something was made. About 20 s on two cores, nothing the second time.

    ``report(done, total)`` is called with glyphs drawn. Several processes may ask at once: one works, the others wait.
    """
    if ready():
        return False
    directory().mkdir(parents=True, exist_ok=True)
    with (directory() / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ready():
            return False
        # A program of its own: a Celery worker may not have children that divide the work between them.
        command = [sys.executable, "-m", "core.font_building", *map(str, paths()), *map(str, sources())]
        environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR)}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as work:  # noqa: S603
            for line in work.stdout:
                done, total = line.split()
                report(int(done), int(total))
        if work.returncode:
            raise RuntimeError(f"font_building ended with {work.returncode}")
    return True


@cache
def register():
    """Make the fonts known to the PDF library, once per process.

    After this plain ``font-family: CertSerif`` works; an @font-face would read both files again for every document.
    Raises DomainError ``pdf.fonts`` when they have not been made.
    """
    if not ready():
        raise DomainError("pdf.fonts", _("PDF 用的字体还没有备好，请先运行 manage.py prepare_fonts。"))
    from reportlab import rl_config
    from reportlab.lib.fonts import addMapping
    from reportlab.pdfbase import pdfmetrics, ttfonts
    from reportlab.platypus.tables import CellStyle
    from xhtml2pdf import default

    from . import pdf_library

    for name, path in zip((REGULAR, BOLD), paths(), strict=True):
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(path), asciiReadable=0))
        pdf_library.leave_on_disk(pdfmetrics.getFont(name).face)
    for name in (FAMILY, FAMILY.lower()):
        for italic in (0, 1):
            addMapping(name, 0, italic, REGULAR)
            addMapping(name, 1, italic, BOLD)
    default.DEFAULT_FONT[FAMILY.lower()] = FAMILY
    # What pages and table cells begin with: Helvetica would be listed in the file without being embedded.
    rl_config.canvas_basefontname = CellStyle.fontname = REGULAR


@cache
def register_for_drawings():
    """Make the fonts known under the family DRAWING to what draws SVG, once per process; returns DRAWING.

    A family it does not know it asks the system for and registers what it finds under that very name: FAMILY in a drawing
    would change the font of every document that comes after.
    """
    from reportlab.pdfbase import pdfmetrics
    from svglib import fonts as svg_fonts

    register()
    for path, weight, same in zip(paths(), ("normal", "bold"), (REGULAR, BOLD), strict=True):
        name, _known = svg_fonts.register_font(DRAWING, str(path), weight=weight)
        pdfmetrics.getFont(name).face = pdfmetrics.getFont(same).face  # read twice, kept once
    return DRAWING


def width_of(text, size, *, bold=False):
    """Width of ``text`` in points at ``size`` points."""
    register()
    from reportlab.pdfbase import pdfmetrics

    return pdfmetrics.stringWidth(text, BOLD if bold else REGULAR, size)


def missing(text):
    """Characters of ``text`` that the font does not draw, each once, in order. White space needs no drawing."""
    register()
    from reportlab.pdfbase import pdfmetrics

    drawn = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return [character for character in dict.fromkeys(text) if not character.isspace() and ord(character) not in drawn]
