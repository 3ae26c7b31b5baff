"""Browser tests: a running site, a phone inside WeChat, a desk with a wide screen.

A page fails its test afterwards when the browser complained: a script error, something the content security policy refused,
an answer of 500 or more. A test that provokes one clears ``page.problems``.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.suite import chromium
from tests.suite import site as sites

# Playwright's loop runs in the thread of the test; the ORM is used beside it, not inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0.0.0 "
    "Mobile Safari/537.36 MicroMessenger/8.0.50.2701(0x2800325B) WeChat/arm64 Language/zh_CN"
)
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": WECHAT,
}
DESK = {"viewport": {"width": 1280, "height": 900}}


WHOLE_WAYS = {"test_learner.py", "test_round.py"}
"""Files whose tests go the whole way through the product: on both engines. What a screen does does not depend on the database."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name not in WHOLE_WAYS:
            item.add_marker(pytest.mark.one_engine)


@pytest.fixture(scope="session")
def browser():
    """The Chromium of this machine (tests.suite.chromium)."""
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running_site(django_db_setup, database, test_folder):
    # A browser test turns pages faster than a person reads; the reading rule has tests of its own (tests/courses). For the
    # site alone: the settings of this process have been read.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSON_READING_SHARE", "0")
        with sites.site(test_folder / "site", database) as site:
            yield site


@pytest.fixture
def site(running_site, transactional_db):
    """The running site (tests.suite.site.Site) on this test's database: rows made with the ORM are there."""
    running_site.reset()
    yield running_site
    running_site.settle()


@pytest.fixture
def open_page(browser, site, settings):
    """``open_page(user=None, phone=True)``: a page of a new browser profile, signed in as ``user`` when one is given.

    Paths are relative to the site: ``page.goto("/guide/")``.
    """
    contexts = []
    pages = []

    def make(user=None, phone=True, **options):
        options = (PHONE if phone else DESK) | {"base_url": site.url, "locale": "zh-CN"} | options
        context = browser.new_context(timezone_id="Asia/Shanghai", **options)
        contexts.append(context)
        if user is not None:
            context.add_cookies([_session(user, site, settings)])
        page = context.new_page()
        pages.append(page)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(f"script: {error}"))
        page.on("console", lambda message: message.type == "error" and page.problems.append(f"console: {message.text}"))
        page.on(
            "response", lambda answer: answer.status >= 500 and page.problems.append(f"{answer.status} {answer.url}")
        )
        return page

    yield make
    problems = [f"{page.url}: {problem}" for page in pages for problem in page.problems]
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems + [site.tail()])


def _session(user, site, settings):
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": site.url,
    }


@pytest.fixture
def phone(open_page):
    """An anonymous page on a phone, inside WeChat."""
    return open_page()


@pytest.fixture
def desk(open_page):
    """An anonymous page on a wide screen."""
    return open_page(phone=False)
