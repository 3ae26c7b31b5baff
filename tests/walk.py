"""A learner's walk through every lesson on a phone, run by hand against a running site:

    python -m tests.walk http://127.0.0.1:8000 /tmp/walk

Opens each lesson at 360 px in Chromium, says what is broken (an answer that is no 200, something wider than the screen, a
picture that does not load, a complaint of the browser, a download that is no file) and keeps a picture of the whole page.
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.suite import chromium

WIDTH, HEIGHT = 360, 740

TOO_WIDE = """() => [...document.querySelectorAll('main *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('[tabindex="0"], .table-scroll, table'))
    .map(one => one.tagName + '.' + one.className).slice(0, 3)"""
UNSEEN = "() => [...document.images].filter(one => one.complete && !one.naturalWidth).map(one => one.src)"


def faults_of(page, address, said):
    """What is wrong with one lesson, in sentences."""
    said.clear()
    answer = page.goto(address)
    if answer.status != 200:
        return [f"answers {answer.status}"]
    page.evaluate("() => document.querySelectorAll('img').forEach(one => { one.loading = 'eager' })")
    page.wait_for_load_state("networkidle")
    found = [f"wider than the screen: {one}" for one in page.evaluate(TOO_WIDE)]
    if page.evaluate("() => document.documentElement.scrollWidth") > WIDTH:
        found.append("the page scrolls sideways")
    found += [f"does not load: {one}" for one in page.evaluate(UNSEEN)]
    for link in page.locator("main a[href$='.pdf']").all():
        file = page.request.get(page.evaluate("one => one.href", link.element_handle()))
        if not file.ok or not file.body().startswith(b"%PDF-"):
            found.append(f"no file: {link.get_attribute('href')}")
    return found + said


def walk(site, folder):
    """Every lesson of every course; returns {address: faults} of those that have any, and how many lessons there were."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong, count = {}, 0
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, has_touch=True)
        said = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{site}/courses/")
        courses = page.locator("main a[href^='/courses/']").evaluate_all(
            "all => [...new Set(all.map(one => one.href))]"
        )
        for course in courses:
            page.goto(course)
            path = course.removeprefix(site)
            lessons = page.locator(f"main a[href^='{path}']").evaluate_all("all => [...new Set(all.map(a => a.href))]")
            for lesson in [one for one in lessons if one.removeprefix(course).strip("/").isalnum()]:
                count += 1
                faults = faults_of(page, lesson, said)
                if faults:
                    wrong[lesson] = faults
                page.screenshot(path=folder / f"{'-'.join(lesson.strip('/').split('/')[-2:])}.png", full_page=True)
        browser.close()
    return wrong, count


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("site")
    arguments.add_argument("folder", type=Path)
    given = arguments.parse_args()
    wrong, count = walk(given.site.rstrip("/"), given.folder)
    for address, faults in wrong.items():
        print(address, *faults, sep="\n  ")  # noqa: T201
    print(f"{count} lessons, {len(wrong)} with faults")  # noqa: T201
    sys.exit(bool(wrong) or not count)
