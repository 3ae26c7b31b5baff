"""The front page, what every page says, and the two pages for machines."""

import pytest
from wagtail.models import Site

from home.models import HomePage, SiteSettings
from home.services import ensure_home

pytestmark = pytest.mark.one_engine


def test_the_home_page_is_made_once(db):
    first, report = ensure_home()
    again, nothing = ensure_home()
    assert (first.pk, len(report.created), len(nothing.created)) == (again.pk, 1, 0)
    assert Site.objects.get().root_page_id == first.pk
    assert HomePage.objects.get().url_path == "/home/"


@pytest.fixture
def front(db):
    ensure_home()


def test_the_foot_names_who_runs_the_site(front, client):
    html = client.get("/").content.decode()
    assert "质量学堂" in html
    assert "主办：" not in html
    SiteSettings.objects.create(site=Site.objects.get(), site_title="学堂甲", host_organiser="示例市场监管局")
    html = client.get("/?fresh=1").content.decode()
    assert "学堂甲" in html
    assert "主办：示例市场监管局" in html


def test_a_visit_writes_nothing(front, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        client.get("/")
        client.get("/search/?q=内审")
    assert not [query["sql"] for query in seen if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]


def test_healthz_touches_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (200, b"ok", {})


def test_readyz_names_what_is_missing(client, db, monkeypatch):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert set(answer.json()["checks"]) == {"database", "migrations", "cache", "broker", "disk"}
    monkeypatch.setattr("core.views.LEAST_FREE_BYTES", 10**18)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["disk"]) == (503, "RuntimeError")


def test_the_style_guide_is_not_on_the_site(client, db):
    assert client.get("/styleguide/").status_code == 404
