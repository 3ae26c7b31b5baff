"""A visitor's page comes from the cache; whoever has a session gets a page of their own; publishing makes all of it old."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guide.models import ClausePage

pytestmark = pytest.mark.one_engine


@pytest.fixture
def count(django_assert_num_queries):
    return django_assert_num_queries


def test_the_second_visitor_costs_no_query(guide, visitor, count):
    first = visitor.get("/guide/8-7/")
    with count(0):
        second = Client().get("/guide/8-7/")
    assert second.content == first.content
    assert not second.cookies
    for header in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Content-Type"):
        assert second[header] == first[header]


def test_an_unchanged_page_is_not_sent_again(guide, visitor, count):
    visitor.get("/guide/8-7/")
    tag = visitor.get("/guide/8-7/")["ETag"]
    with count(0):
        answer = visitor.get("/guide/8-7/", headers={"If-None-Match": tag})
    assert answer.status_code == 304
    assert not answer.content


def test_publishing_makes_every_page_old(guide, visitor, django_capture_on_commit_callbacks):
    assert "新的短题" not in visitor.get("/guide/").content.decode()
    page = ClausePage.objects.get(slug="9-2")
    page.short_title = "新的短题"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert "新的短题" in visitor.get("/guide/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert "新的短题" not in visitor.get("/guide/").content.decode()


def test_editions_are_kept_apart_and_other_queries_pass_by(guide, visitor, count):
    visitor.get("/guide/8-7/")
    assert 'aria-current="true">2026版' in visitor.get("/guide/8-7/?edition=2026").content.decode()
    assert 'aria-current="true">2016版' in visitor.get("/guide/8-7/").content.decode()
    assert "ETag" not in visitor.get("/guide/8-7/?edition=1999")
    assert "ETag" not in visitor.get("/guide/8-7/?x=1")


def test_who_is_signed_in_gets_their_own(guide, visitor, django_user_model):
    visitor.get("/guide/8-7/")
    client = Client()
    client.force_login(django_user_model.objects.create_user("li", first_name="李师傅"))
    answer = client.get("/guide/8-7/")
    assert "登录" in visitor.get("/guide/8-7/").content.decode()
    assert "ETag" not in answer
    assert "Cookie" in answer["Vary"]


def test_a_signed_in_reader_shares_the_article(guide, django_user_model):
    client = Client()
    client.force_login(django_user_model.objects.create_user("li"))
    first = client.get("/guide/8-7/").content.decode()
    with CaptureQueriesContext(connection) as seen:
        second = client.get("/guide/8-7/").content.decode()
    assert (
        re.search(r"<article>.*</article>", first, re.S).group()
        == re.search(r"<article>.*</article>", second, re.S).group()
    )
    assert not [query for query in seen if "glossary" in query["sql"] or "clausetool" in query["sql"]]


def test_a_preview_is_never_stored(guide, rf):
    page = ClausePage.objects.get(slug="8-7")
    answer = page.make_preview_request()
    assert answer.status_code == 200
    assert not hasattr(answer, "page_cache_seconds")
