"""Screenshots of each step, on a phone and on a desk. With SCREENSHOTS=folder they are kept there, small enough for git."""

import os
from pathlib import Path

from PIL import Image

SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 900}}


def shoot(page, name):
    """Look at ``page`` in both widths; nothing may stick out sideways. Leaves the page as wide as it was."""
    kept = os.environ.get("SCREENSHOTS")
    before = page.viewport_size
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} is {wider} px wider than a screen of {size}"
        if kept:
            path = Path(kept) / f"{name}-{size}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path, scale="css", animations="disabled")
            with Image.open(path) as picture:
                picture.convert("RGB").quantize(64).save(path, optimize=True)
    page.set_viewport_size(before)
