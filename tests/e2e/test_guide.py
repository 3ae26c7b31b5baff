"""The guide by keyboard alone, on a phone, without JavaScript, in large type, and how much comes over the network."""

import re

import pytest
from playwright.sync_api import expect

from tests.guide.small import write_all

from .shots import shoot

pytestmark = pytest.mark.django_db(transaction=True)

FIRST_LOAD = 100 * 1024
"""Bytes over the network for the first page of somebody who has never been here."""


@pytest.fixture
def guide(site, tmp_path):
    from guide.services import load_guide
    from home.services import ensure_home

    page, _report = ensure_home()
    load_guide(write_all(tmp_path), page)


def focused(page):
    return page.locator("*:focus")


def seen(page):
    """Whether the focused element shows that it has the focus: an outline, or a label that draws it for it."""
    return page.evaluate(
        """() => {
            const drawn = (one) => {
                const css = getComputedStyle(one);
                return css.outlineStyle !== "none" && parseFloat(css.outlineWidth) >= 2;
            };
            let one = document.activeElement;
            for (let steps = 0; one && steps < 3; steps += 1, one = one.parentElement) if (drawn(one)) return true;
            return false;
        }"""
    )


def tab_to(page, locator, *, most=60):
    """Press Tab until ``locator`` has the focus; every stop on the way must show the focus."""
    for _press in range(most):
        page.keyboard.press("Tab")
        assert seen(page), f"no focus to be seen on {focused(page).evaluate('e => e.outerHTML')[:200]}"
        if locator.evaluate("(wanted) => wanted === document.activeElement"):
            return
    raise AssertionError(f"{locator} is not reached by {most} presses of Tab")


def test_the_tree_the_lens_and_a_word_by_keyboard(guide, desk):
    desk.goto("/guide/8-7/")
    desk.keyboard.press("Tab")
    expect(focused(desk)).to_have_text("跳到正文")
    desk.keyboard.press("Enter")
    expect(desk.locator("#main")).to_be_focused()

    tab_to(desk, desk.locator("#tree a", has_text="短题9"))
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/guide/9/")

    desk.goto("/guide/8-7/")
    tab_to(desk, desk.locator("#lens-boss"))
    desk.keyboard.press("Space")
    expect(desk.locator(".lens--boss")).to_be_visible()
    expect(desk.locator(".lens--front")).to_be_hidden()
    desk.keyboard.press("ArrowLeft")  # around the corner
    expect(desk.locator("#lens-front")).to_be_checked()
    expect(desk.locator(".lens--front")).to_be_visible()
    expect(desk.locator(".lens--boss")).to_be_hidden()
    desk.reload()
    expect(desk.locator("#lens-front")).to_be_checked()

    word = desk.get_by_role("button", name="不合格输出", exact=True).first
    tab_to(desk, word)
    desk.keyboard.press("Enter")
    box = desk.get_by_role("dialog", name=re.compile("坏件"))
    expect(box).to_be_visible()
    desk.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(word).to_be_focused()


def test_the_drawers_of_a_phone_by_keyboard(guide, phone):
    phone.goto("/guide/8-7/")
    for name, drawer, inside in (("指南目录", "#tree", "a[aria-current]"), ("本页十节", "#parts", "a")):
        button = phone.get_by_role("button", name=name)
        tab_to(phone, button)
        phone.keyboard.press("Enter")
        expect(phone.locator(drawer)).to_be_visible()
        phone.keyboard.press("Tab")
        assert phone.locator(drawer).evaluate("(drawer) => drawer.contains(document.activeElement)")
        tab_to(phone, phone.locator(f"{drawer} {inside}").first)
        phone.keyboard.press("Escape")
        expect(phone.locator(drawer)).to_be_hidden()
        expect(button).to_be_focused()
        phone.evaluate("document.activeElement.blur()")
    expect(phone.get_by_text("发给同事或车间群")).to_be_visible()  # this phone is inside WeChat


def test_the_search_and_its_facets_by_keyboard(guide, desk):
    desk.goto("/search/")
    expect(desk.get_by_text("发给同事或车间群")).to_have_count(0)
    tab_to(desk, desk.get_by_role("searchbox"))
    desk.keyboard.type("坏件")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/search/?q=*")
    tools = desk.get_by_role("navigation", name="看什么").get_by_role("link", name=re.compile("工具"))
    tab_to(desk, tools)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("navigation", name="看什么").locator("[aria-current]")).to_contain_text("工具")
    tab_to(desk, desk.locator(".rows__title a").first)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text("TB41")


def test_without_javascript_everything_is_there(guide, open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/guide/8-7/")
    expect(page.get_by_role("heading", level=2).filter(has_text="接着学")).to_be_visible()
    page.get_by_role("button", name="指南目录").click()
    page.locator("#tree a", has_text="短题9").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("标题9")
    page.goto("/guide/8-7/")
    page.locator("label", has=page.locator("#lens-mid")).click()
    expect(page.locator(".lens--mid")).to_be_visible()
    expect(page.locator(".lens--boss")).to_be_hidden()
    page.get_by_role("link", name="2026版").click()
    expect(page.get_by_role("link", name="2026版")).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-text-size]")).to_be_hidden()
    page.get_by_role("link", name="这页有用吗？说一句").click()
    page.get_by_role("button", name="没用").click()
    expect(page.get_by_text("收到了，谢谢您")).to_be_visible()


def test_asked_at_the_foot_of_the_page_whether_it_helped(guide, phone):
    phone.goto("/guide/8-7/")
    phone.get_by_text("最近核对").or_(phone.get_by_text("都是我们自己的话")).first.scroll_into_view_if_needed()
    phone.get_by_label(re.compile("哪里没看懂")).fill("第二步太快")
    phone.get_by_role("button", name="有用", exact=True).click()
    expect(phone.get_by_text("收到了，谢谢您")).to_be_visible()
    from guide.models import Feedback

    assert Feedback.objects.get().sentence == "第二步太快"


def test_the_first_load_is_light(guide, open_page):
    for address in ("/", "/guide/", "/guide/8-7/", "/guide/tools/tb41/", "/guide/chains/ditan/"):
        page, sizes = open_page(), []  # nobody who has been here before
        watch = page.context.new_cdp_session(page)
        watch.send("Network.enable")
        watch.on("Network.loadingFinished", lambda told, sizes=sizes: sizes.append(told["encodedDataLength"]))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert 10_000 < sum(sizes) < FIRST_LOAD, (address, sizes)


def test_every_kind_of_page_in_both_widths_and_in_large_type(guide, phone):
    pages = {
        "02-clause": "/guide/8-7/",
        "02-chapter": "/guide/8/",
        "02-tool": "/guide/tools/tb41/",
        "02-tools": "/guide/tools/",
        "02-case": "/guide/cases/hongsheng/",
        "02-cases": "/guide/cases/",
        "02-chain": "/guide/chains/ditan/",
        "02-topic": "/guide/pdca/",
        "02-words": "/guide/words/",
        "02-guide": "/guide/",
        "02-search": "/search/?q=坏件",
        "02-print": "/guide/print/8-7/",
        "02-offline": "/offline/",
    }
    for name, address in pages.items():
        phone.goto(address)
        shoot(phone, name)
    phone.goto("/guide/8-7/")
    phone.get_by_role("button", name="大字版").click()
    for address in pages.values():
        phone.goto(address)
        expect(phone.locator("html")).to_have_attribute("data-text", "large")
        wider = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{address} is {wider} px too wide in large type"
