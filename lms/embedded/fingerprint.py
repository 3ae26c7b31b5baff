"""Whether anything changed since last time, told from the files themselves."""

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = ("*/migrations/*.py", "*/apps.py", "core/triggers.py", "lms/settings/base.py", "requirements/base.txt")
"""What decides how a freshly migrated database looks."""
STATIC = ("*/static/**/*", "requirements/base.txt")
"""What decides what ``collectstatic`` collects."""

FONTS = ("core/pdf_fonts.py", "core/font_building.py", "requirements/base.txt")
"""What decides which fonts our PDFs are drawn with."""


def fingerprint(*patterns):
    """Twelve characters that change when a file under the checkout that fits one of ``patterns`` changes, comes or goes."""
    digest = hashlib.sha256(sys.version.encode())
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]
