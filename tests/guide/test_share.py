"""What WeChat shows of a forwarded page: a title, a sentence, a picture of its kind, an address that opens for everyone."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.finders import find
from PIL import Image

from courses.models import CourseIndexPage, CoursePage, LessonPage
from home.models import HomePage
from tests.suite.html import faults

pytestmark = pytest.mark.one_engine

KINDS = {
    "/": "site",
    "/guide/": "clause",
    "/guide/8-7/": "clause",
    "/guide/pdca/": "clause",
    "/guide/10-1/?edition=2026": "clause",
    "/guide/tools/tb41/": "tool",
    "/guide/cases/hongsheng/": "case",
    "/guide/chains/ditan/": "chain",
    "/courses/ke/": "course",
    "/courses/ke/k1/": "course",
}


@pytest.fixture
def course(guide):
    index = HomePage.objects.get().add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    page = CoursePage(title="一门课", slug="ke", code="KE", layer="frontline", summary="讲首件怎么检。")
    page = index.add_child(instance=page)
    page.add_child(instance=LessonPage(title="头一课", slug="k1", key="K1", minutes=10, lead="量三处，写真数。"))


def card(html):
    pairs = re.findall(r'<meta (?:property|name)="(og:[\w:]+|description)" content="([^"]*)">', html)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


@pytest.mark.parametrize(("address", "kind"), KINDS.items())
def test_a_page_has_a_card(course, visitor, settings, address, kind):
    settings.SITE_URL = "https://academy.example"
    html = visitor.get(address).content.decode()
    assert not faults(html)
    said = card(html)
    assert said["og:title"].strip()
    assert 5 <= len(said["og:description"]) <= 400
    assert said["og:description"] == said["description"]
    assert said["og:url"] == f"https://academy.example{address}"
    assert f'<link rel="canonical" href="{said["og:url"]}">' in html
    picture = urlsplit(said["og:image"])
    assert (picture.scheme, picture.netloc) == ("https", "academy.example")
    file = Path(find(picture.path.removeprefix("/static/")))
    assert file.stem == f"share-{kind}"
    with Image.open(file) as image:
        assert image.size == (600, 600)
    assert file.stat().st_size < 20_000


def test_how_to_pass_it_on_is_told_inside_wechat(course, visitor):
    for address in (
        "/guide/8-7/",
        "/guide/tools/tb41/",
        "/guide/cases/hongsheng/",
        "/guide/chains/ditan/",
        "/courses/ke/",
    ):
        assert "wechat-only" in visitor.get(address).content.decode()
