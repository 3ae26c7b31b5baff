"""Waiting for what a page does by itself."""

import time


def until(page, script, *, seconds=30):
    """Ask the page by a function of JavaScript, which may be async, until it says yes. Fails after so many seconds.

    Playwright's own wait takes the promise of an async function for a yes, and asks again for an expression by eval, which our
    pages forbid.
    """
    deadline = time.monotonic() + seconds
    while not page.evaluate(script):
        assert time.monotonic() < deadline, f"not within {seconds} s: {script}"
        page.wait_for_timeout(100)


def until_kept(page, address):
    """Until the page at an address is on this phone, to be read without a network."""
    until(page, f"() => caches.match('{address}').then(Boolean)")
