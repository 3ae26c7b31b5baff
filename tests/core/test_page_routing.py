"""The short way to a page leads where Wagtail's leads, asks less, and hears of every change."""

import pytest
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client, RequestFactory
from wagtail.models import Page, PageViewRestriction, Site

from core.page_cache import kept
from courses.models import CourseIndexPage, CoursePage, LessonPage
from home.models import SiteSettings
from home.services import ensure_home


@pytest.fixture
def lesson(db):
    home, _report = ensure_home()
    index = home.add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    course = index.add_child(
        instance=CoursePage(title="干好每一件", slug="ganhao", code="YX", layer="frontline", summary="示例")
    )
    body = [("section", {"heading": "头一件", "content": [("prose", "<p>先量再干。</p>")]})]
    return course.add_child(instance=LessonPage(title="首件", slug="f1", key="F1", minutes=12, body=body))


@pytest.fixture
def reader(django_user_model):
    """Signed in, so that no page comes from the cache of whole pages."""
    client = Client()
    client.force_login(django_user_model.objects.create_user("reader"))
    return client


ADDRESS = "/courses/ganhao/f1/"


def test_a_page_is_found_however_deep_it_lies(lesson, reader, django_assert_max_num_queries):
    for address in ("/", "/courses/", "/courses/ganhao/", ADDRESS):
        assert reader.get(address).status_code == 200
    with django_assert_max_num_queries(6):
        assert "首件" in reader.get(ADDRESS).content.decode()


@pytest.mark.parametrize("address", ["/courses/f1/", "/courses/ganhao/f9/", "/home/courses/", "/f1/"])
def test_no_other_address_leads_to_it(lesson, reader, address):
    assert reader.get(address).status_code == 404


def test_what_is_taken_offline_is_gone(lesson, reader):
    reader.get(ADDRESS)
    lesson.unpublish()
    assert reader.get(ADDRESS).status_code == 404


def test_what_another_process_took_offline_is_gone_before_this_one_hears_of_it(lesson, reader):
    reader.get(ADDRESS)
    LessonPage.objects.filter(pk=lesson.pk).update(live=False)  # no signal, as in a process that shares no cache
    assert reader.get(ADDRESS).status_code == 404


def test_a_new_slug_is_a_new_address(lesson, reader):
    reader.get(ADDRESS)
    course = lesson.get_parent().specific
    course.slug = "yixian"
    course.save_revision().publish()
    assert reader.get(ADDRESS).status_code == 404
    assert reader.get("/courses/yixian/f1/").status_code == 200


def test_who_may_see_a_page_is_asked_from_the_moment_it_is_restricted(lesson, reader):
    assert Client().get("/courses/").status_code == 200
    assert reader.get(ADDRESS).status_code == 200
    restriction = PageViewRestriction.objects.create(page=lesson.get_parent(), restriction_type="groups")
    restriction.groups.set([Group.objects.create(name="示例小组")])
    assert reader.get(ADDRESS).status_code == 302
    assert Client().get(ADDRESS).status_code == 302
    assert reader.get("/courses/").status_code == 200
    restriction.delete()
    assert reader.get(ADDRESS).status_code == 200


def test_a_page_stored_for_visitors_is_old_when_it_is_restricted(lesson, reader):
    assert Client().get("/").status_code == 200
    PageViewRestriction.objects.create(page=Page.objects.get(slug="home"), restriction_type="login")
    assert Client().get("/").status_code == 302


def test_with_a_second_site_the_host_decides(lesson, reader, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    assert reader.get(ADDRESS).status_code == 200
    Site.objects.create(hostname="other.example", root_page=lesson.get_parent())
    assert reader.get("/f1/", headers={"Host": "other.example"}).status_code == 200
    assert reader.get("/f1/").status_code == 404
    assert reader.get(ADDRESS).status_code == 200


def test_published_words_are_read_at_once(lesson, reader):
    assert "先量再干" in reader.get(ADDRESS).content.decode()
    lesson.body = [("section", {"heading": "头一件", "content": [("prose", "<p>量完再干。</p>")]})]
    lesson.save_revision()
    assert "先量再干" in reader.get(ADDRESS).content.decode()
    assert "量完再干" in lesson.make_preview_request().content.decode()
    lesson.get_latest_revision().publish()
    assert "量完再干" in reader.get(ADDRESS).content.decode()


def test_the_foot_of_the_page_changes_at_once(lesson, reader):
    assert "示例市场监管局" not in reader.get("/my/").content.decode()
    SiteSettings.objects.create(site=Site.objects.get(), host_organiser="示例市场监管局")
    assert "示例市场监管局" in reader.get("/my/").content.decode()


def test_what_is_kept_is_made_once(db):
    made = []
    values = [kept("example", lambda: made.append(1) or {"n": len(made)}) for _time in range(3)]
    assert values == [{"n": 1}] * 3


def test_a_request_asks_the_cache_once_for_what_all_pages_need(world, monkeypatch, client):
    """And what is published while it runs is seen by the same request."""
    from core import page_cache

    client.force_login(world.wang)
    client.get("/my/")
    asked = []
    get_many = page_cache.cache.get_many
    monkeypatch.setattr(page_cache.cache, "get_many", lambda keys: asked.append(keys) or get_many(keys))
    assert client.get("/my/").status_code == 200
    assert len(asked) == 1 and "kept:home.frame" in asked[0]
    seen = []

    def publish(_request):
        for _time in range(2):
            seen.append(kept("example", lambda: len(seen)))
        page_cache.forget_pages()
        seen.append(kept("example", lambda: len(seen)))
        return HttpResponse()

    page_cache.PageCacheMiddleware(publish)(RequestFactory().post("/"))
    assert seen == [0, 0, 2]
    assert page_cache._request.found is None
