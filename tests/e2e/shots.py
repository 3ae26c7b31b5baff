"""A look at each step, on a phone and on a desk: nothing sticks out, nothing keeps anybody out (WCAG by axe).

With SCREENSHOTS=folder the pictures are kept there, small enough for git.
"""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image

SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 900}}


RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def check_access(page, name):
    """No violation of the rules on accessibility, as the page stands now."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": RULES}).response["violations"]
    told = [f"{rule['id']}: {rule['help']}: {node['html'][:160]}" for rule in found for node in rule["nodes"][:3]]
    assert not told, f"{name}:\n" + "\n".join(told)


def shoot(page, name):
    """Look at ``page`` in both widths; nothing may stick out sideways. Leaves the page as wide as it was.

    The rules on accessibility are checked once: the pages are the same whichever database is behind them.
    """
    kept = os.environ.get("SCREENSHOTS")
    before = page.viewport_size
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{name} is {wider} px wider than a screen of {size}"
        if size == "360" and os.environ.get("TEST_ENGINE") != "postgresql":
            check_access(page, name)
        if kept:
            path = Path(kept) / f"{name}-{size}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path, scale="css", animations="disabled")
            with Image.open(path) as picture:
                picture.convert("RGB").quantize(64).save(path, optimize=True)
    page.set_viewport_size(before)
