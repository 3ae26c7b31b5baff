"""口径说明: docs/counting.md, the one source of the rules, as the product shows and prints it."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

from core.markdown import sections

SOURCE = Path(settings.BASE_DIR) / "docs" / "counting.md"


@cache
def text():
    """The whole text in Markdown."""
    return SOURCE.read_text(encoding="utf-8")


@cache
def version():
    """The version the rules give themselves: "版本：2025.1"."""
    return re.search(r"版本：([\w.]+?)。", text())[1]


@cache
def paragraphs():
    """[(heading, [line, …])] in plain words, for a sheet of a workbook: a table's row becomes one line."""
    found = []
    for heading, body in sections(text()).items():
        lines = [_plain(line) for line in _joined(body) if not line.startswith("# ")]
        found.append((heading or _plain(text().split("\n", 1)[0]), [line for line in lines if line]))
    return found


def _joined(body):
    """Lines of Markdown with the wrapped ones joined to the one they continue."""
    whole = []
    for line in body.splitlines():
        starts = not line.strip() or line.startswith(("|", "#", "-")) or re.match(r"\d+\. ", line)
        if whole and not starts and whole[-1] and not whole[-1].startswith(("|", "#")):
            whole[-1] += line.strip()
        else:
            whole.append(line.strip())
    return whole


def _plain(line):
    if re.fullmatch(r"[|\s:-]*", line):
        return ""
    if line.startswith("|"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        line = "　".join(cells)
    return re.sub(r"\*\*|`|^#+ *", "", line)
